import { createHash, randomBytes } from 'node:crypto';
import { IGE } from 'telegram/crypto/IGE.js';

/** Offset in the authorisation key of what encrypts messages of that side (core.telegram.org/mtproto/description). */
const OFFSET = { client: 0, server: 8 } as const;
const BLOCK = 16;
/** Key and message key before what is encrypted. */
const HEAD = 24;
const LEAST_PADDING = 12;

/** The 2048 bits that one client and one data centre share. */
export class MessageKey {
  readonly #id: Buffer;

  constructor(readonly bytes: Buffer) {
    this.#id = createHash('sha1').update(bytes).digest().subarray(12, 20);
  }

  /** A packet of ours: salt, session, message id, sequence number, length, body. */
  encrypt(plain: Buffer): Buffer {
    const padding = LEAST_PADDING + ((BLOCK - ((plain.length + LEAST_PADDING) % BLOCK)) % BLOCK);
    const padded = Buffer.concat([plain, randomBytes(padding)]);
    const messageKey = this.#messageKey(padded, 'client');
    const { key, iv } = this.#aes(messageKey, 'client');
    return Buffer.concat([this.#id, messageKey, new IGE(key, iv).encryptIge(padded)]);
  }

  /** What the server has encrypted; undefined when it was not with this key, or was changed on the way. */
  decrypt(packet: Buffer): Buffer | undefined {
    if (packet.length < HEAD + BLOCK || !packet.subarray(0, 8).equals(this.#id)) return undefined;
    const messageKey = packet.subarray(8, HEAD);
    // A padded transport has added less than a block at the end.
    const end = packet.length - ((packet.length - HEAD) % BLOCK);
    const { key, iv } = this.#aes(messageKey, 'server');
    const plain: Buffer = new IGE(key, iv).decryptIge(packet.subarray(HEAD, end));
    return this.#messageKey(plain, 'server').equals(messageKey) ? plain : undefined;
  }

  #messageKey(padded: Buffer, by: keyof typeof OFFSET): Buffer {
    const start = 88 + OFFSET[by];
    return sha256(this.bytes.subarray(start, start + 32), padded).subarray(8, HEAD);
  }

  #aes(messageKey: Buffer, by: keyof typeof OFFSET): { readonly key: Buffer; readonly iv: Buffer } {
    const x = OFFSET[by];
    const a = sha256(messageKey, this.bytes.subarray(x, x + 36));
    const b = sha256(this.bytes.subarray(x + 40, x + 76), messageKey);
    return {
      key: Buffer.concat([a.subarray(0, 8), b.subarray(8, 24), a.subarray(24, 32)]),
      iv: Buffer.concat([b.subarray(0, 8), a.subarray(8, 24), b.subarray(24, 32)]),
    };
  }
}

function sha256(...parts: readonly Buffer[]): Buffer {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
}
