import { randomInt } from 'node:crypto';

/** A clock that was set back by more is believed, so that clients learn of it by the ids (ms). */
const SET_BACK_MS = 5_000n;
/** Of the fraction of a millisecond, by chance: the same time may come again. */
const FRACTION = 2 ** 20;

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
    const exact = ((milliseconds / 1000n) << 32n) + ((milliseconds % 1000n) << 32n) / 1000n;
    const time = exact + BigInt(randomInt(FRACTION));
    if (time < this.#last - (SET_BACK_MS << 32n) / 1000n) this.#last = 0n;
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
