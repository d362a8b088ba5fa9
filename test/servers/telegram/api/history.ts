import { Api } from 'telegram';
import type { BoxMessage } from '../world/box.js';
import { everybody } from '../world/everybody.js';
import type { Place } from '../world/posting.js';
import { messageView, peerOf } from '../world/views.js';
import { type Call, caller, type Method, method } from './call.js';
import { positions } from './messages.js';
import { channelOf, messagesOf, placeOf } from './peers.js';

/** Most messages of one page. */
const MAX_PAGE = 100;

/** Reading what was said (core.telegram.org/api/offsets). */
export const historyMethods: readonly Method[] = [
  method(Api.messages.GetHistory, (request, call) => {
    const place = placeOf(request.peer, call);
    const { offsetId, addOffset, limit, maxId, minId } = request;
    const all = messagesOf(place, caller(call)).filter(
      ({ id }) => (maxId === 0 || id < maxId) && (minId === 0 || id > minId),
    );
    const start = (offsetId === 0 ? 0 : all.filter(({ id }) => id >= offsetId).length) + addOffset;
    const page = all.slice(Math.max(0, start), Math.max(0, start) + Math.min(limit, MAX_PAGE));
    return found(page, all.length, place, call);
  }),
  method(Api.messages.GetMessages, ({ id }, call) => {
    const { box } = caller(call);
    const page = id.flatMap((one) => (one instanceof Api.InputMessageID && box.messages.get(one.id)) || []);
    return found(page, page.length, undefined, call);
  }),
  method(Api.channels.GetMessages, ({ channel: input, id }, call) => {
    const channel = channelOf(input, call);
    const page = id.flatMap(
      (one) => (one instanceof Api.InputMessageID && channel.box.messages.get(one.id)) || [],
    );
    return found(page, page.length, channel, call);
  }),
  method(Api.messages.GetDialogs, ({ limit, offsetDate, folderId }, call) => {
    const person = caller(call);
    const { world } = call.server;
    const places: Place[] = [...world.people.values(), ...world.groups.values(), ...world.channels.values()];
    const tops = places
      .filter((place) => place.kind === 'person' || (place.members.get(person)?.role ?? 'left') !== 'left')
      .flatMap((place) => {
        const [top] = messagesOf(place, person);
        return top && (offsetDate === 0 || top.date < offsetDate) ? [{ place, top }] : [];
      })
      .sort((one, other) => other.top.date - one.top.date)
      .slice(0, folderId === 1 ? 0 : Math.min(limit, MAX_PAGE));
    return new Api.messages.Dialogs({
      dialogs: tops.map(({ place, top }) => {
        const { inbox, outbox } = positions(person, place);
        return new Api.Dialog({
          ...{ peer: peerOf(place), topMessage: top.id, readInboxMaxId: inbox, readOutboxMaxId: outbox },
          ...{ unreadCount: messagesOf(place, person).filter(({ id, out }) => !out && id > inbox).length },
          ...{ unreadMentionsCount: 0, unreadReactionsCount: 0 },
          notifySettings: new Api.PeerNotifySettings({
            ...(person.muted.has(`${place.kind} ${place.id}`) && { muteUntil: 2_147_483_647 }),
          }),
          ...(place.kind === 'channel' && { pts: place.box.pts }),
        });
      }),
      messages: tops.map(({ top }) => messageView(top, person)),
      ...everybody(person, world),
    });
  }),
];

function found(page: readonly BoxMessage[], count: number, place: Place | undefined, call: Call) {
  const viewer = caller(call);
  const messages = page.map((message) => messageView(message, viewer));
  const common = { messages, ...everybody(viewer, call.server.world) };
  if (place?.kind !== 'channel') return new Api.messages.MessagesSlice({ ...common, count });
  return new Api.messages.ChannelMessages({ ...common, pts: place.box.pts, count, topics: [] });
}
