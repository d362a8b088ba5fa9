import { GatewayError } from '../../gateway/error.js';
import type { Text } from '../../gateway/text.js';
import type { RelayEntries, RelayEntry } from '../../store/relay-store.js';
import type { CrossedReference, Crossing, Leg } from './leg.js';
import type { LegId, RelayContent, RelayReference } from './model.js';

/** Bounds of what waits for one leg. */
export interface LegQueueOptions {
  /** Entries in memory; further ones are read from the store when their turn comes. */
  readonly mostLoaded: number;
  /** Entries told to a leg that was away; of older ones only the number is. */
  readonly backlog: number;
  /** From when on an entry is told with the time when it was said (ms). */
  readonly lateMs: number;
  /** Between tries, growing from the first to the last (ms). */
  readonly pauseFirstMs: number;
  readonly pauseLastMs: number;
}

/** What a queue needs of the world. */
export interface LegQueueServices {
  readonly entries: RelayEntries;
  /** UTC milliseconds. */
  now(): number;
  /** Whether what is taken away on a leg by others than its author counts elsewhere. */
  moderates(leg: LegId): boolean;
  /** Whether something of the people of a leg is still to be told here. */
  wanted(content: RelayContent, from: LegId): boolean;
  /** Something could not be told there, for good or for now. */
  trouble(error: unknown, forGood: boolean): void;
  /** Something was told there. */
  crossed(): void;
}

/**
 * Takes what has happened on the other legs to one leg: in order, a few at a time, each once. What the leg cannot take
 * now waits in the store, however long; no other leg waits for it.
 */
export class LegQueue {
  #loaded: RelayEntry[] = [];
  /** There are more in the store than in memory. */
  #behind: boolean;
  /** Something came while there were more in the store: the last reading of it may have been too early. */
  #missed = false;
  /** The latest entry that was in memory. */
  #last = '';
  /** The leg has been away since something was told to it, or never was there. */
  #returning = true;
  readonly #underWay = new Map<string, Promise<void>>();
  /** Told there; the store is still to know of it. Nothing but what refers to one of them waits for that. */
  readonly #settling = new Set<Promise<void>>();
  #failed: RelayEntry[] = [];
  #running: Promise<void> | undefined;
  #pause: NodeJS.Timeout | undefined;
  #tries = 0;
  #stopped = false;

  /** @param restored something may wait in the store from before */
  constructor(
    private readonly relay: string,
    private readonly leg: Leg,
    private readonly options: LegQueueOptions,
    private readonly services: LegQueueServices,
    restored: boolean,
  ) {
    this.#behind = restored;
  }

  /** Whether more waits in memory than should. */
  get full(): boolean {
    return this.#behind || this.#loaded.length >= this.options.mostLoaded;
  }

  /** An entry for this leg that is in the store. */
  add(entry: RelayEntry): void {
    if (this.#behind) {
      this.#missed = true;
      return;
    }
    if (this.#loaded.length < this.options.mostLoaded) {
      this.#loaded.push(entry);
      this.#last = entry.id;
    } else this.#behind = true;
    this.#run();
  }

