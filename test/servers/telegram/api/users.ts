import { Api } from 'telegram';
import { photoOf } from '../world/files.js';
import { long } from '../world/peers.js';
import { isIn } from '../world/rights.js';
import { userView } from '../world/views.js';
import type { Person } from '../world/world.js';
import { type Call, caller, type Method, method, namedFor, refuse } from './call.js';
import { messageOf, placeOf } from './peers.js';

/** Who people are (core.telegram.org/methods#working-with-users). */
export const usersMethods: readonly Method[] = [
  method(Api.users.GetUsers, ({ id }, call) => {
    const viewer = caller(call);
    // Whom the caller may not know of is left out.
    return id.flatMap((one) => {
      const person = knownPerson(one, call);
      return person ? [userView(person, viewer)] : [];
    });
  }),
  method(Api.users.GetFullUser, ({ id }, call) => {
    const viewer = caller(call);
    const person = personOf(id, call);
    const { world } = call.server;
    const profilePhoto = photoOf(world, person.photo);
    const known = viewer.contacts.has(person);
    const places = [...world.groups.values(), ...world.channels.values()];
    const pinned = viewer.box.with(`u${person.id}`).find((message) => message.pinned);
    const fullUser = new Api.UserFull({
      ...{ id: long(person.id), about: person.about, blocked: viewer.blocked.has(person) },
      ...{ phoneCallsAvailable: !person.bot, canPinMessage: true, videoCallsAvailable: !person.bot },
      settings: new Api.PeerSettings({ addContact: !known && person !== viewer, blockContact: !known }),
      notifySettings: new Api.PeerNotifySettings({}),
      commonChatsCount: places.filter((place) => isIn(place, viewer) && isIn(place, person)).length,
      ...(profilePhoto && { profilePhoto }),
      ...(pinned && { pinnedMsgId: pinned.id }),
      ...(person.bot && {
        botInfo: new Api.BotInfo({ userId: long(person.id), description: person.about, commands: [] }),
      }),
    });
    const { users, chats } = namedFor(call, new Api.PeerUser({ userId: long(person.id) }));
    return new Api.users.UserFull({ fullUser, users, chats });
  }),
  method(Api.messages.GetCommonChats, ({ userId, limit }, call) => {
    const viewer = caller(call);
    const person = personOf(userId, call);
    const { world } = call.server;
    const common = [...world.groups.values(), ...world.channels.values()]
      .filter((place) => isIn(place, viewer) && isIn(place, person))
      .slice(0, limit)
      .map(({ kind, id }) => (kind === 'group' ? { chatId: long(id) } : { channelId: long(id) }));
    return new Api.messages.Chats({ chats: namedFor(call, common).chats });
  }),
];

/** Whom an input names. @throws {RpcFailure} for nobody, or a wrong hash */
export function personOf(input: unknown, call: Call): Person {
  return knownPerson(input, call) ?? refuse(isUserInput(input) ? 'USER_ID_INVALID' : 'PEER_ID_INVALID');
}

function knownPerson(input: unknown, call: Call): Person | undefined {
  const viewer = caller(call);
  const { people } = call.server.world;
  if (input instanceof Api.InputUserSelf || input instanceof Api.InputPeerSelf) return viewer;
  if (input instanceof Api.InputUser || input instanceof Api.InputPeerUser) {
    const person = people.get(input.userId.toJSNumber());
    // Bots find people by their number alone, once they have met.
    const met = viewer.bot && person !== undefined && viewer.box.knows(`u${person.id}`);
    return met || input.accessHash.toString() === person?.accessHash.toString() ? person : undefined;
  }
  if (input instanceof Api.InputUserFromMessage || input instanceof Api.InputPeerUserFromMessage) {
    // Somebody of whom only the least is known: by a message that names him (core.telegram.org/api/min).
    const message = messageOf(placeOf(input.peer, call), input.msgId, viewer);
    const { users } = namedFor(call, message.from, message.action, message.forward, message.entities);
    const named = users.some(({ id }) => id.toString() === input.userId.toString());
    return named ? people.get(input.userId.toJSNumber()) : undefined;
  }
  return undefined;
}

function isUserInput(input: unknown): boolean {
  return input instanceof Api.InputUser || input instanceof Api.InputUserFromMessage;
}
