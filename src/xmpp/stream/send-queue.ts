import { SlabPool } from './slab-pool.js';

/** The limits of a {@link SendQueue}. */
export interface SendQueueLimits {
  /** Size from which a batch is closed and the next begun, in bytes. */
  readonly batchBytes: number;
  /** Queued and unconfirmed bytes from which producers should wait. */
  readonly highWaterBytes: number;
  /** Bytes at which producers may go on. */
  readonly lowWaterBytes: number;
  /** Bytes beyond which stanzas are refused. */
  readonly maxBytes: number;
  /** Size of one stanza beyond which it is refused, in bytes. */
  readonly maxStanzaBytes: number;
  /** How long before an unclean end confirmed stanzas are sent again, in milliseconds. */
  readonly resendWindowMs: number;
  /** How much of the confirmed stanzas is kept for that, in bytes. */
  readonly resendWindowBytes: number;
}

/** Buffers kept for use again, as a multiple of the high-water mark: bursts overshoot it. */
const KEPT_SLABS = 4;

const KIB = 1024;
const MIB = 1024 * KIB;

/** The default {@link SendQueueLimits}. */
export const SEND_QUEUE_LIMITS: SendQueueLimits = {
  batchBytes: 64 * KIB,
  highWaterBytes: 2 * MIB,
  lowWaterBytes: MIB,
  maxBytes: 64 * MIB,
  maxStanzaBytes: 512 * KIB,
  resendWindowMs: 5_000,
  resendWindowBytes: 2 * MIB,
};

/** Whole stanzas that are written, confirmed and sent again together. */
export interface Chunk {
  /** The stanzas, serialised. */
  readonly data: Buffer;
  /** Where each stanza ends in the decoded text. */
  readonly ends: readonly number[];
  /** How many stanzas had been queued in all when this chunk was closed. */
  readonly position: number;
  /** Which of them, from 0, are never to be sent again; none where it is absent. */
  readonly once?: ReadonlySet<number>;
}

interface ConfirmedChunk {
  readonly chunk: Chunk;
  readonly confirmedAt: number;
}

/** Why a stanza was not taken. */
export type Refusal = 'stanza-too-large' | 'queue-full';

const MAX_UTF8_BYTES_PER_UNIT = 3;

function byteLength(text: string, limit: number): number {
  return text.length * MAX_UTF8_BYTES_PER_UNIT <= limit ? text.length : Buffer.byteLength(text);
}

/**
 * What has to reach the server, in order: a batch being filled, chunks not yet written, chunks written but not
 * confirmed, and for a while those confirmed last. Does no input or output.
 */
export class SendQueue {
  readonly #limits: SendQueueLimits;
  readonly #slabs: SlabPool;
  #batch = '';
  #batchEnds: number[] = [];
  #batchOnce = new Set<number>();
  /** Written and unwritten chunks in order; the first `#written` are written. */
  #chunks: Chunk[] = [];
  #written = 0;
  #chunkBytes = 0;
  #tail: ConfirmedChunk[] = [];
  #tailBytes = 0;
  #position = 0;
  #confirmed = 0;
  /** Up to this position stanzas are written one at a time, to find the one that the server refuses. */
  #carefulUntil = 0;

  constructor(limits: SendQueueLimits = SEND_QUEUE_LIMITS) {
    this.#limits = limits;
    this.#slabs = new SlabPool(limits.batchBytes, KEPT_SLABS * limits.highWaterBytes);
  }

  /** Stanzas taken so far. */
  get position(): number {
    return this.#position;
  }

  /** Stanzas, counted from the first, that the server is known to have read (or that were given up). */
  get confirmed(): number {
    return this.#confirmed;
  }

  /** Bytes queued or not yet confirmed; the open batch counts by its characters. */
  get bytes(): number {
    return this.#chunkBytes + this.#batch.length;
  }

  /** Chunks not yet written. */
  get unwritten(): number {
    return this.#chunks.length - this.#written;
  }

  /** The position up to which everything is written; 0 when nothing awaits confirmation. */
  get writtenPosition(): number {
    return this.#chunks[this.#written - 1]?.position ?? 0;
  }

  /** Whether stanzas are now written one at a time: the next waits until the one before is confirmed. */
  get careful(): boolean {
    const first = this.#chunks[0];
    return first !== undefined && first.position <= this.#carefulUntil;
  }

