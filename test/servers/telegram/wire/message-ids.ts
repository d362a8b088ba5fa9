/** Message ids of a server: about the time in 2^-32 seconds, rising (core.telegram.org/mtproto/description). */
export class MessageIds {
  #last = 0n;

  constructor(
    /** UTC milliseconds as the server has them. */
    private readonly now: () => number,
  ) {}

  /** `answer`: it answers a message of the client; else the server speaks by itself. */
  next(answer: boolean): bigint {
    const milliseconds = BigInt(Math.floor(this.now()));
    const time = ((milliseconds / 1000n) << 32n) + ((milliseconds % 1000n) << 32n) / 1000n;
    let id = (time & ~3n) | (answer ? 1n : 3n);
    if (id <= this.#last) id = ((this.#last & ~3n) + 4n) | (answer ? 1n : 3n);
    this.#last = id;
    return id;
  }
}

/** UTC seconds at which a client made a message id. */
export function secondsOf(messageId: bigint): number {
  return Number(messageId >> 32n);
}
