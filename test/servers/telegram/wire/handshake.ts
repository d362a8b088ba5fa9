import { createDiffieHellman, randomBytes, randomInt } from 'node:crypto';
import { decryptIge, encryptIge, xor } from './aes-ige.js';
import { Bytes } from './bytes.js';
import { sha1, sha256 } from './hash.js';
import { AuthKey } from './message-key.js';
import type { ServerKey } from './server-key.js';
import { tlBytes, tlInt, tlLong } from './tl.js';

/** The 2048-bit safe prime that Telegram uses; clients know it and need not test it. */
export const PRIME = Buffer.from(
  'c71caeb9c6b1c9048e6c522f70f13f73980d40238e3e21c14934d037563d930f48198a0aa7c14058229493d22530f4dbfa336f6e' +
    '0ac925139543aed44cce7c3720fd51f69458705ac68cd4fe6b6b13abdc9746512969328454f18faf8c595f642477fe96bb2a941d' +
    '5bcd1d4ac8cc49880708fa9b378e3c4f3a9060bee67cf9a4a4a695811051907e162753b56b0f6b410dba74d8a84b2a14b3144e0e' +
    'f1284754fd17ed950d5965b4b9dd46582db1178d169c6bc465b0d6ff9ca3928fef5b9ae4e418fc15e83ebea0f87fa9ff5eed7005' +
    '0ded2849f47bf959d956850ce929851f0d8115f635b105ee2e4e15d04b2454bf6f4fadf034b10403119cd8e3b92fcc5b',
  'hex',
);
const GENERATOR = 3;
/** Small enough to be factorised at once: what it costs clients is of no concern here. */
const PRIMES = [1_000_003, 1_000_033, 1_000_037, 1_000_039, 1_000_081, 1_000_099, 1_000_117, 1_000_121];
const VECTOR = 0x1cb5c415;

type Stage =
  | { readonly at: 'start' }
  | { readonly at: 'asked'; readonly nonce: Buffer; readonly serverNonce: Buffer }
  | {
      readonly at: 'agreeing';
      readonly nonce: Buffer;
      readonly serverNonce: Buffer;
      readonly newNonce: Buffer;
      readonly secret: ReturnType<typeof createDiffieHellman>;
    };

/** One making of an authorisation key (core.telegram.org/mtproto/auth_key). */
export class Handshake {
  #stage: Stage = { at: 'start' };

  constructor(
    private readonly key: ServerKey,
    /** UTC seconds as the server has them. */
    private readonly time: () => number,
    private readonly made: (key: AuthKey) => void,
  ) {}

  /** The answer to an unencrypted message. @throws {Error} for what does not belong here */
  answer(body: Buffer): Buffer {
    const request = new Bytes(body);
    const id = request.id();
    switch (id) {
      case 0x60469778: // req_pq
      case 0xbe7e8ef1: // req_pq_multi
        return this.#ask(request.take(16));
      case 0xd712e4be: // req_DH_params
        return this.#agree(request);
      case 0xf5045f1f: // set_client_DH_params
        return this.#finish(request);
      default:
        throw new Error(`0x${id.toString(16)} without a key`);
    }
  }

