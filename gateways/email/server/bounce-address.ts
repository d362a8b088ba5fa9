import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { validate as isUuid, parse as parseUuid, stringify as stringifyUuid } from 'uuid';
import type { AccountId } from '../../../src/gateway/ids.js';
import type { NetworkState } from '../../../src/gateway/state.js';

const SECRETS = 'domain-secrets';
const SECRET = 'bounce-addresses';
const SECRET_BYTES = 32;
const DAY_MS = 86_400_000;
/** What such an address begins with; a reserved name. */
const LOCAL = 'bounce+';
const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567';
/** Parts of a token: the UUID of the message, its account, the day, and what proves that we have made it. */
const UUID_BYTES = 16;
const ACCOUNT_BYTES = 4;
const DAY_BYTES = 2;
const PROOF_BYTES = 8;
const TOLD_BYTES = UUID_BYTES + ACCOUNT_BYTES + DAY_BYTES;
const TOKEN_BYTES = TOLD_BYTES + PROOF_BYTES;
/** The form of a token; 30 bytes are 48 characters, and the local part stays below the 64 of RFC 5321 §4.5.3.1.1. */
const TOKEN = /^[a-z2-7]{48}$/;

/** A mail that we have sent. */
export interface SentMail {
  readonly messageId: string;
  readonly account: AccountId;
}

/**
 * Return paths that find their mail again (VERP): `bounce+<token>@domain`. A token cannot be made by others, so that a
 * report on a mail that we have not sent is refused before it is read. Letters of one case only: some servers change
 * the case of what they report to.
 */
export class BounceAddresses {
  #secret: Promise<Buffer> | undefined;

  constructor(
    private readonly domain: string,
    private readonly days: number,
    private readonly state: NetworkState,
    private readonly now: () => number,
  ) {}

  /** The return path of a mail. Rejects when the store is away; undefined for a Message-ID of another making. */
  async addressFor({ messageId, account }: SentMail): Promise<string | undefined> {
    const [key = ''] = messageId.split('@');
    if (messageId !== `${key}@${this.domain}` || !isUuid(key)) return undefined;
    const told = Buffer.alloc(TOLD_BYTES);
    told.set(parseUuid(key));
    told.writeUInt32BE(account, UUID_BYTES);
    told.writeUInt16BE(this.#today(), UUID_BYTES + ACCOUNT_BYTES);
    return `${LOCAL}${toBase32(Buffer.concat([told, await this.#proof(told)]))}@${this.domain}`;
  }

  /** Whether an address has the form of one of ours, whatever it is worth. */
  isBounceAddress(address: string): boolean {
    return address.startsWith(LOCAL) && address.endsWith(`@${this.domain}`);
  }

  /** The mail that a report at this address is about; undefined: forged, too old. Rejects when the store is away. */
  async mailOf(address: string): Promise<SentMail | undefined> {
    if (!this.isBounceAddress(address)) return undefined;
    const token = address.slice(LOCAL.length, -this.domain.length - 1);
    if (!TOKEN.test(token)) return undefined;
    const bytes = fromBase32(token);
    const told = bytes.subarray(0, TOLD_BYTES);
    if (!timingSafeEqual(bytes.subarray(TOLD_BYTES), await this.#proof(told))) return undefined;
    const age = this.#today() - told.readUInt16BE(UUID_BYTES + ACCOUNT_BYTES);
    // A clock that was put right may be behind what it was.
    if (age < -1 || age > this.days) return undefined;
    return {
      messageId: `${stringifyUuid(told.subarray(0, UUID_BYTES))}@${this.domain}`,
      account: told.readUInt32BE(UUID_BYTES) as AccountId,
    };
  }

  #today(): number {
    return Math.floor(this.now() / DAY_MS);
  }

  async #proof(told: Buffer): Promise<Buffer> {
    const mac = createHmac('sha256', await this.#loadedSecret());
    return mac.update(this.domain).update(told).digest().subarray(0, PROOF_BYTES);
  }

  /** Made once and kept: reports on what was sent before a restart are still ours. */
  #loadedSecret(): Promise<Buffer> {
    this.#secret ??= this.#load();
    this.#secret.catch(() => {
      this.#secret = undefined;
    });
    return this.#secret;
  }

  async #load(): Promise<Buffer> {
    const made = randomBytes(SECRET_BYTES).toString('base64');
    await this.state.putIfAbsent(SECRETS, { key: SECRET, value: { secret: made } });
    const secret = (await this.state.get(SECRETS, SECRET))?.value.secret;
    if (typeof secret !== 'string') throw new Error('the secret of bounce addresses cannot be read');
    return Buffer.from(secret, 'base64');
  }
}

function toBase32(bytes: Buffer): string {
  let text = '';
  let bits = 0;
  let value = 0;
  for (const byte of bytes) {
    value = (value << 8) | byte;
    for (bits += 8; bits >= 5; bits -= 5) text += BASE32[(value >>> (bits - 5)) & 31] ?? '';
    value &= (1 << bits) - 1;
  }
  return text;
}

function fromBase32(text: string): Buffer {
  const bytes = Buffer.alloc(TOKEN_BYTES);
  let at = 0;
  let bits = 0;
  let value = 0;
  for (const letter of text) {
    value = (value << 5) | BASE32.indexOf(letter);
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    bytes[at] = value >>> bits;
    at += 1;
    value &= (1 << bits) - 1;
  }
  return bytes;
}
