import { pbkdf2Sync, randomBytes } from 'node:crypto';
import { xor } from './aes-ige.js';
import { PRIME } from './handshake.js';
import { sha256 } from './hash.js';

const GENERATOR = 3;
const ITERATIONS = 100_000;
const BYTES = 256;

/** One check of a second factor by SRP, the server's side (core.telegram.org/api/srp). */
export class PasswordCheck {
  readonly id = randomBytes(8).readBigInt64LE();
  /** What the client gets: srp_B. */
  readonly public: Buffer;
  readonly #secret = number(randomBytes(BYTES));
  readonly #verifier: bigint;

  constructor(
    password: string,
    readonly salts: { readonly one: Buffer; readonly two: Buffer },
  ) {
    const prime = number(PRIME);
    this.#verifier = power(BigInt(GENERATOR), number(passwordHash(password, salts)), prime);
    const k = number(sha256(PRIME, padded(BigInt(GENERATOR))));
    this.public = padded((k * this.#verifier + power(BigInt(GENERATOR), this.#secret, prime)) % prime);
  }

  static get prime(): Buffer {
    return PRIME;
  }

  static get generator(): number {
    return GENERATOR;
  }

  /** Whether a client that sent these knows the password. */
  accepts(a: Buffer, m1: Buffer): boolean {
    const prime = number(PRIME);
    const clientPublic = number(a);
    if (clientPublic % prime === 0n) return false;
    const u = number(sha256(padded(clientPublic), this.public));
    const shared = power(clientPublic * power(this.#verifier, u, prime), this.#secret, prime);
    const { one, two } = this.salts;
    const expected = sha256(
      ...[xor(sha256(PRIME), sha256(padded(BigInt(GENERATOR)))), sha256(one), sha256(two)],
      ...[padded(clientPublic), this.public, sha256(padded(shared))],
    );
    return expected.equals(m1);
  }
}

function passwordHash(
  password: string,
  { one, two }: { readonly one: Buffer; readonly two: Buffer },
): Buffer {
  const salted = (data: Buffer, salt: Buffer) => sha256(salt, data, salt);
  const first = salted(salted(Buffer.from(password), one), two);
  return salted(pbkdf2Sync(first, one, ITERATIONS, 64, 'sha512'), two);
}

function number(bytes: Buffer): bigint {
  return BigInt(`0x${bytes.toString('hex') || '0'}`);
}

function padded(value: bigint): Buffer {
  return Buffer.from(value.toString(16).padStart(BYTES * 2, '0'), 'hex');
}

/** Modular exponentiation by squaring. */
function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  let square = base % modulus;
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % modulus;
    square = (square * square) % modulus;
  }
  return result;
}
