import {
  constants,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  privateDecrypt,
} from 'node:crypto';
import { sha1 } from './hash.js';
import { tlBytes } from './tl.js';

/** The RSA key by which clients recognise the server (core.telegram.org/mtproto/auth_key). */
export class ServerKey {
  readonly #private: KeyObject;
  /** Big-endian, without leading zeros. */
  readonly modulus: Buffer;
  readonly exponent: Buffer;

  private constructor(key: KeyObject) {
    this.#private = key;
    const { n = '', e = '' } = key.export({ format: 'jwk' });
    this.modulus = Buffer.from(n, 'base64url');
    this.exponent = Buffer.from(e, 'base64url');
  }

  static generate(): ServerKey {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    return new ServerKey(createPrivateKey(privateKey.export({ format: 'pem', type: 'pkcs8' })));
  }

  /** @param pem a private RSA key of 2048 bits @throws {Error} for what is none */
  static from(pem: string): ServerKey {
    return new ServerKey(createPrivateKey(pem));
  }

  /** The public half in PEM, for clients that are configured. */
  get pem(): string {
    return String(createPublicKey(this.#private).export({ format: 'pem', type: 'spki' }));
  }

  /** The private half in PEM, for {@link ServerKey.from}. */
  get privatePem(): string {
    return String(this.#private.export({ format: 'pem', type: 'pkcs8' }));
  }

  /** The lower 64 bits of the SHA-1 of the key, as a signed number. */
  get fingerprint(): bigint {
    return sha1(tlBytes(this.modulus), tlBytes(this.exponent)).readBigInt64LE(12);
  }

  /** The 256 bytes that the client encrypted. */
  decrypt(encrypted: Buffer): Buffer {
    return privateDecrypt({ key: this.#private, padding: constants.RSA_NO_PADDING }, encrypted);
  }
}
