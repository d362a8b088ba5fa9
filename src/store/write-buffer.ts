import type { WriteBatch } from './batch.js';
import type { ClientLimits } from './options.js';
import type { SpanChange } from './span.js';
import type { Value } from './sql.js';
import type { ArchiveEntry, RoomKey } from './store.js';

type BufferLimits = Pick<ClientLimits, 'batchRows' | 'bufferRows' | 'bufferChars'>;

/** A batch while it is filled, with what it weighs. */
class Chunk implements WriteBatch {
  readonly entries: Value[] = [];
  readonly spans: SpanChange[] = [];
  readonly confirmed: string[] = [];
  rows = 0;
  chars = 0;
}

/** Characters that a row weighs besides its payload. */
const ROW_CHARS = 150;

/** Rows that wait to be written, in order, cut into batches. */
export class WriteBuffer {
  readonly #limits: BufferLimits;
  readonly #chunks: Chunk[] = [];
  #rows = 0;
  #chars = 0;
  #appended = 0;
  #committed = 0;
  /** Number of the last row of a room that changes what its readers see; emptied when nothing waits. */
  readonly #lastOfRoom = new Map<RoomKey, number>();

  constructor(limits: BufferLimits) {
    this.#limits = limits;
  }

  get rows(): number {
    return this.#rows;
  }

  /** Number of the row added last; rows are numbered from 1. */
  get appended(): number {
    return this.#appended;
  }

  /** Number of the row committed last. */
  get committed(): number {
    return this.#committed;
  }

  /** Whether the one who appends should wait. */
  get full(): boolean {
    return this.#rows >= this.#limits.bufferRows || this.#chars >= this.#limits.bufferChars;
  }

  /** Whether he may go on: well below the limits, so that he does not stop again at once. */
  get relaxed(): boolean {
    return this.#rows * 2 <= this.#limits.bufferRows && this.#chars * 2 <= this.#limits.bufferChars;
  }

  /** Whether a whole batch waits. */
  get hasBatch(): boolean {
    return this.#rows >= this.#limits.batchRows;
  }

  addEntry({ id, room, time, nick, type, messageId, payload }: ArchiveEntry): void {
    this.#chunk(payload.length).entries.push(id, room, time, nick, type, messageId, payload);
    this.#lastOfRoom.set(room, this.#appended);
  }

  addSpan(change: SpanChange): void {
    this.#chunk(0).spans.push(change);
    // a span that opens now holds nothing yet, so nobody has to wait for it
    if (change.kind === 'close') this.#lastOfRoom.set(change.room, this.#appended);
  }

  addConfirmed(id: string): void {
    this.#chunk(0).confirmed.push(id);
  }

  /** Number of the row that must be committed before the room is read; 0 when nothing of it waits. */
  lastOf(room: RoomKey): number {
    return this.#lastOfRoom.get(room) ?? 0;
  }

  /** The oldest batch; it stays until `commit`. Nothing more is put into it. */
  take(): WriteBatch | undefined {
    const first = this.#chunks[0];
    if (first && this.#chunks.length === 1) this.#chunks.push(new Chunk());
    return first && { entries: first.entries, spans: first.spans, confirmed: first.confirmed };
  }

  /** The batch taken last was written. */
  commit(): void {
    const done = this.#chunks.shift();
    if (!done) return;
    this.#rows -= done.rows;
    this.#chars -= done.chars;
    this.#committed += done.rows;
    if (this.#rows === 0) {
      this.#chunks.length = 0;
      this.#lastOfRoom.clear();
    }
  }

  #chunk(payload: number): Chunk {
    let last = this.#chunks.at(-1);
    if (!last || last.rows >= this.#limits.batchRows) {
      last = new Chunk();
      this.#chunks.push(last);
    }
    const chars = payload + ROW_CHARS;
    last.rows += 1;
    last.chars += chars;
    this.#rows += 1;
    this.#chars += chars;
    this.#appended += 1;
    return last;
  }
}
