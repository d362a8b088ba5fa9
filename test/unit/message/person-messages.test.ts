import { describe, expect, it, vi } from 'vitest';
import type { DirectMessage } from '../../../src/gateway/event.js';
import type { NetworkMessageId } from '../../../src/gateway/ids.js';
import type { XmlElement } from '../../../src/xmpp/element.js';
import { NS } from '../../../src/xmpp/namespace.js';
import { DOMAIN, ROMEO } from '../../support/core/room-stage.js';
import { BOB, bob, TalkStage } from '../../support/core/talk-stage.js';
import { EVERYTHING } from '../../support/memory-network/messaging.js';
import { MemoryPost } from '../../support/memory-network/post.js';

const OWNER = 'romeo@example.org';

function message(text: string, more: Partial<DirectMessage> = {}): DirectMessage {
  return { type: 'direct-message', from: bob, nick: 'Bob', text, style: 'text', ...more };
}

const id = (text: string) => text as NetworkMessageId;
const idOf = (stanza: XmlElement | undefined) => stanza?.attrs.id ?? '';

describe('what a person sends', () => {
  it('F06 F07 F14 F23 E13 comes from the bare address as chat, live, with a nick and markable', async () => {
    const stage = await TalkStage.start();
    const [stanza] = await stage.hear(message('hello', { id: id('n1') }));
    expect(stanza?.attrs).toMatchObject({ from: BOB, to: OWNER, type: 'chat' });
    expect(stanza?.childText('body')).toBe('hello');
    expect(stanza?.childText('nick', NS.NICK)).toBe('Bob');
    expect(stanza?.child('markable', NS.CHAT_MARKERS)).toBeDefined();
    expect(stanza?.child('delay')).toBeUndefined();
    expect(stanza?.child('stanza-id')).toBeUndefined();
    const [other] = await stage.hear(message('again', { id: id('n2') }));
    expect(idOf(other)).not.toBe(idOf(stanza));
  });

  it('F08 the same message seen twice is one', async () => {
    const stage = await TalkStage.start();
    expect(await stage.hear(message('hello', { id: id('n1') }))).toHaveLength(1);
    expect(await stage.hear(message('hello', { id: id('n1') }))).toEqual([]);
  });

  it('F06 F07 F27 a subject makes it normal; thread, delay and an empty body are shown', async () => {
    const stage = await TalkStage.start();
    const [stanza] = await stage.hear(message('', { subject: 'Offer', thread: 't1', time: 0 }));
    expect(stanza?.attrs.type).toBe('normal');
    expect(stanza?.childText('subject')).toBe('Offer');
    expect(stanza?.childText('thread')).toBe('t1');
    expect(stanza?.childText('body')).toMatch(/\w/);
    expect(stanza?.child('delay', NS.DELAY)?.attrs).toEqual({
      from: DOMAIN,
      stamp: '1970-01-01T00:00:00.000Z',
    });
  });

  it('remarks of the gateway stand below the text, each on its line, or alone', async () => {
    const stage = await TalkStage.start();
    const remarks = [{ key: 'memory-refused' }, { key: 'memory-wrong-code' }];
    const [below] = await stage.hear(message('text', { remarks }));
    const [alone] = await stage.hear(message('', { remarks }));
    expect(below?.childText('body')).toBe('text\n[The network refuses.]\n[That is not the code.]');
    expect(alone?.childText('body')).toBe('[The network refuses.]\n[That is not the code.]');
  });

  it('F24 text that only looks styled is unstyled; rendered styles are not; an action is /me', async () => {
    const stage = await TalkStage.start();
    const [literal] = await stage.hear(message('2*3*4'));
    const [styled] = await stage.hear(message('*bold*', { styled: true }));
    const [plain] = await stage.hear(message('plain'));
    const [action] = await stage.hear(message('waves', { style: 'action' }));
    expect(literal?.child('unstyled', NS.STYLING)).toBeDefined();
    expect(styled?.child('unstyled', NS.STYLING)).toBeUndefined();
    expect(plain?.child('unstyled', NS.STYLING)).toBeUndefined();
    expect(action?.childText('body')).toBe('/me waves');
  });

  it('F21 F22 a reply names the message and its author, with the quotation as fallback', async () => {
    const stage = await TalkStage.start();
    await stage.write('<body>🐢?</body>', 'm1');
    const [stanza] = await stage.hear(
      message('yes', { id: id('n9'), replyTo: { id: id('1'), own: true, quote: '🐢?' } }),
    );
    expect(stanza?.childText('body')).toBe('> 🐢?\nyes');
    expect(stanza?.child('reply', NS.REPLY)?.attrs).toEqual({ to: OWNER, id: 'm1' });
    const fallback = stanza?.child('fallback', NS.FALLBACK);
    expect(fallback?.attrs.for).toBe(NS.REPLY);
    expect(fallback?.child('body')?.attrs).toEqual({ start: '0', end: '5' });
  });

  it('F21 a reply to what is no longer known is a quotation in the text', async () => {
    const stage = await TalkStage.start();
    const [stanza] = await stage.hear(
      message('yes', { replyTo: { id: id('x'), own: true, quote: 'what?' } }),
    );
    expect(stanza?.childText('body')).toBe('> what?\nyes');
    expect(stanza?.child('reply')).toBeUndefined();
    expect(stanza?.child('fallback')).toBeUndefined();
  });

  it('F17 edits name the first id, with new ids of their own, from the same bare address', async () => {
    const stage = await TalkStage.start();
    const { xmpp, network } = await stage.told('teh');
    const edit = (text: string) =>
      stage.hear({ type: 'message-edited', contact: bob, message: { id: network, own: false }, text });
    const [first] = await edit('the');
    const [second] = await edit('then');
    for (const stanza of [first, second]) {
      expect(stanza?.attrs.from).toBe(BOB);
      expect(stanza?.child('replace', NS.CORRECT)?.attrs.id).toBe(xmpp);
    }
    expect(second?.childText('body')).toBe('then');
    const remarks = [{ key: 'memory-refused' }];
    const message = { id: network, own: false };
    const [remarked] = await stage.hear({
      ...{ type: 'message-edited', contact: bob, message, text: 'then', remarks },
    });
    expect(remarked?.childText('body')).toBe('then\n[The network refuses.]');
    expect(new Set([xmpp, idOf(first), idOf(second)]).size).toBe(3);
    // A client may react to the correction: it is the same message.
    await stage.write(
      `<reactions xmlns='${NS.REACTIONS}' id='${idOf(second)}'><reaction>👍</reaction></reactions>`,
    );
    expect(stage.messaging.take()).toEqual([`react bob their ${network} 👍`]);
  });

  it('F17 an edit of what is no longer known is a new message, which the next edit names', async () => {
    const stage = await TalkStage.start();
    const edit = (text: string) =>
      stage.hear({ type: 'message-edited', contact: bob, message: { id: id('old'), own: false }, text });
    const [first] = await edit('the');
    const [second] = await edit('then');
    expect(first?.childText('body')).toBe('Corrected: the');
    expect(first?.child('replace')).toBeUndefined();
    expect(second?.child('replace', NS.CORRECT)?.attrs.id).toBe(idOf(first));
  });

  it('F18 a retraction names the message, with words and a hint to keep it', async () => {
    const stage = await TalkStage.start();
    const { xmpp, network } = await stage.told('oops');
    const [stanza] = await stage.hear({
      type: 'message-retracted',
      contact: bob,
      message: { id: network, own: false },
    });
    expect(stanza?.attrs.from).toBe(BOB);
    expect(stanza?.child('retract', NS.RETRACT)?.attrs.id).toBe(xmpp);
    expect(stanza?.child('fallback', NS.FALLBACK)?.attrs.for).toBe(NS.RETRACT);
    expect(stanza?.childText('body')).toMatch(/\w/);
    expect(stanza?.child('store', NS.HINTS)).toBeDefined();
  });

  it('F18 a retraction finds its conversation by the message, where the network does not name it', async () => {
    const stage = await TalkStage.start();
    const { xmpp, network } = await stage.told('oops');
    const retract = (message: NetworkMessageId) =>
      stage.hear({ type: 'message-retracted', message: { id: message, own: false } });
    const [stanza] = await retract(network);
    expect(stanza?.attrs.from).toBe(BOB);
    expect(stanza?.child('retract', NS.RETRACT)?.attrs.id).toBe(xmpp);
    expect(await retract(id('never heard of'))).toEqual([]);
  });

  it('F19 reactions are the whole set each time, without text; for what is unknown they are words', async () => {
    const stage = await TalkStage.start();
    await stage.write('<body>hello</body>', 'm1');
    const react = (network: string, ...emojis: string[]) =>
      stage.hear({
        type: 'reactions-changed',
        contact: bob,
        message: { id: id(network), own: true },
        emojis,
      });
    const [both] = await react('1', '👍', '🐢');
    const [none] = await react('1');
    const [unknown] = await react('old', '👍');
    expect(both?.child('reactions', NS.REACTIONS)?.attrs.id).toBe('m1');
    expect(
      both
        ?.child('reactions')
        ?.childrenNamed('reaction')
        .map((one) => one.text()),
    ).toEqual(['👍', '🐢']);
    expect(both?.child('store', NS.HINTS)).toBeDefined();
    expect(both?.child('body')).toBeUndefined();
    expect(none?.child('reactions')?.children).toEqual([]);
    expect(unknown?.childText('body')).toContain('👍');
    expect(await react('old')).toEqual([]);
  });

  it('F14 displayed markers go forward only, and name messages of the user', async () => {
    const stage = await TalkStage.start();
    for (const number of ['m1', 'm2', 'm3']) await stage.write('<body>hello</body>', number);
    const { network } = await stage.told('and you?');
    const displayed = (upTo: string) => stage.hear({ type: 'displayed', contact: bob, upTo: id(upTo) });
    const marked = (stanzas: XmlElement[]) =>
      stanzas.map((stanza) => stanza.child('displayed', NS.CHAT_MARKERS)?.attrs.id);
    expect(marked(await displayed('2'))).toEqual(['m2']);
    expect(marked(await displayed('1'))).toEqual([]);
    expect(marked(await displayed('2'))).toEqual([]);
    expect(marked(await displayed(network))).toEqual(['m3']);
    expect(marked(await displayed('unknown'))).toEqual([]);
  });

  it('F15 who writes is shown to clients that know chat states, once, without being kept', async () => {
    const stage = await TalkStage.start();
    const typing = (composing: boolean) => stage.hear({ type: 'typing', contact: bob, composing });
    expect(await typing(true)).toEqual([]);
    await stage.write(`<body>hello</body><active xmlns='${NS.CHAT_STATES}'/>`);
    const [composing, ...more] = await typing(true);
    expect(more).toEqual([]);
    expect(composing?.attrs).toMatchObject({ from: BOB, to: ROMEO, type: 'chat' });
    expect(composing?.child('composing', NS.CHAT_STATES)).toBeDefined();
    expect(composing?.child('no-store', NS.HINTS)).toBeDefined();
    expect(composing?.child('body')).toBeUndefined();
    expect(await typing(true)).toEqual([]);
    const [paused] = await typing(false);
    expect(paused?.child('paused', NS.CHAT_STATES)).toBeDefined();
    expect(await typing(false)).toEqual([]);
    await typing(true);
    const [spoken, ...rest] = await stage.hear(message('hi'));
    expect(spoken?.child('active', NS.CHAT_STATES)).toBeDefined();
    expect(rest).toEqual([]);
    expect(await typing(false)).toEqual([]);
  });

  it('F15 somebody of whom nothing more is heard has paused', async () => {
    const stage = await TalkStage.start(EVERYTHING, { limits: { typingExpiryMs: 5_000 } });
    await stage.write(`<body>hello</body><active xmlns='${NS.CHAT_STATES}'/>`);
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const [composing] = await stage.hear({ type: 'typing', contact: bob, composing: true });
      expect(composing?.child('composing', NS.CHAT_STATES)).toBeDefined();
      vi.advanceTimersByTime(4_999);
      expect(await stage.hear({ type: 'typing', contact: bob, composing: true })).toEqual([]);
      vi.advanceTimersByTime(4_999);
      expect(stage.take()).toEqual([]);
      vi.advanceTimersByTime(1);
      const [paused, ...more] = stage.take();
      expect(paused?.child('paused', NS.CHAT_STATES)).toBeDefined();
      expect(more).toEqual([]);
    } finally {
      vi.useRealTimers();
    }
  });

  it('S11 a text beyond measure comes in parts, in order, each taken back with the whole', async () => {
    const stage = await TalkStage.start(EVERYTHING, { limits: { messageLength: 20 } });
    const words = 'one two three four five six seven eight nine ten';
    const stanzas = await stage.hear(message(words, { id: id('n1') }));
    expect(stanzas.length).toBeGreaterThan(1);
    expect(stanzas.map((stanza) => stanza.childText('body')).join(' ')).toBe(words);
    const retractions = await stage.hear({
      type: 'message-retracted',
      contact: bob,
      message: { id: id('n1'), own: false },
    });
    expect(retractions.map((stanza) => stanza.child('retract')?.attrs.id)).toEqual(stanzas.map(idOf));
  });
});

