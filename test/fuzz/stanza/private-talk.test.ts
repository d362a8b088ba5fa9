import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { InboundEvent } from '../../../src/gateway/event.js';
import type { ContactId, NetworkMessageId } from '../../../src/gateway/ids.js';
import { el } from '../../../src/xmpp/element.js';
import { NS } from '../../../src/xmpp/namespace.js';
import { EVERYTHING, MemoryMessaging } from '../../support/memory-network/messaging.js';
import { contactOf } from '../../support/memory-network/world.js';
import { DOMAIN } from '../domain-parts.js';
import { runs } from '../runs.js';
import { hostileText } from './arbitraries.js';
import { complaints } from './outputs.js';
import { StanzaStage, stageTranslator } from './stage.js';

/** Milliseconds for the whole target, shrinking included. */
const TIME_LIMIT_MS = 300_000;

const translator = stageTranslator();

/** Ids that both sides use, so that they meet, and others. */
const id = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('m1', 'm2', 'm3', '1', '2', 'n1', 'n2') },
  { weight: 1, arbitrary: hostileText },
);
const number = fc.oneof(fc.nat(50).map(String), fc.constantFrom('-1', '1e9', '', '99999999999', 'x'));

/** One child that some client may put into a message. */
const child = fc.oneof(
  hostileText.map((text) => el('body', NS.COMPONENT, null, text)),
  hostileText.map((text) => el('subject', NS.COMPONENT, null, text)),
  hostileText.map((text) => el('thread', NS.COMPONENT, null, text)),
  id.map((name) => el('replace', NS.CORRECT, { id: name })),
  id.map((name) => el('retract', NS.RETRACT, { id: name })),
  fc
    .tuple(id, fc.array(fc.oneof(fc.constantFrom('👍', '🐢'), hostileText), { maxLength: 4 }))
    .map(([name, emojis]) =>
      el(
        'reactions',
        NS.REACTIONS,
        { id: name },
        ...emojis.map((emoji) => el('reaction', NS.REACTIONS, null, emoji)),
      ),
    ),
  id.map((name) => el('reply', NS.REPLY, { id: name, to: `bob@${DOMAIN}` })),
  fc
    .tuple(fc.constantFrom(NS.REPLY, NS.REACTIONS, NS.SFS, 'x'), number, number)
    .map(([what, start, end]) =>
      el('fallback', NS.FALLBACK, { for: what }, el('body', NS.FALLBACK, { start, end })),
    ),
  id.map((name) => el('displayed', NS.CHAT_MARKERS, { id: name })),
  id.map((name) => el('received', NS.RECEIPTS, { id: name })),
  id.map((name) => el('origin-id', NS.SID, { id: name })),
  hostileText.map((url) => el('x', NS.OOB, null, el('url', NS.OOB, null, url))),
  fc.constantFrom(
    el('request', NS.RECEIPTS),
    el('composing', NS.CHAT_STATES),
    el('paused', NS.CHAT_STATES),
    el('nonsense', NS.CHAT_STATES),
    el('unstyled', NS.STYLING),
    el('delay', NS.DELAY, { stamp: 'never' }),
    el('encrypted', 'urn:xmpp:omemo:2'),
  ),
);

const userMessage = fc
  .record({
    from: fc.constantFrom('romeo@example.org/orchard', 'romeo@example.org/hall', 'juliet@example.org/x'),
    to: fc.constantFrom('bob', 'carol', 'nobody'),
    type: fc.constantFrom('chat', 'normal', 'headline', 'groupchat', undefined),
    name: id,
    children: fc.array(child, { minLength: 1, maxLength: 6 }),
  })
  .map(({ from, to, type, name, children }) =>
    el('message', NS.COMPONENT, { from, to: `${to}@${DOMAIN}`, type, id: name }, ...children).toString(
      NS.COMPONENT,
    ),
  );

const contact = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('bob' as ContactId, 'carol' as ContactId) },
  { weight: 1, arbitrary: hostileText.map((text) => text as ContactId) },
);
const networkId = id.map((text) => text as NetworkMessageId);
const reference = fc.record({ id: networkId, own: fc.boolean() });
const time = fc.oneof(fc.integer(), fc.double());

const event: fc.Arbitrary<InboundEvent> = fc.oneof(
  fc.record(
    {
      type: fc.constant('direct-message' as const),
      from: contact,
      nick: hostileText,
      text: hostileText,
      style: fc.constantFrom('text' as const, 'action' as const, 'notice' as const),
      id: networkId,
      own: fc.boolean(),
      styled: fc.boolean(),
      time,
      subject: hostileText,
      thread: hostileText,
      replyTo: fc.tuple(reference, hostileText).map(([answered, quote]) => ({ ...answered, quote })),
    },
    { requiredKeys: ['type', 'from', 'nick', 'text', 'style'] },
  ),
  fc.record(
    {
      type: fc.constant('message-edited' as const),
      contact,
      message: reference,
      text: hostileText,
      styled: fc.boolean(),
      time,
    },
    { requiredKeys: ['type', 'contact', 'message', 'text'] },
  ),
  fc.record({ type: fc.constant('message-retracted' as const), contact, message: reference }),
  fc.record({
    type: fc.constant('reactions-changed' as const),
    contact,
    message: reference,
    emojis: fc.array(hostileText, { maxLength: 5 }),
    own: fc.boolean(),
  }),
  fc.record({ type: fc.constant('typing' as const), contact, composing: fc.boolean() }),
  fc.record({ type: fc.constant('displayed' as const), contact, upTo: networkId, own: fc.boolean() }),
  fc.record({
    type: fc.constant('delivery-report' as const),
    message: networkId,
    outcome: fc.constantFrom('delivered' as const, 'failed' as const),
  }),
);

it(
  'F09 Q14 S08 S09 any private talk is answered by the rules and written well-formed',
  async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(userMessage, event), { minLength: 1, maxLength: 25 }),
        async (steps) => {
          const network = { messaging: new MemoryMessaging(EVERYTHING) };
          const stage = new StanzaStage({ translator, network });
          try {
            for (const name of ['bob', 'carol']) stage.gateway.world.person(name);
            stage.feed(
              Buffer.from(
                `<message from='romeo@example.org/orchard' to='bob@${DOMAIN}' type='chat' id='m1'><body>hi</body></message>`,
              ),
            );
            await stage.settled();
            for (const step of steps) {
              if (typeof step === 'string') stage.feed(Buffer.from(step));
              else stage.gateway.world.connected.get(contactOf('romeo'))?.observe(step);
              await stage.settled();
            }
            expect(complaints(stage.received, stage.sink.sent)).toEqual([]);
            expect(stage.faults).toEqual([]);
          } finally {
            await stage.stop();
          }
        },
      ),
      runs('private talk'),
    );
  },
  TIME_LIMIT_MS,
);
