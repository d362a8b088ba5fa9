import { createHash, createPublicKey } from 'node:crypto';
import bigInt from 'big-integer';
import type { Api } from 'telegram';
import { _serverKeys } from 'telegram/crypto/RSA.js';
import { doAuthentication } from 'telegram/network/Authenticator.js';
import { MessageClock } from './message-clock.js';
import type { PacketStream } from './packet-stream.js';
import { readObject } from './schema-reader.js';

/** Key, message id and length before the body of a message that is not encrypted. */
const PLAIN_HEAD = 20;
/** Bytes of an authorisation key. */
const KEY_LENGTH = 256;
/** The library drops leading zeros of what was agreed on, so that one try in 256 fails. */
const TRIES = 3;
const SILENT = { debug: () => undefined };

/** What two sides have agreed on. */
export interface Agreement {
  readonly key: Buffer;
  /** By how much the server's clock is ahead of ours, to the second. */
  readonly aheadMs: number;
}

/** Makes an authorisation key (core.telegram.org/mtproto/auth_key). Rejects when the server is none of Telegram's. */
export async function agreeOnKey(stream: PacketStream): Promise<Agreement> {
  for (let left = TRIES; ; left -= 1)
    try {
      const { authKey, timeOffset } = await doAuthentication(new PlainSender(stream) as never, SILENT);
      const key = authKey.getKey();
      if (key?.length !== KEY_LENGTH) throw new Error('an authorisation key of another length');
      return { key, aheadMs: timeOffset * 1_000 };
    } catch (error) {
      if (left === 1 || stream.ended) throw error;
    }
}

/** Makes servers with that key trusted, for the whole process. @throws {Error} when it is no RSA key in PEM */
export function trustServerKey(pem: string): void {
  const { n, e, kty } = createPublicKey(pem).export({ format: 'jwk' });
  if (kty !== 'RSA' || n === undefined || e === undefined) throw new Error('no RSA key');
  const [modulus, exponent] = [Buffer.from(n, 'base64url'), Buffer.from(e, 'base64url')];
  const hash = createHash('sha1').update(bytesOf(modulus)).update(bytesOf(exponent)).digest();
  const key = { n: bigInt(modulus.toString('hex'), 16), e: exponent.readUIntBE(0, exponent.length) };
  _serverKeys.set(String(hash.readBigInt64LE(12)), key as never);
}

/** The type language's form of short bytes and of those beyond 253. */
function bytesOf(bytes: Buffer): Buffer {
  const { length } = bytes;
  const head = length < 254 ? [length] : [254, length & 255, (length >> 8) & 255, length >> 16];
  return Buffer.concat([Buffer.from(head), bytes, Buffer.alloc((4 - ((head.length + length) % 4)) % 4)]);
}

/** Questions and answers without a key, in place of the library's own sender. */
class PlainSender {
  readonly #clock = new MessageClock();

  constructor(private readonly stream: PacketStream) {}

  async send(request: Api.AnyRequest): Promise<unknown> {
    const body = request.getBytes();
    const head = Buffer.alloc(PLAIN_HEAD);
    head.writeBigInt64LE(this.#clock.next(), 8);
    head.writeInt32LE(body.length, 16);
    const answer = await new Promise<Buffer>((resolve, reject) => {
      this.stream.onPacket = resolve;
      this.stream.onEnd = () => reject(new Error('the connection is no more'));
      if (this.stream.ended) reject(new Error('the connection is no more'));
      this.stream.send(Buffer.concat([head, body]));
    });
    const length = answer.length < PLAIN_HEAD ? -1 : answer.readInt32LE(16);
    if (length < 0 || answer.readBigInt64LE() !== 0n) throw new Error('no answer to a plain message');
    return readObject(answer.subarray(PLAIN_HEAD, PLAIN_HEAD + length));
  }
}