  /** The leg's state has changed. */
  changed(): void {
    if (this.leg.state.state !== 'joined') {
      this.#returning = true;
      return;
    }
    clearTimeout(this.#pause);
    this.#pause = undefined;
    this.#run();
  }

  /** Nothing more is told. Resolves when nothing is under way. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#pause);
    await this.#running;
    await this.#idle();
  }

  /** Resolves when nothing is under way, and the store knows all that has been. */
  async #idle(): Promise<void> {
    await Promise.all(this.#underWay.values());
    await Promise.all(this.#settling);
  }

  #run(): void {
    if (this.#running || this.#pause || !this.#ready) return;
    this.#running = this.#takeAll()
      .catch((error: unknown) => this.#later(error))
      .finally(() => {
        this.#running = undefined;
        if (this.#waits) this.#run();
      });
  }

  get #ready(): boolean {
    return !this.#stopped && this.leg.state.state === 'joined';
  }

  get #waits(): boolean {
    return this.#behind || this.#loaded.length > 0;
  }

  async #takeAll(): Promise<void> {
    while (this.#ready && this.#pause === undefined) {
      if (this.#failed.length > 0) await this.#putBack();
      else if (this.#returning) await this.#return();
      else if (this.#loaded.length === 0 && !this.#behind) return;
      else await this.#takeNext();
    }
    await this.#putBack();
  }

  async #takeNext(): Promise<void> {
    const { mostLoaded } = this.options;
    if (this.#loaded.length === 0) {
      const page = await this.services.entries.waiting(this.relay, this.leg.id, this.#last, mostLoaded);
      this.#loaded.push(...page);
      this.#last = page.at(-1)?.id ?? this.#last;
      if (page.length > 0) return;
      this.#behind = this.#missed;
      this.#missed = false;
      return;
    }
    if (this.#underWay.size >= this.leg.window) {
      await Promise.race(this.#underWay.values());
      return;
    }
    if (this.#settling.size >= (this.leg.knowsAgain ? mostLoaded : 1)) {
      await Promise.race(this.#settling);
      return;
    }
    const [entry] = this.#loaded;
    if (!entry) return;
    const content = JSON.parse(entry.content) as RelayContent;
    if (!this.services.wanted(content, entry.leg)) {
      this.#loaded.shift();
      await this.#settle(entry, []);
      return;
    }
    const named = referenceOf(content);
    // What it speaks of may be under way itself.
    if (named && this.#underWay.size + this.#settling.size > 0) {
      await this.#idle();
      return;
    }
    const reference = named && (await this.#resolve({ leg: entry.leg, content }, named));
    if (!this.#ready) return;
    this.#loaded.shift();
    const late = this.services.now() - entry.time > this.options.lateMs;
    const crossing: Crossing = {
      ...{ id: entry.id, from: entry.leg, content },
      ...(reference && { reference }),
      ...(late && { delayed: entry.time }),
    };
    const work = this.#cross(entry, crossing).finally(() => this.#underWay.delete(entry.id));
    this.#underWay.set(entry.id, work);
  }

  async #resolve(
    { leg, content }: Pick<RelayEntry, 'leg'> & { readonly content: RelayContent },
    { id, or, besides, quote }: RelayReference,
  ): Promise<CrossedReference> {
    const { entries } = this.services;
    const trace =
      (await entries.find(this.relay, leg, id)) ??
      (or === undefined ? undefined : await entries.find(this.relay, leg, or));
    const names = trace?.ids.get(leg) ?? [];
    const foreign = besides !== undefined && !names.some((name) => name.startsWith(besides));
    // Who has taken away words of another leg without being named was a moderator.
    const removed = content.kind === 'retracted' && content.by === undefined && trace && trace.leg !== leg;
    const untouched = foreign || (removed && !this.services.moderates(leg));
    return {
      ids: untouched ? [] : (trace?.ids.get(this.leg.id) ?? []),
      ...(trace?.leg === this.leg.id && { own: true }),
      ...(quote !== undefined && { quote }),
    };
  }

  /** Never rejects. */
  async #cross(entry: RelayEntry, crossing: Crossing): Promise<void> {
    try {
      const ids = await this.leg.cross(crossing);
      this.#tries = 0;
      this.services.crossed();
      this.#settles(entry, ids);
    } catch (error) {
      if (error instanceof GatewayError && error.retryable) {
        this.#failed.push(entry);
        this.services.trouble(error, false);
        return;
      }
      this.services.trouble(error, true);
      this.#settles(entry, []);
    }
  }

  #settles(entry: RelayEntry, ids: readonly string[]): void {
    const settling: Promise<void> = this.#settle(entry, ids).finally(() => this.#settling.delete(settling));
    this.#settling.add(settling);
  }

  /** Were it forgotten that it has crossed, it would do so again after a restart. */
  async #settle(entry: RelayEntry, ids: readonly string[]): Promise<void> {
    for (let pause = this.options.pauseFirstMs; ; pause = Math.min(pause * 2, this.options.pauseLastMs)) {
      try {
        await this.services.entries.crossed(entry, this.leg.id, ids);
        return;
      } catch (error) {
        if (this.#stopped) return;
        this.services.trouble(error, false);
        await new Promise<void>((resolve) => setTimeout(resolve, pause).unref());
      }
    }
  }

  /** What could not be told goes before all that has not been tried, in its order. */
  async #putBack(): Promise<void> {
    await Promise.all(this.#underWay.values());
    if (this.#failed.length === 0) return;
    const failed = this.#failed.sort((one, other) => (one.id < other.id ? -1 : 1));
    this.#failed = [];
    this.#loaded.unshift(...failed);
    this.#wait();
  }

  #later(error: unknown): void {
    this.services.trouble(error, false);
    this.#wait();
  }

  #wait(): void {
    if (this.#stopped || this.#pause) return;
    const { pauseFirstMs, pauseLastMs } = this.options;
    const pause = Math.min(pauseFirstMs * 2 ** this.#tries, pauseLastMs);
    this.#tries += 1;
    this.#pause = setTimeout(() => {
      this.#pause = undefined;
      this.#run();
    }, pause);
    this.#pause.unref();
  }

  /** A leg that was away is told the latest of what it has missed, and how much there was before. */
  async #return(): Promise<void> {
    const { entries } = this.services;
    const { backlog, mostLoaded } = this.options;
    await this.#idle();
    let surplus = (await entries.count(this.relay, this.leg.id)) - backlog;
    if (surplus > 0) {
      const text: Text = { key: 'relay-left-out', args: { count: surplus } };
      await this.#say(text);
      for (; surplus > 0 && !this.#stopped; ) {
        const page = await entries.waiting(this.relay, this.leg.id, '', Math.min(surplus, mostLoaded));
        if (page.length === 0) break;
        await Promise.all(page.map((entry) => entries.crossed(entry, this.leg.id, [])));
        surplus -= page.length;
      }
      this.#loaded = [];
      this.#failed = [];
      this.#last = '';
      this.#behind = true;
    }
    this.#returning = false;
  }

  /** Where the relay itself may not speak, its people still may. Rejects with what may pass. */
  async #say(text: Text): Promise<void> {
    try {
      await this.leg.say(text);
    } catch (error) {
      const passing = error instanceof GatewayError && error.retryable;
      if (passing || !this.#ready) throw error;
      this.services.trouble(error, false);
    }
  }
}

/** The earlier message that something speaks of. */
function referenceOf(content: RelayContent): RelayReference | undefined {
  switch (content.kind) {
    case 'said':
      return content.replyTo;
    case 'edited':
    case 'retracted':
    case 'reacted':
      return content.target;
    case 'subject':
    case 'presence':
      return undefined;
    default:
      return content satisfies never;
  }
}
