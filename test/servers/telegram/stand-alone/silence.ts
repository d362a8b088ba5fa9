/** Samples a second of Opus, whatever it is played at (RFC 7845 §4). */
const RATE = 48_000;
/** Packets of 20 ms, fullband, mono, without any sound (RFC 6716 §3.1). */
const PACKET = Buffer.from([0xf8, 0xff, 0xfe]);
const PACKETS_PER_SECOND = 50;
/** Most segments of a page (RFC 3533 §6). */
const PAGE_SEGMENTS = 255;
const FIRST_PAGE = 2;
const LAST_PAGE = 4;

/** So many seconds of nothing, as Opus in Ogg (RFC 7845). */
export function silence(seconds: number): Buffer {
  const count = Math.min(seconds * PACKETS_PER_SECOND, PAGE_SEGMENTS);
  const head = Buffer.alloc(19);
  head.write('OpusHead', 'latin1');
  head.writeUInt8(1, 8);
  head.writeUInt8(1, 9);
  head.writeUInt32LE(RATE, 12);
  const tags = Buffer.alloc(16);
  tags.write('OpusTags', 'latin1');
  return Buffer.concat([
    page(0, FIRST_PAGE, 0, [head]),
    page(1, 0, 0, [tags]),
    page(2, LAST_PAGE, (count * RATE) / PACKETS_PER_SECOND, Array<Buffer>(count).fill(PACKET)),
  ]);
}

/** RFC 3533 §6. */
function page(sequence: number, flags: number, samples: number, packets: readonly Buffer[]): Buffer {
  const bytes = Buffer.concat([
    Buffer.alloc(27),
    Buffer.from(packets.map(({ length }) => length)),
    ...packets,
  ]);
  bytes.write('OggS', 'latin1');
  bytes.writeUInt8(flags, 5);
  bytes.writeBigInt64LE(BigInt(samples), 6);
  bytes.writeUInt32LE(1, 14);
  bytes.writeUInt32LE(sequence, 18);
  bytes.writeUInt8(packets.length, 26);
  bytes.writeUInt32LE(checksum(bytes), 22);
  return bytes;
}

/** CRC-32 with the polynomial 0x04c11db7, from the top, beginning with 0. */
function checksum(bytes: Buffer): number {
  let sum = 0;
  for (const byte of bytes) {
    sum = (sum ^ (byte << 24)) >>> 0;
    for (let bit = 0; bit < 8; bit += 1)
      sum = (sum & 0x8000_0000 ? (sum << 1) ^ 0x04c1_1db7 : sum << 1) >>> 0;
  }
  return sum;
}
