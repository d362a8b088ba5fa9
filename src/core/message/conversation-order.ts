/** Work under way in one conversation. */
interface Line {
  /** Settles when the last work that everything later waits for is done. */
  gate: Promise<void> | undefined;
  /** Settles when everything so far is done. */
  all: Promise<void>;
  waiting: number;
}

/** Thrown when more waits in one conversation than may. */
export class ConversationBusy extends Error {
  override readonly name = 'ConversationBusy';
}

/**
 * Keeps the order within each conversation while conversations do not wait for each other. Ordinary messages flow: they
 * start in order and may overlap. What names an earlier message stands alone: it starts when everything before it is
 * done, and everything after waits for it. With nothing to wait for, work starts at once.
 */
export class ConversationOrder {
  readonly #lines = new Map<string, Line>();

  /** @param most works that one conversation may have under way and waiting */
  constructor(private readonly most: number) {}

  /** Rejects with what the task threw, or with {@link ConversationBusy}. */
  flow(conversation: string, task: () => Promise<void> | undefined): Promise<void> | undefined {
    return this.#run(conversation, task, false);
  }

  /** As {@link flow}, alone. */
  alone(conversation: string, task: () => Promise<void> | undefined): Promise<void> | undefined {
    return this.#run(conversation, task, true);
  }

  /** Settles when everything so far is done; undefined when nothing is under way. */
  settled(conversation: string): Promise<void> | undefined {
    return this.#lines.get(conversation)?.all;
  }

  #run(
    conversation: string,
    task: () => Promise<void> | undefined,
    alone: boolean,
  ): Promise<void> | undefined {
    const line = this.#lines.get(conversation);
    if (line && line.waiting >= this.most) return Promise.reject(new ConversationBusy());
    const before = alone ? line?.all : line?.gate;
    const work = before ? before.then(task) : task();
    if (!work) return undefined;
    this.#add(conversation, line, work, alone);
    return work;
  }

  #add(conversation: string, known: Line | undefined, work: Promise<void>, alone: boolean): void {
    const done = work.then(
      () => undefined,
      () => undefined,
    );
    const line = known ?? { gate: undefined, all: done, waiting: 0 };
    const all = known ? Promise.all([known.all, done]).then(() => undefined) : done;
    line.all = all;
    if (alone) line.gate = done;
    line.waiting += 1;
    if (!known) this.#lines.set(conversation, line);
    void all.then(() => {
      if (line.all === all && this.#lines.get(conversation) === line) this.#lines.delete(conversation);
    });
    void done.then(() => {
      line.waiting -= 1;
      if (line.gate === done) line.gate = undefined;
    });
  }
}
