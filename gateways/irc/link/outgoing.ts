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

/** Colours that are read on a dark and on a light ground (mIRC). */
const nameColours = [2, 3, 4, 5, 6, 7, 10, 12, 13];
const longestName = 32;

/**
 * How bridges on IRC write whose words they tell: `<nick> …` at each line, each name in a colour of its own where the
 * channel takes colours.
 */
function nameBefore({ speaker, action }: OutboundMessage, coloured: boolean): string {
  if (speaker === undefined) return '';
  const name = [...speaker.replace(/[\p{C}\s]+/gu, ' ').trim()].slice(0, longestName);
  let sum = 0;
  for (const character of name) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) % 65_521;
  const colour = String(nameColours[sum % nameColours.length]).padStart(2, '0');
  const shown = coloured ? `\x03${colour}${name.join('') || '?'}\x03` : name.join('') || '?';
  return action ? `* ${shown} ` : `<${shown}> `;
}

/** Programs do not answer a NOTICE (RFC 2812 §3.3.2). */
function verbOf({ automatic }: OutboundMessage): 'NOTICE' | 'PRIVMSG' {
  return automatic ? 'NOTICE' : 'PRIVMSG';
}

/** Bytes of text that reach the others in one line of ours to `target`. */
function budgetFor(link: Link, target: string, action: boolean): number {
  const prefix = 1 + Buffer.byteLength(link.nick) + 1 + (link.userHost?.length ?? unknownUserHostBytes);
  const head = prefix + ' PRIVMSG '.length + Buffer.byteLength(target) + ' :'.length;
  return Math.max(1, lineBytes - head - (action ? actionBytes : 0));
}

/** @throws GatewayError when it can be known at once that the message cannot be sent. */
function linesFor(link: Link, target: string, message: OutboundMessage, coloured: boolean): string[] {
  const { wire } = link;
  if (link.phase !== 'online' || wire === undefined) throw link.unreachable();
  const before = nameBefore(message, coloured);
  const framed = message.action === true && message.speaker === undefined;
  const { byteLength } = wire.encoding;
  const lines = splitMessage(textOf(message), {
    budget: Math.max(1, budgetFor(link, target, framed) - byteLength(before)),
    maxLines: link.context.options.limits.linesPerMessage,
    byteLength,
  });
  if (lines.length === 0) throw new GatewayError('unsupported', { key: 'irc-empty-message' });
  if (!wire.hasRoom(lines.length)) throw tooFast();
  return lines.map((line) => (framed ? `\x01ACTION ${line}\x01` : before + line));
}

/** A message to a channel; other accounts of ours there will observe the event that is returned. */
export function sendToRoom(link: Link, room: Room, message: OutboundMessage): Sent {
  const lines = linesFor(link, room.name, message, !/[cS]/.test(room.channel.modes));
  const { network } = link;
  const event: RoomMessage = {
    type: 'room-message',
    room: room.id,
    member: network.member(link.nick),
    nick: link.nick,
    text: textOf(message),
    style: message.automatic ? 'notice' : message.action ? 'action' : 'text',
    memo: undefined,
  };
  const verb = verbOf(message);
  const expected = expect(link, room, lines, event, verb);
  for (const line of lines) link.wire?.send(`${verb} ${room.name} :${line}`);
  const accepted = link.acceptance.track('privmsg', [room.key], lines.length);
  accepted.catch(() => {
    for (const entry of expected) room.channel.window?.forget(entry);
  });
  return { event, accepted };
}

/** The first line stands for the whole message, the further ones for nothing. */
function expect(
  link: Link,
  room: Room,
  lines: readonly string[],
  event: RoomMessage,
  verb: string,
): Entry<Observed>[] {
  const { window } = room.channel;
  if (window === undefined) return [];
  const now = link.context.now();
  return lines.map((line, index) =>
    window.add(
      `${link.nick} ${verb} ${room.name} :${line}`,
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
  const lines = linesFor(link, nick, message, true);
  for (const line of lines) link.wire?.send(`${verbOf(message)} ${nick} :${line}`);
  link.lastDirect = link.context.now();
  const accepted = link.acceptance.track('privmsg', [link.network.fold(nick)], lines.length);
  accepted.catch(() => undefined);
  return accepted;
}
