import type { XmlElement } from '@xmpp/client';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { InboundEvent } from '../../../src/gateway/event.js';
import type { NetworkMessageId } from '../../../src/gateway/ids.js';
import { NS } from '../../../src/xmpp/namespace.js';
import type { XmppClient } from '../../client/xmpp-client.js';
import { DomainStage } from '../../support/domain-stage.js';
import { MemoryMessaging } from '../../support/memory-network/messaging.js';
import { contactOf } from '../../support/memory-network/world.js';

const CAROL = contactOf('carol');

describe.each(['prosody', 'ejabberd'] as const)('private messages in full, through %s', (xmpp) => {
  const messaging = new MemoryMessaging();
  let stage: DomainStage;
  let alice: XmppClient;
  let contact: string;
  let serial = 0;

  /** Sends to carol; returns the id. */
  const write = async (children: string, id = alice.nextId()) => {
    await alice.send(`<message type='chat' id='${id}' to='${contact}'>${children}</message>`);
    return id;
  };
  /** What the network is asked next. */
  const asked = (words: string) => expect.poll(() => messaging.asked).toContain(words);
  const observe = (event: InboundEvent) => stage.world.connected.get(contactOf('alice'))?.observe(event);
  /** Carol writes. */
  const tell = async (text: string) => {
    serial += 1;
    const network = `c${serial}` as NetworkMessageId;
    observe({ type: 'direct-message', from: CAROL, nick: 'Carol', text, style: 'text', id: network });
    const stanza = await alice.waitFor({ name: 'message', from: contact, body: text }, text);
    return { network, xmpp: stanza.attrs.id ?? '', stanza };
  };
  const reference = (id: NetworkMessageId, own = false) => ({ id, own });

  beforeAll(async () => {
    stage = await DomainStage.start({ xmpp, network: { messaging } });
    alice = await stage.user('alice');
    await stage.register(alice);
    stage.world.person('Carol');
    contact = stage.contact('Carol');
  });
  afterAll(() => stage.stop());
  beforeEach(() => {
    messaging.take();
  });

  it('F01 F12 F16 F18 a message, its receipt, its correction, its retraction', async () => {
    const id = await write(`<body>teh</body><request xmlns='${NS.RECEIPTS}'/>`);
    await asked('say carol 1 teh');
    observe({ type: 'delivery-report', message: '1' as NetworkMessageId, outcome: 'delivered' });
    const receipt = await alice.waitFor({ name: 'message', child: ['received', NS.RECEIPTS] }, 'the receipt');
    expect(receipt.attrs.from).toBe(contact);
    expect(receipt.getChild('received')?.attrs.id).toBe(id);
    await write(`<body>the</body><replace xmlns='${NS.CORRECT}' id='${id}'/>`);
    await asked('edit carol 1 the');
    await write(`<retract xmlns='${NS.RETRACT}' id='${id}'/><body>taken back</body>`);
    await asked('retract carol 1');
    expect(stage.faults).toEqual([]);
  });

  it('F17 F18 F19 what Carol corrects, takes back and reacts to names what clients know', async () => {
    const { network, xmpp: first, stanza } = await tell('teh');
    expect(stanza.getChild('markable', NS.CHAT_MARKERS)).toBeDefined();
    observe({ type: 'message-edited', contact: CAROL, message: reference(network), text: 'the' });
    const edited = await alice.waitFor({ name: 'message', from: contact, body: 'the' }, 'the edit');
    expect(edited.getChild('replace', NS.CORRECT)?.attrs.id).toBe(first);
    observe({ type: 'message-retracted', contact: CAROL, message: reference(network) });
    const retracted = await alice.waitFor(
      { name: 'message', child: ['retract', NS.RETRACT] },
      'the retraction',
    );
    expect(retracted.getChild('retract')?.attrs.id).toBe(first);
    const mine = await write('<body>react to this</body>');
    await expect.poll(() => messaging.asked.at(-1)).toMatch(/react to this$/);
    const [, , own = ''] = (messaging.asked.at(-1) ?? '').split(' ');
    observe({
      type: 'reactions-changed',
      contact: CAROL,
      message: reference(own as NetworkMessageId, true),
      emojis: ['👍'],
    });
    const reacted = await alice.waitFor(
      { name: 'message', child: ['reactions', NS.REACTIONS] },
      'the reaction',
    );
    expect(reacted.getChild('reactions')?.attrs.id).toBe(mine);
  });

  it('F14 F19 F21 markers, reactions and replies reach the network by its own ids', async () => {
    const { network, xmpp: id } = await tell('what do you think?');
    await write(`<displayed xmlns='${NS.CHAT_MARKERS}' id='${id}'/>`);
    await asked(`read carol ${network}`);
    await write(`<reactions xmlns='${NS.REACTIONS}' id='${id}'><reaction>🐢</reaction></reactions>`);
    await asked(`react carol their ${network} 🐢`);
    await write(
      `<body>&gt; what do you think?\ngood</body><reply xmlns='${NS.REPLY}' to='${contact}' id='${id}'/>` +
        `<fallback xmlns='${NS.FALLBACK}' for='${NS.REPLY}'><body start='0' end='21'/></fallback>`,
    );
    const replyTo = { ...reference(network), quote: 'what do you think?' };
    await expect.poll(() => messaging.sent.at(-1)).toEqual({ text: 'good', replyTo });
  });

  it('F15 typing both ways', async () => {
    await write(`<composing xmlns='${NS.CHAT_STATES}'/>`);
    await asked('typing carol yes');
    observe({ type: 'typing', contact: CAROL, composing: true });
    const composing = await alice.waitFor(
      { name: 'message', child: ['composing', NS.CHAT_STATES] },
      'composing',
    );
    expect(composing.attrs.from).toBe(contact);
    observe({ type: 'typing', contact: CAROL, composing: false });
    await alice.waitFor({ name: 'message', child: ['paused', NS.CHAT_STATES] }, 'paused');
  });

  it('F14 what Carol has read is marked', async () => {
    const id = await write('<body>read this</body>');
    await expect.poll(() => messaging.asked.at(-1)).toMatch(/read this$/);
    const [, , network = ''] = (messaging.asked.at(-1) ?? '').split(' ');
    observe({ type: 'displayed', contact: CAROL, upTo: network as NetworkMessageId });
    const marker = await alice.waitFor(
      { name: 'message', child: ['displayed', NS.CHAT_MARKERS] },
      'the marker',
    );
    expect(marker.getChild('displayed')?.attrs.id).toBe(id);
  });

  it('F08 F17 a restart of the gateway forgets no ids', async () => {
    const { network, xmpp: id } = await tell('before');
    await stage.stopGateway();
    await stage.startGateway();
    await expect.poll(() => stage.world.connected.has(contactOf('alice'))).toBe(true);
    observe({
      type: 'direct-message',
      from: CAROL,
      nick: 'Carol',
      text: 'before',
      style: 'text',
      id: network,
    });
    observe({ type: 'message-edited', contact: CAROL, message: reference(network), text: 'after' });
    const edited = await alice.waitFor({ name: 'message', from: contact, body: 'after' }, 'the edit');
    expect(edited.getChild('replace', NS.CORRECT)?.attrs.id).toBe(id);
    expect(alice.count({ name: 'message', body: 'before' })).toBe(1);
  });

  it('F32 without privilege what Alice says elsewhere is a marked copy', async () => {
    observe({
      type: 'direct-message',
      from: CAROL,
      nick: 'Carol',
      text: 'from my phone',
      style: 'text',
      id: 'o1' as NetworkMessageId,
      own: true,
    });
    const copy = await alice.waitFor({ name: 'message', body: /from my phone/ }, 'the copy');
    expect(copy.attrs.from).toBe(contact);
    expect(copy.getChildText('body')).toBe('You, from another device: from my phone');
    expect(stage.faults).toEqual([]);
  });
});

