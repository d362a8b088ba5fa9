import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EmailAddressCodec } from '../../../../gateways/email/address.js';
import {
  type Addressed,
  audienceOf,
  chatGroupRoom,
  groupRoom,
} from '../../../../gateways/email/conversation/audience.js';
import { ancestorsWith } from '../../../../gateways/email/conversation/conversation-book.js';
import { base32Of, digestOf } from '../../../../gateways/email/conversation/digest.js';
import { sortFiles } from '../../../../gateways/email/conversation/file-policy.js';
import { readMailto } from '../../../../gateways/email/conversation/mailto.js';
import { isShown, type MailFacts } from '../../../../gateways/email/conversation/policy.js';
import { shownName } from '../../../../gateways/email/conversation/shown-name.js';
import { Storms } from '../../../../gateways/email/conversation/storm.js';
import { subjectFromText } from '../../../../gateways/email/conversation/subject.js';
import { InTurn } from '../../../../gateways/email/in-turn.js';
import type { MailPart } from '../../../../gateways/email/mail/parsed-mail.js';

const codec = new EmailAddressCodec();
const address = fc.stringMatching(/^[a-d]{1,2}@[x-z]\.example$/);
const OWN = 'me@home.example';

function mail(
  from: string,
  to: readonly string[],
  cc: readonly string[],
  delivered: readonly string[] = [],
): Addressed {
  const boxes = (list: readonly string[]) => list.map((one) => ({ address: one }));
  const all = (name: string): readonly string[] => (name === 'delivered-to' ? delivered : []);
  return {
    from: { address: from },
    to: boxes(to),
    cc: boxes(cc),
    headers: { all, first: (name) => all(name)[0] },
  };
}

describe('who a mail is between', () => {
  it('is the same room for the same people, whoever writes and in whatever order', () => {
    fc.assert(
      fc.property(fc.uniqueArray(address, { minLength: 2, maxLength: 6 }), fc.nat(), (people, turn) => {
        const author = people[turn % people.length] ?? '';
        const rest = people.filter((one) => one !== author);
        const one = audienceOf(mail(author, [OWN, ...rest], []), new Set([OWN]), false, 100);
        const own = audienceOf(mail(OWN, [...people].reverse(), []), new Set([OWN]), true, 100);
        expect(one).toMatchObject({ kind: 'group', self: OWN });
        expect(own).toMatchObject({ kind: 'group' });
        if (one?.kind !== 'group' || own?.kind !== 'group') return;
        expect(own.room).toBe(one.room);
        expect(codec.parse(one.room)).toEqual({ kind: 'room', id: one.room });
        expect(one.members.map((member) => member.address).sort()).toEqual([...people].sort());
      }),
    );
  });

  it('never has the user among the others', () => {
    const boxes = fc.array(fc.oneof(address, fc.constant(OWN)), { maxLength: 5 });
    fc.assert(
      fc.property(fc.oneof(address, fc.constant(OWN)), boxes, boxes, fc.boolean(), (from, to, cc, byUser) => {
        const found = audienceOf(mail(from, to, cc), new Set([OWN]), byUser, 4);
        if (found?.kind === 'group') {
          expect(found.members.map((member) => member.address)).not.toContain(OWN);
          expect(found.members.length).toBeGreaterThan(1);
          expect(found.members.length).toBeLessThanOrEqual(4);
        } else if (found && byUser) expect(found.person.address).not.toBe(OWN);
      }),
    );
  });

  it('takes an address that a server has delivered to for the user’s own', () => {
    const found = audienceOf(
      mail('a@x.example', ['alias@x.example', 'b@x.example'], [], ['alias@x.example']),
      new Set([OWN]),
      false,
      100,
    );
    expect(found).toMatchObject({ kind: 'group', self: 'alias@x.example' });
  });

  it('is between the author and the user alone where there are too many', () => {
    const many = Array.from({ length: 5 }, (_, n) => `p${n}@x.example`);
    expect(audienceOf(mail('a@x.example', [OWN, ...many], []), new Set([OWN]), false, 5)).toMatchObject({
      kind: 'person',
    });
  });
});

describe('digests', () => {
  it('differ for texts that only read the same when put together', () => {
    expect(digestOf('ab', 'c')).not.toBe(digestOf('a', 'bc'));
    expect(groupRoom(['a', 'b'])).not.toBe(chatGroupRoom('a\nb'));
    expect(base32Of('x')).toMatch(/^[a-z2-7]{26}$/);
  });
});

