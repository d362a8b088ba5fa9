import { Api } from 'telegram';
import type { BoxMessage } from '../world/box.js';
import { messageView } from '../world/message-view.js';
import { type Place, peerOf } from '../world/peers.js';
import { positions, unread } from '../world/reading.js';
import { isIn } from '../world/rights.js';
import type { Person } from '../world/world.js';
import { type Call, caller, type Method, method, namedFor } from './call.js';
import { MAX_PAGE } from './pages.js';
import { messagesOf, placeOf } from './peers.js';
import { stateOf } from './updates.js';

const MUTED = 2_147_483_647;

interface Conversation {
  readonly place: Place;
  readonly top: BoxMessage;
}

/** The list of conversations (core.telegram.org/api/folders). */
export const dialogMethods: readonly Method[] = [
  method(Api.messages.GetDialogs, ({ limit, offsetDate, offsetId, offsetPeer, folderId }, call) => {
    const person = caller(call);
    const archived = folderId === 1;
    const all = conversations(person, call).filter(
      ({ place }) => person.archived.has(`${place.kind} ${place.id}`) === archived,
    );
    const at = offsetPeer instanceof Api.InputPeerEmpty ? undefined : placeOf(offsetPeer, call);
    const index = all.findIndex(({ place, top }) => place === at && top.id <= offsetId);
    const rest =
      index >= 0 ? all.slice(index + 1) : all.filter(({ top }) => offsetDate === 0 || top.date < offsetDate);
    const tops = rest.slice(0, Math.min(limit, MAX_PAGE));
    const parts = dialogs(tops, person, call);
    return tops.length < all.length
      ? new Api.messages.DialogsSlice({ ...parts, count: all.length })
      : new Api.messages.Dialogs(parts);
  }),
  method(Api.messages.GetPeerDialogs, ({ peers }, call) => {
    const person = caller(call);
    const tops = peers.flatMap((one) => {
      const place = one instanceof Api.InputDialogPeer ? placeOf(one.peer, call) : undefined;
      const [top] = place ? messagesOf(place, person) : [];
      return place && top ? [{ place, top }] : [];
    });
    return new Api.messages.PeerDialogs({ ...dialogs(tops, person, call), state: stateOf(person, call) });
  }),
  method(Api.messages.GetPinnedDialogs, (_request, call) => {
    const person = caller(call);
    return new Api.messages.PeerDialogs({ ...dialogs([], person, call), state: stateOf(person, call) });
  }),
  method(Api.folders.EditPeerFolders, ({ folderPeers }, call) => {
    const person = caller(call);
    for (const { peer, folderId } of folderPeers) {
      const { kind, id } = placeOf(peer, call);
      if (folderId === 1) person.archived.add(`${kind} ${id}`);
      else person.archived.delete(`${kind} ${id}`);
    }
    return new Api.Updates({ updates: [], users: [], chats: [], date: call.server.seconds(), seq: 0 });
  }),
];

/** All conversations, the one with the newest message first. */
function conversations(person: Person, { server }: Call): readonly Conversation[] {
  const { people, groups, channels } = server.world;
  const own = person.box.tops().flatMap(([name, top]): readonly Conversation[] => {
    const id = Number(name.slice(1));
    const place = name.startsWith('u') ? people.get(id) : groups.get(id);
    return place ? [{ place, top }] : [];
  });
  const others = [...channels.values()].flatMap((place): readonly Conversation[] => {
    const [top] = isIn(place, person) ? place.box.newest() : [];
    return top ? [{ place, top }] : [];
  });
  return [...own, ...others].sort((one, other) => other.top.date - one.top.date || other.top.id - one.top.id);
}

function dialogs(tops: readonly Conversation[], person: Person, call: Call) {
  const shown = tops.map(({ place, top }) => dialogView(place, top, person));
  const messages = tops.map(({ top }) => messageView(top, person));
  return { dialogs: shown, messages, ...namedFor(call, shown, messages) };
}

/** A conversation as its owner sees it in the list. */
export function dialogView(place: Place, top: BoxMessage | undefined, person: Person): Api.Dialog {
  const { inbox, outbox } = positions(person, place);
  const name = `${place.kind} ${place.id}`;
  return new Api.Dialog({
    ...{ peer: peerOf(place), topMessage: top?.id ?? 0, readInboxMaxId: inbox, readOutboxMaxId: outbox },
    ...{ unreadCount: unread(place, person), unreadMentionsCount: 0, unreadReactionsCount: 0 },
    notifySettings: new Api.PeerNotifySettings({ ...(person.muted.has(name) && { muteUntil: MUTED }) }),
    ...(person.archived.has(name) && { folderId: 1 }),
    ...(place.kind === 'channel' && { pts: place.box.pts }),
  });
}
