import { z } from 'zod';
import type { NetworkState } from '../../../gateway/state.js';
import type { LegId } from '../model.js';

const BUCKET = 'list-log';
const PAGE = 200;
/** Lines that are kept after everybody has got them, so that none is taken twice. */
const REMEMBERED = 50;
const DIGITS = 12;

const schema = z.object({
  seq: z.int(),
  entry: z.string(),
  text: z.string(),
  author: z.string().optional(),
});

/** A line that the members of a list get. */
export type LogLine = z.output<typeof schema>;

/** What the members of one list have still to get: each line once, however many they are; each has a place in it. */
export class ListLog {
  /** In their order. */
  #lines: LogLine[] = [];
  #tail: Promise<unknown> = Promise.resolve();

  /** @param most lines that are kept at most */
  constructor(
    private readonly leg: LegId,
    private readonly state: NetworkState,
    private readonly most: number,
  ) {}

  /** Rejects with the store's error. */
  async load(): Promise<void> {
    const prefix = `${this.leg} `;
    const found: LogLine[] = [];
    for (let after = prefix; ; ) {
      const page = await this.state.list(BUCKET, after, PAGE);
      const own = page.filter(({ key }) => key.startsWith(prefix));
      found.push(...own.flatMap(({ value }) => schema.safeParse(value).data ?? []));
      const last = own.at(-1);
      if (!last || own.length < PAGE) break;
      after = last.key;
    }
    this.#lines = found;
  }

  /** Number of the newest line. */
  get last(): number {
    return this.#lines.at(-1)?.seq ?? 0;
  }

  /** Takes a line once. Durable when it resolves; rejects with the store's error. */
  add(entry: string, text: string, author?: string): Promise<void> {
    const added = this.#tail.then(async () => {
      if (this.#lines.some((line) => line.entry === entry)) return;
      const line = { seq: this.last + 1, entry, text, ...(author !== undefined && { author }) };
      await this.state.put(BUCKET, { key: this.#key(line.seq), value: line });
      this.#lines.push(line);
      if (this.#lines.length > this.most) await this.#forget(this.#lines.length - this.most);
    });
    this.#tail = added.catch(() => undefined);
    return added;
  }

  /** A line that nobody is to get any more who has not got it. Rejects with the store's error. */
  async blank(entry: string): Promise<void> {
    const index = this.#lines.findIndex((line) => line.entry === entry);
    const line = this.#lines[index];
    if (!line || line.text === '') return;
    const empty = { ...line, text: '' };
    this.#lines[index] = empty;
    await this.state.put(BUCKET, { key: this.#key(line.seq), value: empty });
  }

  /** What somebody has still to get who has got all up to `seq`, and how many lines are gone. */
  after(seq: number, reader: string): { readonly lines: readonly string[]; readonly missed: number } {
    const first = this.#lines[0]?.seq ?? seq + 1;
    const lines = this.#lines
      .filter((line) => line.seq > seq && line.author !== reader && line.text !== '')
      .map(({ text }) => text);
    return { lines, missed: Math.max(0, first - seq - 1) };
  }

  /** Everybody has got all up to there. Rejects with the store's error. */
  async passed(seq: number): Promise<void> {
    const done = this.#lines.filter((line) => line.seq <= seq).length;
    const surplus = Math.min(done, this.#lines.length - REMEMBERED);
    if (surplus > 0) await this.#forget(surplus);
  }

  /** Nothing waits for anybody any more. Rejects with the store's error. */
  async clear(): Promise<void> {
    await this.#tail;
    await this.#forget(this.#lines.length);
  }

  async #forget(count: number): Promise<void> {
    const gone = this.#lines.splice(0, count);
    await Promise.all(gone.map(({ seq }) => this.state.delete(BUCKET, this.#key(seq))));
  }

  #key(seq: number): string {
    return `${this.leg} ${String(seq).padStart(DIGITS, '0')}`;
  }
}
