import { describe, expect, it } from 'vitest';
import type { DirectMessage } from '../../../src/gateway/event.js';
import type { NetworkMessageId } from '../../../src/gateway/ids.js';
import type { XmlElement } from '../../../src/xmpp/element.js';
import { NS } from '../../../src/xmpp/namespace.js';
import { WELCOMING } from '../../support/core/contact-options.js';
import { conditionOf, DOMAIN, ROMEO } from '../../support/core/room-stage.js';
import { BOB, bob, TalkStage } from '../../support/core/talk-stage.js';
import { EVERYTHING } from '../../support/memory-network/messaging.js';
import { contactOf } from '../../support/memory-network/world.js';

const ASKING = { domain: { contacts: { ...WELCOMING, askUnknown: true } } };

function from(name: string, text: string, more: Partial<DirectMessage> = {}): DirectMessage {
  return { type: 'direct-message', from: contactOf(name), nick: name, text, style: 'text', ...more };
}

const network = (id: string) => id as NetworkMessageId;

/** Bodies of what was sent, with who says it. */
function said(stanzas: readonly XmlElement[]): string[] {
  return stanzas
    .filter(({ name }) => name === 'message')
    .map((stanza) => `${stanza.attrs.from}: ${stanza.childText('body')}`);
}

/** A word to the gateway in chat; returns its answer and whatever else comes of it. */
async function tell(stage: TalkStage, ...words: readonly string[]): Promise<XmlElement[]> {
  let sent: XmlElement[] = [];
  for (const [index, word] of words.entries()) {
    await stage.receive(
      `<message from='${ROMEO}' to='${DOMAIN}' type='chat' id='w${index}'><body>${word}</body></message>`,
    );
    sent = stage.take();
  }
  return sent;
}

const write = (stage: TalkStage, text: string) => stage.write(`<body>${text}</body>`);