describe('what Alice does elsewhere, where Prosody lets the gateway speak for her', () => {
  const messaging = new MemoryMessaging();
  let stage: DomainStage;
  let alice: XmppClient;
  let contact: string;

  const observe = (event: InboundEvent) => stage.world.connected.get(contactOf('alice'))?.observe(event);
  const own = (text: string, id: string) =>
    observe({
      type: 'direct-message',
      from: CAROL,
      nick: 'Carol',
      text,
      style: 'text',
      id: id as NetworkMessageId,
      own: true,
    });
  /** The message inside a carbon (XEP-0280) of what was sent in her name. */
  const carbon = (what: string, matches: (message: XmlElement) => boolean) =>
    alice
      .waitFor((stanza) => {
        const message = sentCopy(stanza);
        return message !== undefined && matches(message);
      }, what)
      .then((stanza) => {
        const message = sentCopy(stanza);
        if (!message) throw new Error('no message in the carbon');
        return message;
      });

  beforeAll(async () => {
    stage = await DomainStage.start({ network: { messaging }, privileged: true });
    alice = await stage.user('alice');
    await alice.iq('set', undefined, `<enable xmlns='${NS.CARBONS}'/>`);
    await stage.register(alice);
    stage.world.person('Carol');
    contact = stage.contact('Carol');
  });
  afterAll(() => stage.stop());

  it('F32 J04 J05 is hers, and does not go back to the network', async () => {
    own('from my phone', 'o1');
    const shown = await carbon(
      'her own words',
      (message) => message.getChildText('body') === 'from my phone',
    );
    expect(shown.attrs.to).toBe(contact);
    expect(shown.attrs.from?.split('/')[0]).toBe(alice.bareJid);
    // What she says now comes after all that was brought back.
    await alice.message(contact, 'from my desk');
    await expect.poll(() => messaging.asked).toContain('say carol 1 from my desk');
    expect(messaging.take()).toEqual(['say carol 1 from my desk']);
    expect(alice.count({ name: 'message', from: contact, body: /from my phone/ })).toBe(0);
  });

  it('F32 F16 F18 F19 her corrections, retractions and reactions are hers as well', async () => {
    own('teh', 'o2');
    const first = await carbon('her words', (message) => message.getChildText('body') === 'teh');
    const reference = { id: 'o2' as NetworkMessageId, own: true };
    observe({ type: 'message-edited', contact: CAROL, message: reference, text: 'the' });
    const edited = await carbon(
      'her edit',
      (message) => message.getChild('replace', NS.CORRECT) !== undefined,
    );
    expect(edited.getChildText('body')).toBe('the');
    expect(edited.getChild('replace')?.attrs.id).toBe(first.attrs.id);
    observe({ type: 'message-retracted', contact: CAROL, message: reference });
    const retracted = await carbon(
      'her retraction',
      (message) => message.getChild('retract', NS.RETRACT) !== undefined,
    );
    expect(retracted.getChild('retract')?.attrs.id).toBe(first.attrs.id);
    await alice.message(contact, 'now I write here');
    await expect.poll(() => messaging.asked.at(-1)).toMatch(/now I write here$/);
    expect(messaging.take()).toHaveLength(1);
    expect(stage.faults).toEqual([]);
  });
});

it('J02 F32 where the server would show her own words to nobody (ejabberd before 23.10) they are a marked copy', async () => {
  const stage = await DomainStage.start({
    xmpp: 'ejabberd',
    network: { messaging: new MemoryMessaging() },
    privileged: true,
  });
  try {
    const alice = await stage.user('alice');
    await stage.register(alice);
    stage.world.person('Carol');
    stage.world.connected.get(contactOf('alice'))?.observe({
      type: 'direct-message',
      from: CAROL,
      nick: 'Carol',
      text: 'from my phone',
      style: 'text',
      id: 'o1' as NetworkMessageId,
      own: true,
    });
    const copy = await alice.waitFor({ name: 'message', from: stage.contact('Carol') }, 'the copy');
    expect(copy.getChildText('body')).toBe('You, from another device: from my phone');
  } finally {
    await stage.stop();
  }
});

function sentCopy(stanza: XmlElement): XmlElement | undefined {
  return stanza.getChild('sent', NS.CARBONS)?.getChild('forwarded', NS.FORWARD)?.getChild('message');
}
