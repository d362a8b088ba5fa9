/** One thing that the server has told, with its place among the numbered events of its box. */
export interface Numbered<Item> {
  readonly pts: number;
  readonly count: number;
  readonly item: Item;
}

/** What a box missed, as the server tells it when asked. */
export type Difference<Item> =
  /** In order; `pts` after it; more follows unless it is `final`. */
  | { readonly kind: 'part'; readonly items: readonly Item[]; readonly pts: number; readonly final: boolean }
  /** Too much: `items` are what the server gives instead, and nobody knows what was between. */
  | { readonly kind: 'too-long'; readonly items: readonly Item[]; readonly pts: number };

/** What a box needs of the world. */
export interface BoxServices<Item> {
  /** Asks for what came after `pts`. Rejects when the server cannot be asked now: `resume` brings the next try. */
  fetch(pts: number): Promise<Difference<Item>>;
  /** Takes one thing; resolves when it need not come again. Rejects when it has to. */
  apply(item: Item): Promise<void>;
  /** Nobody knows what was between: said once per gap that could not be filled. */
  gap(): Promise<void>;
  /** Everything up to there has been taken. */
  reached(pts: number): void;
}

/** Bounds of one box. */
export interface BoxLimits {
  /** How long an event that is missing may still come by itself before the server is asked (ms). */
  readonly patienceMs: number;
  /** Events that wait for a missing one, or to be taken; beyond, they are asked for anew. */
  readonly most: number;
}

/**
 * The numbered events of an account, or of one channel, in their order and each once, whatever of them is lost,
 * doubled or late on the way (core.telegram.org/api/updates#message-related-event-sequences).
 */
export class OrderedBox<Item> {
  readonly #waiting: Numbered<Item>[] = [];
  #pts: number;
  #run: Promise<void> | undefined;
  #patience: NodeJS.Timeout | undefined;
  /** The server has to be asked before anything else is taken. */
  #behind = false;
  /** How often that was found. */
  #calls = 0;
  /** Asking or taking has failed: nothing is tried before `resume`. */
  #halted = false;
  /** How often there was new hope. */
  #hopes = 0;
  #stopped = false;

  /** @param pts up to where everything was taken */
  constructor(
    pts: number,
    private readonly services: BoxServices<Item>,
    private readonly limits: BoxLimits,
  ) {
    this.#pts = pts;
  }

  get pts(): number {
    return this.#pts;
  }

  /** Something came by itself. */
  receive(numbered: Numbered<Item>): void {
    if (this.#stopped || numbered.pts <= this.#pts) return;
    if (this.#waiting.length >= this.limits.most) {
      this.#waiting.length = 0;
      this.#behind = true;
      this.#calls += 1;
    } else this.#waiting.push(numbered);
    this.#proceed();
  }

  /** The server says that there is something new, or may have said more than was heard: it is asked. */
  catchUp(): void {
    this.#behind = true;
    this.#calls += 1;
    this.#proceed();
  }

  /** The server can be asked again, and what could not be taken may be taken now. */
  resume(): void {
    this.#halted = false;
    this.#hopes += 1;
    this.catchUp();
  }

  /** Resolves when nothing more is under way. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#patience);
    await this.#run;
  }

  /** Resolves when nothing can be done before something comes; for orderly ends and tests. */
  async idle(): Promise<void> {
    while (this.#run) await this.#run;
  }

  #proceed(): void {
    if (this.#run || this.#halted || this.#stopped) return;
    this.#run = this.#work().finally(() => {
      this.#run = undefined;
      // Something may have come between the last look and here.
      if (this.#behind || this.#next()) this.#proceed();
    });
  }

  /** Never rejects. */
  async #work(): Promise<void> {
    const hopes = this.#hopes;
    try {
      while (!this.#stopped) {
        if (this.#behind) await this.#ask();
        else {
          const next = this.#next();
          if (!next) break;
          await this.#take(next.item, next.pts);
        }
      }
      this.#watchGap();
    } catch {
      // Hope that came meanwhile is worth another try.
      this.#halted = hopes === this.#hopes;
      this.#behind = true;
    }
  }

  /** The event that follows; those that were taken before are dropped. */
  #next(): Numbered<Item> | undefined {
    let next: Numbered<Item> | undefined;
    for (let index = this.#waiting.length - 1; index >= 0; index -= 1) {
      const one = this.#waiting[index];
      if (!one) continue;
      if (one.pts <= this.#pts) this.#waiting.splice(index, 1);
      else if (one.pts - one.count === this.#pts) next = one;
    }
    return next;
  }

  /** Gives what is missing a moment to come by itself. */
  #watchGap(): void {
    clearTimeout(this.#patience);
    if (this.#waiting.length === 0 || this.#stopped) return;
    this.#patience = setTimeout(() => {
      if (this.#waiting.length > 0) this.catchUp();
    }, this.limits.patienceMs);
    this.#patience.unref();
  }

  async #ask(): Promise<void> {
    for (;;) {
      const calls = this.#calls;
      const difference = await this.services.fetch(this.#pts);
      if (this.#stopped) return;
      if (difference.kind === 'too-long') await this.services.gap();
      for (const item of difference.items) await this.services.apply(item);
      this.#advance(difference.pts);
      if (difference.kind === 'part' && !difference.final) continue;
      // What was called for meanwhile may have happened after the answer was made.
      this.#behind = calls !== this.#calls;
      return;
    }
  }

  async #take(item: Item, pts: number): Promise<void> {
    await this.services.apply(item);
    this.#advance(pts);
  }

  #advance(pts: number): void {
    if (pts <= this.#pts) return;
    this.#pts = pts;
    this.services.reached(pts);
  }
}
