import type { NetworkMessageId } from '../../gateway/ids.js';
import type { MessageRecord } from '../../store/message-store.js';
import type { InboxRow } from '../../store/store.js';
import type { Account } from '../account/account.js';
import type { DomainContext } from '../domain.js';
import { keyOf, type Peer } from './peer.js';

/** A message of a person, or of the user himself elsewhere, as the map of ids keeps it. */
export interface Incoming {
  /** UUIDv7: id of the message, and of the first of its stanzas. */
  readonly id: string;
  readonly peer: Peer;
  /** The network's ids of it; equal ids are one message. */
  readonly networkIds: readonly NetworkMessageId[];
  readonly direction: 'in' | 'own';
  /** Ids of its stanzas where it needs several, `id` first. */
  readonly xmppIds?: readonly string[];
  /** In a room: the address there of who wrote it. */
  readonly author?: string;
}

/** Takes stanzas upon itself: at once, or until the user lets them be shown. */
export interface StanzaKeeper {
  /** Resolves when the stanzas are safe. */
  deliver(account: Account, id: string, stanzas: readonly string[]): Promise<void>;
  /** As {@link deliver}, with the ids of the message. False when the account has it already (F08). */
  accept(account: Account, incoming: Incoming, stanzas: readonly string[]): Promise<boolean>;
}

type StoreContext = Pick<DomainContext, 'options'>;

/** The message as it is written down at its arrival. */
export function incomingRecord(
  { options }: StoreContext,
  account: Account,
  { id, peer, networkIds, direction, xmppIds = [id], author = '' }: Incoming,
  state: 'received' | 'held' | 'dropped',
): MessageRecord {
  const now = Date.now();
  return {
    id,
    account: account.record.id,
    domain: options.domain,
    ...keyOf(peer),
    direction,
    xmppIds,
    networkIds,
    author,
    receipt: false,
    state,
    detail: '',
    createdAt: now,
    changedAt: now,
  };
}

/** The stanzas of a message as rows of the store: ids of the further ones are numbered. */
export function inboxRows(
  { options }: StoreContext,
  account: Account,
  id: string,
  stanzas: readonly string[],
): readonly InboxRow[] {
  return stanzas.map((stanza, index) => ({
    id: index === 0 ? id : `${id}.${index}`,
    account: account.record.id,
    domain: options.domain,
    stanza,
  }));
}
