import { Api } from 'telegram';
import { copiesOf } from '../world/changes.js';
import { channelPeer, long, personPeer } from '../world/peers.js';
import { tell } from '../world/posting.js';
import { read, readThread } from '../world/reading.js';
import { vanish } from '../world/vanishing.js';
import { type Call, caller, type Method, method, refuse } from './call.js';
import { channelOf, messageOf, placeOf } from './peers.js';

/** What was read, and who is writing. */
export const readMethods: readonly Method[] = [
  method(Api.messages.ReadHistory, ({ peer, maxId }, call) => {
    const person = caller(call);
    const place = placeOf(peer, call);
    if (place.kind === 'channel') refuse('PEER_ID_INVALID');
    const before = person.box.pts;
    read(call.server, person, place, maxId, call.session);
    const { pts } = person.box;
    return new Api.messages.AffectedMessages({ pts, ptsCount: pts - before });
  }),
  method(Api.channels.ReadHistory, ({ channel: input, maxId }, call) => {
    read(call.server, caller(call), channelOf(input, call), maxId, call.session);
    return true;
  }),
  method(Api.messages.ReadDiscussion, ({ peer, msgId, readMaxId }, call) => {
    const place = placeOf(peer, call);
    if (place.kind !== 'channel') return refuse('PEER_ID_INVALID');
    readThread(call.server, caller(call), place, msgId, readMaxId, call.session);
    return true;
  }),
  method(Api.messages.ReadMessageContents, ({ id }, call) => {
    const person = caller(call);
    const { server, session } = call;
    const messages = id.flatMap((one) => person.box.messages.get(one) ?? []);
    for (const message of messages) {
      if (!message.mediaUnread) continue;
      for (const copy of copiesOf(person, message)) {
        copy.message.mediaUnread = false;
        const update = copy.owner.box.record(
          1,
          (pts, ptsCount) =>
            new Api.UpdateReadMessagesContents({ messages: [copy.message.id], pts, ptsCount }),
        );
        tell(server, copy.owner, [update], copy.owner === person ? session : undefined);
      }
      if (!message.out) vanish(server, person, message);
    }
    return new Api.messages.AffectedMessages({ pts: person.box.pts, ptsCount: messages.length });
  }),
  method(Api.channels.ReadMessageContents, ({ channel: input, id }, call) => {
    const channel = channelOf(input, call);
    for (const one of id) {
      const message = channel.box.messages.get(one);
      if (message) message.mediaUnread = false;
    }
    const update = new Api.UpdateChannelReadMessagesContents({ channelId: long(channel.id), messages: id });
    tell(call.server, caller(call), [update], call.session);
    return true;
  }),
  method(Api.messages.ReadMentions, (_request, call) => affected(call)),
  method(Api.messages.ReadReactions, (_request, call) => affected(call)),
  method(Api.messages.GetMessageReadParticipants, ({ peer, msgId }, call) => {
    const place = placeOf(peer, call);
    const person = caller(call);
    if (place.kind === 'person') return refuse('PEER_ID_INVALID');
    const message = messageOf(place, msgId, person);
    return [...place.members.keys()].flatMap((other) => {
      const id = place.kind === 'group' ? message.copies.get(other) : msgId;
      const upTo = other.read.get(`${place.kind} ${place.id}`)?.inbox ?? 0;
      if (other === person || id === undefined || id > upTo) return [];
      return [new Api.ReadParticipantDate({ userId: long(other.id), date: call.server.seconds() })];
    });
  }),
  method(Api.messages.SetTyping, ({ peer, action, topMsgId }, call) => {
    const person = caller(call);
    const place = placeOf(peer, call);
    if (place.kind === 'person') {
      if (place !== person && !place.blocked.has(person))
        tell(call.server, place, [new Api.UpdateUserTyping({ userId: long(person.id), action })]);
      return true;
    }
    if (place.kind === 'channel' && place.broadcast) return true;
    const who = { fromId: personPeer(person), action };
    const update =
      place.kind === 'group'
        ? new Api.UpdateChatUserTyping({ chatId: long(place.id), ...who })
        : new Api.UpdateChannelUserTyping({
            ...{ channelId: channelPeer(place).channelId, ...who },
            ...(topMsgId && { topMsgId }),
          });
    for (const other of call.server.listeners(place))
      if (other !== person) tell(call.server, other, [update]);
    return true;
  }),
];

function affected(call: Call): Api.messages.AffectedHistory {
  return new Api.messages.AffectedHistory({ pts: caller(call).box.pts, ptsCount: 0, offset: 0 });
}
