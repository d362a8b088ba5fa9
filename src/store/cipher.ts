import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { StoreError } from './error.js';
import { KEY_BYTES } from './key.js';

const ALGORITHM = 'aes-256-gcm';
/** NIST SP 800-38D, 5.2.1.1: 96 bits, random. */
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const KEY_ID_HEX = 12;
const VERSION = 'v1';

interface Key {
  readonly id: string;
  readonly bytes: Buffer;
}

/**
 * Encrypts secrets at rest. An envelope is `v1.<key id>.<base64url of nonce, tag, ciphertext>`; the key id lets
 * rows written with a previous key be read until they are rotated.
 */
export class Cipher {
  readonly #current: Key;
  readonly #keys: ReadonlyMap<string, Key>;

  /** @throws StoreError `wrong-key` when a key has not 32 bytes. */
  constructor(current: Uint8Array, previous: readonly Uint8Array[] = []) {
    const keys = [current, ...previous].map(toKey);
    this.#current = toKey(current);
    this.#keys = new Map(keys.map((key) => [key.id, key]));
  }

  /** Encrypts with the current key. What `context` was must be told again to open it. */
  seal(text: string, context: readonly string[]): string {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(ALGORITHM, this.#current.bytes, nonce, { authTagLength: TAG_BYTES });
    cipher.setAAD(additionalData(this.#current.id, context));
    const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    const packed = Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64url');
    return `${VERSION}.${this.#current.id}.${packed}`;
  }

  /** @throws StoreError `wrong-key` for an unknown key, a changed envelope or another context. */
  open(envelope: string, context: readonly string[]): string {
    const [version, id = '', packed = ''] = envelope.split('.');
    const key = this.#keys.get(id);
    if (version !== VERSION || !key) {
      throw new StoreError('wrong-key', 'A stored secret was encrypted with a key that is not configured');
    }
    const bytes = Buffer.from(packed, 'base64url');
    const nonce = bytes.subarray(0, NONCE_BYTES);
    const tag = bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES);
    try {
      const decipher = createDecipheriv(ALGORITHM, key.bytes, nonce, { authTagLength: TAG_BYTES });
      decipher.setAAD(additionalData(key.id, context));
      decipher.setAuthTag(tag);
      const body = decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES));
      return Buffer.concat([body, decipher.final()]).toString('utf8');
    } catch {
      throw new StoreError('wrong-key', 'A stored secret is damaged or was moved from another account');
    }
  }
}

function toKey(bytes: Uint8Array): Key {
  if (bytes.length !== KEY_BYTES) throw new StoreError('wrong-key', `A key has ${KEY_BYTES} bytes`);
  const id = createHash('sha256').update('isthmus key id\0').update(bytes).digest('hex').slice(0, KEY_ID_HEX);
  return { id, bytes: Buffer.from(bytes) };
}

/** JSON keeps the parts apart whatever they hold. */
function additionalData(keyId: string, context: readonly string[]): Buffer {
  return Buffer.from(JSON.stringify([VERSION, keyId, ...context]));
}
