import { describe, expect, it } from 'vitest';
import type { XmlElement } from '../../../src/xmpp/element.js';
import { NS } from '../../../src/xmpp/namespace.js';
import { FORM_TYPE, parseDataForm } from '../../../src/xmpp/xep/0004-data-forms/data-form.js';
import { capsVer } from '../../../src/xmpp/xep/0115-entity-capabilities/caps.js';
import { DOMAIN, ROMEO } from '../../support/core/room-stage.js';
import { BOB, bob, TalkStage } from '../../support/core/talk-stage.js';
import { EVERYTHING } from '../../support/memory-network/messaging.js';

const INFO = `<query xmlns='${NS.DISCO_INFO}'/>`;
const MESSAGES = [
  NS.CORRECT,
  NS.RETRACT,
  NS.REACTIONS,
  NS.REPLY,
  NS.RECEIPTS,
  NS.CHAT_MARKERS,
  NS.CHAT_STATES,
] as const;

const featuresOf = (query: XmlElement) => query.childrenNamed('feature').map(({ attrs }) => attrs.var ?? '');

/** The hash of what a reply says, as a client makes it. */
function verOf(query: XmlElement): string {
  return capsVer({
    identities: query.childrenNamed('identity').map(({ attrs }) => ({
      category: attrs.category ?? '',
      type: attrs.type ?? '',
    })),
    features: featuresOf(query),
    forms: query.childrenNamed('x', NS.DATA).flatMap((x) => parseDataForm(x) ?? []),
  });
}

/** What a person's presence says of his features. */
async function capsOf(stage: TalkStage): Promise<Record<string, string>> {
  await stage.receive(`<presence from='${ROMEO}' to='${BOB}' type='subscribe'/>`);
  const presence = stage.take().find(({ attrs }) => attrs.from === BOB && attrs.type === undefined);
  return presence?.child('c', NS.CAPS)?.attrs ?? {};
}

describe('what people of a network can do', () => {
  it.each([
    ['everything', EVERYTHING, MESSAGES],
    ['text alone', {}, []],
    ['receipts of arrival', { receipts: 'delivered' }, [NS.RECEIPTS]],
    ['edits and typing', { edits: true, typing: true }, [NS.CORRECT, NS.CHAT_STATES]],
  ] as const)('B10 B12 B13 is what the network can: %s', async (_name, abilities, expected) => {
    const stage = await TalkStage.start(abilities);
    const { node, ver } = await capsOf(stage);
    const shown = await stage.result('get', ROMEO, BOB, INFO);
    expect(featuresOf(shown).filter((feature) => MESSAGES.includes(feature as never))).toEqual(expected);
    expect(verOf(shown)).toBe(ver);
    const atNode = await stage.result(
      'get',
      ROMEO,
      BOB,
      `<query xmlns='${NS.DISCO_INFO}' node='${node}#${ver}'/>`,
    );
    expect(featuresOf(atNode)).toEqual(featuresOf(shown));
  });

  it('F20 B13 tells the limits of reactions in a form, which is part of the hash', async () => {
    const stage = await TalkStage.start({ reactions: { maxPerUser: 1, allowed: ['👍', '❤️'] } });
    const shown = await stage.result('get', ROMEO, BOB, INFO);
    const x = shown.child('x', NS.DATA);
    const form = x && parseDataForm(x);
    expect(form?.type).toBe('result');
    const values = Object.fromEntries(form?.fields.map((field) => [field.var, field.values]) ?? []);
    expect(values).toEqual({
      [FORM_TYPE]: ['urn:xmpp:reactions:0:restrictions'],
      max_reactions_per_user: ['1'],
      allowlist: ['👍', '❤️'],
    });
    expect(verOf(shown)).toBe((await capsOf(stage)).ver);
  });

  it('B18 who takes no messages says so, and nothing of messages', async () => {
    const stage = await TalkStage.start(EVERYTHING);
    await stage.store.contacts.put([
      {
        account: (await stage.store.accounts.find(DOMAIN, 'romeo@example.org'))?.id ?? 0,
        contact: bob,
        listed: false,
        name: '',
        groups: [],
        avatar: '',
        photo: '',
        noReply: true,
        to: false,
        from: false,
        pending: '',
        suggested: false,
        blocked: false,
        mutedUntil: 0,
        approved: false,
        lastSeen: 0,
      },
    ]);
    const shown = await stage.result('get', ROMEO, BOB, INFO);
    expect(featuresOf(shown)).toContain(NS.NOREPLY);
    expect(featuresOf(shown).filter((feature) => MESSAGES.includes(feature as never))).toEqual([]);
    const other = await stage.result('get', ROMEO, `carol@${DOMAIN}`, INFO);
    expect(featuresOf(other)).not.toContain(NS.NOREPLY);
  });
});

describe('the command that tells it in words', () => {
  const ask = async (stage: TalkStage, lang = 'en') => {
    await stage.receive(
      `<message from='${ROMEO}' to='${DOMAIN}' type='chat' xml:lang='${lang}'><body>capabilities</body></message>`,
    );
    return stage
      .take()
      .map((message) => message.childText('body'))
      .join('\n');
  };

  it('K06 names what is carried, and what becomes of the rest', async () => {
    const all = await ask(await TalkStage.start(EVERYTHING));
    expect(all).toContain('Corrections change the message there.');
    expect(all).toContain('A reply shows what it answers.');
    const none = await ask(await TalkStage.start({}));
    expect(none).toContain('A correction is sent as another message that says so.');
    expect(none).toContain('A reply is sent with the quotation in its text.');
    expect(none.split('\n').length).toBeGreaterThanOrEqual(10);
  });

  it('K06 in Russian', async () => {
    const some = await ask(await TalkStage.start({ reactions: { allowed: ['👍'] } }), 'ru');
    expect(some).toContain('Передаются такие реакции: 👍');
    expect(some).not.toMatch(/capabilit/);
  });
});