  #ask(nonce: Buffer): Buffer {
    const serverNonce = randomBytes(16);
    this.#stage = { at: 'asked', nonce, serverNonce };
    const first = randomInt(PRIMES.length - 1);
    const product = BigInt(PRIMES[first] ?? 0) * BigInt(PRIMES[first + 1] ?? 0);
    return Buffer.concat([
      ...[
        tlInt(0x05162463),
        nonce,
        serverNonce,
        tlBytes(Buffer.from(product.toString(16).padStart(16, '0'), 'hex')),
      ],
      ...[tlInt(VECTOR), tlInt(1), tlLong(this.key.fingerprint)],
    ]);
  }

  #agree(request: Bytes): Buffer {
    const stage = this.#stage;
    if (stage.at !== 'asked') throw new Error('req_DH_params out of turn');
    const { nonce, serverNonce } = stage;
    this.#expect(request, stage);
    request.bytes();
    request.bytes();
    request.long();
    const newNonce = newNonceOf(unpad(this.key.decrypt(request.bytes())), stage);
    const secret = createDiffieHellman(PRIME, GENERATOR);
    const inner = Buffer.concat([
      ...[tlInt(0xb5890dba), nonce, serverNonce, tlInt(GENERATOR), tlBytes(PRIME)],
      ...[tlBytes(secret.generateKeys()), tlInt(this.time())],
    ]);
    this.#stage = { at: 'agreeing', nonce, serverNonce, newNonce, secret };
    const hashed = Buffer.concat([sha1(inner), inner]);
    const padded = Buffer.concat([hashed, randomBytes((16 - (hashed.length % 16)) % 16)]);
    const { key, iv } = temporaryKey(serverNonce, newNonce);
    return Buffer.concat([tlInt(0xd0e8075c), nonce, serverNonce, tlBytes(encryptIge(key, iv, padded))]);
  }

  #finish(request: Bytes): Buffer {
    const stage = this.#stage;
    if (stage.at !== 'agreeing') throw new Error('set_client_DH_params out of turn');
    const { nonce, serverNonce, newNonce, secret } = stage;
    this.#expect(request, stage);
    const { key, iv } = temporaryKey(serverNonce, newNonce);
    const plain = decryptIge(key, iv, request.bytes());
    const inner = new Bytes(plain.subarray(20));
    if (inner.id() !== 0x6643b654) throw new Error('no client_DH_inner_data');
    this.#expect(inner, stage);
    inner.long();
    const shared = secret.computeSecret(inner.bytes());
    const bytes = Buffer.concat([Buffer.alloc(256 - shared.length), shared]);
    const authKey = new AuthKey(bytes);
    // Some clients drop leading zeros of the key: they are asked to agree on another one.
    const good = bytes[0] !== 0;
    const number = Buffer.from([good ? 1 : 2]);
    const hash = sha1(newNonce, number, authKey.auxiliary).subarray(4, 20);
    if (good) this.made(authKey);
    this.#stage = { at: 'start' };
    return Buffer.concat([tlInt(good ? 0x3bcbf734 : 0x46dc1fb9), nonce, serverNonce, hash]);
  }

  #expect(
    request: Bytes,
    { nonce, serverNonce }: { readonly nonce: Buffer; readonly serverNonce: Buffer },
  ): void {
    if (!request.take(16).equals(nonce) || !request.take(16).equals(serverNonce))
      throw new Error('a wrong nonce');
  }
}

/** The data that a client has padded and hashed by RSA_PAD. */
function unpad(block: Buffer): Buffer {
  const encrypted = block.subarray(32);
  const key = xor(block.subarray(0, 32), sha256(encrypted));
  const plain = decryptIge(key, Buffer.alloc(32), encrypted);
  const data = Buffer.from(plain.subarray(0, 192)).reverse();
  if (!sha256(key, data).equals(plain.subarray(192))) throw new Error('a wrong hash of p_q_inner_data');
  return data;
}

function newNonceOf(data: Buffer, { nonce, serverNonce }: { nonce: Buffer; serverNonce: Buffer }): Buffer {
  const inner = new Bytes(data);
  const id = inner.id();
  if (id !== 0x83c95aec && id !== 0xa9f55f95) throw new Error('no p_q_inner_data');
  for (let field = 0; field < 3; field += 1) inner.bytes();
  if (!inner.take(16).equals(nonce) || !inner.take(16).equals(serverNonce))
    throw new Error('a wrong nonce inside');
  return inner.take(32);
}

function temporaryKey(serverNonce: Buffer, newNonce: Buffer): { readonly key: Buffer; readonly iv: Buffer } {
  const one = sha1(newNonce, serverNonce);
  const two = sha1(serverNonce, newNonce);
  const three = sha1(newNonce, newNonce);
  return {
    key: Buffer.concat([one, two.subarray(0, 12)]),
    iv: Buffer.concat([two.subarray(12, 20), three, newNonce.subarray(0, 4)]),
  };
}
