import { modesOfLine } from '../network/modes.js';
import { memberOfToken } from '../network/to-event.js';
import { plainText } from '../text/format.js';
import type { Link } from './link.js';
import { errorOf, isNickRefusal, joinErrorOf } from './numerics.js';
import type { Room } from './room.js';

/** A reply: to a join, to a question, to a request; whatever is about something not asked for is passed over. */
export function readNumeric(link: Link, numeric: string, params: string[]): void {
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
export function readError(link: Link, numeric: string, params: string[]): void {
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