describe('asked before the first message of an unknown person', () => {
  it('the message waits, and the user is asked once, without the words', async () => {
    const stage = await TalkStage.start(EVERYTHING, ASKING);
    const asked = await stage.hear(from('Bob', 'buy my pills', { id: network('n1') }));
    expect(said(asked)).toEqual([expect.stringContaining(`${DOMAIN}: `)]);
    expect(asked[0]?.childText('body')).toContain(`Bob (${BOB})`);
    expect(asked[0]?.childText('body')).not.toContain('pills');
    expect(await stage.hear(from('Bob', 'now', { id: network('n2') }))).toEqual([]);
    expect(await stage.hear({ type: 'typing', contact: bob, composing: true })).toEqual([]);
  });

  it('let in, his messages come in order with the time at which they were sent, and later ones at once', async () => {
    const stage = await TalkStage.start(EVERYTHING, ASKING);
    await stage.hear(from('Bob', 'one', { id: network('n1') }));
    await stage.hear(from('Bob', 'two'));
    await stage.hear({
      type: 'message-edited',
      contact: bob,
      message: { id: network('n1'), own: false },
      text: 'ONE',
    });
    const sent = await tell(stage, 'requests', '1', 'accept');
    const shown = sent.filter(({ attrs }) => attrs.from === BOB);
    expect(said(shown)).toEqual([`${BOB}: one`, `${BOB}: two`, `${BOB}: ONE`]);
    expect(shown[0]?.child('delay', NS.DELAY)?.attrs.from).toBe(DOMAIN);
    expect(shown[2]?.child('replace', NS.CORRECT)?.attrs.id).toBe(shown[0]?.attrs.id);
    expect(said(await stage.hear(from('Bob', 'three')))).toEqual([`${BOB}: three`]);
    expect(said(await tell(stage, 'requests'))).toEqual([`${DOMAIN}: No messages wait for your answer.`]);
  });

  it('refused, they are gone and he is blocked', async () => {
    const stage = await TalkStage.start(EVERYTHING, ASKING);
    await stage.hear(from('Bob', 'one', { id: network('n1') }));
    expect(said(await tell(stage, 'requests', '1', 'refuse'))).toHaveLength(1);
    expect(await stage.hear(from('Bob', 'two'))).toEqual([]);
    expect(await stage.store.messages.held(1)).toEqual([]);
    expect((await stage.store.messages.byNetworkId(1, 'n1'))?.state).toBe('dropped');
  });

  it('whom the user writes to is known: what waited is shown', async () => {
    const stage = await TalkStage.start(EVERYTHING, ASKING);
    await stage.hear(from('Bob', 'hello?'));
    expect(said(await write(stage, 'yes?'))).toEqual([`${BOB}: hello?`]);
  });

  it('whom he wrote to before he was asked is known', async () => {
    const stage = await TalkStage.start(EVERYTHING);
    await write(stage, 'hello');
    await tell(stage, 'settings', 'ask: yes', '-');
    expect(said(await stage.hear(from('Bob', 'hello yourself')))).toEqual([`${BOB}: hello yourself`]);
    expect(said(await stage.hear(from('Eve', 'psst')))).toEqual([expect.stringContaining('Eve')]);
  });

  it('a person may have only so many waiting, and so may all together; more are lost', async () => {
    const stage = await TalkStage.start(EVERYTHING, ASKING);
    for (let n = 0; n < 7; n += 1) await stage.hear(from('Bob', `${n}`));
    for (let n = 0; n < 7; n += 1) await stage.hear(from('Eve', `${n}`));
    const held = await stage.store.messages.held(1);
    expect(held.filter(({ stanza }) => stanza.includes('bob@'))).toHaveLength(WELCOMING.waitingPerPerson);
    expect(held).toHaveLength(WELCOMING.waitingPerUser);
  });

  it('a crowd of unknown people is named up to a point', async () => {
    const stage = await TalkStage.start(EVERYTHING, ASKING);
    const questions: string[] = [];
    for (const name of ['A', 'B', 'C', 'D', 'E', 'F', 'G'])
      questions.push(...said(await stage.hear(from(name, 'hi'))));
    expect(questions).toHaveLength(6);
    expect(questions.at(-1)).not.toContain('(');
  });

  it('what waits is still there after the account was out of memory', async () => {
    const stage = await TalkStage.start(EVERYTHING, ASKING);
    await stage.hear(from('Bob', 'one'));
    await stage.receive(`<presence type='unavailable' from='${ROMEO}' to='${DOMAIN}'/>`);
    await stage.receive(`<presence from='${ROMEO}' to='${DOMAIN}'/>`);
    stage.take();
    stage.session(1).observe(from('Bob', 'two'));
    await stage.settled();
    expect(stage.take()).toEqual([]);
    const shown = (await tell(stage, 'requests', '1', 'accept')).filter(({ attrs }) => attrs.from === BOB);
    expect(said(shown)).toEqual([`${BOB}: one`, `${BOB}: two`]);
  });
});

describe('blocked', () => {
  it('nothing of the person reaches the user, and he cannot write there', async () => {
    const stage = await TalkStage.start();
    expect(said(await tell(stage, 'block bob'))).toEqual([expect.stringContaining(`${BOB} is blocked`)]);
    expect(await stage.hear(from('Bob', 'hello', { id: network('n1') }))).toEqual([]);
    expect(await stage.hear({ type: 'typing', contact: bob, composing: true })).toEqual([]);
    expect(
      await stage.hear({
        type: 'message-edited',
        contact: bob,
        message: { id: network('n1'), own: false },
        text: 'x',
      }),
    ).toEqual([]);
    const [error] = await write(stage, 'hello');
    expect(conditionOf(error)).toBe('not-acceptable');
    expect(error?.child('error')?.childText('text')).toContain('unblock');
    await stage.receive(
      `<message from='${ROMEO}' to='${BOB}' type='chat'><composing xmlns='${NS.CHAT_STATES}'/></message>`,
    );
    expect(stage.messaging.take()).toEqual([]);
    await tell(stage, 'unblock', '1');
    expect(said(await stage.hear(from('Bob', 'back')))).toEqual([`${BOB}: back`]);
  });

  it('people are named by address, by what the network understands, or chosen; nobody else', async () => {
    const stage = await TalkStage.start();
    expect(said(await tell(stage, `block ${BOB}`))).toEqual([expect.stringContaining(BOB)]);
    expect(said(await tell(stage, 'block xmpp:eve@elsewhere.example'))).toEqual([
      expect.stringMatching(/Nobody of that name/),
    ]);
    expect(said(await tell(stage, 'cancel', 'block', '-'))).toEqual([
      `${DOMAIN}: There is nobody to choose.`,
    ]);
  });
});

