import { Api } from 'telegram';
import { type Difference, type Numbered, OrderedBox } from '../../../updates/ordered-box.js';
import { TgError } from '../../client.js';
import type { UpdateState } from '../../events.js';
import type { Deliveries, Item } from './deliveries.js';
import { numbersOf } from './numbers.js';
import { Retries } from './retries.js';
import type { StreamServices } from './update-stream.js';

/** The numbered events of the account: private chats and basic groups (core.telegram.org/api/updates). */
export class AccountBox {
  readonly #box: OrderedBox<Item>;
  readonly #retries: Retries;
  #state: UpdateState;
  /** What holds once the events of the last difference are taken. */
  #after: UpdateState | undefined;

  constructor(
    state: UpdateState,
    private readonly services: StreamServices,
    private readonly deliveries: Deliveries,
    /** What a difference tells of channels, and what is not numbered. */
    private readonly other: (update: Api.TypeUpdate) => void,
  ) {
    this.#state = state;
    this.#retries = new Retries(services.limits, () => this.#box.resume());
    this.#box = new OrderedBox<Item>(
      state.pts,
      {
        fetch: (pts) => this.#retries.watch(() => this.#fetch(pts)),
        apply: (item) => this.#retries.watch(() => deliveries.apply(item)),
        gap: () => this.#retries.watch(() => this.#gap()),
        reached: (pts) => this.#reached(pts),
      },
      { patienceMs: services.limits.gapMs, most: services.limits.mostEvents },
    );
  }

  receive(numbered: Numbered<Item>): void {
    this.#box.receive(numbered);
  }

  catchUp(): void {
    this.#box.catchUp();
  }

  resume(): void {
    this.#retries.reset();
    this.#box.resume();
  }

  idle(): Promise<void> {
    return this.#box.idle();
  }

  async stop(): Promise<void> {
    this.#retries.stop();
    await this.#box.stop();
  }

  /**
   * Containers are numbered too. False: that one was taken before. When one is missing, the server is asked.
   */
  sequence(first: number, last: number, date: number): boolean {
    if (last === 0) return true;
    const { seq } = this.#state;
    if (first <= seq) return false;
    if (first > seq + 1 && seq !== 0) this.catchUp();
    else this.#state = { ...this.#state, seq: last, date: Math.max(date, this.#state.date) };
    return true;
  }

  reachedQts(qts: number): void {
    if (qts > this.#state.qts) this.#state = { ...this.#state, qts };
  }

  async #fetch(pts: number): Promise<Difference<Item>> {
    const { date, qts } = this.#state;
    const told = await this.#ask(new Api.updates.GetDifference({ pts, date, qts }));
    if (!told) return { kind: 'too-long', items: [], pts: (await this.#now()).pts };
    if (told instanceof Api.updates.DifferenceEmpty) {
      this.#settle({ pts, qts, date: told.date, seq: told.seq });
      return { kind: 'part', items: [], pts, final: true };
    }
    if (told instanceof Api.updates.DifferenceTooLong) return { kind: 'too-long', items: [], pts: told.pts };
    const final = told instanceof Api.updates.Difference;
    const state = final ? told.state : told.intermediateState;
    this.services.directory.learn(told.users, told.chats);
    for (const message of told.newMessages) this.deliveries.see(message);
    const messages = told.newMessages.map((message) => ({
      update: new Api.UpdateNewMessage({ message, pts: 0, ptsCount: 0 }),
    }));
    const rest: Item[] = [];
    for (const update of told.otherUpdates)
      if (numbersOf(update)?.channel === undefined && numbersOf(update)) rest.push({ update });
      else this.other(update);
    this.#after = { pts: state.pts, qts: state.qts, date: state.date, seq: state.seq };
    if (state.pts <= pts) this.#settle(this.#after);
    return { kind: 'part', items: [...messages, ...rest], pts: state.pts, final };
  }

  /**
   * Undefined where the server does not tell, or tells what nobody can read: it would the next time too. Nobody knows
   * then what was between.
   */
  async #ask(request: Api.updates.GetDifference): Promise<Api.updates.TypeDifference | undefined> {
    try {
      return await this.services.requests.invoke(request);
    } catch (error) {
      if (error instanceof TgError && error.kind === 'refused') return undefined;
      throw error;
    }
  }

  async #gap(): Promise<void> {
    this.#after = await this.#now();
    await this.deliveries.gap();
  }

  async #now(): Promise<UpdateState> {
    const { pts, qts, date, seq } = await this.services.requests.invoke(new Api.updates.GetState());
    return { pts, qts, date, seq };
  }

  #reached(pts: number): void {
    const { qts, date, seq } = this.#after ?? this.#state;
    if (this.#after && pts >= this.#after.pts) this.#after = undefined;
    this.#settle({ pts, qts: Math.max(qts, this.#state.qts), date: Math.max(date, this.#state.date), seq });
  }

  #settle(state: UpdateState): void {
    this.#state = state;
    this.services.listener.reached(state);
  }
}
