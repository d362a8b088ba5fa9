import { type Cipher, createCipheriv, createHash, randomBytes, randomInt } from 'node:crypto';
import type { Duplex } from 'node:stream';

/** Length of what begins an obfuscated connection. */
const HEADER = 64;
/** The padded intermediate transport: the one that every proxy takes, and the hardest to tell by lengths. */
const TAG = 0xdddddddd;
/** First bytes by which other protocols, and transports that are not obfuscated, are known. */
const RESERVED = [0x44414548, 0x54534f50, 0x20544547, 0x4954504f, 0xeeeeeeee, TAG, 0x02010316];
/** No answer is larger; a length beyond it is garbage. */
const MAX_PACKET = 2 ** 24;
/** Bytes of random padding are fewer. */
const PADDING = 16;

/**
 * Packets over a connection to a data centre or to an MTProxy, whose `secret` then is part of the keys
 * (core.telegram.org/mtproto/mtproto-transports#transport-obfuscation).
 */
export class PacketStream {
  readonly #cipher: Cipher;
  readonly #decipher: Cipher;
  #pending: Buffer[] = [];
  #have = 0;
  /** Bytes of the packet that is awaited; undefined: its length is. */
  #need: number | undefined;
  #ended = false;
  /** Called once when the connection is no more. */
  onEnd: (() => void) | undefined;
  onPacket: ((packet: Buffer) => void) | undefined;

  constructor(
    private readonly stream: Duplex,
    { secret, centre }: { readonly secret?: Buffer | undefined; readonly centre: number },
  ) {
    const header = randomHeader(centre);
    this.#cipher = aes(header.subarray(8, 56), secret);
    this.#decipher = aes(Buffer.from(header.subarray(8, 56)).reverse(), secret);
    const hidden = this.#cipher.update(header);
    stream.on('data', (bytes: Buffer) => this.#receive(bytes));
    stream.on('error', () => this.close());
    stream.on('end', () => this.close());
    stream.on('close', () => this.close());
    stream.write(Buffer.concat([header.subarray(0, 56), hidden.subarray(56)]));
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** Nothing happens when the connection is no more. */
  send(packet: Buffer): void {
    if (this.#ended) return;
    const padding = randomBytes(randomInt(PADDING));
    const head = Buffer.allocUnsafe(4);
    head.writeUInt32LE(packet.length + padding.length);
    this.stream.write(this.#cipher.update(Buffer.concat([head, packet, padding])));
  }

  close(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#pending = [];
    this.stream.destroy();
    this.onEnd?.();
  }

  #receive(bytes: Buffer): void {
    if (this.#ended) return;
    this.#pending.push(this.#decipher.update(bytes));
    this.#have += bytes.length;
    for (;;) {
      if (this.#need === undefined) {
        if (this.#have < 4) return;
        this.#need = this.#take(4).readUInt32LE() & 0x7fffffff;
        if (this.#need > MAX_PACKET) {
          this.close();
          return;
        }
      }
      if (this.#have < this.#need) return;
      const packet = this.#take(this.#need);
      this.#need = undefined;
      this.onPacket?.(packet);
      if (this.#ended) return;
    }
  }

  #take(length: number): Buffer {
    const [first] = this.#pending;
    const all = first && this.#pending.length === 1 ? first : Buffer.concat(this.#pending);
    this.#have -= length;
    this.#pending = this.#have > 0 ? [all.subarray(length)] : [];
    return all.subarray(0, length);
  }
}

function aes(material: Buffer, secret: Buffer | undefined): Cipher {
  const key = material.subarray(0, 32);
  const shared = secret ? createHash('sha256').update(key).update(secret).digest() : key;
  return createCipheriv('aes-256-ctr', shared, material.subarray(32, 48));
}

function randomHeader(centre: number): Buffer {
  for (;;) {
    const header = randomBytes(HEADER);
    const first = header.readUInt32LE();
    if (header[0] === 0xef || RESERVED.includes(first) || header.readUInt32LE(4) === 0) continue;
    header.writeUInt32LE(TAG, 56);
    // Tells a proxy where to connect to.
    header.writeInt16LE(centre, 60);
    return header;
  }
}
