import { Api } from 'telegram';
import type { BoxMessage } from '../world/box.js';
import { long, type Place, peerOf } from '../world/peers.js';
import { post, type Words } from '../world/posting.js';
import type { Person } from '../world/world.js';
import { answer, type Call, caller, type Decoded, type Method, method, refuse } from './call.js';
import { boxOf, messageOf, placeOf } from './peers.js';
import { admit } from './sending.js';

/** Messages forwarded by one request. */
const MAX_FORWARDED = 100;

/** Saying again what was said elsewhere (core.telegram.org/method/messages.forwardMessages). */
export const forwardMethods: readonly Method[] = [
  method(Api.messages.ForwardMessages, (request, call) => {
    const person = caller(call);
    const from = placeOf(request.fromPeer, call);
    const to = placeOf(request.toPeer, call);
    if (request.id.length !== request.randomId.length) refuse('RANDOM_ID_INVALID');
    if (request.id.length > MAX_FORWARDED) refuse('MESSAGE_IDS_EMPTY');
    if (from.kind !== 'person' && from.closedToForwards) refuse('CHAT_FORWARDS_RESTRICTED');
    const messages = request.id.map((id) => messageOf(from, id, person));
    const albums = new Map<bigint, bigint>();
    const updates = messages.flatMap((message, index) => {
      const randomId = request.randomId[index] ?? long(0);
      const name = `${person.id} ${randomId}`;
      if (call.server.said.has(name) && !call.server.answersRepeats) refuse('RANDOM_ID_DUPLICATE', 500);
      const words = again(message, person, from, to, albums, request, call);
      admit(to, person, words, call);
      const posted = call.server.said.get(name) ?? post(call.server, person, to, words, call.session);
      call.server.said.set(name, posted);
      return [new Api.UpdateMessageID({ id: posted.message.id, randomId }), posted.update];
    });
    return answer(call, updates);
  }),
];

function again(
  message: BoxMessage,
  person: Person,
  from: Place,
  to: Place,
  albums: Map<bigint, bigint>,
  { dropAuthor, dropMediaCaptions, silent, topMsgId, randomId }: Decoded<Api.messages.ForwardMessages>,
  { server }: Call,
): Words {
  if (message.action) refuse('MESSAGE_ID_INVALID');
  const { text, entities, media, poll, groupedId, markup } = message;
  if (groupedId !== undefined && !albums.has(groupedId))
    albums.set(groupedId, BigInt(String(randomId[0] ?? 0)) & 0x7fffffffffffffffn);
  const album = groupedId === undefined ? undefined : albums.get(groupedId);
  const topic = topMsgId && to.kind === 'channel' && to.forum ? topMsgId : undefined;
  if (topic && !boxOf(to, person).messages.has(topic)) refuse('TOPIC_DELETED');
  const words = dropMediaCaptions && media ? '' : text;
  return {
    ...{ text: words, entities: words === '' ? [] : entities },
    ...(media && { media }),
    ...(poll && { poll }),
    ...(markup && { markup }),
    ...(album !== undefined && { groupedId: album }),
    ...(silent && { silent }),
    ...(!dropAuthor && { forward: message.forward ?? header(message, from, server.seconds()) }),
    ...(topic && {
      topic,
      replyTo: new Api.MessageReplyHeader({ replyToMsgId: topic, forumTopic: true }),
    }),
  };
}

/** Where a forwarded message comes from: those who want it so are told by name only. */
export function header(message: BoxMessage, from: Place, now: number): Api.MessageFwdHeader {
  const { date, author, id, post: posted, signature } = message;
  if (posted && from.kind === 'channel')
    return new Api.MessageFwdHeader({
      ...{ fromId: peerOf(from), date, channelPost: id },
      ...(signature !== undefined && { postAuthor: signature }),
    });
  if (author.privacy.has('forwards')) {
    const fromName = `${author.firstName} ${author.lastName ?? ''}`.trim();
    return new Api.MessageFwdHeader({ fromName, date: date || now });
  }
  return new Api.MessageFwdHeader({ fromId: message.from ?? peerOf(author), date });
}
