import { GatewayError } from '../../../src/gateway/error.js';
import { modesOfLine } from '../network/modes.js';
import type { Observed } from '../network/observed.js';
import {
  kickCause,
  memberOfToken,
  spoken,
  toChannelEvent,
  toPersonEvent,
  toRoomMessage,
  trailingAfter,
} from '../network/to-event.js';
import { plainText } from '../text/format.js';
import { type Frame, frame as frameOf, nickOf, paramsOf, serverTimeOf, userHostOf } from '../wire/line.js';
import { type Link, saslError } from './link.js';
import { errorOf, isNickRefusal, joinErrorOf } from './numerics.js';
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
      toRoomMessage(
        network,
        room.channel,
        nick,
        trailingAfter(frame, end),
        notice,
        playbackTime(link, frame),
      ),
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
  const event = toRoomMessage(network, room.channel, nick, text, notice, playbackTime(link, frame));
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

/** `@#channel`: to those with a status only (STATUSMSG). */
function roomOfStatusMessage(link: Link, target: string): Room | undefined {
  const { statusMessage } = link.network.isupport;
  let start = 0;
  while (start < target.length && statusMessage.includes(target.charAt(start))) start++;
  return start === 0 ? undefined : link.rooms.named(target.slice(start));
}

function isChannelLike(link: Link, target: string): boolean {
  const { channelTypes, statusMessage } = link.network.isupport;
  const first = target.charAt(0);
  return (
    channelTypes.includes(first) || (statusMessage.includes(first) && channelTypes.includes(target.charAt(1)))
  );
}

