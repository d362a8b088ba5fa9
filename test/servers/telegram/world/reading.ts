import { Api } from 'telegram';
import type { TelegramServer } from '../telegram-server.js';
import type { MtprotoSession } from '../wire/mtproto-session.js';
import type { BoxMessage } from './box.js';
import { channelPeer, long, nameOf, type Place, peerOf, personPeer } from './peers.js';
import { tell } from './posting.js';
import type { ChannelPlace, Person } from './world.js';

/** How far somebody has read a place, and it has read him. */
export function positions(person: Person, place: Place): { inbox: number; outbox: number } {
  return positionsAt(person, `${place.kind} ${place.id}`);
}

/** How far somebody has read a thread: a topic, or the comments of a post. */
export function threadPositions(
  person: Person,
  channel: ChannelPlace,
  top: number,
): { inbox: number; outbox: number } {
  return positionsAt(person, `thread ${channel.id} ${top}`);
}

function positionsAt(person: Person, name: string): { inbox: number; outbox: number } {
  const known = person.read.get(name) ?? { inbox: 0, outbox: 0 };
  person.read.set(name, known);
  return known;
}

/** The messages of a place as somebody has them, newest first. */
export function heardIn(place: Place, person: Person): readonly BoxMessage[] {
  return place.kind === 'channel' ? place.box.newest() : person.box.with(nameOf(peerOf(place)));
}

/** How many messages somebody has not read there. */
export function unread(place: Place, person: Person): number {
  const { inbox } = positions(person, place);
  return heardIn(place, person).filter(({ id, out, author }) => id > inbox && !out && author !== person)
    .length;
}

/** Somebody has read a place up to a message: his other clients and the authors learn of it. */
export function read(
  server: TelegramServer,
  person: Person,
  place: Place,
  maxId: number,
  session?: MtprotoSession,
): void {
  const own = positions(person, place);
  if (maxId <= own.inbox) return;
  const before = own.inbox;
  own.inbox = maxId;
  const stillUnreadCount = unread(place, person);
  if (place.kind === 'channel') {
    const { channelId } = channelPeer(place);
    const { pts } = place.box;
    const update = new Api.UpdateReadChannelInbox({ channelId, maxId, stillUnreadCount, pts });
    tell(server, person, [update], session);
    if (place.broadcast) return;
    for (const author of authorsOf(heardIn(place, person), before, maxId, person)) {
      positions(author, place).outbox = Math.max(positions(author, place).outbox, maxId);
      tell(server, author, [new Api.UpdateReadChannelOutbox({ channelId, maxId })]);
    }
    return;
  }
  const update = person.box.record(
    1,
    (pts, ptsCount) =>
      new Api.UpdateReadHistoryInbox({ peer: peerOf(place), maxId, stillUnreadCount, pts, ptsCount }),
  );
  tell(server, person, [update], session);
  const messages = heardIn(place, person).filter(({ id }) => id > before && id <= maxId);
  for (const author of authorsOf(messages, before, maxId, person)) {
    // The newest of his that were read, as he has it.
    const newest = messages.find((message) => message.author === author)?.copies.get(author);
    if (newest === undefined) continue;
    const peer = place.kind === 'group' ? peerOf(place) : personPeer(person);
    positions(author, place.kind === 'group' ? place : person).outbox = newest;
    const told = author.box.record(
      1,
      (pts, ptsCount) => new Api.UpdateReadHistoryOutbox({ peer, maxId: newest, pts, ptsCount }),
    );
    tell(server, author, [told]);
  }
}

/** Somebody has read a topic, or comments, up to a message. */
export function readThread(
  server: TelegramServer,
  person: Person,
  channel: ChannelPlace,
  top: number,
  maxId: number,
  session?: MtprotoSession,
): void {
  const own = threadPositions(person, channel, top);
  const before = own.inbox;
  if (maxId <= before) return;
  own.inbox = maxId;
  const channelId = long(channel.id);
  const common = { channelId, topMsgId: top, readMaxId: maxId };
  tell(server, person, [new Api.UpdateReadChannelDiscussionInbox(common)], session);
  const messages = channel.box.newest().filter(({ topic }) => topic === top);
  for (const author of authorsOf(messages, before, maxId, person)) {
    threadPositions(author, channel, top).outbox = maxId;
    tell(server, author, [new Api.UpdateReadChannelDiscussionOutbox(common)]);
  }
}

/** Others whose messages lie between. */
function authorsOf(
  messages: readonly BoxMessage[],
  after: number,
  upTo: number,
  person: Person,
): ReadonlySet<Person> {
  return new Set(
    messages.flatMap(({ id, author }) => (id > after && id <= upTo && author !== person ? author : [])),
  );
}
