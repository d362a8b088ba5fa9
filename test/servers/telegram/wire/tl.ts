/** A byte string of the type language: length, bytes, padding to four (core.telegram.org/mtproto/serialize). */
export function tlBytes(bytes: Buffer): Buffer {
  const { length } = bytes;
  const head =
    length < 254
      ? Buffer.from([length])
      : Buffer.from([254, length & 255, (length >> 8) & 255, length >> 16]);
  return Buffer.concat([head, bytes, Buffer.alloc((4 - ((head.length + length) % 4)) % 4)]);
}

/** A number of 32 bits. */
export function tlInt(value: number): Buffer {
  const buffer = Buffer.allocUnsafe(4);
  buffer.writeInt32LE(value | 0);
  return buffer;
}

/** A number of 64 bits. */
export function tlLong(value: bigint): Buffer {
  const buffer = Buffer.allocUnsafe(8);
  buffer.writeBigInt64LE(BigInt.asIntN(64, value));
  return buffer;
}
