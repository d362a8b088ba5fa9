import { createHmac, generateKeyPairSync, randomBytes, randomInt, timingSafeEqual } from 'node:crypto';
import { Duplex } from 'node:stream';

const HANDSHAKE = 0x16;
const CHANGE_CIPHER_SPEC = 0x14;
const APPLICATION_DATA = 0x17;
const RECORD_HEAD = 5;
/** Where both hellos have their random bytes: record head, handshake head, version. */
const RANDOM_AT = 11;
const RANDOM = 32;
/** RFC 8446 §5.1 allows 16 KiB; browsers begin with records that fit into few packets. */
const MAX_PAYLOAD = 2_878;
const MAX_RECORD = 2 ** 14 + 256;
/** What a server sends for its hello is shorter. */
const MAX_HELLO = 2 ** 15;
const CIPHERS = '130113021303c02bc02fc02cc030cca9cca8c013c014009c009d002f0035';

/**
 * Speaks with an MTProxy in what looks like TLS 1.3 with the site `domain`: the random bytes of the client's hello are
 * a code that only who knows the secret can make, and so are those of the answer; what follows lies in records of
 * application data. Resolves when the answer was right.
 */
export async function fakeTls(under: Duplex, secret: Buffer, domain: string, now: number): Promise<Duplex> {
  const hello = clientHello(secret, domain, Math.floor(now / 1_000));
  const records = new Records(under);
  under.write(hello);
  const answer: Buffer[] = [];
  let length = 0;
  for (const expected of [HANDSHAKE, CHANGE_CIPHER_SPEC, APPLICATION_DATA]) {
    const record = await records.next();
    length += record.length;
    if (record[0] !== expected || length > MAX_HELLO) throw new Error('the proxy does not answer as one');
    answer.push(record);
  }
  const all = Buffer.concat(answer);
  const random = Buffer.from(all.subarray(RANDOM_AT, RANDOM_AT + RANDOM));
  all.fill(0, RANDOM_AT, RANDOM_AT + RANDOM);
  const code = createHmac('sha256', secret)
    .update(hello.subarray(RANDOM_AT, RANDOM_AT + RANDOM))
    .update(all);
  if (!timingSafeEqual(code.digest(), random)) throw new Error('the proxy does not know the secret');
  return new RecordStream(under, records);
}

/** Takes records out of a stream; one reader at a time. */
class Records {
  #pending: Buffer = Buffer.alloc(0);
  #ended = false;
  #wake: (() => void) | undefined;

