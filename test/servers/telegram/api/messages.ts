import { Api } from 'telegram';
import { RpcFailure } from '../wire/schema.js';
import { edit, react, remove } from '../world/changes.js';
import { everybody } from '../world/everybody.js';
import { type Place, type Posted, post, tell, type Words } from '../world/posting.js';
import { channelPeer, long, personPeer } from '../world/views.js';
import type { ChannelPlace, Person } from '../world/world.js';
import { type Call, caller, type Method, method } from './call.js';
import { boxOf, channelOf, messageOf, messagesOf, nameOf, placeOf } from './peers.js';

/** UTF-16 units of one message. */
const MAX_TEXT = 4_096;

/** Saying something, and changing what was said (core.telegram.org/methods#messages). */
export const messageMethods: readonly Method[] = [
  method(Api.messages.SendMessage, (request, call) => {
    if (request.message === '') throw new RpcFailure(400, 'MESSAGE_EMPTY');
    if (request.message.length > MAX_TEXT) throw new RpcFailure(400, 'MESSAGE_TOO_LONG');
    const { entities = [], silent } = request;
    return say(request, call, {
      ...{ text: request.message, entities: entities ?? [] },
      ...(silent && { silent }),
    });
  }),
  method(Api.messages.EditMessage, (request, call) => {
    const person = caller(call);
    const place = placeOf(request.peer, call);
    const message = messageOf(place, request.id, person);
    if (nameOf(message.from ?? message.peer) !== nameOf(personPeer(person)) && !mayManage(place, person))
      throw new RpcFailure(403, 'MESSAGE_AUTHOR_REQUIRED');
    const { message: text = message.text, entities = [] } = request;
    if (text === message.text) throw new RpcFailure(400, 'MESSAGE_NOT_MODIFIED');
    const change = { text: text ?? '', entities: entities ?? [] };
    const update = edit(call.server, boxOf(place, person), message, change, person, call.session);
    return answer(call, person, [update]);
  }),
  method(Api.messages.DeleteMessages, ({ id, revoke }, call) => {
    const person = caller(call);
    const messages = id.flatMap((one) => person.box.messages.get(one) ?? []);
    const { server, session } = call;
    return new Api.messages.AffectedMessages(
      remove(server, person.box, messages, revoke === true, person, session),
    );
  }),
  method(Api.channels.DeleteMessages, ({ channel: input, id }, call) => {
    const person = caller(call);
    const channel = channelOf(input, call);
    const messages = id.flatMap((one) => channel.box.messages.get(one) ?? []);
    const own = messages.every(({ from }) => from && nameOf(from) === nameOf(personPeer(person)));
    if (!own && !mayManage(channel, person)) throw new RpcFailure(403, 'MESSAGE_DELETE_FORBIDDEN');
    const { server, session } = call;
    return new Api.messages.AffectedMessages(remove(server, channel.box, messages, true, person, session));
  }),
  method(Api.messages.SendReaction, ({ peer, msgId, reaction }, call) => {
    const person = caller(call);
    const place = placeOf(peer, call);
    const message = messageOf(place, Number(msgId), person);
    const allowed = place.kind === 'person' ? undefined : place.reactions;
    const chosen = (reaction ?? []).filter((one) => !(one instanceof Api.ReactionEmpty));
    for (const one of chosen)
      if (allowed && !(one instanceof Api.ReactionEmoji && allowed.includes(one.emoticon)))
        throw new RpcFailure(400, 'REACTION_INVALID');
    const { server, session } = call;
    return answer(call, person, [react(server, boxOf(place, person), message, person, chosen, session)]);
  }),
  method(Api.messages.SetTyping, ({ peer, action }, call) => {
    const person = caller(call);
    const place = placeOf(peer, call);
    if (place.kind === 'person')
      tell(call.server, place, [new Api.UpdateUserTyping({ userId: long(person.id), action })]);
    else
      for (const { person: other } of place.members.values()) {
        if (other === person) continue;
        const who = { fromId: personPeer(person), action };
        const update =
          place.kind === 'group'
            ? new Api.UpdateChatUserTyping({ chatId: long(place.id), ...who })
            : new Api.UpdateChannelUserTyping({ channelId: long(place.id), ...who });
        tell(call.server, other, [update]);
      }
    return true;
  }),
  method(Api.messages.ReadHistory, ({ peer, maxId }, call) => {
    const person = caller(call);
    return new Api.messages.AffectedMessages(readUpTo(placeOf(peer, call), maxId, person, call));
  }),
  method(Api.channels.ReadHistory, ({ channel: input, maxId }, call) => {
    const person = caller(call);
    const channel = channelOf(input, call);
    positions(person, channel).inbox = maxId;
    const { channelId } = channelPeer(channel);
    const more = { stillUnreadCount: 0, pts: channel.box.pts };
    tell(call.server, person, [new Api.UpdateReadChannelInbox({ channelId, maxId, ...more })], call.session);
    const authors = new Set(
      messagesOf(channel, person).flatMap(({ from, id }) => (from && id <= maxId ? nameOf(from) : [])),
    );
    for (const { person: other } of channel.members.values())
      if (other !== person && authors.has(`u${other.id}`))
        tell(call.server, other, [new Api.UpdateReadChannelOutbox({ channelId, maxId })]);
    return true;
  }),
];

