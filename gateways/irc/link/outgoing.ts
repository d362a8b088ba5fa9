import { GatewayError } from '../../../src/gateway/error.js';
import type { RoomMessage } from '../../../src/gateway/event.js';
import type { OutboundMessage } from '../../../src/gateway/message.js';
import type { Sent } from '../../../src/gateway/session.js';
import type { Observed } from '../network/observed.js';
import type { Entry } from '../network/window.js';
import { splitMessage } from '../text/split.js';
import { lineBytes } from '../wire/sanitise.js';
import { tooFast } from './failure.js';
import type { Link } from './link.js';
import type { Room } from './room.js';

/** What others may see before our text: `user@host` as long as the server has not shown ours (RFC 2812 §1.3). */
const unknownUserHostBytes = 10 + 1 + 63;
const actionBytes = '\x01ACTION \x01'.length;

/** A correction said in words: IRC has no edits; the asterisk is what people type themselves. */
function textOf(message: OutboundMessage): string {
  return message.corrects ? `* ${message.text}` : message.text;
}

/** Bytes of text that reach the others in one line of ours to `target`. */
function budgetFor(link: Link, target: string, action: boolean): number {
  const prefix = 1 + Buffer.byteLength(link.nick) + 1 + (link.userHost?.length ?? unknownUserHostBytes);
  const head = prefix + ' PRIVMSG '.length + Buffer.byteLength(target) + ' :'.length;
  return Math.max(1, lineBytes - head - (action ? actionBytes : 0));
}

/** @throws GatewayError when it can be known at once that the message cannot be sent. */
function linesFor(link: Link, target: string, message: OutboundMessage): string[] {
  const { wire } = link;
  if (link.phase !== 'online' || wire === undefined) throw link.unreachable();
  const lines = splitMessage(textOf(message), {
    budget: budgetFor(link, target, message.action === true),
    maxLines: link.context.options.limits.linesPerMessage,
    byteLength: wire.encoding.byteLength,
  });
  if (lines.length === 0) throw new GatewayError('unsupported', { key: 'irc-empty-message' });
  if (!wire.hasRoom(lines.length)) throw tooFast();
  return message.action ? lines.map((line) => `\x01ACTION ${line}\x01`) : lines;
}

/** A message to a channel; other accounts of ours there will observe the event that is returned. */
export function sendToRoom(link: Link, room: Room, message: OutboundMessage): Sent {
  const lines = linesFor(link, room.name, message);
  const { network } = link;
  const event: RoomMessage = {
    type: 'room-message',
    room: room.id,
    member: network.member(link.nick),
    nick: link.nick,
    text: textOf(message),
    style: message.action ? 'action' : 'text',
    memo: undefined,
  };
  const expected = expect(link, room, lines, event);
  for (const line of lines) link.wire?.send(`PRIVMSG ${room.name} :${line}`);
  const accepted = link.acceptance.track('privmsg', [room.key], lines.length);
  accepted.catch(() => {
    for (const entry of expected) room.channel.window?.forget(entry);
  });
  return { event, accepted };
}

/** The first line stands for the whole message, the further ones for nothing. */
function expect(link: Link, room: Room, lines: readonly string[], event: RoomMessage): Entry<Observed>[] {
  const { window } = room.channel;
  if (window === undefined) return [];
  const now = link.context.now();
  return lines.map((line, index) =>
    window.add(
      `${link.nick} PRIVMSG ${room.name} :${line}`,
      index === 0 ? event : undefined,
      room.seat.slot,
      now,
    ),
  );
}

/** A private message; connects first if need be. */
export function sendToPerson(link: Link, nick: string, message: OutboundMessage): Sent {
  if (link.phase === 'online') return { accepted: deliver(link, nick, message) };
  const accepted = new Promise<undefined>((resolve, reject) => {
    link.whenOnline(() => {
      try {
        deliver(link, nick, message).then(resolve, reject);
      } catch (error) {
        reject(error);
      }
    }, reject);
  });
  // Whoever looks at it gets the refusal; a refusal nobody looks at must not end the process.
  accepted.catch(() => undefined);
  return { accepted };
}

function deliver(link: Link, nick: string, message: OutboundMessage): Promise<undefined> {
  const lines = linesFor(link, nick, message);
  for (const line of lines) link.wire?.send(`PRIVMSG ${nick} :${line}`);
  link.lastDirect = link.context.now();
  const accepted = link.acceptance.track('privmsg', [link.network.fold(nick)], lines.length);
  accepted.catch(() => undefined);
  return accepted;
}
