import { type Cipher, createCipheriv, randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';

/** How packets are marked off on a TCP connection (core.telegram.org/mtproto/mtproto-transports). */
type Kind = 'abridged' | 'intermediate' | 'padded' | 'full';

const TAGS: readonly (readonly [number, Exclude<Kind, 'full'>])[] = [
  [0xefefefef, 'abridged'],
  [0xeeeeeeee, 'intermediate'],
  [0xdddddddd, 'padded'],
];
/** Length of the first packet of the obfuscated transport. */
const OBFUSCATED_HEADER = 64;
/** No client sends more; a length beyond it is garbage. */
const MAX_PACKET = 2 ** 24;

/** Takes packets out of the bytes of one client, and puts packets into the form that it has chosen. */
export class Framing {
  #kind: Kind | undefined;
  #pending: Buffer = Buffer.alloc(0);
  #decipher: Cipher | undefined;
  #cipher: Cipher | undefined;
  #sent = 0;

  /** The transport that the client speaks, as far as it has said; for tests. */
  get kind(): string | undefined {
    return this.#kind && (this.#cipher ? `obfuscated ${this.#kind}` : this.#kind);
  }

  /** The packets that are complete with these bytes. @throws {Error} for what is no transport */
  receive(bytes: Buffer): readonly Buffer[] {
    const plain = this.#decipher ? this.#decipher.update(bytes) : bytes;
    this.#pending = Buffer.concat([this.#pending, plain]);
    if (!this.#kind && !this.#begin()) return [];
    const packets: Buffer[] = [];
    for (let packet = this.#take(); packet; packet = this.#take()) packets.push(packet);
    return packets;
  }

  frame(packet: Buffer): Buffer {
    const framed = this.#frame(packet);
    return this.#cipher ? this.#cipher.update(framed) : framed;
  }

  /** Reads the beginning of the connection; false while there is not enough of it. */
  #begin(): boolean {
    const { length } = this.#pending;
    if (this.#pending[0] === 0xef) {
      this.#kind = 'abridged';
      this.#pending = this.#pending.subarray(1);
      return true;
    }
    if (length < 8) return false;
    const tag = TAGS.find(([value]) => value === this.#pending.readUInt32LE())?.[1];
    if (tag) {
      this.#kind = tag;
      this.#pending = this.#pending.subarray(4);
      return true;
    }
    // The first packet of the full transport has the number zero; the obfuscated one never has zeros there.
    if (this.#pending.readUInt32LE(4) === 0) {
      this.#kind = 'full';
      return true;
    }
    return length >= OBFUSCATED_HEADER && this.#reveal();
  }

  #reveal(): boolean {
    const header = this.#pending.subarray(0, OBFUSCATED_HEADER);
    const reversed = Buffer.from(header.subarray(8, 56)).reverse();
    const aes = (from: Buffer) => createCipheriv('aes-256-ctr', from.subarray(0, 32), from.subarray(32, 48));
    this.#decipher = aes(header.subarray(8, 56));
    this.#cipher = aes(reversed);
    const plain = this.#decipher.update(header);
    const tag = TAGS.find(([value]) => value === plain.readUInt32LE(56))?.[1];
    if (!tag) throw new Error('an unknown transport');
    this.#kind = tag;
    this.#pending = this.#decipher.update(this.#pending.subarray(OBFUSCATED_HEADER));
    return true;
  }

  #take(): Buffer | undefined {
    const bytes = this.#pending;
    if (this.#kind === 'abridged') {
      const [first] = bytes;
      if (first === undefined) return undefined;
      const long = (first & 127) === 127;
      if (long && bytes.length < 4) return undefined;
      return this.#cut(long ? 4 : 1, (long ? bytes.readUIntLE(1, 3) : first & 127) * 4);
    }
    if (bytes.length < 4) return undefined;
    const length = bytes.readUInt32LE() & 0x7fffffff;
    if (this.#kind !== 'full') return this.#cut(4, length);
    const packet = this.#cut(8, length - 8);
    if (!packet) return undefined;
    const sum = packet.readUInt32LE(packet.length - 4);
    if (crc32(packet.subarray(0, -4), crc32(bytes.subarray(0, 8))) !== sum)
      throw new Error('a wrong checksum');
    return packet.subarray(0, -4);
  }

  #cut(head: number, length: number): Buffer | undefined {
    if (length < 0 || length > MAX_PACKET) throw new Error(`a packet of ${length} bytes`);
    if (this.#pending.length < head + length) return undefined;
    const packet = this.#pending.subarray(head, head + length);
    this.#pending = this.#pending.subarray(head + length);
    return packet;
  }

  #frame(packet: Buffer): Buffer {
    switch (this.#kind) {
      case 'abridged': {
        const words = packet.length / 4;
        const head = words < 127 ? [words] : [127, words & 255, (words >> 8) & 255, words >> 16];
        return Buffer.concat([Buffer.from(head), packet]);
      }
      case 'full': {
        const head = Buffer.allocUnsafe(8);
        head.writeUInt32LE(packet.length + 12);
        head.writeUInt32LE(this.#sent, 4);
        this.#sent += 1;
        const sum = Buffer.allocUnsafe(4);
        sum.writeUInt32LE(crc32(packet, crc32(head)));
        return Buffer.concat([head, packet, sum]);
      }
      default: {
        const padding =
          this.#kind === 'padded' ? randomBytes(Math.floor(Math.random() * 16)) : Buffer.alloc(0);
        const head = Buffer.allocUnsafe(4);
        head.writeUInt32LE(packet.length + padding.length);
        return Buffer.concat([head, packet, padding]);
      }
    }
  }
}
