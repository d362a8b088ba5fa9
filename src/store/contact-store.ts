import type { AccountKey } from './store.js';

/** What the gateway keeps of one account's relation to one person. */
export interface ContactRecord {
  readonly account: AccountKey;
  /** The network's id of the person. */
  readonly contact: string;
  /** On the network's own contact list. */
  readonly listed: boolean;
  /** Display name as the network has it; empty: unknown. */
  readonly name: string;
  readonly groups: readonly string[];
  /** Opaque id of the picture; empty: none. */
  readonly avatar: string;
  /** SHA-1 of the picture as shown (XEP-0153), lower-case hex; empty: none or not fetched. */
  readonly photo: string;
  readonly noReply: boolean;
  /** The user sees the contact's presence (RFC 6121 §2.1.2.5, the user's `to`). */
  readonly to: boolean;
  /** The contact sees the user's presence (the user's `from`). */
  readonly from: boolean;
  /** `asked`: the user's wish waits for the network; `offered`: the contact's wish waits for the user. */
  readonly pending: '' | 'asked' | 'offered' | 'both';
  /** Name and groups that the gateway last wrote into the user's roster; undefined: never. */
  readonly written?: { readonly name: string; readonly groups: readonly string[] };
  /** Offered by XEP-0144 already. */
  readonly suggested: boolean;
  readonly blocked: boolean;
  /** UTC milliseconds until which messages are not shown; 0: not muted; Infinity is not stored: use a far time. */
  readonly mutedUntil: number;
  /** The user let this person write to him, or wrote first. */
  readonly approved: boolean;
  /** UTC milliseconds; 0: unknown. */
  readonly lastSeen: number;
}

/** Contacts of all accounts. */
export interface Contacts {
  /** All of one account. */
  list(account: AccountKey): Promise<readonly ContactRecord[]>;
  find(account: AccountKey, contact: string): Promise<ContactRecord | undefined>;
  /** Inserts or replaces; durable when the promise resolves; many calls share one transaction. */
  put(records: readonly ContactRecord[]): Promise<void>;
  remove(account: AccountKey, contacts: readonly string[]): Promise<void>;
}