/** Says words for a request, with what every request for it has. */
export function say(
  request: {
    readonly peer: unknown;
    readonly randomId?: { toString(): string };
    readonly replyTo?: unknown;
  },
  call: Call,
  words: Words,
): Api.Updates {
  const person = caller(call);
  const place = placeOf(request.peer, call);
  const name = `${person.id} ${request.randomId}`;
  const known = call.server.said.get(name);
  const posted =
    known ??
    admitted(place, person, call, () =>
      post(
        call.server,
        person,
        place,
        { ...words, ...replying(request.replyTo, person, place) },
        call.session,
      ),
    );
  // The same request again, after a broken connection: nothing is said twice.
  if (!known) call.server.said.set(name, posted);
  const id = new Api.UpdateMessageID({
    id: posted.message.id,
    randomId: long(BigInt(String(request.randomId ?? 0))),
  });
  return answer(call, person, [id, posted.update]);
}

function admitted(place: Place, person: Person, call: Call, act: () => Posted): Posted {
  if (place.kind === 'person') {
    if (place.blocked.has(person)) throw new RpcFailure(400, 'USER_IS_BLOCKED');
    if (place.deleted) throw new RpcFailure(400, 'INPUT_USER_DEACTIVATED');
    return act();
  }
  const role = place.members.get(person)?.role;
  if (place.kind === 'group' && place.migratedTo) throw new RpcFailure(400, 'CHAT_ADMIN_REQUIRED');
  if (!role || role === 'left' || role === 'banned') throw new RpcFailure(403, 'CHAT_WRITE_FORBIDDEN');
  if (role === 'restricted') throw new RpcFailure(403, 'CHAT_SEND_PLAIN_FORBIDDEN');
  if (place.kind === 'group') return act();
  if (place.broadcast && !mayManage(place, person)) throw new RpcFailure(403, 'CHAT_ADMIN_REQUIRED');
  const wait = (place.lastWords.get(person) ?? 0) + place.slowModeSeconds - call.server.seconds();
  if (place.slowModeSeconds > 0 && wait > 0 && !mayManage(place, person))
    throw new RpcFailure(420, `SLOWMODE_WAIT_${wait}`);
  place.lastWords.set(person, call.server.seconds());
  return act();
}

/** Whether somebody may change what others have said there. */
export function mayManage(place: Place, person: Person): boolean {
  if (place.kind === 'person') return false;
  const role = place.members.get(person)?.role;
  return role === 'creator' || role === 'admin';
}

function replying(replyTo: unknown, person: Person, place: Place): Pick<Words, 'replyTo' | 'answers'> {
  if (!(replyTo instanceof Api.InputReplyToMessage)) return {};
  const { replyToMsgId, topMsgId, quoteText } = replyTo;
  if (!boxOf(place, person).messages.has(replyToMsgId)) throw new RpcFailure(400, 'REPLY_MESSAGE_ID_INVALID');
  return {
    answers: replyToMsgId,
    replyTo: new Api.MessageReplyHeader({
      replyToMsgId,
      ...(topMsgId && { replyToTopId: topMsgId, forumTopic: true }),
      ...(quoteText && { quote: true, quoteText }),
    }),
  };
}

function readUpTo(
  place: Place,
  maxId: number,
  person: Person,
  call: Call,
): { pts: number; ptsCount: number } {
  positions(person, place).inbox = maxId;
  const { server, session } = call;
  const peer = place.kind === 'group' ? new Api.PeerChat({ chatId: long(place.id) }) : personPeer(place);
  const own = person.box.record(
    1,
    (pts, ptsCount) => new Api.UpdateReadHistoryInbox({ peer, maxId, stillUnreadCount: 0, pts, ptsCount }),
  );
  tell(server, person, [own], session);
  if (place.kind === 'person' && place !== person) {
    const theirs = person.box.messages.get(maxId)?.copies.get(place);
    if (theirs !== undefined) {
      positions(place, person).outbox = theirs;
      const update = place.box.record(
        1,
        (pts, ptsCount) =>
          new Api.UpdateReadHistoryOutbox({ peer: personPeer(person), maxId: theirs, pts, ptsCount }),
      );
      tell(server, place, [update]);
    }
  }
  return { pts: person.box.pts, ptsCount: 1 };
}

/** How far somebody has read a place, and it has read him. */
export function positions(person: Person, place: Place | ChannelPlace): { inbox: number; outbox: number } {
  const name = `${place.kind} ${place.id}`;
  const known = person.read.get(name) ?? { inbox: 0, outbox: 0 };
  person.read.set(name, known);
  return known;
}

/** Updates as an answer to who asked. */
export function answer(call: Call, person: Person, updates: readonly Api.TypeUpdate[]): Api.Updates {
  const { server } = call;
  return new Api.Updates({
    ...{ updates: [...updates], date: server.seconds(), seq: 0 },
    ...everybody(person, server.world),
  });
}
