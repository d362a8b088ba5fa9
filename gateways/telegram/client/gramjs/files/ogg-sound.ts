import type { FactReader, MediaFacts } from './media-facts.js';
import { type WantedPiece, WantedPieces } from './wanted-pieces.js';

/** Of a page, up to the number of its segments (RFC 3533 §6). */
const HEAD = 27;
/** Opus counts at that rate whatever it was recorded at (RFC 7845 §4). */
const OPUS_RATE = 48_000;
/** Of the first packet, what tells the rate. */
const IDENTIFICATION = 16;

/** Length of a sound in Ogg, Opus (RFC 7845) or Vorbis: the position of the last page of its first stream. */
export class OggSound implements FactReader {
  readonly #pieces = new WantedPieces({ skip: 0, length: HEAD }, (piece) => this.#take(piece));
  #expects: 'page' | 'segments' | 'identification' = 'page';
  #serial: number | undefined;
  #rest = 0;
  #rate = 0;
  #first = 0n;
  #last = -1n;

  push(bytes: Buffer): void {
    this.#pieces.push(bytes);
  }

  facts(): MediaFacts | undefined {
    if (this.#rate === 0 || this.#last < this.#first) return undefined;
    return { seconds: Number(this.#last - this.#first) / this.#rate };
  }

  #take(piece: Buffer): WantedPiece | undefined {
    switch (this.#expects) {
      case 'page':
        return this.#page(piece);
      case 'segments':
        return this.#segments(piece);
      case 'identification':
        this.#identify(piece);
        return this.#nextPage(this.#rest - piece.length);
    }
  }

  #page(head: Buffer): WantedPiece | undefined {
    if (head.toString('latin1', 0, 4) !== 'OggS') return undefined;
    const position = head.readBigInt64LE(6);
    const serial = head.readUInt32LE(14);
    this.#serial ??= serial;
    // -1: no packet ends on this page.
    if (serial === this.#serial && position > this.#last) this.#last = position;
    const segments = head[26] ?? 0;
    if (segments === 0) return this.#nextPage(0);
    this.#expects = 'segments';
    return { skip: 0, length: segments };
  }

  #segments(lengths: Buffer): WantedPiece {
    this.#rest = lengths.reduce((sum, length) => sum + length, 0);
    if (this.#rate > 0 || this.#rest < IDENTIFICATION) return this.#nextPage(this.#rest);
    this.#expects = 'identification';
    return { skip: 0, length: IDENTIFICATION };
  }

  #nextPage(skip: number): WantedPiece {
    this.#expects = 'page';
    return { skip, length: HEAD };
  }

  #identify(packet: Buffer): void {
    if (packet.toString('latin1', 0, 8) === 'OpusHead') {
      this.#rate = OPUS_RATE;
      this.#first = BigInt(packet.readUInt16LE(10));
    } else if (packet.toString('latin1', 0, 7) === '\x01vorbis') this.#rate = packet.readUInt32LE(12);
  }
}
