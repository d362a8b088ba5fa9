import { monotonicMicros } from '../harness/clock.js';
import { isPing } from './component-server.js';
import { attribute, type StanzaKind } from './stanza-scanner.js';

const SECOND_MICROS = 1_000_000;
/** What a message carries, by what stands in it. */
const CONTENT = [
  ['receipt', Buffer.from('<received')],
  ['text', Buffer.from('<body')],
] as const;

/** Stanzas that came from a component, but for its pings to the server. */
export interface StanzaCounts {
  /** By kind: `presence available from gateway`, `message receipt from person` and so on. */
  readonly kinds: Readonly<Record<string, number>>;
  readonly pings: number;
  /** Most presences to one user. */
  readonly mostPresences: number;
  /** Most stanzas of all kinds within one second. */
  readonly busiestSecond: number;
  /** Monotonic microseconds of the last one; 0: none. */
  readonly lastAt: number;
}

/** Counts what a component sends, by kind. */
export class StanzaCounter {
  readonly #kinds = new Map<string, number>();
  readonly #presences = new Map<string, number>();
  readonly #seconds = new Map<number, number>();
  #pings = 0;
  #lastAt = 0;

  /** Notes a stanza. */
  add(kind: Exclude<StanzaKind, 'other'>, bytes: Buffer): void {
    if (kind === 'iq' && isPing(bytes.toString('latin1'))) {
      this.#pings += 1;
      return;
    }
    const head = bytes.toString('latin1', 0, bytes.indexOf('>') + 1);
    const now = monotonicMicros();
    this.#lastAt = now;
    count(this.#seconds, Math.floor(now / SECOND_MICROS));
    const from = attribute(head, 'from')?.includes('@') ? 'person' : 'gateway';
    count(this.#kinds, `${kind} ${what(kind, head, bytes)} from ${from}`);
    if (kind === 'presence') count(this.#presences, attribute(head, 'to') ?? '');
  }

  reset(): void {
    for (const map of [this.#kinds, this.#presences, this.#seconds]) map.clear();
    this.#pings = 0;
    this.#lastAt = 0;
  }

  read(): StanzaCounts {
    return {
      kinds: Object.fromEntries(this.#kinds),
      pings: this.#pings,
      mostPresences: Math.max(0, ...this.#presences.values()),
      busiestSecond: Math.max(0, ...this.#seconds.values()),
      lastAt: this.#lastAt,
    };
  }
}

function what(kind: Exclude<StanzaKind, 'other'>, head: string, bytes: Buffer): string {
  const type = attribute(head, 'type');
  if (kind === 'presence') return type ?? 'available';
  if (kind === 'iq' || type === 'error') return type ?? '';
  return CONTENT.find(([, mark]) => bytes.includes(mark))?.[0] ?? 'other';
}

function count<Key>(map: Map<Key, number>, key: Key): void {
  map.set(key, (map.get(key) ?? 0) + 1);
}
