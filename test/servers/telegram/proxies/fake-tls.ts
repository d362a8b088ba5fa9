import { createHmac, randomBytes } from 'node:crypto';
import { Duplex } from 'node:stream';

const HANDSHAKE = 0x16;
const CHANGE_CIPHER_SPEC = 0x14;
const APPLICATION_DATA = 0x17;
const RECORD_HEAD = 5;
/** Where both hellos have their random bytes: record head, handshake head, version. */
const RANDOM_AT = 11;
const RANDOM = 32;
/** Largest payload of a record (RFC 8446 §5.1). */
const MAX_PAYLOAD = 2 ** 14;
/** How old a hello may be (seconds): older ones were recorded by somebody. */
const MAX_AGE = 120;

/**
 * The proxy's side of what looks like TLS 1.3: the client's random bytes are a code over its hello, made with the
 * secret; the answer's are one over both. Whoever does not know the secret gets no answer at all.
 */
export class FakeTls extends Duplex {
  #pending: Buffer = Buffer.alloc(0);
  #greeted = false;

  constructor(
    private readonly under: Duplex,
    private readonly secret: Buffer,
    private readonly domain: string,
  ) {
    super();
    under.on('data', (bytes: Buffer) => this.#take(bytes));
    under.on('close', () => this.destroy());
  }

  override _read(): void {
    this.under.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    for (let at = 0; at < chunk.length; at += MAX_PAYLOAD)
      this.under.write(record(APPLICATION_DATA, chunk.subarray(at, at + MAX_PAYLOAD)));
    done();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.under.destroy();
    done(error);
  }

  #take(bytes: Buffer): void {
    this.#pending = Buffer.concat([this.#pending, bytes]);
    while (this.#pending.length >= RECORD_HEAD) {
      const end = RECORD_HEAD + this.#pending.readUInt16BE(3);
      if (this.#pending.length < end) return;
      const one = this.#pending.subarray(0, end);
      this.#pending = this.#pending.subarray(end);
      if (!this.#greeted) {
        if (!this.#greet(Buffer.from(one))) {
          this.destroy();
          return;
        }
      } else if (one[0] === APPLICATION_DATA) this.push(one.subarray(RECORD_HEAD));
      else if (one[0] !== CHANGE_CIPHER_SPEC) {
        this.destroy();
        return;
      }
    }
  }

  #greet(hello: Buffer): boolean {
    if (hello[0] !== HANDSHAKE || hello.length < RANDOM_AT + RANDOM + 1) return false;
    const random = Buffer.from(hello.subarray(RANDOM_AT, RANDOM_AT + RANDOM));
    hello.fill(0, RANDOM_AT, RANDOM_AT + RANDOM);
    const code = createHmac('sha256', this.secret).update(hello).digest();
    const seconds = (code.readUInt32LE(28) ^ random.readUInt32LE(28)) >>> 0;
    const right = code.subarray(0, 28).equals(random.subarray(0, 28));
    const fresh = Math.abs(Date.now() / 1_000 - seconds) < MAX_AGE;
    if (!right || !fresh || !hello.includes(this.domain)) return false;
    this.#greeted = true;
    const [length = 0] = hello.subarray(RANDOM_AT + RANDOM);
    const session = hello.subarray(RANDOM_AT + RANDOM + 1, RANDOM_AT + RANDOM + 1 + length);
    const answer = Buffer.concat([
      serverHello(session),
      record(CHANGE_CIPHER_SPEC, Buffer.from([1])),
      record(APPLICATION_DATA, randomBytes(1_024 + (random[0] ?? 0))),
    ]);
    createHmac('sha256', this.secret).update(random).update(answer).digest().copy(answer, RANDOM_AT);
    this.under.write(answer);
    return true;
  }
}

/** RFC 8446 §4.1.3, with a key that nobody uses. */
function serverHello(session: Buffer): Buffer {
  const extensions = Buffer.concat([
    ...[Buffer.from('00330024001d0020', 'hex'), randomBytes(32), Buffer.from('002b00020304', 'hex')],
  ]);
  const body = Buffer.concat([
    ...[Buffer.from('0303', 'hex'), Buffer.alloc(RANDOM), Buffer.from([session.length]), session],
    ...[Buffer.from('130100', 'hex'), sized(extensions)],
  ]);
  return record(HANDSHAKE, Buffer.concat([Buffer.from('0200', 'hex'), sized(body)]));
}

function record(type: number, payload: Buffer): Buffer {
  const head = Buffer.from([type, 3, 3, 0, 0]);
  head.writeUInt16BE(payload.length, 3);
  return Buffer.concat([head, payload]);
}

function sized(value: Buffer): Buffer {
  return Buffer.concat([Buffer.from([value.length >> 8, value.length & 255]), value]);
}
