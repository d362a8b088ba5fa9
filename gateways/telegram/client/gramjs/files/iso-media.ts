import type { FactReader, MediaFacts } from './media-facts.js';
import { type WantedPiece, WantedPieces } from './wanted-pieces.js';

/** Size and type of a box. */
const HEAD = 8;
/** What follows them where the size does not fit into 32 bits. */
const LARGE = 8;
/** Bytes of a box that is read; headers are smaller. */
const MOST = 256;
/** Boxes that hold those that are looked for. */
const AROUND = new Set(['moov', 'trak']);
const READ = new Set(['mvhd', 'tkhd']);
/** Pixels of one side; more is no video. */
const MOST_PIXELS = 32_768;

/**
 * Length and size of a video or a sound in the ISO base media format (ISO/IEC 14496-12 §8.2.2 `mvhd`, §8.3.2
 * `tkhd`), also where they stand behind the media.
 */
export class IsoMedia implements FactReader {
  readonly #pieces = new WantedPieces({ skip: 0, length: HEAD }, (piece) => this.#take(piece));
  /** What the piece is that comes next; undefined: the head of a box. */
  #next: { readonly type: string; readonly large?: true } | undefined;
  #seconds: number | undefined;
  #width = 0;
  #height = 0;

  push(bytes: Buffer): void {
    this.#pieces.push(bytes);
  }

  facts(): MediaFacts | undefined {
    if (this.#seconds === undefined) return undefined;
    return {
      seconds: this.#seconds,
      ...(this.#width > 0 && this.#height > 0 && { width: this.#width, height: this.#height }),
    };
  }

  #take(piece: Buffer): WantedPiece | undefined {
    const now = this.#next;
    this.#next = undefined;
    if (now?.large) {
      const size = piece.readBigUInt64BE();
      return this.#inside(now.type, Number(size) - HEAD - LARGE);
    }
    if (now) {
      if (now.type === 'mvhd') this.#movie(piece);
      else this.#track(piece);
      return { skip: 0, length: HEAD };
    }
    const size = piece.readUInt32BE();
    const type = piece.toString('latin1', 4, HEAD);
    if (size === 1) {
      this.#next = { type, large: true };
      return { skip: 0, length: LARGE };
    }
    // A size of zero: up to the end of the file.
    return size === 0 ? undefined : this.#inside(type, size - HEAD);
  }

  #inside(type: string, length: number): WantedPiece | undefined {
    if (!(length >= 0 && length <= Number.MAX_SAFE_INTEGER)) return undefined;
    if (AROUND.has(type)) return { skip: 0, length: HEAD };
    if (!READ.has(type) || length === 0 || length > MOST) return { skip: length, length: HEAD };
    this.#next = { type };
    return { skip: 0, length };
  }

  #movie(box: Buffer): void {
    const long = box[0] === 1;
    if (box.length < (long ? 32 : 20)) return;
    const scale = box.readUInt32BE(long ? 20 : 12);
    const duration = long ? Number(box.readBigUInt64BE(24)) : box.readUInt32BE(16);
    // All ones: not known.
    const known = scale > 0 && duration < (long ? Number.MAX_SAFE_INTEGER : 0xffffffff);
    if (known) this.#seconds = duration / scale;
  }

  #track(box: Buffer): void {
    const matrix = box[0] === 1 ? 52 : 40;
    if (box.length < matrix + 44) return;
    // Fixed point, 16.16; sound has none.
    let [width, height] = [box.readUInt32BE(matrix + 36) >>> 16, box.readUInt32BE(matrix + 40) >>> 16];
    // Turned by a right angle: telephones film so.
    if (box.readInt32BE(matrix) === 0 && box.readInt32BE(matrix + 16) === 0)
      [width, height] = [height, width];
    if (width > MOST_PIXELS || height > MOST_PIXELS || width * height <= this.#width * this.#height) return;
    this.#width = width;
    this.#height = height;
  }
}