describe('muted', () => {
  it('what he says waits and is shown when he is unmuted, with its time', async () => {
    const stage = await TalkStage.start();
    await tell(stage, 'mute bob', '8h');
    expect(await stage.hear(from('Bob', 'one', { id: network('n1') }))).toEqual([]);
    expect(await stage.hear(from('Bob', 'two'))).toEqual([]);
    expect(await stage.hear({ type: 'typing', contact: bob, composing: true })).toEqual([]);
    const sent = await tell(stage, 'unmute', '1');
    const shown = sent.filter(({ attrs }) => attrs.from === BOB);
    expect(said(shown)).toEqual([`${BOB}: one`, `${BOB}: two`]);
    expect(shown[0]?.child('delay', NS.DELAY)).toBeDefined();
    expect(said(await stage.hear(from('Bob', 'three')))).toEqual([`${BOB}: three`]);
  });

  it('what waits can be looked at before; he stays muted', async () => {
    const stage = await TalkStage.start();
    await tell(stage, 'mute bob', 'always');
    await stage.hear(from('Bob', 'one'));
    const shown = (await tell(stage, 'requests', '1', 'accept')).filter(({ attrs }) => attrs.from === BOB);
    expect(said(shown)).toEqual([`${BOB}: one`]);
    expect(await stage.hear(from('Bob', 'two'))).toEqual([]);
  });

  it('a mute that is over by the time the user comes back has ended', async () => {
    const stage = await TalkStage.start();
    await tell(stage, 'mute bob', '1h');
    await stage.hear(from('Bob', 'one'));
    await stage.receive(`<presence type='unavailable' from='${ROMEO}' to='${DOMAIN}'/>`);
    const [record] = await stage.store.contacts.list(1);
    if (record) await stage.store.contacts.put([{ ...record, mutedUntil: 1 }]);
    stage.take();
    await stage.receive(`<presence from='${ROMEO}' to='${DOMAIN}'/>`);
    expect(said(stage.take())).toEqual([`${BOB}: one`]);
  });

  it('what can no longer wait is shown rather than lost', async () => {
    const stage = await TalkStage.start();
    await tell(stage, 'mute bob', '1h');
    const shown: string[] = [];
    for (let n = 0; n <= WELCOMING.waitingPerUser; n += 1)
      shown.push(...said(await stage.hear(from('Bob', `${n}`))));
    expect(shown).toEqual([`${BOB}: ${WELCOMING.waitingPerUser}`]);
  });
});

describe('blocked on the network itself', () => {
  const blocked = (stage: TalkStage, is: boolean) =>
    stage.hear({ type: 'contact-blocked', contact: bob, blocked: is });

  it('nothing goes either way, until the user lets him again', async () => {
    const stage = await TalkStage.start(EVERYTHING);
    await stage.told('hello');
    await blocked(stage, true);
    expect(await stage.hear(from('Bob', 'still there?'))).toEqual([]);
    expect((await write(stage, 'no')).map(conditionOf)).toEqual(['not-acceptable']);
    await blocked(stage, false);
    expect(said(await stage.hear(from('Bob', 'and now?')))).toEqual([`${BOB}: and now?`]);
  });

  it('the network is not told what it has said', async () => {
    const stage = await TalkStage.start(EVERYTHING);
    await blocked(stage, true);
    await blocked(stage, true);
    expect(said(await tell(stage, 'unblock bob')).join()).toContain(BOB);
    expect(said(await stage.hear(from('Bob', 'thanks')))).toEqual([`${BOB}: thanks`]);
  });
});
