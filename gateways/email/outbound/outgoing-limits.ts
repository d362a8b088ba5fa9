import { z } from 'zod';
import { GatewayError } from '../../../src/gateway/error.js';
import type { AccountId } from '../../../src/gateway/ids.js';
import type { NetworkState, StateEntry } from '../../../src/gateway/state.js';
import { InTurn } from '../in-turn.js';
import type { OutboundOptions } from './options.js';

const USAGE = 'sent-mails';
const STRANGERS = 'mails-to-new-people';
const KNOWN = 'known-people';

const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

const usage = z.object({
  /** UTC date, `2026-01-31`. */
  day: z.string(),
  mails: z.int().min(0),
  bytes: z.int().min(0),
});
/** When new people were written to, in UTC milliseconds. */
const strangers = z.object({ times: z.array(z.number()) });

type Usage = z.output<typeof usage>;

/** A mail about to be handed in. */
export interface OutgoingMail {
  /** Addresses in their one form. */
  readonly recipients: readonly string[];
  readonly bytes: number;
}

/** A mail that may go out now; it is counted already. */
export interface MailPermit {
  /** It has not gone out for certain. */
  giveBack(): Promise<void>;
}

/** How much mail a user may send, remembered over restarts: nobody is to spam through the gateway. */
export class OutgoingLimits {
  /** One account's mails are judged one after the other, or two at once would both be the last one. */
  readonly #turns = new InTurn();

  constructor(
    private readonly options: OutboundOptions,
    private readonly state: NetworkState,
    private readonly now: () => number,
  ) {}

  /**
   * Counts a mail that is about to be sent.
   * @throws {GatewayError} `limit` when it may not be
   */
  permit(account: AccountId, mail: OutgoingMail): Promise<MailPermit> {
    return this.#turns.run(String(account), async () => {
      const recipients = [...new Set(mail.recipients)];
      const { recipientsPerMail, mailsPerDay, bytesPerDay } = this.options;
      if (recipients.length > recipientsPerMail)
        throw limit('email-limit-recipients', { limit: recipientsPerMail });
      const before = await this.#usage(account);
      if (before.mails >= mailsPerDay) throw limit('email-limit-mails', { limit: mailsPerDay });
      if (before.bytes + mail.bytes > bytesPerDay)
        throw limit('email-limit-bytes', { megabytes: Math.floor(bytesPerDay / 1_000_000) });
      await this.#countNew(account, recipients);
      const { day, mails, bytes } = before;
      await this.#putUsage(account, { day, mails: mails + 1, bytes: bytes + mail.bytes });
      return { giveBack: () => this.#giveBack(account, day, mail.bytes) };
    });
  }

  /** The person has written to the account: an answer is no writing to a stranger. */
  async know(account: AccountId, person: string): Promise<void> {
    await this.state.putIfAbsent(KNOWN, this.#known(account, person));
  }

  /** New people stay counted whatever becomes of the mail: trying addresses out is what spammers do. */
  async #countNew(account: AccountId, recipients: readonly string[]): Promise<void> {
    const known = await Promise.all(
      recipients.map((person) => this.state.get(KNOWN, keyOf(account, person))),
    );
    const fresh = recipients.filter((_person, index) => known[index] === undefined);
    if (fresh.length === 0) return;
    const { newRecipientsPerHour } = this.options;
    const key = String(account);
    const now = this.now();
    const stored = strangers.safeParse((await this.state.get(STRANGERS, key))?.value).data?.times ?? [];
    const times = stored.filter((time) => time > now - HOUR_MS);
    if (times.length + fresh.length > newRecipientsPerHour)
      throw limit('email-limit-new', { limit: newRecipientsPerHour });
    const value = { times: [...times, ...fresh.map(() => now)] };
    await Promise.all([
      this.state.put(STRANGERS, { key, value, account, expiresAt: now + HOUR_MS }),
      ...fresh.map((person) => this.state.put(KNOWN, this.#known(account, person))),
    ]);
  }

  #giveBack(account: AccountId, day: string, size: number): Promise<void> {
    return this.#turns.run(String(account), async () => {
      const { mails, bytes, ...today } = await this.#usage(account);
      if (today.day !== day) return;
      await this.#putUsage(account, {
        day,
        mails: Math.max(0, mails - 1),
        bytes: Math.max(0, bytes - size),
      });
    });
  }

  /** Of the present day (UTC). */
  async #usage(account: AccountId): Promise<Usage> {
    const day = new Date(this.now()).toISOString().slice(0, 10);
    const stored = usage.safeParse((await this.state.get(USAGE, String(account)))?.value).data;
    return stored?.day === day ? stored : { day, mails: 0, bytes: 0 };
  }

  async #putUsage(account: AccountId, value: Usage): Promise<void> {
    const expiresAt = this.now() + DAY_MS;
    await this.state.put(USAGE, { key: String(account), value: { ...value }, account, expiresAt });
  }

  #known(account: AccountId, person: string): StateEntry {
    const expiresAt = this.now() + this.options.knownDays * DAY_MS;
    return { key: keyOf(account, person), value: {}, account, expiresAt };
  }
}

function keyOf(account: AccountId, person: string): string {
  return `${account} ${person}`;
}

function limit(key: string, args: Readonly<Record<string, number>>): GatewayError {
  return new GatewayError('limit', { key, args });
}
