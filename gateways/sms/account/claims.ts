import { createHash, randomBytes, randomInt, timingSafeEqual } from 'node:crypto';
import type { ContactId } from '../../../src/gateway/ids.js';
import type { NetworkState } from '../../../src/gateway/state.js';

const CLAIMS = 'claims';
/** A code has this many decimal digits. */
const DIGITS = 6;

/** How claims are limited, so that nobody guesses a code or has strangers flooded with them. */
export interface ClaimLimits {
  /** Milliseconds for which a code is good. */
  readonly codeMs: number;
  /** Wrong codes before a new one is needed. */
  readonly tries: number;
  /** Codes sent to one number in a day, whoever asks. */
  readonly codesPerDay: number;
}

const DAY_MS = 86_400_000;

/** What came of a code that was typed. */
export type ClaimAnswer = 'proven' | 'wrong' | 'over';

/** Proof that a number is the user's: he can read what is sent to it. */
export class Claims {
  constructor(
    private readonly state: NetworkState,
    private readonly limits: ClaimLimits,
    private readonly now: () => number,
  ) {}

  /** A code to send to the number; undefined when too many were sent today. `claimant` is whose dialogue it is. */
  async issue(number: ContactId, claimant: string): Promise<string | undefined> {
    const day = Math.floor(this.now() / DAY_MS);
    // Kept until the day is over, whatever becomes of the claim, so not under the number itself (C19).
    const counter = `count ${createHash('sha256').update(number).digest('base64')}`;
    const counted = await this.state.get(CLAIMS, counter);
    const sent = counted?.value.day === day ? Number(counted.value.sent) : 0;
    if (sent >= this.limits.codesPerDay) return undefined;
    await this.state.put(CLAIMS, {
      key: counter,
      value: { day, sent: sent + 1 },
      expiresAt: (day + 1) * DAY_MS,
    });
    const code = String(randomInt(10 ** DIGITS)).padStart(DIGITS, '0');
    const salt = randomBytes(16).toString('base64');
    const value = { number, salt, code: hash(code, salt), wrong: 0 };
    await this.state.put(CLAIMS, { key: claimant, value, expiresAt: this.now() + this.limits.codeMs });
    return code;
  }

  /** Each code is good once, and for the dialogue only that it was issued to (C21). */
  async answer(number: ContactId, claimant: string, typed: string): Promise<ClaimAnswer> {
    const entry = await this.state.get(CLAIMS, claimant);
    const { salt, code, wrong = 0 } = entry?.value ?? {};
    if (!entry || entry.value.number !== number || typeof salt !== 'string' || typeof code !== 'string')
      return 'over';
    const matches = timingSafeEqual(Buffer.from(hash(typed.trim(), salt)), Buffer.from(code));
    if (matches || Number(wrong) + 1 >= this.limits.tries) {
      await this.state.delete(CLAIMS, claimant);
      return matches ? 'proven' : 'over';
    }
    await this.state.put(CLAIMS, { ...entry, value: { ...entry.value, wrong: Number(wrong) + 1 } });
    return 'wrong';
  }
}

function hash(code: string, salt: string): string {
  return createHash('sha256').update(`${salt} ${code}`).digest('base64');
}
