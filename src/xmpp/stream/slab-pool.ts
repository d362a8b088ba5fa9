/** Room beyond the batch size, for the stanza that closes a batch and for characters of several bytes. */
const HEADROOM = 1.25;

/** UTF-8 may leave this many bytes of a buffer unused when the next character does not fit. */
const LONGEST_CHARACTER = 4;

/**
 * Encodes batches into buffers that are used again. A busy stream turns over hundreds of megabytes of short-lived
 * buffers, which the allocator does not give back to the system; with the pool it needs as many as are unconfirmed.
 */
export class SlabPool {
  readonly #free: Buffer[] = [];
  readonly #size: number;
  readonly #smallest: number;
  readonly #kept: number;

  /** @param batchBytes usual size of a batch @param keptBytes how much may lie unused */
  constructor(batchBytes: number, keptBytes: number) {
    this.#size = Math.ceil(batchBytes * HEADROOM);
    this.#smallest = batchBytes / 2;
    this.#kept = Math.floor(keptBytes / this.#size);
  }

  /** The text in UTF-8; in a slab when it is large enough to fill one well. */
  encode(text: string): Buffer {
    if (text.length < this.#smallest || text.length > this.#size) return Buffer.from(text);
    const slab = this.#free.pop() ?? Buffer.allocUnsafeSlow(this.#size);
    const written = slab.write(text);
    if (written > this.#size - LONGEST_CHARACTER) {
      this.#free.push(slab);
      return Buffer.from(text);
    }
    return slab.subarray(0, written);
  }

  /** To be called when nobody refers to an encoded batch any more. */
  release(data: Buffer): void {
    if (data.buffer.byteLength !== this.#size || this.#free.length >= this.#kept) return;
    this.#free.push(Buffer.from(data.buffer));
  }
}
