import { Api } from 'telegram';
import type { TelegramServer } from '../telegram-server.js';
import type { MtprotoSession } from '../wire/mtproto-session.js';
import type { Box, BoxMessage } from './box.js';
import { discuss } from './discussion.js';
import { messageView } from './message-view.js';
import { updatesFor } from './named.js';
import { long, nameOf, type Place, peerOf, personPeer } from './peers.js';
import type { ChannelPlace, GroupPlace, Person } from './world.js';

export type { Place };

/** What is said, besides by whom and where. */
export type Words = Partial<
  Pick<
    BoxMessage,
    | 'text'
    | 'entities'
    | 'media'
    | 'poll'
    | 'replyTo'
    | 'forward'
    | 'markup'
    | 'groupedId'
    | 'silent'
    | 'viaBot'
    | 'ttl'
    | 'action'
    | 'date'
    | 'topic'
    | 'signature'
    | 'mediaUnread'
    | 'mentions'
  >
> & {
  /** For `replyTo` in boxes of others: the message that is answered, as the author has it. */
  readonly answers?: number;
  /** Who is shown instead of the author: the channel or group itself. */
  readonly as?: Api.TypePeer;
};

/** What came of saying something. */
export interface Posted {
  /** As its author has it. */
  readonly message: BoxMessage;
  /** For the author's own clients. */
  readonly update: Api.TypeUpdate;
}

/**
 * Somebody says something: into the boxes of all who see it, and to their clients. `session` has it by the answer to
 * its request.
 */
export function post(
  server: TelegramServer,
  from: Person,
  to: Place,
  words: Words,
  session?: MtprotoSession,
): Posted {
  const posted =
    to.kind === 'channel'
      ? postInChannel(server, from, to, words, session)
      : postInBoxes(server, from, to, words, session);
  if (session && !words.action) server.doings.emit('said', { by: from, to, posted });
  return posted;
}

function postInBoxes(
  server: TelegramServer,
  from: Person,
  to: Person | GroupPlace,
  words: Words,
  session?: MtprotoSession,
): Posted {
  const owners = to.kind === 'person' ? hearers(from, to) : presentMembers(to);
  const messages = new Map<Person, BoxMessage>();
  // Short forms are for those who know already whom they are about.
  const known = new Set(
    owners.filter(({ box }) => box.knows(nameOf(peerOf(to.kind === 'person' ? from : to)))),
  );
  for (const owner of owners) {
    const peer = to.kind === 'group' ? to : owner === from ? to : from;
    messages.set(owner, put(server, owner.box, peer, from, owner === from, words, owner));
  }
  // Everybody's copy knows all the others.
  for (const [owner, message] of messages)
    for (const [other, copy] of messages) if (other !== owner) message.copies.set(other, copy.id);
  let own: Posted | undefined;
  for (const [owner, message] of messages) {
    const update = owner.box.record(
      1,
      (pts, ptsCount) => new Api.UpdateNewMessage({ message: messageView(message, owner), pts, ptsCount }),
    );
    if (owner === from) own = { message, update };
    const except = owner === from ? session : undefined;
    const short = known.has(owner) ? shortForm(server, owner, to, message, update) : undefined;
    if (short) server.tell(owner, short, except);
    else tell(server, owner, [update], except);
  }
  if (!own) throw new Error('the author is not there');
  return own;
}

/** Whoever has blocked the author hears nothing, and the author does not learn of it. */
function hearers(from: Person, to: Person): readonly Person[] {
  return to.blocked.has(from) && to !== from ? [from] : [...new Set([from, to])];
}

