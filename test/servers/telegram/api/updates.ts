import { Api } from 'telegram';
import type { BoxEvent } from '../world/box.js';
import { messageView } from '../world/message-view.js';
import { long } from '../world/peers.js';
import { isIn } from '../world/rights.js';
import type { ChannelPlace, Person } from '../world/world.js';
import { type Call, caller, type Method, method, namedFor, refuse } from './call.js';
import { dialogView } from './dialogs.js';
import { channelOf } from './peers.js';

/** Events told at a time before the client has to ask again. */
const SLICE = 100;
/** Messages that a client gets which is too far behind in a channel. */
const LAST_MESSAGES = 50;

/** What clients missed (core.telegram.org/api/updates). */
export const updateMethods: readonly Method[] = [
  method(Api.updates.GetState, (_request, call) => stateOf(caller(call), call)),
  method(Api.updates.GetDifference, ({ pts, date }, call) => {
    const person = caller(call);
    if (pts <= 0) refuse('PERSISTENT_TIMESTAMP_EMPTY');
    const { box } = person;
    const state = stateOf(person, call);
    const channels = changedChannels(person, date, call);
    if (pts >= box.pts && channels.length === 0)
      return new Api.updates.DifferenceEmpty({ date: state.date, seq: state.seq });
    if (box.pts - pts > call.server.tooLong) return new Api.updates.DifferenceTooLong({ pts: box.pts });
    const events = box.since(pts, SLICE);
    const last = events.at(-1)?.pts ?? box.pts;
    if (last >= box.pts)
      return new Api.updates.Difference({
        ...differenceOf(events, person, call, undefined, channels),
        state,
      });
    const { qts, seq, unreadCount } = state;
    const intermediateState = new Api.updates.State({ pts: last, qts, date, seq, unreadCount });
    return new Api.updates.DifferenceSlice({ ...differenceOf(events, person, call), intermediateState });
  }),
  method(Api.updates.GetChannelDifference, ({ channel: input, pts, limit }, call) => {
    const person = caller(call);
    const channel = channelOf(input, call);
    if (pts <= 0) refuse('PERSISTENT_TIMESTAMP_EMPTY');
    const { box } = channel;
    if (pts >= box.pts) return new Api.updates.ChannelDifferenceEmpty({ final: true, pts: box.pts });
    if (box.pts - pts > call.server.channelTooLong) return tooLong(channel, person, call);
    const events = box.since(pts, Math.min(limit, SLICE));
    const last = events.at(-1)?.pts ?? box.pts;
    const { newMessages, otherUpdates, users, chats } = differenceOf(events, person, call, channel);
    const parts = { newMessages, otherUpdates, users, chats };
    return new Api.updates.ChannelDifference({ ...parts, final: last >= box.pts, pts: last });
  }),
];

function tooLong(channel: ChannelPlace, person: Person, call: Call): object {
  const page = channel.box.newest().slice(0, LAST_MESSAGES);
  const dialog = dialogView(channel, page[0], person);
  const messages = page.map((message) => messageView(message, person));
  return new Api.updates.ChannelDifferenceTooLong({
    ...{ final: true, dialog, messages, ...namedFor(call, dialog, messages) },
  });
}

/** Where an account stands. */
export function stateOf(person: Person, { server }: Call): Api.updates.State {
  return new Api.updates.State({
    ...{ pts: person.box.pts, qts: 0, date: server.seconds(), seq: 1, unreadCount: 0 },
  });
}

/** Channels in which something has happened since: the client has to ask for it in each of them. */
function changedChannels(person: Person, date: number, { server }: Call): readonly Api.TypeUpdate[] {
  return [...server.world.channels.values()].flatMap((channel) => {
    const changed = Math.floor((channel.box.changed + server.clockAhead) / 1_000);
    if (changed < date || !isIn(channel, person)) return [];
    return [new Api.UpdateChannelTooLong({ channelId: long(channel.id), pts: channel.box.pts })];
  });
}

function differenceOf(
  events: readonly BoxEvent[],
  viewer: Person,
  call: Call,
  channel?: ChannelPlace,
  more: readonly Api.TypeUpdate[] = [],
) {
  const newMessages: Api.TypeMessage[] = [];
  const otherUpdates: Api.TypeUpdate[] = [...more];
  const { messages } = (channel ?? viewer).box;
  for (const { update } of events) {
    if (update instanceof Api.UpdateNewMessage || update instanceof Api.UpdateNewChannelMessage) {
      // As it is now, not as it was then.
      const message = messages.get(update.message.id);
      if (message) newMessages.push(messageView(message, viewer));
    } else if (update instanceof Api.UpdateEditMessage || update instanceof Api.UpdateEditChannelMessage) {
      const message = messages.get(update.message.id);
      const { pts, ptsCount } = update;
      const Update = channel ? Api.UpdateEditChannelMessage : Api.UpdateEditMessage;
      if (message) otherUpdates.push(new Update({ message: messageView(message, viewer), pts, ptsCount }));
    } else otherUpdates.push(update);
  }
  const named = namedFor(call, newMessages, otherUpdates);
  return { newMessages, newEncryptedMessages: [], otherUpdates, ...named };
}
