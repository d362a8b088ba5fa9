/** The next piece of a stream that somebody wants: so many bytes, after so many that nobody does. */
export interface WantedPiece {
  readonly skip: number;
  readonly length: number;
}

/** Picks pieces out of a stream while it passes by. No more of it is held than one piece. */
export class WantedPieces {
  #skip: number;
  #need: number;
  #pieces: Buffer[] = [];
  #have = 0;
  #done = false;

  /** @param take is given each piece, and says which is the next; undefined: no more */
  constructor(
    first: WantedPiece,
    private readonly take: (piece: Buffer) => WantedPiece | undefined,
  ) {
    this.#skip = first.skip;
    this.#need = first.length;
  }

  /** What comes next of the stream. */
  push(bytes: Buffer): void {
    let rest = bytes;
    while (!this.#done && rest.length > 0) {
      if (this.#skip > 0) {
        const skipped = Math.min(this.#skip, rest.length);
        this.#skip -= skipped;
        rest = rest.subarray(skipped);
        continue;
      }
      const wanted = rest.subarray(0, this.#need - this.#have);
      // The stream's own buffer may be used for something else.
      this.#pieces.push(Buffer.from(wanted));
      this.#have += wanted.length;
      rest = rest.subarray(wanted.length);
      if (this.#have >= this.#need) this.#complete();
    }
  }

  #complete(): void {
    const piece = Buffer.concat(this.#pieces);
    this.#pieces = [];
    this.#have = 0;
    const next = this.take(piece);
    this.#done = next === undefined;
    this.#skip = next?.skip ?? 0;
    this.#need = next?.length ?? 0;
  }
}
