import { GatewayError } from '../../../src/gateway/error.js';
import type { Observed } from '../network/observed.js';
import {
  kickCause,
  spoken,
  toChannelEvent,
  toPersonEvent,
  toRoomMessage,
  trailingAfter,
} from '../network/to-event.js';
import { plainText } from '../text/format.js';
import { type Frame, frame as frameOf, nickOf, paramsOf, serverTimeOf, userHostOf } from '../wire/line.js';
import type { Link } from './link.js';
import { readError, readNumeric } from './read-numeric.js';
import { readRegistration } from './read-registration.js';
import type { Room } from './room.js';

/** A message older than this is a playback (a bouncer's), not a slow clock. */
const playbackAfterMs = 60_000;

/** One line of the server, whatever it says: nothing here throws at nonsense, and nothing unasked is believed. */
export function readLine(link: Link, raw: string): void {
  const frame = frameOf(raw, link.context.frame);
  if (frame === undefined) {
    link.malformed++;
    if (link.malformed > link.context.options.limits.malformedLines)
      link.wire?.fail(new GatewayError('network-unreachable', { key: 'irc-garbage' }, 'unknown', true));
    return;
  }
  switch (frame.command) {
    case 'PRIVMSG':
      readMessage(link, frame, false);
      return;
    case 'NOTICE':
      readMessage(link, frame, true);
      return;
    case 'PING':
      link.wire?.urgent(`PONG ${frame.body.slice(frame.paramsAt) || ':'}`);
      return;
    case 'PONG':
      readPong(link, paramsOf(frame));
      return;
    case 'JOIN':
    case 'PART':
    case 'KICK':
    case 'TOPIC':
      readChannelLine(link, frame);
      return;
    case 'MODE':
      // A MODE of our own user tells nothing of interest.
      readChannelLine(link, frame);
      return;
    case 'QUIT':
    case 'NICK':
    case 'AWAY':
      readPersonLine(link, frame);
      return;
    default:
      readOther(link, frame, raw);
      return;
  }
}

function readMessage(link: Link, frame: Frame, notice: boolean): void {
  const { body } = frame;
  const end = body.indexOf(' ', frame.paramsAt);
  if (end < 0) return;
  const target = body.slice(frame.paramsAt, end);
  const room = link.rooms.named(target) ?? roomOfStatusMessage(link, target);
  if (room === undefined) {
    if (!isChannelLike(link, target)) readPrivate(link, frame, end, notice);
    return;
  }
  if (room.state === 'joining' || room.state === 'waiting') return;
  const { network } = link;
  const nick = nickOf(frame);
  if (nick === link.nick) return;
  const { window } = room.channel;
  if (window === undefined) {
    link.rooms.deliver(
      room,
      toRoomMessage(network, room.channel, nick, trailingAfter(frame, end), notice, playbackTime(frame)),
    );
    return;
  }
  const key = keyOf(link, frame, nick);
  const known = window.take(key, room.seat.slot, room.seat.since);
  if (known !== undefined) {
    link.rooms.deliver(room, known.value);
    return;
  }
  const text = trailingAfter(frame, end);
  const event = toRoomMessage(network, room.channel, nick, text, notice, playbackTime(frame));
  window.add(key, event, room.seat.slot, link.context.now());
  link.rooms.deliver(room, event);
}

/**
 * What makes two lines the same: their text without tags. Of our own connections a line is expected before it
 * comes back, when their user and host as seen by others are not known for sure.
 */
function keyOf(link: Link, frame: Frame, nick: string): string {
  return link.network.isOwnNick(nick) ? `${nick}${frame.body.slice(frame.prefixEnd)}` : frame.body;
}

function isChannelLike(link: Link, target: string): boolean {
  const { channelTypes, statusMessage } = link.network.isupport;
  const first = target.charAt(0);
  return (
    channelTypes.includes(first) || (statusMessage.includes(first) && channelTypes.includes(target.charAt(1)))
  );
}

/** `@#channel`: to those with a status only (STATUSMSG). */
function roomOfStatusMessage(link: Link, target: string): Room | undefined {
  const { statusMessage } = link.network.isupport;
  let start = 0;
  while (start < target.length && statusMessage.includes(target.charAt(start))) start++;
  return start === 0 ? undefined : link.rooms.named(target.slice(start));
}

function playbackTime(frame: Frame): number | undefined {
  if (frame.tags === '') return undefined;
  const time = serverTimeOf(frame.tags);
  return time !== undefined && Date.now() - time > playbackAfterMs ? time : undefined;
}

function readPrivate(link: Link, frame: Frame, targetEnd: number, notice: boolean): void {
  const nick = nickOf(frame);
  const text = trailingAfter(frame, targetEnd);
  if (link.phase !== 'online' || nick === link.nick || text === '') return;
  if (userHostOf(frame) === undefined) {
    link.emit({ type: 'place-notice', place: link.network.place, text: plainText(text) });
    return;
  }
  const said = spoken(text, notice);
  if (said === undefined) {
    if (notice) return;
    const answer = link.ctcp.answer(text, Date.now());
    if (answer !== undefined && link.wire?.hasRoom(1)) link.wire.send(`NOTICE ${nick} :${answer}`);
    return;
  }
  const time = playbackTime(frame);
  link.lastDirect = link.context.now();
  link.emit({
    type: 'direct-message',
    from: link.network.contact(nick),
    nick,
    text: said.text,
    style: said.style,
    ...(said.styled && { styled: true }),
    ...(time === undefined ? {} : { time }),
  });
}

