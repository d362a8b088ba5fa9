import type { GatewayError } from '../../../src/gateway/error.js';
import type { AccountView } from '../../../src/gateway/gateway.js';
import type { AccountId, ContactId } from '../../../src/gateway/ids.js';
import type { NetworkState } from '../../../src/gateway/state.js';
import { regionOf } from '../account/settings.js';
import type { Region } from '../number.js';
import type { SmsOptions } from '../options.js';
import { segment } from '../text/segment.js';
import { readHistory, refuseBulk, remembered, textKey, textWindow } from './bulk.js';
import { costOf, formatCost } from './cost.js';
import { refuseDestination } from './destination.js';
import { charged, refunded, refuseQuota, usageToday } from './quota.js';

const USAGE = 'usage';
const TEXTS = 'sent-texts';
const STRANGERS = 'new-recipients';
const KNOWN = 'known-recipients';

/** What a text would become. */
export interface Estimate {
  readonly segments: number;
  readonly encoding: string;
  /** With its currency; undefined: the operator has given no price. */
  readonly cost: string | undefined;
  /** Segments that may be sent today besides. */
  readonly left: number;
  /** Why it would not be sent. */
  readonly refusal: GatewayError | undefined;
}

/** A text that may go out now; it is counted already. */
export interface Permit {
  /** It did not go out after all. */
  giveBack(): Promise<void>;
}

/** What may go out, whereto and how much of it; what was sent is remembered over restarts. */
export class Outgoing {
  /** One account's texts are judged one after the other, or two at once would both be the last one. */
  readonly #turns = new Map<AccountId, Promise<unknown>>();

  constructor(
    private readonly options: SmsOptions,
    private readonly state: NetworkState,
    private readonly now: () => number,
  ) {}

  /** Why nothing may go there; undefined if it may. */
  destination(to: ContactId, userRegion: Region): GatewayError | undefined {
    return refuseDestination(to, this.options, userRegion);
  }

  async estimate(account: AccountView, to: ContactId, text: string): Promise<Estimate> {
    const { encoding, parts } = this.#segment(text);
    const usage = usageToday(await this.#read(USAGE, String(account.id)), this.now());
    const { tariff, segmentsPerDay } = this.options;
    const cost = tariff && costOf(to, parts.length, tariff);
    return {
      segments: parts.length,
      encoding: encoding === 'gsm7' ? 'GSM 7-bit' : 'Unicode',
      cost: cost && formatCost(cost),
      left: Math.max(0, segmentsPerDay - usage.used),
      refusal:
        this.destination(to, regionOf(account, this.options.region)) ??
        refuseQuota(usage, parts.length, segmentsPerDay),
    };
  }

  /**
   * Counts a text that is about to be sent to where it may go ({@link destination}).
   * @throws {GatewayError} when it may not be
   */
  permit(account: AccountView, to: ContactId, text: string): Promise<Permit> {
    return this.#inTurn(account.id, async () => {
      const segments = this.#segment(text).parts.length;
      const now = this.now();
      const { id } = account;
      const key = String(id);
      const known = `${id} ${to}`;
      const { bulk: limits } = this.options;
      const digest = textKey(text, limits);
      const sent = digest === undefined ? undefined : `${id} ${digest}`;
      const [used, sentBefore, strangers, sentTo] = await Promise.all([
        this.#read(USAGE, key),
        sent === undefined ? undefined : this.#read(TEXTS, sent),
        this.#read(STRANGERS, key),
        this.state.get(KNOWN, known),
      ]);
      const usage = usageToday(used, now);
      const tooMuch = refuseQuota(usage, segments, this.options.segmentsPerDay);
      if (tooMuch) throw tooMuch;
      const isNew = sentTo === undefined;
      const before = readHistory(sentBefore, strangers);
      const sending = { recipient: to, text, isNew };
      const bulk = refuseBulk(before, sending, limits, now);
      if (bulk) throw bulk;
      const after = remembered(before, sending, limits, now);
      const expiresAt = now + textWindow(limits);
      await Promise.all([
        this.state.put(USAGE, { key, value: charged(usage, segments), account: id }),
        sent !== undefined && this.state.put(TEXTS, { key: sent, value: after.text, account: id, expiresAt }),
        isNew && this.state.put(STRANGERS, { key, value: after.strangers, account: id }),
        isNew && this.state.put(KNOWN, { key: known, value: {}, account: id }),
      ]);
      return { giveBack: () => this.#giveBack(id, usage.day, segments) };
    });
  }

  /** The person has written to the account: an answer is no writing to a stranger. */
  async know(account: AccountId, person: ContactId): Promise<void> {
    await this.state.putIfAbsent(KNOWN, { key: `${account} ${person}`, value: {}, account });
  }

  #giveBack(account: AccountId, day: string, segments: number): Promise<void> {
    return this.#inTurn(account, async () => {
      const usage = usageToday(await this.#read(USAGE, String(account)), this.now());
      const value = refunded(usage, day, segments);
      await this.state.put(USAGE, { key: String(account), value, account });
    });
  }

  /** The reference of a concatenation does not matter for counting. */
  #segment(text: string): ReturnType<typeof segment> {
    return segment(text, { maxParts: this.options.maxParts, reference: 0 });
  }

  async #read(bucket: string, key: string): Promise<unknown> {
    return (await this.state.get(bucket, key))?.value;
  }

  async #inTurn<T>(account: AccountId, work: () => Promise<T>): Promise<T> {
    const before = this.#turns.get(account) ?? Promise.resolve();
    const mine = before.then(work, work);
    const settled = mine.catch(() => undefined);
    this.#turns.set(account, settled);
    try {
      return await mine;
    } finally {
      if (this.#turns.get(account) === settled) this.#turns.delete(account);
    }
  }
}
