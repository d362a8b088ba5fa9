import type { StateEntry } from '../../../../src/gateway/state.js';
import { type PartialMessage, readPartialMessage } from '../../text/reassembly.js';
import type { LineStore } from '../line-store.js';
import type { SmppOptions } from './options.js';

/** A message of several parts on its way in, with the addresses of its parts. */
export interface KeptMessage {
  readonly from: string;
  readonly to: string;
  readonly message: PartialMessage;
}

interface Kept extends KeptMessage {
  /** UTC milliseconds: when the rest is waited for no longer, or, complete, when it is forgotten. */
  deadline: number;
}

const prefix = 'part:';
/** After this the store may forget parts, should nobody have come for them; far beyond any reassembly. */
const storedMs = 7 * 24 * 3600_000;
/** A message that could not be passed on is tried again after so long. */
const retryMs = 30_000;

/** The parts of incoming messages that are not complete, and digests of those that were; durable and bounded. */
export class KeptParts {
  readonly #store: LineStore;
  readonly #options: SmppOptions;
  /** The oldest first. */
  readonly #open = new Map<string, Kept>();
  readonly #complete = new Map<string, Kept>();
  #parts = 0;

  constructor(store: LineStore, options: SmppOptions) {
    this.#store = store;
    this.#options = options;
  }

  /** What an earlier process has stored. */
  restore({ key, value, expiresAt }: StateEntry): void {
    if (!key.startsWith(prefix)) return;
    const { from, to } = value;
    const message = readPartialMessage(value.message);
    if (typeof from !== 'string' || typeof to !== 'string' || message === undefined) return;
    this.#remember(key.slice(prefix.length), { from, to, message, deadline: expiresAt ?? 0 });
  }

  get(key: string): KeptMessage | undefined {
    const complete = this.#complete.get(key);
    if (complete !== undefined && complete.deadline > Date.now()) return complete;
    return this.#open.get(key);
  }

  /** No room for the first part of another message. */
  get full(): boolean {
    const { incompleteMessages, incompleteParts } = this.#options.limits;
    return this.#open.size >= incompleteMessages || this.#parts >= incompleteParts;
  }

  /** Key of the longest waiting message. */
  get oldest(): string | undefined {
    const [oldest] = this.#open.keys();
    return oldest;
  }

  /** Resolves when it is durable. */
  async keep(key: string, { from, to, message }: KeptMessage): Promise<void> {
    const { reassemblyMs, repeatWindowMs } = this.#options.timeouts;
    const expiresAt = message.complete
      ? Date.now() + repeatWindowMs
      : message.startedAt + reassemblyMs + storedMs;
    await this.#store.put({ key: prefix + key, value: { from, to, message }, expiresAt });
    this.#remember(key, { from, to, message, deadline: expiresAt });
  }

  async forget(key: string): Promise<void> {
    this.#drop(key);
    await this.#store.delete(prefix + key);
  }

  /** Keys of what is waited for no longer. */
  overdue(now: number): readonly string[] {
    return [...this.#open].filter(([, { deadline }]) => deadline <= now).map(([key]) => key);
  }

  /** It could not be passed on now. */
  postpone(key: string, now: number): void {
    const kept = this.#open.get(key);
    if (kept !== undefined) kept.deadline = now + retryMs;
  }

  /** UTC milliseconds of the next deadline. */
  get nextDeadline(): number | undefined {
    let next: number | undefined;
    for (const { deadline } of this.#open.values()) next = Math.min(next ?? deadline, deadline);
    return next;
  }

  #remember(key: string, kept: Kept): void {
    this.#drop(key);
    if (kept.message.complete) {
      this.#complete.set(key, kept);
      if (this.#complete.size <= this.#options.limits.rememberedMessages) return;
      const [oldest] = this.#complete.keys();
      if (oldest !== undefined) this.#complete.delete(oldest);
      return;
    }
    const deadline = kept.message.startedAt + this.#options.timeouts.reassemblyMs;
    this.#open.set(key, { ...kept, deadline });
    this.#parts += partsOf(kept);
  }

  #drop(key: string): void {
    this.#complete.delete(key);
    const open = this.#open.get(key);
    if (open === undefined) return;
    this.#open.delete(key);
    this.#parts -= partsOf(open);
  }
}

function partsOf({ message }: KeptMessage): number {
  return Object.keys(message.parts).length;
}
