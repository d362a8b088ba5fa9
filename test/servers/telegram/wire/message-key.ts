import { randomBytes } from 'node:crypto';
import { decryptIge, encryptIge } from './aes-ige.js';
import { sha1, sha256 } from './hash.js';

/** Offset in the authorisation key of what encrypts messages of that side (core.telegram.org/mtproto/description). */
const OFFSET = { client: 0, server: 8 } as const;

/** 2048 bits that one client and the server share. */
export class AuthKey {
  /** The lower 64 bits of its SHA-1. */
  readonly id: Buffer;
  /** The higher 64 bits of its SHA-1, for the hashes of the handshake. */
  readonly auxiliary: Buffer;

  constructor(readonly bytes: Buffer) {
    const hash = sha1(bytes);
    this.id = hash.subarray(12, 20);
    this.auxiliary = hash.subarray(0, 8);
  }

  /** The name of the key in maps. */
  get name(): string {
    return this.id.toString('hex');
  }

  /** An encrypted packet of the server: salt, session, message id, sequence number, length, body. */
  encrypt(plain: Buffer): Buffer {
    const padding = 12 + ((16 - ((plain.length + 12) % 16)) % 16);
    const padded = Buffer.concat([plain, randomBytes(padding)]);
    const messageKey = this.#messageKey(padded, 'server');
    const { key, iv } = this.#aes(messageKey, 'server');
    return Buffer.concat([this.id, messageKey, encryptIge(key, iv, padded)]);
  }

  /** What a client has encrypted. @throws {Error} when it was not this key, or was tampered with */
  decrypt(packet: Buffer): Buffer {
    const messageKey = packet.subarray(8, 24);
    const { key, iv } = this.#aes(messageKey, 'client');
    // A padded transport has added less than a block at the end.
    const padded = decryptIge(key, iv, packet.subarray(24, packet.length - ((packet.length - 24) % 16)));
    if (!this.#messageKey(padded, 'client').equals(messageKey)) throw new Error('a wrong message key');
    return padded;
  }

  #messageKey(padded: Buffer, by: keyof typeof OFFSET): Buffer {
    const start = 88 + OFFSET[by];
    return sha256(this.bytes.subarray(start, start + 32), padded).subarray(8, 24);
  }

  #aes(messageKey: Buffer, by: keyof typeof OFFSET): { key: Buffer; iv: Buffer } {
    const x = OFFSET[by];
    const a = sha256(messageKey, this.bytes.subarray(x, x + 36));
    const b = sha256(this.bytes.subarray(x + 40, x + 76), messageKey);
    return {
      key: Buffer.concat([a.subarray(0, 8), b.subarray(8, 24), a.subarray(24, 32)]),
      iv: Buffer.concat([b.subarray(0, 8), a.subarray(8, 24), b.subarray(24, 32)]),
    };
  }
}
