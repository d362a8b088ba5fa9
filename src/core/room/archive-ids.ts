import { randomFillSync } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';

/** Random bytes that one id takes. */
const BYTES = 16;

/** Ids whose random bytes are fetched at once: asking the system for each costs more than the rest of a message. */
const POOLED = 512;

/** A new millisecond starts its sequence below this, so that the sequence never runs over (RFC 9562 §6.2). */
const SEQUENCE_START = 0x7fffffff;

/**
 * Ids of archive entries: UUIDv7, unpredictable, never reused, in the order in which they are made, also when the
 * clock is set back. Spans are measured in them, so a domain has one source of ids for entries and spans.
 */
export class ArchiveIds {
  readonly #pool = Buffer.alloc(BYTES * POOLED);
  #used = POOLED;
  #msecs = 0;
  #seq = 0;

  next(): string {
    if (this.#used === POOLED) {
      randomFillSync(this.#pool);
      this.#used = 0;
    }
    const offset = this.#used * BYTES;
    const random = this.#pool.subarray(offset, offset + BYTES);
    this.#used += 1;
    const now = Date.now();
    if (now > this.#msecs) {
      this.#msecs = now;
      this.#seq = random.readUInt32BE(0) & SEQUENCE_START;
    } else this.#seq += 1;
    return uuidv7({ msecs: this.#msecs, seq: this.#seq, random });
  }
}