  constructor(private readonly stream: Duplex) {
    const end = (): void => {
      this.#ended = true;
      this.#wake?.();
    };
    stream.on('data', (bytes: Buffer) => {
      this.#pending = this.#pending.length === 0 ? bytes : Buffer.concat([this.#pending, bytes]);
      if (this.#pending.length >= MAX_RECORD) stream.pause();
      this.#wake?.();
    });
    stream.on('error', end);
    stream.on('end', end);
    stream.on('close', end);
  }

  /** With its head. Rejects at the end, and for what is no record. */
  async next(): Promise<Buffer> {
    for (;;) {
      const record = this.#cut();
      if (record) return record;
      if (this.#ended) throw new Error('the proxy has closed the connection');
      this.stream.resume();
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  #cut(): Buffer | undefined {
    if (this.#pending.length < RECORD_HEAD) return undefined;
    const end = RECORD_HEAD + this.#pending.readUInt16BE(3);
    if (this.#pending.readUInt16BE(1) !== 0x0303 || end > MAX_RECORD) throw new Error('no TLS record');
    if (this.#pending.length < end) return undefined;
    const record = this.#pending.subarray(0, end);
    this.#pending = this.#pending.subarray(end);
    return record;
  }
}

/** What lies inside of the records. */
class RecordStream extends Duplex {
  #begun = false;
  #reading = false;

  constructor(
    private readonly under: Duplex,
    private readonly records: Records,
  ) {
    super();
    under.on('close', () => this.destroy());
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    const parts: Buffer[] = [];
    if (!this.#begun) parts.push(record(CHANGE_CIPHER_SPEC, Buffer.from([1])));
    this.#begun = true;
    for (let at = 0; at < chunk.length; at += MAX_PAYLOAD)
      parts.push(record(APPLICATION_DATA, chunk.subarray(at, at + MAX_PAYLOAD)));
    this.under.write(Buffer.concat(parts), done);
  }

  override _read(): void {
    if (this.#reading) return;
    this.#reading = true;
    void this.#pump();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.under.destroy();
    done(error);
  }

  async #pump(): Promise<void> {
    try {
      for (;;) {
        const next = await this.records.next();
        if (next[0] === CHANGE_CIPHER_SPEC) continue;
        if (next[0] !== APPLICATION_DATA) throw new Error('an unknown TLS record');
        if (next.length > RECORD_HEAD && !this.push(next.subarray(RECORD_HEAD))) break;
      }
      this.#reading = false;
    } catch (error) {
      this.destroy(error instanceof Error ? error : undefined);
    }
  }
}

function record(type: number, payload: Buffer): Buffer {
  const head = Buffer.from([type, 3, 3, 0, 0]);
  head.writeUInt16BE(payload.length, 3);
  return Buffer.concat([head, payload]);
}

/**
 * The hello of a common browser (RFC 8446 §4.1.2), extensions shuffled as it does, with reserved values sprinkled in
 * (RFC 8701); proxies compare lengths and names, censors the whole.
 */
function clientHello(secret: Buffer, domain: string, seconds: number): Buffer {
  const grease = Array.from({ length: 5 }, () => (randomInt(16) << 4) | 0x0a);
  // The first and the last extension must not be the same one.
  if (grease[1] === grease[2]) grease[2] = (grease[1] ?? 0) ^ 0x10;
  const reserved = (index: number) => Buffer.alloc(2, grease[index] ?? 0x0a);
  const shares = Buffer.concat([
    ...[reserved(3), uint16(1), Buffer.alloc(1)],
    // X25519MLKEM768 (draft-ietf-tls-ecdhe-mlkem), then X25519.
    ...[uint16(0x11ec), sized(Buffer.concat([mlKemShare(), x25519Share()]))],
    ...[uint16(0x001d), sized(x25519Share())],
  ]);
  const extensions = shuffled([
    extension(0x0000, sized(Buffer.concat([Buffer.from([0]), sized(Buffer.from(domain, 'ascii'))]))),
    extension(0x0005, hex('0100000000')),
    extension(0x000a, sized(Buffer.concat([reserved(3), hex('11ec001d00170018')]))),
    extension(0x000b, hex('0100')),
    extension(0x000d, hex('001004030804040105030805050108060601')),
    extension(0x0010, hex('000c02683208687474702f312e31')),
    extension(0x0012, hex('')),
    extension(0x0017, hex('')),
    extension(0x001b, hex('020002')),
    extension(0x0023, hex('')),
    extension(0x002b, Buffer.concat([hex('06'), reserved(4), hex('03040303')])),
    extension(0x002d, hex('0101')),
    extension(0x0033, sized(shares)),
    extension(0x44cd, hex('0003026832')),
    extension(0xfe0d, encryptedHello()),
    extension(0xff01, hex('00')),
  ]);
  const body = Buffer.concat([
    ...[hex('0303'), Buffer.alloc(RANDOM), Buffer.from([RANDOM]), randomBytes(RANDOM)],
    ...[sized(Buffer.concat([reserved(0), hex(CIPHERS)])), hex('0100')],
    sized(
      Buffer.concat([
        Buffer.concat([reserved(1), uint16(0)]),
        ...extensions,
        Buffer.concat([reserved(2), uint16(1), Buffer.alloc(1)]),
      ]),
    ),
  ]);
  const handshake = Buffer.concat([hex('0100'), sized(body)]);
  const hello = Buffer.concat([hex('160301'), sized(handshake)]);
  const code = createHmac('sha256', secret).update(hello).digest();
  code.writeUInt32LE((code.readUInt32LE(28) ^ seconds) >>> 0, 28);
  code.copy(hello, RANDOM_AT);
  return hello;
}

/** Random bytes in the form of encrypted client hello (draft-ietf-tls-esni), as browsers send where there is none. */
function encryptedHello(): Buffer {
  const payload = randomBytes(144 + 32 * randomInt(4));
  return Buffer.concat([hex('0000010001'), randomBytes(1), sized(randomBytes(32)), sized(payload)]);
}

function x25519Share(): Buffer {
  const { publicKey } = generateKeyPairSync('x25519');
  return Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url');
}

/** Nobody ever uses it, but its numbers have to be in their field (FIPS 203 §7.2). */
function mlKemShare(): Buffer {
  const share = randomBytes(1_184);
  for (let at = 0; at < 1_152; at += 3) {
    const [one, two] = [randomInt(3_329), randomInt(3_329)];
    share.writeUIntLE(one | (two << 12), at, 3);
  }
  return share;
}

function extension(id: number, value: Buffer): Buffer {
  return Buffer.concat([uint16(id), sized(value)]);
}

function sized(value: Buffer): Buffer {
  return Buffer.concat([uint16(value.length), value]);
}

function uint16(value: number): Buffer {
  return Buffer.from([value >> 8, value & 255]);
}

function hex(digits: string): Buffer {
  return Buffer.from(digits, 'hex');
}

function shuffled(items: readonly Buffer[]): readonly Buffer[] {
  const left = [...items];
  return items.flatMap(() => left.splice(randomInt(left.length), 1));
}