describe('names', () => {
  it('S22 never pass for another address, and never hide anything', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (name) => {
        const shown = shownName({ address: 'evil@x.example', name });
        expect(shown).not.toMatch(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u);
        expect(shown.trim()).not.toBe('');
        if (/[^\s<>()"']@[^\s<>()"']/.test(shown)) expect(shown).toContain('evil@x.example');
      }),
    );
    expect(shownName({ address: 'evil@x.example', name: 'bob＠bank.example' })).toContain('evil@x.example');
    expect(shownName({ address: 'bob@x.example', name: "'Bob'" })).toBe('Bob');
    expect(shownName({ address: 'bob@x.example', name: ' \u200b ' })).toBe('bob@x.example');
  });
});

describe('what is shown', () => {
  const facts: MailFacts = {
    ...{ origin: { way: 'mailbox', authenticity: 'pass' }, byUser: false, spam: false, bulk: false },
    ...{ automatic: false, list: false, listWanted: false, answer: false, correspondent: false },
  };
  it.each([
    ['people', {}, [true, true, false]],
    ['people whom the user knows', { correspondent: true }, [true, true, true]],
    [
      'who only says so',
      { correspondent: true, origin: { way: 'mailbox', authenticity: 'fail' } },
      [true, true, false],
    ],
    ['newsletters', { bulk: true }, [true, false, false]],
    ['notices', { automatic: true }, [true, false, false]],
    ['answers of programs to the user', { automatic: true, answer: true }, [true, true, true]],
    ['lists', { list: true }, [true, false, false]],
    ['lists whose rooms he has gone to', { list: true, listWanted: true }, [true, true, true]],
    ['spam', { spam: true }, [false, false, false]],
    [
      'spam of the gateway’s domain',
      { spam: true, origin: { way: 'domain', authenticity: 'pass' } },
      [true, false, false],
    ],
    [
      'newsletters to the gateway’s domain',
      { bulk: true, origin: { way: 'domain', authenticity: 'pass' } },
      [true, true, false],
    ],
  ] as const)('%s', (_name, more, expected) => {
    const shown = (['everything', 'conversations', 'contacts'] as const).map((show) =>
      isShown(show, { ...facts, ...more }),
    );
    expect(shown).toEqual(expected);
  });
});

describe('small rules', () => {
  it('a storm is told once and ends with its window, also of mail that has waited somewhere', () => {
    const storms = new Storms(2, 1_000);
    const flow = [0, 1, 2, 3, 2_000].map((at) => storms.count('a', at));
    expect(flow).toEqual(['fine', 'fine', 'first-too-many', 'too-many', 'fine']);
    expect([0, 5_000, 10_000, 15_000].map((at) => storms.count('b', at))).toEqual(Array(4).fill('fine'));
  });

  it('files that run are refused by their endings as systems read them', () => {
    const part = (fileName: string) => ({ fileName, type: 'x/y' }) as MailPart;
    const names = ['a.EXE', 'a.pdf.exe', 'a.exe. ', 'a.exe\u200b', 'exe', 'a.pdf'];
    const { passed, remarks } = sortFiles(names.map(part), ['exe']);
    expect(passed.map(({ fileName }) => fileName)).toEqual(['exe', 'a.pdf']);
    expect(remarks).toHaveLength(4);
  });

  it('works of one key run one after another, also after a failure', async () => {
    const turns = new InTurn();
    const order: string[] = [];
    const slow = turns.run('a', async () => {
      await new Promise((resolve) => setImmediate(resolve));
      order.push('first');
      throw new Error('no');
    });
    const next = turns.run('a', async () => order.push('second'));
    await expect(slow).rejects.toThrow('no');
    await next;
    expect(order).toEqual(['first', 'second']);
  });

  it('subjects made of texts are one short line; ancestors keep their root', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        const subject = subjectFromText(text);
        expect([...subject].length).toBeLessThanOrEqual(61);
        expect(subject).not.toMatch(/[\r\n\0]/);
      }),
    );
    const references = Array.from({ length: 50 }, (_, n) => `r${n}`);
    const ancestors = ancestorsWith({ references, id: 'x' });
    expect(ancestors).toHaveLength(20);
    expect([ancestors[0], ancestors.at(-1)]).toEqual(['r0', 'x']);
  });

  it('links to addresses are read with their words', () => {
    expect(readMailto('mailto:leave+x%40y@lists.example')).toBeUndefined();
    expect(readMailto('mailto:leave+1@lists.example?subject=un+do%20it&body=now')).toEqual({
      ...{ address: 'leave+1@lists.example', subject: 'un+do it', text: 'now' },
    });
    expect(readMailto('https://lists.example')).toBeUndefined();
  });
});
