import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TgChat, TgPerson } from '../../../../gateways/telegram/client/model.js';
import { chatName, cleanLine, personName } from '../../../../gateways/telegram/content/names.js';

const person = (more: Partial<TgPerson>): TgPerson => ({
  ...{ id: 'u77', firstName: '', lastName: '', bot: false, deleted: false, contact: false, self: false },
  status: { kind: 'unknown' },
  ...more,
});
const chat = (title: string, username?: string): TgChat => ({
  ...{
    id: 'c88',
    kind: 'supergroup',
    forum: false,
    title,
    left: false,
    banned: false,
    slowMode: false,
    linked: false,
  },
  rights: {
    ...{ creator: false, admin: false, send: true, media: true, delete: false, ban: false },
    ...{ invite: false, pin: false, changeInfo: false, promote: false },
  },
  ...(username !== undefined && { username }),
});

describe('names on Telegram', () => {
  it.each<readonly [Partial<TgPerson>, string]>([
    [{ firstName: 'Ann', lastName: 'Lee' }, 'Ann Lee'],
    [{ firstName: 'Ann' }, 'Ann'],
    [{ firstName: '\u2800\u3164', username: 'ann' }, '@ann'],
    [{ firstName: '\u202e\u200b', phone: '15550100' }, '+15550100'],
    [{ firstName: '\ud800' }, 'Telegram 77'],
    [{ deleted: true }, 'Deleted Account'],
    [{}, 'Telegram 77'],
  ])('S07 a person is never without a name: %j', (facts, name) => {
    expect(personName(person(facts))).toBe(name);
  });

  it('S07 a chat is never without a name', () => {
    expect(chatName(chat('Friends\nof\tours'))).toBe('Friends of ours');
    expect(chatName(chat('\u200b', 'ours'))).toBe('@ours');
    expect(chatName(chat(''))).toBe('Telegram 88');
  });

  it.each([
    ['A\u202elice', 'Alice'],
    ['A\u200dlice', 'Alice'],
    ['\u2066Alice\u2069', 'Alice'],
    ['Al\u00adice', 'Alice'],
    ['Alice\u0007', 'Alice'],
    ['A\u034flice', 'Alice'],
    ['Alice\u{e0041}', 'Alice'],
    ['a\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301', 'a\u0301\u0301\u0301\u0301'],
  ])('S22 %j shows as what it is', (name, clean) => {
    expect(cleanLine(name)).toBe(clean);
  });

  it.each(['👨‍👩‍👧 family', '❤️', '1️⃣', 'می‌خواهم', 'क्‍ष', 'Ünïcødé', '👍🏽'])(
    'keeps what shapes letters and pictures: %s',
    (name) => {
      expect(cleanLine(name)).toBe(name);
    },
  );

  it('S07 is cut between characters', () => {
    expect(cleanLine('😀'.repeat(200), 10)).toBe(`${'😀'.repeat(9)}…`);
    expect(cleanLine('x'.repeat(1_000_000)).length).toBe(128);
  });

  it('S07 S08 S22 is one line of visible characters, whatever the name is, and stays so', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (words) => {
        const name = personName(person({ firstName: words }));
        expect(name).toMatch(/^[^\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]+$/u);
        expect(name.trim()).toBe(name);
        expect(name).not.toBe('');
        expect(cleanLine(name)).toBe(name);
      }),
    );
  });
});
