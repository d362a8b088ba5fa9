import { createHash } from 'node:crypto';

const TAB = 0x09;
const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
/** Canonical bytes that are hashed at a time. */
const BLOCK = 16_384;

/** Hash of a body in the canonical form `relaxed` (RFC 6376 §3.4.4), taken in pieces of any size. */
export class RelaxedBodyHash {
  readonly #hash = createHash('sha256');
  readonly #block = Buffer.allocUnsafe(BLOCK);
  #length = 0;
  /** Line ends that count only if something follows them. */
  #lines = 0;
  /** White space that counts only if the line goes on. */
  #space = false;
  /** A CR that may be half of a line end. */
  #cr = false;
  #empty = true;

  update(piece: Uint8Array): void {
    for (const byte of piece) {
      if (this.#cr) {
        this.#cr = false;
        if (byte === LF) {
          this.#lines += 1;
          this.#space = false;
          continue;
        }
        this.#put(CR);
      }
      if (byte === CR) this.#cr = true;
      else if (byte === SPACE || byte === TAB) this.#space = true;
      else this.#put(byte);
    }
  }

  /** Base64. */
  digest(): string {
    if (this.#cr) this.#put(CR);
    // All line ends at the end are one; there is none where there is nothing else.
    this.#lines = this.#empty ? 0 : 1;
    this.#space = false;
    this.#flushLines();
    return this.#hash.update(this.#block.subarray(0, this.#length)).digest('base64');
  }

  #put(byte: number): void {
    this.#empty = false;
    this.#flushLines();
    if (this.#space) this.#write(SPACE);
    this.#space = false;
    this.#write(byte);
  }

  #flushLines(): void {
    for (; this.#lines > 0; this.#lines -= 1) {
      this.#write(CR);
      this.#write(LF);
    }
  }

  #write(byte: number): void {
    if (this.#length === BLOCK) {
      this.#hash.update(this.#block);
      this.#length = 0;
    }
    this.#block[this.#length] = byte;
    this.#length += 1;
  }
}
