import type { AccountId } from '../../gateway/ids.js';
import type { Outgoing } from './outgoing.js';
import { type Peer, peerName } from './peer.js';

/** What of a message is needed to send it. */
export type Payload = Pick<Outgoing, 'message' | 'files'>;

/** One message in the outbox. Without its payload it is about 200 bytes. */
export interface Entry {
  readonly id: string;
  /** UTC milliseconds. */
  readonly expiresAt: number;
  /** The same by the steady clock. */
  readonly deadline: number;
  /** It was left by the last run. */
  readonly recalled: boolean;
  /** Tries that came back. */
  attempts: number;
  /** As in the store: `sending` has been written before the network can have it. */
  state: 'waiting' | 'sending';
  /** The network may have it from an earlier try (repeatable networks alone). */
  maybeSent: boolean;
  /** It is being sent now. */
  taken: boolean;
  payload: Payload | undefined;
  /** Until it is committed; resolves with false when it could not be. */
  committing: Promise<boolean> | undefined;
}

/** The messages of one user to one person, or in one room, in order; the first is the one that is sent next. */
export interface Conversation {
  readonly peer: Peer;
  readonly entries: Entry[];
  /** Settles when nobody works on its first entry any more; undefined while nobody does. */
  run: Promise<void> | undefined;
  /** Settles when the last message that the network took is written down; undefined when all are. */
  written: Promise<void> | undefined;
  /** Steady milliseconds until which it waits. */
  pausedUntil: number | undefined;
  /** Steady milliseconds until which it waits for more messages that go out together, and since when. */
  gatheringUntil: number | undefined;
  gatheringSince: number | undefined;
  /** Steady milliseconds of the last try. */
  lastTry: number;
  /** Pauses since something went through. */
  pauses: number;
  /** The user has been told that it waits. */
  told: boolean;
}

/** Everything of one user in the outbox. */
export class AccountQueue {
  /** By {@link peerName}. */
  readonly conversations = new Map<string, Conversation>();
  /** Entries, and those that are over but for the writing down. */
  size = 0;
  /** The user is no more: nothing is sent from now on. */
  closed = false;
  /** Ends the next pause. */
  timer: NodeJS.Timeout | undefined;
  /** Payloads are being read. */
  loading: Promise<void> | undefined;

  constructor(readonly account: AccountId) {}

  /** The conversation, made when there is none. */
  conversation(peer: Peer): Conversation {
    const name = peerName(peer);
    let conversation = this.conversations.get(name);
    if (!conversation) {
      conversation = {
        peer,
        entries: [],
        run: undefined,
        written: undefined,
        pausedUntil: undefined,
        gatheringUntil: undefined,
        gatheringSince: undefined,
        lastTry: Number.NEGATIVE_INFINITY,
        pauses: 0,
        told: false,
      };
      this.conversations.set(name, conversation);
    }
    return conversation;
  }

  /** Takes an entry out of its conversation; false when it is there no more. What comes next waits for nothing. */
  drop(conversation: Conversation, entry: Entry): boolean {
    const { entries } = conversation;
    const index = entries[0] === entry ? 0 : entries.indexOf(entry);
    if (index < 0) return false;
    entries.splice(index, 1);
    if (entries.length === 0) {
      conversation.pausedUntil = undefined;
      conversation.gatheringUntil = undefined;
      conversation.gatheringSince = undefined;
      conversation.pauses = 0;
      conversation.told = false;
    }
    return true;
  }

  find(id: string): { readonly conversation: Conversation; readonly entry: Entry } | undefined {
    for (const conversation of this.conversations.values()) {
      const entry = conversation.entries.find((one) => one.id === id);
      if (entry) return { conversation, entry };
    }
    return undefined;
  }
}

/** UTC milliseconds at which a message was written: UUIDv7 begins with them (RFC 9562 §5.7). */
export function timeOfId(id: string): number {
  return Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
}