describe('what the user does with another device, without the privilege to speak for him', () => {
  it('F32 words are a marked copy, and are not sent back to the network', async () => {
    const stage = await TalkStage.start();
    const [stanza] = await stage.hear(message('hello Bob', { id: id('n1'), own: true }));
    expect(stanza?.attrs).toMatchObject({ from: BOB, to: OWNER });
    expect(stanza?.childText('body')).toBe('You, from another device: hello Bob');
    expect(stanza?.child('markable')).toBeUndefined();
    expect(stanza?.child('nick')).toBeUndefined();
    expect(stage.messaging.take()).toEqual([]);
  });

  it('F32 F17 F18 the copy is corrected and taken back as what it is', async () => {
    const stage = await TalkStage.start();
    const [copy] = await stage.hear(message('teh', { id: id('n1'), own: true }));
    const reference = { id: id('n1'), own: true };
    const [edited] = await stage.hear({
      type: 'message-edited',
      contact: bob,
      message: reference,
      text: 'the',
    });
    expect(edited?.child('replace', NS.CORRECT)?.attrs.id).toBe(idOf(copy));
    expect(edited?.childText('body')).toBe('You, from another device: the');
    const [retracted] = await stage.hear({ type: 'message-retracted', contact: bob, message: reference });
    expect(retracted?.child('retract', NS.RETRACT)?.attrs.id).toBe(idOf(copy));
  });

  it('F32 changes of what he wrote over XMPP are told in words; his reading is not told', async () => {
    const stage = await TalkStage.start();
    await stage.write('<body>teh</body>', 'm1');
    const { network } = await stage.told('what?');
    const reference = { id: id('1'), own: true };
    const [edited] = await stage.hear({
      type: 'message-edited',
      contact: bob,
      message: reference,
      text: 'the',
    });
    const [retracted] = await stage.hear({ type: 'message-retracted', contact: bob, message: reference });
    const [reacted] = await stage.hear({
      type: 'reactions-changed',
      contact: bob,
      message: { id: network, own: false },
      emojis: ['👍'],
      own: true,
    });
    const told = [edited, retracted, reacted].map((stanza) => stanza?.childText('body'));
    expect(told).toEqual([
      'You, from another device, corrected: the',
      'You, from another device, took a message back.',
      'You, from another device, reacted: 👍',
    ]);
    for (const stanza of [edited, retracted, reacted])
      expect(
        stanza?.elements().some(({ ns }) => [NS.CORRECT, NS.RETRACT, NS.REACTIONS].includes(ns as never)),
      ).toBe(false);
    expect(await stage.hear({ type: 'displayed', contact: bob, upTo: network, own: true })).toEqual([]);
  });
});

describe('who is faster than the network', () => {
  const react = (network: string) =>
    ({
      type: 'reactions-changed',
      contact: bob,
      message: { id: id(network), own: true },
      emojis: ['👍'],
    }) as const;

  it('F19 a reaction waits for the ids of what is being sent at once', async () => {
    const stage = await TalkStage.start();
    const message = `<message from='${ROMEO}' to='${BOB}' type='chat' id='m1'><body>hello</body></message>`;
    const done = stage.receive(message);
    stage.session(0).observe(react('1'));
    await done;
    await stage.settled();
    const [stanza] = stage.take();
    expect(stanza?.child('reactions', NS.REACTIONS)?.attrs.id).toBe('m1');
  });

  it('F19 a reaction waits for the ids of what is being sent by the outbox', async () => {
    const post = new MemoryPost();
    const stage = await TalkStage.start(EVERYTHING, { network: { post } });
    post.next('bob', 'open');
    await stage.write('<body>hello</body>', 'm1');
    expect(await stage.hear(react('post-1'))).toEqual([]);
    post.open[0]?.accept();
    await stage.settled();
    const [stanza] = stage.take();
    expect(stanza?.child('reactions', NS.REACTIONS)?.attrs.id).toBe('m1');
  });
});