function playbackTime(link: Link, frame: Frame): number | undefined {
  if (frame.tags === '') return undefined;
  const time = serverTimeOf(frame.tags);
  return time !== undefined && link.context.now() - time > playbackAfterMs ? time : undefined;
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
  const time = playbackTime(link, frame);
  link.lastDirect = link.context.now();
  link.emit({
    type: 'direct-message',
    from: link.network.contact(nick),
    nick,
    text: said.text,
    style: said.style,
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
  const [name = '', second, third] = paramsOf(frame);
  const own = link.isOwnNick(nick);
  if (own && frame.command === 'JOIN') {
    link.userHost = userHostOf(frame) ?? link.userHost;
    readOwnJoin(link, name);
    return;
  }
  if (own && frame.command === 'PART') {
    link.rooms.ownPart(name, second);
    return;
  }
  const room = link.rooms.named(name);
  if (room === undefined || room.state === 'joining' || room.state === 'waiting') return;
  if (frame.command === 'KICK' && second !== undefined && link.isOwnNick(second)) {
    link.rooms.ownKick(room, kickCause(room.channel, nick, link.context.now()), nick, third);
    return;
  }
  const { window } = room.channel;
  const now = link.context.now();
  if (window === undefined) {
    link.rooms.deliver(room, toChannelEvent(network, room.channel, frame, now));
    return;
  }
  const key = frame.body;
  const known = window.take(key, room.seat.slot, room.seat.since);
  if (known !== undefined) {
    link.rooms.deliver(room, known.value);
    return;
  }
  const observed = toChannelEvent(network, room.channel, frame, now);
  window.add(key, observed, room.seat.slot, now);
  link.rooms.deliver(room, observed);
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

function readRegistration(link: Link, frame: Frame, raw: string): void {
  const { command } = frame;
  const params = paramsOf(frame);
  const words = params.at(-1) ?? '';
  if (!link.welcomed && isNickRefusal(command)) {
    const error = errorOf(command, words);
    if (error !== undefined) link.nickRefused(command, error);
    return;
  }
  switch (command) {
    case '900':
    case '903':
      link.authenticated = true;
      break;
    case '464':
      link.fail(refusedWith('bad-credentials', words));
      return;
    case '465':
    case '466':
      link.fail(refusedWith('banned', words));
      return;
    case 'ERROR':
      link.lastWords = plainText(words);
      return;
    case '001':
      if (params[0] !== undefined && params[0] !== '') link.nick = params[0];
      link.welcomed = true;
      link.wire?.urgent('PING :isthmus-ready');
      break;
    default:
      break;
  }
  link.registration?.line(raw);
  if (link.registration?.saslFailure !== undefined) {
    link.fail(saslError(link.registration.saslFailure));
    return;
  }
  if (command === '376' || command === '422') link.ready();
}

function refusedWith(code: 'bad-credentials' | 'banned', words: string): GatewayError {
  return new GatewayError(code, { key: 'irc-refused', args: { answer: plainText(words), numeric: '' } });
}

function readNumeric(link: Link, numeric: string, params: string[]): void {
  switch (numeric) {
    case '353':
      readNames(link, params);
      return;
    case '366':
      withEntering(link, params[1], (room) => link.rooms.namesDone(room));
      return;
    case '332':
      withEntering(link, params[1], (room) => {
        if (room.entering !== undefined) room.entering.subject = plainText(params[2] ?? '');
      });
      return;
    case '333':
      withEntering(link, params[1], (room) => readTopicAuthor(room, params));
      return;
    case '324':
      readChannelModes(link, params);
      return;
    case '396':
      if (params[1] !== undefined && link.isOwnNick(params[0] ?? '')) readOwnHost(link, params[1]);
      return;
    default:
      break;
  }
  const subject = link.network.fold(params[1] ?? '');
  if (link.queries.size > 0 && link.queries.reply(numeric, subject, params)) return;
  if (numeric >= '400' || numeric === '263') readError(link, numeric, params);
}

function withEntering(link: Link, name: string | undefined, act: (room: Room) => void): void {
  const room = name === undefined ? undefined : link.rooms.named(name);
  if (room?.entering !== undefined) act(room);
}

function readNames(link: Link, params: string[]): void {
  const room = params[2] === undefined ? undefined : link.rooms.named(params[2]);
  const members = room?.entering?.members;
  if (room === undefined || members === undefined) return;
  const most = link.context.options.limits.membersPerChannel;
  for (const token of (params[3] ?? '').split(' ')) {
    if (token === '' || members.size >= most) continue;
    const member = memberOfToken(link.network, room.channel, token, most);
    if (member !== undefined) members.set(member.id, member);
  }
}

function readTopicAuthor(room: Room, params: readonly string[]): void {
  const { entering } = room;
  if (entering === undefined) return;
  const [nick] = (params[2] ?? '').split('!');
  const seconds = Number(params[3]);
  if (nick) entering.subjectBy = nick;
  if (Number.isSafeInteger(seconds) && seconds > 0) entering.subjectTime = seconds * 1000;
}

function readChannelModes(link: Link, params: string[]): void {
  withEntering(link, params[1], (room) => {
    room.channel.modes = modesOfLine(params[2] ?? '', params.slice(3), link.network.isupport);
    room.channel.modesKnown = true;
    link.rooms.modesKnown(room);
  });
}

function readOwnHost(link: Link, shown: string): void {
  const user = link.userHost?.split('@')[0];
  if (shown.includes('@')) link.userHost = shown;
  else if (user !== undefined) link.userHost = `${user}@${shown}`;
}

/** An error reply: to a join, to a question, to a request under way, or else a word to the user. */
function readError(link: Link, numeric: string, params: string[]): void {
  const words = params.at(-1) ?? '';
  const room = params[1] === undefined ? undefined : link.rooms.named(params[1]);
  if (room?.state === 'joining') {
    const refusal = joinErrorOf(numeric, words);
    if (refusal !== undefined) {
      link.rooms.joinRefused(room, refusal);
      return;
    }
  }
  // A server that does not tell the modes (482, 477 and others) must not hold up an entry.
  if (room?.entering?.modesAwaited === true) link.rooms.modesKnown(room);
  const error = errorOf(numeric, words);
  if (error === undefined) return;
  const about = params.slice(1, -1).map((param) => link.network.fold(param));
  if (link.queries.size > 0 && link.queries.refuse(about, error)) return;
  if (link.acceptance.refuse(about, error) || isNickRefusal(numeric)) return;
  link.emit({
    type: 'place-notice',
    place: link.network.place,
    text: plainText([...params.slice(1, -1), words].join(' ')),
  });
}
