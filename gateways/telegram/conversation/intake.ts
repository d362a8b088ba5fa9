import type { Reached } from '../account/progress.js';
import type { TgEvent, UpdateState } from '../client/events.js';
import type { PeerId } from '../client/model.js';

/** What an intake needs of the world. */
export interface IntakeServices {
  /**
   * Resolves when the event need not come again. Rejects when it has to. `newest` is the number of the newest message
   * before it, of those that the account's own box counts.
   */
  take(event: TgEvent, newest: number): Promise<void> | undefined;
  /** Resolves when the other side can take more; undefined: it can. */
  relieved(): Promise<void> | undefined;
  /** Everything up to there was taken. */
  reached(reached: Reached): void;
  channelsReached(channels: ReadonlyMap<PeerId, number>): void;
  /** An event could not be taken and will be tried again. */
  trouble(error: unknown): void;
  /** Whether the same would fail each time. */
  isFinal(error: unknown): boolean;
  /** An event could not be taken and is not tried again. */
  passedOver(event: TgEvent, error: unknown): void;
}

/** Bounds of an intake. */
export interface IntakeLimits {
  /** Events that are being taken at a time. */
  readonly mostInFlight: number;
  /** Before an event is tried again (ms). */
  readonly retryMs: number;
}

interface Marker {
  /** All events up to this one have to be taken before. */
  after: number;
  reached?: Reached;
  readonly channels: Map<PeerId, number>;
}

/** Places that are remembered while something takes long; between further ones it would begin earlier after a crash. */
const MOST_MARKERS = 1_000;

/** Tries of what would fail each time: what the server refuses once need not be refused for good. */
const MOST_TRIES = 3;

/** What is of no chat waits for everything before it: it may be about messages that are still on their way. */
const NO_CHAT = '';
/** What in addition everything after it has to wait for. */
const BARRIER = '!';

/**
 * Hands events on, those of one chat in their order, those of several side by side: a large file in one of them must
 * not hold up the others. How far the account has come is told only as far as everything before was taken.
 */
export class Intake {
  /** The end of each chat's queue. */
  readonly #queues = new Map<string, Promise<void>>();
  readonly #running = new Set<number>();
  readonly #markers: Marker[] = [];
  readonly #channels: Map<PeerId, number>;
  readonly #asleep = new Set<() => void>();
  readonly #free = new Set<() => void>();
  #count = 0;
  #newest: number;
  #stopped = false;

  /**
   * @param newest number of the newest message taken so far, of those that the account's own box counts
   * @param channels up to where events of channels were taken
   */
  constructor(
    private readonly services: IntakeServices,
    private readonly limits: IntakeLimits,
    newest: number,
    channels: ReadonlyMap<PeerId, number>,
  ) {
    this.#newest = newest;
    this.#channels = new Map(channels);
  }

