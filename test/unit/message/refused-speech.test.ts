import { describe, expect, it } from 'vitest';
import type { InboundEvent } from '../../../src/gateway/event.js';
import type { NetworkMessageId } from '../../../src/gateway/ids.js';
import type { XmlElement } from '../../../src/xmpp/element.js';
import { NS } from '../../../src/xmpp/namespace.js';
import { DOMAIN, ROMEO, RoomStage } from '../../support/core/room-stage.js';
import { BOB, bob, TalkStage } from '../../support/core/talk-stage.js';

const OWNER = ROMEO.replace(/\/.*/, '');
const SERVER = 'example.org';
const GRANT = `<privilege xmlns='${NS.PRIVILEGE}'><perm access='message' type='outgoing'/></privilege>`;
const NONE = `<privilege xmlns='${NS.PRIVILEGE}'><perm access='message' type='none'/></privilege>`;

const said = (stage: TalkStage, inside: string, attrs = '', from = SERVER) =>
  stage.receive(`<message from='${from}' to='${DOMAIN}' ${attrs}>${inside}</message>`);

/** A server that lets the gateway speak for its users. */
async function privileged(): Promise<TalkStage> {
  const stage = await TalkStage.start();
  await said(stage, GRANT);
  stage.take();
  return stage;
}

/** A server returns what it was asked to send; returns what the user gets instead. */
async function refuse(stage: TalkStage, stanza: XmlElement | undefined, from = SERVER) {
  const error = `<error type='auth'><forbidden xmlns='${NS.STANZA_ERRORS}'/></error>`;
  await said(stage, error, `type='error' id='${stanza?.attrs.id}'`, from);
  return stage.take();
}

function own(text: string, id: string, more: object = {}): InboundEvent {
  const event = { type: 'direct-message', from: bob, nick: 'Bob', text, style: 'text', own: true } as const;
  return { ...event, id: id as NetworkMessageId, ...more };
}

describe('what a server refuses to send in the user’s name', () => {
  it('F32 J02 is shown as a marked copy, under the same id, and so is what comes after it', async () => {
    const stage = await privileged();
    const [asked, ...more] = await stage.hear(own('hello <Bob>', 'n1', { time: 1_700_000_000_000 }));
    expect([asked?.attrs.to, more]).toEqual([SERVER, []]);
    const [copy, ...others] = await refuse(stage, asked);
    expect(others).toEqual([]);
    expect(copy?.attrs).toEqual({ from: BOB, to: OWNER, type: 'chat', id: asked?.attrs.id });
    expect(copy?.childText('body')).toBe('You, from another device: hello <Bob>');
    expect(copy?.child('delay', NS.DELAY)?.attrs.stamp).toBe('2023-11-14T22:13:20.000Z');
    const [next] = await stage.hear(own('again', 'n2'));
    expect([next?.attrs.from, next?.attrs.to]).toEqual([BOB, OWNER]);
    expect(await refuse(stage, asked), 'once').toEqual([]);
    expect(stage.faults).toEqual([]);
  });

  it('F32 J02 is not lost when the privilege was withdrawn while it was under way', async () => {
    const stage = await privileged();
    const [first] = await stage.hear(own('one', 'n1'));
    const [second] = await stage.hear(own('two', 'n2'));
    await said(stage, NONE);
    const copies = [...(await refuse(stage, first)), ...(await refuse(stage, second))];
    expect(copies.map((copy) => copy.childText('body'))).toEqual([
      'You, from another device: one',
      'You, from another device: two',
    ]);
  });

  it('F17 F18 F19 corrections, retractions and reactions are told in words', async () => {
    const message = { id: 'n1' as NetworkMessageId, own: true };
    const bodies: (string | undefined)[] = [];
    for (const event of [
      { type: 'message-edited', contact: bob, message, text: 'the' },
      { type: 'message-retracted', contact: bob, message },
      { type: 'reactions-changed', contact: bob, message, emojis: ['🎉'], own: true },
      { type: 'reactions-changed', contact: bob, message, emojis: [], own: true },
    ] as const) {
      const stage = await privileged();
      await stage.hear(own('teh', 'n1'));
      const [asked] = await stage.hear(event);
      const [copy] = await refuse(stage, asked);
      expect(copy?.child('replace')).toBeUndefined();
      bodies.push(copy?.childText('body'));
    }
    expect(bodies).toEqual([
      'You, from another device, corrected: the',
      'You, from another device, took a message back.',
      'You, from another device, reacted: 🎉',
      undefined,
    ]);
  });

  it('F32 is not lost by a restart in between', async () => {
    const stage = await privileged();
    // As after a crash: the row is still there, and is sent again.
    const [asked] = await stage.hear(own('hello', 'n1'));
    const [row] = [...stage.store.rows.values()];
    const next = new RoomStage({ store: stage.store });
    await stage.store.inbox.append({
      id: asked?.attrs.id ?? '',
      account: row?.id ?? 0,
      domain: DOMAIN,
      stanza: asked?.toString(NS.COMPONENT) ?? '',
    });
    await next.start();
    next.take();
    const error = `<error type='auth'><forbidden xmlns='${NS.STANZA_ERRORS}'/></error>`;
    await next.receive(
      `<message from='${SERVER}' to='${DOMAIN}' type='error' id='${asked?.attrs.id}'>${error}</message>`,
    );
    expect(next.take().map((copy) => copy.childText('body'))).toEqual(['You, from another device: hello']);
  });

  it('S05 cannot be asked for by anybody but the server', async () => {
    const stage = await privileged();
    const [asked] = await stage.hear(own('hello', 'n1'));
    for (const from of ['evil.example', ROMEO, 'juliet@example.org', 'example.org/x'])
      expect(await refuse(stage, asked, from)).toEqual([]);
    expect(await refuse(stage, asked)).toHaveLength(1);
  });
});
