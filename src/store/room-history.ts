import type { MessageRecord } from './message-store.js';
import type { AccountKey, ArchiveEntry, RoomKey } from './store.js';

/** Sorts behind every archive id. */
export const ABOVE_ALL = '~';

/** A room of an account's own. */
export interface HistoryRoom {
  readonly account: AccountKey;
  readonly room: RoomKey;
  /** The network's id of it. */
  readonly contact: string;
}

/** Where something is missing in a room's archive. */
export interface HoleEdges {
  /** Archive id up to which entries are older than what is missing; empty: none is. */
  readonly low: string;
  /** Archive id from which on entries are newer; {@link ABOVE_ALL}: none is. */
  readonly high: string;
  /** The network's ids of the messages next to what is missing, on either side; empty: there is none. */
  readonly after: string;
  readonly before: string;
}

/** With the times of the entries next to it, UTC milliseconds. */
export interface Hole extends HoleEdges {
  readonly olderTime?: number;
  readonly newerTime?: number;
}

/** A message that the account knows by its id on the network. */
export interface KnownMessage {
  readonly networkId: string;
  /** Id of its record. */
  readonly id: string;
  /** Its first entry in the archive; undefined: it is there no more. */
  readonly entry?: string;
}

/** A message read from the network's own history. */
export interface HistoryMessage {
  readonly record: MessageRecord;
  readonly entries: readonly ArchiveEntry[];
  /** Id of the record of the same message, whose entries are gone; its ids in XMPP stay good. */
  readonly replaces?: string;
}

/** What was read of a hole. */
export interface HistoryFill extends HistoryRoom {
  /** As it was when reading began. */
  readonly hole: HoleEdges;
  /** What of it is left; undefined: nothing. */
  readonly rest: HoleEdges | undefined;
  readonly messages: readonly HistoryMessage[];
  /** UTC milliseconds. */
  readonly now: number;
}

/** What of rooms that are an account's own is not archived, though the network may have it. */
export interface RoomHistory {
  /**
   * Oldest first, and how many entries the archive has, counted up to `countLimit`. A room of which nothing is known is one
   * hole.
   */
  holes(
    room: HistoryRoom,
    countLimit: number,
  ): Promise<{ readonly holes: readonly Hole[]; readonly entries: number }>;
  /** Those of the network's ids that the account knows. */
  known(room: HistoryRoom, networkIds: readonly string[]): Promise<readonly KnownMessage[]>;
  /**
   * Archives messages and makes the hole smaller, in one transaction. False, and nothing is written, when the hole is not
   * as it was, one of the messages is known meanwhile, or the account is gone.
   */
  fill(fill: HistoryFill): Promise<boolean>;
  /**
   * Something is missing between the newest message that the network has told and `before`, which follows. `id` is a
   * fresh archive id: all later entries are above it.
   */
  missed(room: HistoryRoom, id: string, before: string): Promise<void>;
}
