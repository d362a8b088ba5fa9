/** Bounds of what is remembered of lines already seen. */
export interface WindowLimits {
  readonly entries: number;
  readonly maxAgeMs: number;
}

/** One occurrence of a line, and which observers have seen it. */
export interface Entry<Value> {
  readonly key: string;
  readonly value: Value;
  readonly sequence: number;
  readonly at: number;
  /** Observers 0–30 as bits; further ones in `more`. */
  seen: number;
  more: Uint32Array | undefined;
  seenCount: number;
  live: boolean;
  /** The next occurrence of an equal line. */
  next: Entry<Value> | undefined;
  older: Entry<Value> | undefined;
  newer: Entry<Value> | undefined;
}

const lowSlots = 31;

/**
 * Recent lines that a network repeats to each of our connections. A line is looked up by its text: the first
 * observer makes the value, the others get the very same one. Equal lines form a chain, and each observer
 * takes its occurrences in order, so that the second "lol" of the same person is a second event.
 */
export class Window<Value> {
  readonly #limits: WindowLimits;
  readonly #heads = new Map<string, Entry<Value>>();
  #oldest: Entry<Value> | undefined;
  #newest: Entry<Value> | undefined;
  #size = 0;
  #sequence = 0;
  /** Entries up to here are kept until they age: who observes has changed since. */
  #settledAfter = 0;
  #observers = Number.POSITIVE_INFINITY;

  constructor(limits: WindowLimits) {
    this.#limits = limits;
  }

  /** Occurrences remembered. */
  get size(): number {
    return this.#size;
  }

  /** A new observer passes this as `since`: nothing older is for him. */
  get position(): number {
    return this.#sequence + 1;
  }

  /** How many observers there are from now on: what all of them have seen is forgotten at once. */
  observedBy(count: number): void {
    this.#observers = count;
    this.#settledAfter = this.#sequence;
    if (count === 0) this.#clear();
  }

  /** The occurrence that this observer has not seen yet, now marked as seen. */
  take(key: string, slot: number, since: number): Entry<Value> | undefined {
    let entry = this.#heads.get(key);
    while (entry !== undefined && (entry.sequence < since || hasSeen(entry, slot))) entry = entry.next;
    if (entry !== undefined) this.#mark(entry, slot);
    return entry;
  }

  /** Remembers a new occurrence that `slot` has seen already (or caused). */
  add(key: string, value: Value, slot: number, now: number): Entry<Value> {
    this.#expire(now);
    const entry: Entry<Value> = {
      key,
      value,
      sequence: ++this.#sequence,
      at: now,
      seen: 0,
      more: undefined,
      seenCount: 0,
      live: true,
      next: undefined,
      older: this.#newest,
      newer: undefined,
    };
    if (this.#newest === undefined) this.#oldest = entry;
    else this.#newest.newer = entry;
    this.#newest = entry;
    this.#size++;
    const head = this.#heads.get(key);
    if (head === undefined) this.#heads.set(key, entry);
    else lastOf(head).next = entry;
    this.#mark(entry, slot);
    return entry;
  }

  /** Forgets an occurrence that will not come, such as a message the network refused. */
  forget(entry: Entry<Value>): void {
    if (entry.live) this.#drop(entry);
  }

  #mark(entry: Entry<Value>, slot: number): void {
    if (slot < lowSlots) entry.seen |= 1 << slot;
    else {
      const word = (slot - lowSlots) >>> 5;
      if (entry.more === undefined || entry.more.length <= word) {
        const grown = new Uint32Array(Math.max(word + 1, (entry.more?.length ?? 0) * 2));
        if (entry.more !== undefined) grown.set(entry.more);
        entry.more = grown;
      }
      entry.more[word] = (entry.more[word] ?? 0) | (1 << ((slot - lowSlots) & 31));
    }
    if (++entry.seenCount >= this.#observers && entry.sequence > this.#settledAfter) this.#drop(entry);
  }

  #expire(now: number): void {
    let entry = this.#oldest;
    while (
      entry !== undefined &&
      (this.#size >= this.#limits.entries || now - entry.at > this.#limits.maxAgeMs)
    ) {
      this.#drop(entry);
      entry = this.#oldest;
    }
  }

  #drop(entry: Entry<Value>): void {
    if (entry.older === undefined) this.#oldest = entry.newer;
    else entry.older.newer = entry.newer;
    if (entry.newer === undefined) this.#newest = entry.older;
    else entry.newer.older = entry.older;
    this.#size--;
    entry.live = false;
    entry.older = undefined;
    entry.newer = undefined;
    const head = this.#heads.get(entry.key);
    if (head === entry) {
      if (entry.next === undefined) this.#heads.delete(entry.key);
      else this.#heads.set(entry.key, entry.next);
      return;
    }
    let before = head;
    while (before !== undefined && before.next !== entry) before = before.next;
    if (before !== undefined) before.next = entry.next;
  }

  #clear(): void {
    for (let entry = this.#oldest; entry !== undefined; entry = entry.newer) entry.live = false;
    this.#heads.clear();
    this.#oldest = undefined;
    this.#newest = undefined;
    this.#size = 0;
  }
}

function hasSeen<Value>(entry: Entry<Value>, slot: number): boolean {
  if (slot < lowSlots) return (entry.seen & (1 << slot)) !== 0;
  const word = entry.more?.[(slot - lowSlots) >>> 5] ?? 0;
  return (word & (1 << ((slot - lowSlots) & 31))) !== 0;
}

function lastOf<Value>(head: Entry<Value>): Entry<Value> {
  let entry = head;
  while (entry.next !== undefined) entry = entry.next;
  return entry;
}
