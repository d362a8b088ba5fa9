import { Api } from 'telegram';
import type { BoxEvent } from '../world/box.js';
import { everybody } from '../world/everybody.js';
import { long, messageView } from '../world/views.js';
import type { ChannelPlace, Person } from '../world/world.js';
import { type Call, caller, type Method, method } from './call.js';
import { channelOf } from './peers.js';

/** Events told at a time before the client has to ask again. */
const SLICE = 100;
/** Further behind than that, a client is told to begin anew. */
const TOO_LONG = 5_000;
/** Messages that a client gets which is too far behind in a channel. */
const LAST_MESSAGES = 50;

/** What clients missed (core.telegram.org/api/updates). */
export const updateMethods: readonly Method[] = [
  method(Api.updates.GetState, (_request, call) => stateOf(caller(call), call)),
  method(Api.updates.GetDifference, ({ pts }, call) => {
    const person = caller(call);
    const { box } = person;
    const state = stateOf(person, call);
    if (pts >= box.pts) return new Api.updates.DifferenceEmpty({ date: state.date, seq: state.seq });
    if (box.pts - pts > TOO_LONG) return new Api.updates.DifferenceTooLong({ pts: box.pts });
    const events = box.since(pts, SLICE);
    const last = events.at(-1)?.pts ?? box.pts;
    const parts = differenceOf(events, person, call);
    if (last >= box.pts) return new Api.updates.Difference({ ...parts, state });
    const { qts, date, seq, unreadCount } = state;
    const intermediateState = new Api.updates.State({ pts: last, qts, date, seq, unreadCount });
    return new Api.updates.DifferenceSlice({ ...parts, intermediateState });
  }),
  method(Api.updates.GetChannelDifference, ({ channel: input, pts, limit }, call) => {
    const person = caller(call);
    const channel = channelOf(input, call);
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

function tooLong(channel: ChannelPlace, person: Person, { server }: Call): object {
  const page = channel.box.newest().slice(0, LAST_MESSAGES);
  return new Api.updates.ChannelDifferenceTooLong({
    final: true,
    dialog: new Api.Dialog({
      ...{ peer: new Api.PeerChannel({ channelId: long(channel.id) }), topMessage: page[0]?.id ?? 0 },
      ...{ readInboxMaxId: 0, readOutboxMaxId: 0, unreadCount: 0, unreadMentionsCount: 0 },
      ...{ unreadReactionsCount: 0, notifySettings: new Api.PeerNotifySettings({}), pts: channel.box.pts },
    }),
    messages: page.map((message) => messageView(message, person)),
    ...everybody(person, server.world),
  });
}

function stateOf({ box }: Person, { server }: Call): Api.updates.State {
  return new Api.updates.State({ pts: box.pts, qts: 0, date: server.seconds(), seq: 1, unreadCount: 0 });
}

function differenceOf(events: readonly BoxEvent[], viewer: Person, { server }: Call, channel?: ChannelPlace) {
  const newMessages: Api.TypeMessage[] = [];
  const otherUpdates: Api.TypeUpdate[] = [];
  const { messages } = (channel ?? viewer).box;
  for (const { update } of events) {
    if (update instanceof Api.UpdateNewMessage || update instanceof Api.UpdateNewChannelMessage) {
      // As it is now, not as it was then.
      const message = messages.get(update.message.id);
      if (message) newMessages.push(messageView(message, viewer));
    } else otherUpdates.push(update);
  }
  return { newMessages, newEncryptedMessages: [], otherUpdates, ...everybody(viewer, server.world) };
}
