import type { ContactId, RoomId } from '../../gateway/ids.js';
import type { Target } from '../../gateway/message.js';
import type { ConversationKey } from '../../store/message-store.js';

/** Whom a user has a conversation with that is kept: a person, or a room of his own. */
export type Peer = Extract<Target, { readonly kind: 'contact' | 'room' }>;

/** A person. */
export function person(id: ContactId): Peer {
  return { kind: 'contact', id };
}

/** As the store knows it. */
export function keyOf({ kind, id }: Peer): ConversationKey {
  return { kind, contact: id };
}

/** Whom a message of the store is exchanged with. */
export function peerOf({ kind, contact }: ConversationKey): Peer {
  return kind === 'room' ? { kind, id: contact as RoomId } : { kind, id: contact as ContactId };
}

/** Whether two are the same. */
export function isSamePeer(one: Peer, other: Peer): boolean {
  return one.kind === other.kind && one.id === other.id;
}

/** Names somebody among all whom one account has to do with. */
export function peerName({ kind, id }: Peer): string {
  return `${kind} ${id}`;
}

/** Names a conversation among all of a domain; no id of an account holds a space. */
export function conversationName(account: number, peer: Peer): string {
  return `${account} ${peerName(peer)}`;
}
