import type { ContactId } from './ids.js';

/** A person as the network's contact list has him. */
export interface ContactCard {
  readonly id: ContactId;
  /** Display name, unchecked text. */
  readonly name: string;
  /** The network's own groups. */
  readonly groups?: readonly string[];
  /** Opaque id of the picture, another one when the picture changes; undefined: none. */
  readonly avatar?: string;
  /** Takes no messages: a short code that only sends, a broadcast (XEP-0506, B18). */
  readonly noReply?: boolean;
}

/** Availability (RFC 6121 §4.7.2.1); `online` is plain availability. */
export interface ContactPresence {
  readonly show: 'online' | 'chat' | 'away' | 'dnd' | 'xa' | 'offline';
  readonly status?: string;
  /** UTC milliseconds of the last activity, if known (XEP-0319, XEP-0012). */
  readonly lastSeen?: number;
}

/** What a network tells of one person's profile (XEP-0054 as far as known). */
export interface Profile {
  readonly name?: string;
  readonly nick?: string;
  /** International format with `+`. */
  readonly phone?: string;
  readonly email?: string;
  readonly url?: string;
  readonly note?: string;
  /** As in {@link ContactCard}. */
  readonly avatar?: string;
}

/** One hit of a search. */
export interface SearchHit {
  readonly contact: ContactId;
  readonly name: string;
  /** What else distinguishes him, shown beside the name. */
  readonly detail?: string;
}
