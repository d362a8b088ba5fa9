import type { AccountKey, InboxRow, RoomTrace } from './store.js';

/**
 * Where a message is. Of the user: `waiting` in the outbox, `sending` (handed to the network, no answer yet), `sent`
 * (accepted by the network), then as the network reports. Of a person: `received` (accepted, handed to the server),
 * `held` (waits for the user's word about an unknown sender). All others are ends.
 */
export type MessageState =
  | 'waiting'
  | 'sending'
  | 'sent'
  | 'delivered'
  | 'displayed'
  | 'failed'
  | 'unknown'
  | 'cancelled'
  | 'expired'
  | 'received'
  | 'held'
  | 'dropped';

/** Whom a message is exchanged with: one person, or a room of the account's own. */
export interface ConversationKey {
  readonly kind: 'contact' | 'room';
  /** The network's id of the other person, or of the room. */
  readonly contact: string;
}

/** One message of a conversation, without its words: which ids it has on either side and what became of it. */
export interface MessageRecord extends ConversationKey {
  /** UUIDv7, made by the gateway; the stanza id of what it sends itself. */
  readonly id: string;
  readonly account: AccountKey;
  /** Prepared gateway domain. */
  readonly domain: string;
  /** `own`: written by the user elsewhere. */
  readonly direction: 'in' | 'out' | 'own';
  /** Ids in XMPP, the stanza's own first; then origin-id and those of corrections. */
  readonly xmppIds: readonly string[];
  /** Ids on the network, one per part. */
  readonly networkIds: readonly string[];
  /**
   * Full JID of the client that wrote it; for messages of the network empty, or the author's address in the room.
   */
  readonly author: string;
  /** The author asked for a receipt (XEP-0184). */
  readonly receipt: boolean;
  readonly state: MessageState;
  /** JSON of a seam `Text` that says why; empty: nothing to say. */
  readonly detail: string;
  /** UTC milliseconds. */
  readonly createdAt: number;
  readonly changedAt: number;
}

/** What waits in the outbox for one message. */
export interface OutboxEntry {
  /** Id of the message. */
  readonly id: string;
  readonly account: AccountKey;
  readonly domain: string;
  readonly contact: string;
  /** JSON of what is to be sent; encrypted at rest. */
  readonly payload: string;
  readonly attempts: number;
  /** UTC milliseconds of the next try, and from which it is given up. */
  readonly nextAt: number;
  readonly expiresAt: number;
}

/** Another try at another time, or other words. */
export type OutboxChange = Partial<Pick<OutboxEntry, 'attempts' | 'nextAt' | 'payload'>>;

/** An entry of the outbox with what its message says of it. */
export type QueuedEntry = OutboxEntry & Pick<MessageRecord, 'kind' | 'state'>;

/** What may change of a message; ids are added to those it has. */
export interface MessageChange {
  readonly state?: MessageState;
  readonly detail?: string;
  readonly addXmppIds?: readonly string[];
  readonly addNetworkIds?: readonly string[];
  readonly changedAt: number;
  /** The outbox entry: what is other now, or nothing more to do. */
  readonly outbox?: 'done' | OutboxChange;
  readonly trace?: RoomTrace;
}

/** A network's report on one part of a message. */
export interface PartReport {
  readonly outcome: 'delivered' | 'failed';
  /** JSON of a seam `Text`; empty: none. */
  readonly detail: string;
  readonly time: number;
}

/** A message after a report: how many of its parts are reported on. */
export interface ReportedMessage {
  readonly record: MessageRecord;
  readonly delivered: number;
  readonly failed: number;
}

/** The two-way map of message ids, the outbox, and what became of every message. */
export interface Messages {
  /**
   * A message of a person, with the stanzas that show it, in one transaction; those of a `held` one are held. False, and nothing is written, when the
   * account knows one of its network ids already, when a message has the id, or when the account is gone.
   */
  accept(record: MessageRecord, stanzas: readonly InboxRow[], trace?: RoomTrace): Promise<boolean>;
  /**
   * A message of the user with its outbox entry, in one transaction; durable when the promise resolves. An id that is
   * known already changes nothing. Rejects with a StoreError `not-found` when the account is gone.
   */
  submit(record: MessageRecord, entry: OutboxEntry, trace?: RoomTrace): Promise<void>;
  /**
   * Durable when the promise resolves; calls take effect in the order in which they are made, also before the promise
   * of `submit` has resolved. Resolves with the message when reports came before the ids that are added here: at most
   * one. An unknown id changes nothing. A network id that another message of the account has becomes this one's.
   */
  change(id: string, change: MessageChange): Promise<readonly ReportedMessage[]>;
  /**
   * A report on a network id of that domain, which a message of a user has (`out`; the newest when several accounts
   * have the id). Undefined when nobody knows the id yet: it is kept for `change` to find. A report on a part that was
   * there already changes nothing: the first stays.
   */
  report(domain: string, networkId: string, report: PartReport): Promise<ReportedMessage | undefined>;
  byId(id: string): Promise<MessageRecord | undefined>;
  /** As {@link byId}, with the reports on its parts. */
  reported(id: string): Promise<ReportedMessage | undefined>;
  /** By any of its XMPP ids, the newest, of all conversations or of one. */
  byXmppId(account: AccountKey, id: string, within?: ConversationKey): Promise<MessageRecord | undefined>;
  /** The message that claimed the id last. */
  byNetworkId(account: AccountKey, id: string): Promise<MessageRecord | undefined>;
  /** Newest first, optionally of one conversation. */
  recent(account: AccountKey, limit: number, within?: ConversationKey): Promise<readonly MessageRecord[]>;
  /** What is in the outbox of a domain, oldest first, in pages by id of the message. */
  outbox(domain: string, after: string, limit: number): Promise<readonly QueuedEntry[]>;
  /** What one account has in the outbox. */
  waiting(account: AccountKey): Promise<readonly OutboxEntry[]>;
  /** Inbox rows set aside instead of being forgotten, in the order in which that was done. */
  held(account: AccountKey): Promise<readonly InboxRow[]>;
  /** Moves rows out of the inbox, encrypted at rest; one that is held already stays as it is. */
  hold(rows: readonly InboxRow[]): Promise<void>;
  /** Forgets rows that are held. */
  release(account: AccountKey, ids: readonly string[]): Promise<void>;
  /**
   * Removes messages last changed before this (UTC milliseconds) that wait for nothing: what is in the outbox stays,
   * and `held` while the account has held rows. Removes reports nobody claimed too. Resolves with the number of both.
   */
  purge(before: number): Promise<number>;
}
