import type { InboxRow } from '../../store/store.js';
import { xmlAttr } from '../../xmpp/escape-xml.js';
import { steadyNow } from '../steady-clock.js';

/** Messages watched at a time; of one more the oldest is watched no longer. */
const WATCHED_MOST = 4_096;

/** A message to a user's bare JID, or to his server, that may still be returned. */
export interface Watched {
  readonly row: InboxRow;
  /** Which table of the store has it. */
  readonly kept: 'inbox' | 'held';
  /** The user's `Account.arrivals` when it was sent. */
  readonly arrivals: number;
  /** Steady milliseconds from which it counts as taken; undefined until the server has read it. */
  until: number | undefined;
  /** The store has it no more, or somebody else sees to that. */
  forgotten: boolean;
  /** Too many were watched: it is no longer. */
  evicted: boolean;
}

/** Messages that the server has been sent, until it is too late for it to return them. */
export class BounceWatch {
  /** By address and stanza id, in the order in which they were sent. */
  readonly #watched = new Map<string, Watched>();
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly waitMs: () => number,
    /** Called for each that was not returned in time. */
    private readonly taken: (watched: Watched) => void,
  ) {}

  /** `to`: the address as it is written in the stanza. */
  add(to: string, stanzaId: string, watched: Watched): void {
    if (this.#watched.size >= WATCHED_MOST) {
      for (const [key, oldest] of this.#watched) {
        this.#watched.delete(key);
        oldest.evicted = true;
        if (oldest.until !== undefined) this.taken(oldest);
        break;
      }
    }
    this.#watched.set(keyOf(to, stanzaId), watched);
  }

  /** The server has read it: the time in which it may return it begins. */
  read(watched: Watched): void {
    if (watched.evicted) this.taken(watched);
    watched.until = steadyNow() + this.waitMs();
    this.#arm(this.waitMs());
  }

  /** What has been returned by the address that it was sent to; it is watched no longer. */
  returned(from: string, stanzaId: string): Watched | undefined {
    const key = keyOf(xmlAttr(from), stanzaId);
    const watched = this.#watched.get(key);
    this.#watched.delete(key);
    return watched;
  }

  /** At a stop: what the server has read and not returned by now counts as taken. */
  stop(): void {
    clearTimeout(this.#timer);
    for (const watched of this.#watched.values()) if (watched.until !== undefined) this.taken(watched);
    this.#watched.clear();
  }

  #arm(ms: number): void {
    if (this.#timer) return;
    this.#timer = setTimeout(() => this.#sweep(), ms);
    this.#timer.unref();
  }

  #sweep(): void {
    this.#timer = undefined;
    const now = steadyNow();
    for (const [key, watched] of this.#watched) {
      // They were read in this order.
      if (watched.until === undefined) return;
      if (watched.until > now) {
        this.#arm(Math.ceil(watched.until - now));
        return;
      }
      this.#watched.delete(key);
      this.taken(watched);
    }
  }
}

const keyOf = (to: string, stanzaId: string): string => `${to} ${stanzaId}`;