function readPong(link: Link, params: string[]): void {
  if (params.includes('isthmus-ready')) link.ready();
  else if (link.phase === 'online' && link.acceptance.pong(params)) link.wire?.wake();
}

function readChannelLine(link: Link, frame: Frame): void {
  const { network } = link;
  const nick = nickOf(frame);
  const name = firstParam(frame);
  if ((frame.command === 'JOIN' || frame.command === 'PART') && link.isOwnNick(nick)) {
    readOwnMove(link, frame, name);
    return;
  }
  const room = link.rooms.named(name);
  if (room === undefined || room.state === 'joining' || room.state === 'waiting') return;
  const now = link.context.now();
  if (frame.command === 'KICK') {
    const [, target, reason] = paramsOf(frame);
    if (target !== undefined && link.isOwnNick(target)) {
      link.rooms.ownKick(room, kickCause(room.channel, nick, now), nick, reason);
      return;
    }
  }
  const { window } = room.channel;
  const known = window?.take(frame.body, room.seat.slot, room.seat.since);
  if (known !== undefined) {
    link.rooms.deliver(room, known.value);
    return;
  }
  const observed = toChannelEvent(network, room.channel, frame, now);
  window?.add(frame.body, observed, room.seat.slot, now);
  link.rooms.deliver(room, observed);
}

/** The first parameter, without making the others. */
function firstParam(frame: Frame): string {
  const { body, paramsAt } = frame;
  if (body.charCodeAt(paramsAt) === 58) return body.slice(paramsAt + 1);
  const end = body.indexOf(' ', paramsAt);
  return end < 0 ? body.slice(paramsAt) : body.slice(paramsAt, end);
}

function readOwnMove(link: Link, frame: Frame, name: string): void {
  if (frame.command === 'PART') {
    link.rooms.ownPart(name, paramsOf(frame)[1]);
    return;
  }
  link.userHost = userHostOf(frame) ?? link.userHost;
  readOwnJoin(link, name);
}

function readOwnJoin(link: Link, name: string): void {
  const room = link.rooms.named(name);
  if (room !== undefined) {
    link.rooms.ownJoin(name);
    return;
  }
  // Put in by somebody else: the user is asked, not taken along.
  if (link.phase !== 'online' || !isChannelLike(link, name) || !link.mayForce()) return;
  link.wire?.send(`PART ${name}`);
  const { network } = link;
  const room_ = network.codec.roomOf(name, network.host);
  link.emit({ type: 'invitation', room: room_, from: network.contact(link.nick), nick: link.nick });
}

function readPersonLine(link: Link, frame: Frame): void {
  if (link.phase !== 'online') return;
  const { network } = link;
  const nick = nickOf(frame);
  const own = link.isOwnNick(nick);
  if (own && frame.command !== 'NICK') return;
  const key = frame.body;
  const { window } = network;
  const known = window?.take(key, link.seat.slot, link.seat.since);
  let observed: Observed = known?.value;
  if (known === undefined) {
    observed = toPersonEvent(network, frame);
    window?.add(key, observed, link.seat.slot, link.context.now());
  }
  if (observed === undefined || !('type' in observed)) return;
  applyToRooms(link, observed);
  if (own && observed.type === 'person-renamed') link.renamed(observed.nick);
  link.emit(observed);
}

/** Ranks, and the members of rooms that are just being entered. */
function applyToRooms(link: Link, event: Exclude<Observed, readonly unknown[] | undefined>): void {
  for (const room of link.rooms.all()) {
    const members = room.entering?.members;
    if (event.type === 'person-left') {
      room.channel.setRank(event.member, '');
      members?.delete(event.member);
    } else if (event.type === 'person-renamed') {
      room.channel.renameRank(event.from, event.to);
      const member = members?.get(event.from);
      if (member === undefined) continue;
      members?.delete(event.from);
      members?.set(event.to, { ...member, id: event.to, nick: event.nick, contact: event.contact });
    } else if (event.type === 'person-away') {
      const member = members?.get(event.member);
      if (member !== undefined) members?.set(event.member, { ...member, away: event.away });
    }
  }
}

function readOther(link: Link, frame: Frame, raw: string): void {
  const { command } = frame;
  if (link.registration !== undefined) {
    readRegistration(link, frame, raw);
    return;
  }
  if (/^\d{3}$/.test(command)) {
    readNumeric(link, command, paramsOf(frame));
    return;
  }
  switch (command) {
    case 'INVITE':
      readInvite(link, frame);
      return;
    case 'ERROR':
      link.lastWords = plainText(paramsOf(frame).at(-1) ?? '');
      return;
    case 'CHGHOST': {
      const [user, host] = paramsOf(frame);
      if (user !== undefined && host !== undefined && link.isOwnNick(nickOf(frame)))
        link.userHost = `${user}@${host}`;
      return;
    }
    case 'FAIL':
      readError(link, 'FAIL', paramsOf(frame));
      return;
    default:
      return;
  }
}

function readInvite(link: Link, frame: Frame): void {
  const [invited, channel] = paramsOf(frame);
  // invite-notify tells of the invitations of others too.
  if (invited === undefined || channel === undefined || !link.isOwnNick(invited)) return;
  if (link.phase !== 'online' || !isChannelLike(link, channel)) return;
  const { network } = link;
  const nick = nickOf(frame);
  link.emit({
    type: 'invitation',
    room: network.codec.roomOf(channel, network.host),
    from: network.contact(nick),
    nick,
  });
}