  /** Takes a stanza; returns why not, if not. @param once it is of no use after the end of the stream */
  push(xml: string, once = false): Refusal | undefined {
    const { maxStanzaBytes, maxBytes, batchBytes } = this.#limits;
    if (byteLength(xml, maxStanzaBytes) > maxStanzaBytes) return 'stanza-too-large';
    if (this.bytes + xml.length > maxBytes) return 'queue-full';
    if (once) this.#batchOnce.add(this.#batchEnds.length);
    this.#batch += xml;
    this.#batchEnds.push(this.#batch.length);
    this.#position += 1;
    if (this.#batch.length >= batchBytes) this.closeBatch();
    return undefined;
  }

  /** Makes the open batch a chunk. */
  closeBatch(): void {
    if (this.#batchEnds.length === 0) return;
    const data = this.#slabs.encode(this.#batch);
    const once = this.#batchOnce.size > 0 && { once: this.#batchOnce };
    this.#chunks.push({ data, ends: this.#batchEnds, position: this.#position, ...once });
    if (once) this.#batchOnce = new Set();
    this.#chunkBytes += data.length;
    this.#batch = '';
    this.#batchEnds = [];
  }

  /** The next chunk to be written now, from then on counted as written. */
  next(): Chunk | undefined {
    const chunk = this.#chunks[this.#written];
    if (chunk === undefined || (this.#written > 0 && this.careful)) return undefined;
    this.#written += 1;
    return chunk;
  }

  /** The server has read everything up to here. `now` in milliseconds. */
  confirm(position: number, now: number): void {
    let count = 0;
    for (; count < this.#written; count += 1) {
      const chunk = this.#chunks[count];
      if (chunk === undefined || chunk.position > position) break;
      this.#chunkBytes -= chunk.data.length;
      this.#tailBytes += chunk.data.length;
      this.#tail.push({ chunk, confirmedAt: now });
    }
    this.#chunks.splice(0, count);
    this.#written -= count;
    this.#confirmed = Math.max(this.#confirmed, position);
    this.#trimTail(now);
  }

  /**
   * The stream has ended: what is not confirmed will be written again, and after an unclean end also what was
   * confirmed in the window before `lastHeardAt` (milliseconds), since a server that crashed has read it but
   * perhaps done nothing with it. What was to be sent once is not, whether it was written or not.
   */
  rewind(clean: boolean, lastHeardAt: number): void {
    this.closeBatch();
    if (!clean) {
      this.#trimTail(lastHeardAt);
      this.#chunks = [...this.#tail.map(({ chunk }) => chunk), ...this.#chunks];
      this.#chunkBytes += this.#tailBytes;
    }
    this.#written = 0;
    this.#tail = [];
    this.#tailBytes = 0;
    if (!this.#chunks.some(({ once }) => once)) return;
    this.#chunks = this.#chunks.map(withoutOnce);
    this.#chunkBytes = this.#chunks.reduce((sum, { data }) => sum + data.length, 0);
  }

  /**
   * The server has ended the stream over something we wrote; call before {@link rewind}. If a single stanza
   * was in doubt it is taken out and returned; if several were, they will be written one at a time.
   */
  suspect(): string | undefined {
    const [first] = this.#chunks;
    if (this.#written === 0 || first === undefined) return undefined;
    if (this.#written === 1 && first.ends.length === 1) {
      this.#chunks.shift();
      this.#chunkBytes -= first.data.length;
      this.#written = 0;
      this.#confirmed = Math.max(this.#confirmed, first.position);
      return first.data.toString();
    }
    this.#carefulUntil = this.writtenPosition;
    const doubtful = this.#chunks.slice(0, this.#written);
    this.#chunks = [...doubtful.flatMap(singles), ...this.#chunks.slice(this.#written)];
    this.#written = 0;
    return undefined;
  }

  #trimTail(now: number): void {
    const { resendWindowMs, resendWindowBytes } = this.#limits;
    let count = 0;
    for (const { chunk, confirmedAt } of this.#tail) {
      if (confirmedAt >= now - resendWindowMs && this.#tailBytes <= resendWindowBytes) break;
      this.#tailBytes -= chunk.data.length;
      this.#slabs.release(chunk.data);
      count += 1;
    }
    this.#tail.splice(0, count);
  }
}

/** What of a chunk may be sent again; it keeps its position, also where nothing is left. */
function withoutOnce(chunk: Chunk): Chunk {
  const { once, position } = chunk;
  if (!once) return chunk;
  const kept = piecesOf(chunk).filter((_, index) => !once.has(index));
  let end = 0;
  const ends = kept.map((piece) => {
    end += piece.length;
    return end;
  });
  return { data: Buffer.from(kept.join('')), ends, position };
}

function piecesOf({ data, ends }: Chunk): readonly string[] {
  const text = data.toString();
  return ends.map((end, index) => text.slice(ends[index - 1] ?? 0, end));
}

/** A chunk taken apart into chunks of one stanza. */
function singles(chunk: Chunk): Chunk[] {
  if (chunk.ends.length <= 1) return [chunk];
  const first = chunk.position - chunk.ends.length + 1;
  return piecesOf(chunk).map((piece, index) => ({
    ...{ data: Buffer.from(piece), ends: [piece.length], position: first + index },
    ...(chunk.once?.has(index) && { once: new Set([0]) }),
  }));
}
