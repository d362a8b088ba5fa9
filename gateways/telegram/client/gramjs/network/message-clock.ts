/** Two findings of the server's time that differ by less are one (ms); its ids tell whole seconds. */
const SAME_MS = 2_000;

/** Time of the server, and the ids of messages that are made of it (core.telegram.org/mtproto/description). */
export class MessageClock {
  #last = 0n;

  /** @param aheadMs by how much the server's clock is ahead of ours, as far as known */
  constructor(public aheadMs = 0) {}

  /** About the time in 2^-32 seconds, rising, divisible by four. */
  next(): bigint {
    const milliseconds = BigInt(Math.floor(Date.now() + this.aheadMs));
    const time = ((milliseconds / 1_000n) << 32n) | (((milliseconds % 1_000n) << 32n) / 1_000n);
    const id = time & ~3n;
    this.#last = id > this.#last ? id : this.#last + 4n;
    return this.#last;
  }

  /** The server has found our time wrong: `id` is one of its own. */
  correct(id: bigint): void {
    const aheadMs = Number(id >> 32n) * 1_000 - Date.now();
    // Said of several messages that were under way together: ids that were given since must not come again.
    if (Math.abs(aheadMs - this.aheadMs) < SAME_MS) return;
    this.aheadMs = aheadMs;
    this.#last = 0n;
  }
}
