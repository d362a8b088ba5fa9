import { Api } from 'telegram';
import type { BoxEvent } from '../world/box.js';
import { chatView, messageView, userView } from '../world/views.js';
import type { ChannelPlace, GroupPlace, Person } from '../world/world.js';
import { type Call, caller, type Method, method } from './call.js';

/** Events told at a time before the client has to ask again. */
const SLICE = 100;
/** Further behind than that, a client is told to begin anew. */
const TOO_LONG = 5_000;

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
];

function stateOf({ box }: Person, { server }: Call): Api.updates.State {
  return new Api.updates.State({ pts: box.pts, qts: 0, date: server.seconds(), seq: 1, unreadCount: 0 });
}

function differenceOf(events: readonly BoxEvent[], viewer: Person, call: Call) {
  const newMessages: Api.TypeMessage[] = [];
  const otherUpdates: Api.TypeUpdate[] = [];
  for (const { update } of events) {
    if (update instanceof Api.UpdateNewMessage) {
      // As it is now, not as it was then.
      const message = viewer.box.messages.get(update.message.id);
      if (message) newMessages.push(messageView(message, viewer));
    } else otherUpdates.push(update);
  }
  return { newMessages, newEncryptedMessages: [], otherUpdates, ...everybody(viewer, call) };
}

/** Everybody whom the viewer may have heard of: clients want the people behind the ids that they are told. */
export function everybody(
  viewer: Person,
  { server }: Pick<Call, 'server'>,
): { readonly users: Api.TypeUser[]; readonly chats: Api.TypeChat[] } {
  const places = [...server.world.groups.values(), ...server.world.channels.values()];
  return {
    users: [...server.world.people.values()].map((person) => userView(person, viewer)),
    chats: places.filter((place) => knows(place, viewer)).map((place) => chatView(place, viewer)),
  };
}

function knows({ members }: GroupPlace | ChannelPlace, viewer: Person): boolean {
  return members.has(viewer);
}
