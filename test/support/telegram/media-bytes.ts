const NO_MATRIX = [0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000];
/** Turned by 90 degrees. */
const TURNED = [0, 0x10000, 0, -0x10000, 0, 0, 0, 0, 0x40000000];

/** A box of the ISO base media format; `large`: with its size in 64 bits. */
export function box(type: string, body: Buffer, large = false): Buffer {
  const head = Buffer.alloc(large ? 16 : 8);
  head.writeUInt32BE(large ? 1 : body.length + 8);
  head.write(type, 4, 'latin1');
  if (large) head.writeBigUInt64BE(BigInt(body.length + 16), 8);
  return Buffer.concat([head, body]);
}

/** The `moov` of a film with one track of sound and one to be seen. */
export function movie(facts: {
  readonly seconds: number;
  readonly width: number;
  readonly height: number;
  readonly turned?: boolean;
  readonly version?: 0 | 1;
}): Buffer {
  const { seconds, width, height, turned = false, version = 0 } = facts;
  const wide = version === 1 ? 8 : 4;
  const header = Buffer.alloc(4 + 2 * wide + 4 + wide + 80);
  header[0] = version;
  header.writeUInt32BE(1_000, 4 + 2 * wide);
  if (version === 1) header.writeBigUInt64BE(BigInt(seconds * 1_000), 24);
  else header.writeUInt32BE(seconds * 1_000, 16);
  const track = (w: number, h: number): Buffer => {
    const body = Buffer.alloc(4 + 2 * wide + 8 + wide + 16 + 36 + 8);
    body[0] = version;
    const matrix = body.length - 44;
    for (const [index, value] of (turned ? TURNED : NO_MATRIX).entries())
      body.writeInt32BE(value, matrix + index * 4);
    body.writeUInt32BE(w * 0x10000, matrix + 36);
    body.writeUInt32BE(h * 0x10000, matrix + 40);
    return box('trak', Buffer.concat([box('tkhd', body), box('mdia', Buffer.alloc(500))]));
  };
  return box('moov', Buffer.concat([box('mvhd', header), track(0, 0), track(width, height)]));
}

/** A page of an Ogg stream. */
export function page(position: bigint, packet: Buffer, serial = 7): Buffer {
  const head = Buffer.alloc(27);
  head.write('OggS', 'latin1');
  head.writeBigInt64LE(position, 6);
  head.writeUInt32LE(serial, 14);
  const lengths = [
    ...Array.from({ length: Math.floor(packet.length / 255) }, () => 255),
    packet.length % 255,
  ];
  head[26] = lengths.length;
  return Buffer.concat([head, Buffer.from(lengths), packet]);
}

/** A voice note of so many seconds, without a sound. */
export function voiceNote(seconds: number): Buffer {
  const first = Buffer.alloc(19);
  first.write('OpusHead\x01\x01', 'latin1');
  first.writeUInt16LE(312, 10);
  const sound = Array.from({ length: seconds }, (_, index) =>
    page(312n + BigInt((index + 1) * 48_000), Buffer.alloc(700)),
  );
  return Buffer.concat([page(0n, first), page(0n, Buffer.from('OpusTags')), ...sound]);
}