  /** Undefined, or resolves when the next event may come. Rejects when it came too late to be taken. */
  event(event: TgEvent): Promise<void> | undefined {
    const waits = this.#running.size >= this.limits.mostInFlight || this.services.relieved() !== undefined;
    if (!waits && !this.#stopped) {
      this.#begin(event);
      return undefined;
    }
    return this.#room().then(() => {
      if (this.#stopped) throw new Error('nothing is taken any more');
      this.#begin(event);
    });
  }

  reached(state: UpdateState): void {
    this.#marker().reached = { state, newest: this.#newest };
    this.#settle();
  }

  channelReached(channel: PeerId, pts: number): void {
    this.#marker().channels.set(channel, pts);
    this.#settle();
  }

  /** Nothing is tried again. Resolves when nothing is under way. */
  async stop(): Promise<void> {
    this.#stopped = true;
    for (const wake of [...this.#asleep, ...this.#free]) wake();
    await Promise.all(this.#queues.values());
  }

  async #room(): Promise<void> {
    while (this.#running.size >= this.limits.mostInFlight && !this.#stopped)
      await new Promise<void>((resolve) => {
        const wake = (): void => {
          this.#free.delete(wake);
          resolve();
        };
        this.#free.add(wake);
      });
    const relieved = this.services.relieved();
    if (relieved && !this.#stopped) await this.#unlessEnded(relieved);
  }

  /** Resolves with the promise, or at the end: whoever has stopped reading may never begin again. */
  #unlessEnded(promise: Promise<void>): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        this.#asleep.delete(wake);
        resolve();
      };
      this.#asleep.add(wake);
      promise.then(wake, wake);
    });
  }

  #begin(event: TgEvent): void {
    this.#count += 1;
    const number = this.#count;
    this.#running.add(number);
    const newest = this.#newest;
    if (event.type === 'message' && !event.message.chat.startsWith('c'))
      this.#newest = Math.max(newest, event.message.id);
    const chat = chatOf(event);
    const before = this.#before(chat);
    const take = () => this.#take(event, number, newest);
    const work = before.length > 0 ? Promise.all(before).then(take) : take();
    const queue = work.finally(() => {
      if (this.#queues.get(chat) === queue) this.#queues.delete(chat);
    });
    this.#queues.set(chat, queue);
  }

  #before(chat: string): readonly Promise<void>[] {
    if (chat === NO_CHAT || chat === BARRIER) return [...this.#queues.values()];
    return [this.#queues.get(chat), this.#queues.get(BARRIER)].filter((queue) => queue !== undefined);
  }

  /** Never rejects. */
  async #take(event: TgEvent, number: number, newest: number): Promise<void> {
    const { take, trouble, isFinal, passedOver } = this.services;
    let failures = 0;
    while (!this.#stopped) {
      try {
        await take(event, newest);
        this.#taken(number);
        return;
      } catch (error) {
        if (isFinal(error)) failures += 1;
        if (this.#stopped) return;
        // It must not hold up all that comes after it, for ever and over every restart.
        if (failures >= MOST_TRIES) {
          passedOver(event, error);
          this.#taken(number);
          return;
        }
        trouble(error);
        await this.#sleep();
      }
    }
  }

  #taken(number: number): void {
    this.#running.delete(number);
    this.#settle();
    for (const wake of [...this.#free]) wake();
  }

  /** The place after all that has come so far. */
  #marker(): Marker {
    const after = this.#count;
    const last = this.#markers.at(-1);
    if (last && (last.after === after || this.#markers.length >= MOST_MARKERS)) {
      last.after = after;
      return last;
    }
    const marker = { after, channels: new Map() };
    this.#markers.push(marker);
    return marker;
  }

  #settle(): void {
    const [oldest = Number.POSITIVE_INFINITY] = this.#running;
    let reached: Reached | undefined;
    let channels = false;
    for (let marker = this.#markers[0]; marker && marker.after < oldest; marker = this.#markers[0]) {
      this.#markers.shift();
      reached = marker.reached ?? reached;
      for (const [channel, pts] of marker.channels) this.#channels.set(channel, pts);
      channels ||= marker.channels.size > 0;
    }
    if (reached) this.services.reached(reached);
    if (channels) this.services.channelsReached(this.#channels);
  }

  #sleep(): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        this.#asleep.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, this.limits.retryMs);
      timer.unref();
      this.#asleep.add(wake);
    });
  }
}

function chatOf(event: TgEvent): string {
  switch (event.type) {
    case 'message':
    case 'edited':
      return event.message.chat;
    case 'status':
    case 'blocked':
      return event.person;
    case 'person':
      return event.person.id;
    case 'chat':
      return event.chat.id;
    case 'deleted':
      return event.chat ?? NO_CHAT;
    case 'gap':
      return event.chat ?? BARRIER;
    case 'poll':
    case 'contacts-changed':
      return NO_CHAT;
    default:
      return event.chat;
  }
}
