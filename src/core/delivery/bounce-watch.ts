import type { InboxRow } from '../../store/store.js';
import { xmlAttr } from '../../xmpp/escape-xml.js';
import { steadyNow } from '../steady-clock.js';

/** Messages watched at a time; of one more the oldest is watched no longer. */
const WATCHED_MOST = 4_096;
/** Least milliseconds between two looks at them. */
const SWEEP_PAUSE_MS = 1_000;

/** A message to a user's bare JID, or to his server, that may still be returned. */
export interface Watched {
  readonly row: InboxRow;
  /** Which table of the store has it. */
  readonly kept: 'inbox' | 'held';
  /** The user's `Account.arrivals` when it was sent. */
  readonly arrivals: number;
  /** Steady milliseconds from which it counts as taken; undefined until the server has read it. */
  until: number | undefined;
  /** Steady milliseconds until which the store keeps it as well. */
  keptUntil: number;
  /** The store has it no more, or somebody else sees to that. */
  forgotten: boolean;
  /** Too many were watched: it is no longer. */
  evicted: boolean;
}

/** How long, in milliseconds, after the server has read a message. */
interface WatchTimes {
  /** It may still return it. */
  readonly bounceWaitMs: number;
  /** The store keeps it for that case, while none of the user's clients is there. */
  readonly bounceKeepMs: number;
}

/**
 * Messages that the server has been sent, until it is too late for it to return them. That is long: a client that has
 * gone without a word is believed to be there for minutes (XEP-0198 §5), and what was sent to it comes back then.
 */
export class BounceWatch {
  /** By address and stanza id, in the order in which they were sent. */
  readonly #watched = new Map<string, Watched>();
  #timer: NodeJS.Timeout | undefined;
  /** Steady milliseconds at which it ends. */
  #due = 0;

  constructor(
    private readonly times: () => WatchTimes,
    /** Called for each that the store need not keep any longer; maybe more than once. */
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
    const { bounceWaitMs, bounceKeepMs } = this.times();
    watched.until = steadyNow() + bounceWaitMs;
    watched.keptUntil = steadyNow() + Math.min(bounceKeepMs, bounceWaitMs);
    this.#arm(watched.keptUntil);
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

  /** `due`: steady milliseconds. */
  #arm(due: number): void {
    if (this.#timer && this.#due <= due) return;
    clearTimeout(this.#timer);
    this.#due = due;
    this.#timer = setTimeout(() => this.#sweep(), Math.max(0, Math.ceil(due - steadyNow())));
    this.#timer.unref();
  }

  #sweep(): void {
    this.#timer = undefined;
    const now = steadyNow();
    let next: number | undefined;
    for (const [key, watched] of this.#watched) {
      const { until } = watched;
      // They were read in this order.
      if (until === undefined) break;
      const kept = watched.keptUntil > now;
      if (until <= now) this.#watched.delete(key);
      else next = Math.min(next ?? until, kept ? watched.keptUntil : until);
      if (kept) break;
      this.taken(watched);
    }
    if (next !== undefined) this.#arm(Math.max(next, now + SWEEP_PAUSE_MS));
  }
}

const keyOf = (to: string, stanzaId: string): string => `${to} ${stanzaId}`;