/** Plain words as the server tells them to clients (core.telegram.org/constructor/updateShortMessage). */
function shortForm(
  server: TelegramServer,
  owner: Person,
  place: Person | GroupPlace,
  message: BoxMessage,
  update: Api.TypeUpdate,
): Api.TypeUpdates | undefined {
  if (!server.shortUpdates || !(update instanceof Api.UpdateNewMessage)) return undefined;
  if (!(update.message instanceof Api.Message)) return undefined;
  const { media, replyMarkup, groupedId, out, mentioned, silent, id, date, entities } = update.message;
  const { fwdFrom, viaBotId, replyTo, mediaUnread } = update.message;
  if (media || replyMarkup || groupedId || fwdFrom || viaBotId) return undefined;
  const { pts, ptsCount } = update;
  const common = {
    ...{ out: out === true, mentioned: mentioned === true, mediaUnread: mediaUnread === true },
    ...{ silent: silent === true, id, message: message.text, pts, ptsCount, date },
    ...(replyTo && { replyTo }),
    ...(entities && { entities }),
  };
  if (place.kind === 'group')
    return new Api.UpdateShortChatMessage({
      ...{ ...common, fromId: long(message.author.id), chatId: long(place.id) },
    });
  const userId = message.peer instanceof Api.PeerUser ? message.peer.userId : long(owner.id);
  return new Api.UpdateShortMessage({ ...common, userId });
}

function postInChannel(
  server: TelegramServer,
  from: Person,
  to: ChannelPlace,
  words: Words,
  session?: MtprotoSession,
): Posted {
  const message = put(server, to.box, to, from, false, words, undefined);
  if (to.broadcast) Object.assign(message, { from: undefined, post: true, views: 1 });
  if (to.broadcast && to.signatures) message.signature ??= from.firstName;
  if (to.broadcast && !words.action) discuss(server, to, message);
  const record = to.box.record(
    1,
    (pts, ptsCount) =>
      new Api.UpdateNewChannelMessage({ message: messageView(message, from), pts, ptsCount }),
  );
  const { pts, ptsCount } = record as Api.UpdateNewChannelMessage;
  for (const person of server.listeners(to)) {
    const seen = new Api.UpdateNewChannelMessage({ message: messageView(message, person), pts, ptsCount });
    tell(server, person, [seen], person === from ? session : undefined);
  }
  return { message, update: record };
}

function put(
  server: TelegramServer,
  box: Box,
  peer: Place,
  author: Person,
  out: boolean,
  words: Words,
  owner: Person | undefined,
): BoxMessage {
  const { text = '', entities = [], answers, as, date = server.seconds(), ...more } = words;
  const from = as ?? personPeer(author);
  const message: BoxMessage = {
    ...{ id: box.nextId(), peer: peerOf(peer), from, author, out, date, text, entities },
    ...{ reactions: new Map(), copies: new Map() },
    ...more,
  };
  if (answers !== undefined && owner !== undefined && owner !== author) {
    // The same message has another number in another's box.
    const id = author.box.messages.get(answers)?.copies.get(owner);
    if (id === undefined) delete message.replyTo;
    else if (message.replyTo instanceof Api.MessageReplyHeader)
      message.replyTo = new Api.MessageReplyHeader({ ...message.replyTo, replyToMsgId: id });
  }
  box.add(message);
  return message;
}

/** Who hears what is said there. */
export function presentMembers({ members }: GroupPlace | ChannelPlace): readonly Person[] {
  return [...members.values()]
    .filter(({ role }) => role !== 'left' && role !== 'banned')
    .map(({ person }) => person);
}

/** Tells somebody's clients, with the people and groups that the updates name. */
export function tell(
  server: TelegramServer,
  person: Person,
  updates: readonly Api.TypeUpdate[],
  except?: MtprotoSession,
): void {
  if (updates.length === 0 || server.sessionsOf(person).length === 0) return;
  const [only] = updates;
  if (server.shortUpdates && updates.length === 1 && only && BRIEF.some((kind) => only instanceof kind)) {
    server.tell(person, new Api.UpdateShort({ update: only, date: server.seconds() }), except);
    return;
  }
  const least = updates.every((update) => update instanceof Api.UpdateNewChannelMessage);
  server.tell(person, updatesFor(person, server.world, updates, server.seconds(), least), except);
}

/** Updates that come alone, without anybody whom they name. */
const BRIEF = [
  ...[Api.UpdateUserStatus, Api.UpdateUserTyping, Api.UpdateChatUserTyping, Api.UpdateReadHistoryInbox],
  ...[Api.UpdateReadHistoryOutbox, Api.UpdateReadChannelOutbox, Api.UpdateDeleteMessages],
];
