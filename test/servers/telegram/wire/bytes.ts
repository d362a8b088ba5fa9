/** Reads the type language where its objects are too simple for a schema. @throws {RangeError} past the end */
export class Bytes {
  #at = 0;

  constructor(private readonly buffer: Buffer) {}

  /** What has not been read. */
  get rest(): Buffer {
    return this.buffer.subarray(this.#at);
  }

  take(count: number): Buffer {
    if (count < 0 || this.#at + count > this.buffer.length) throw new RangeError('the object ends too early');
    const taken = this.buffer.subarray(this.#at, this.#at + count);
    this.#at += count;
    return taken;
  }

  int(): number {
    return this.take(4).readInt32LE();
  }

  /** The number of a constructor. */
  id(): number {
    return this.take(4).readUInt32LE();
  }

  long(): bigint {
    return this.take(8).readBigInt64LE();
  }

  bytes(): Buffer {
    const [first = 0] = this.take(1);
    const long = first === 254;
    const length = long ? this.take(3).readUIntLE(0, 3) : first;
    const value = this.take(length);
    this.take((4 - (((long ? 4 : 1) + length) % 4)) % 4);
    return value;
  }
}
