import type twilio from 'twilio';
import type { Log } from '../../../../src/gateway/gateway.js';
import type { CarrierState } from '../carrier.js';
import type { LineStore } from '../line-store.js';
import { MEDIA_LIMIT } from './callback.js';
import { stateAfter } from './failure.js';
import type { TwilioOptions } from './options.js';
import type { ReceivedText } from './received-text.js';

/** Where in the store it stands how far the list has been read (`at`), and since when at all (`since`). */
const KEY = 'inbound';
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
/** Read twice at each end: clocks differ, and messages get into the list a while after they came. */
const OVERLAP_MS = 10 * MINUTE_MS;
/** A page of messages must fit into one answer. */
const PAGE_SIZE = 50;

/** A message of the list. */
type Listed = Awaited<ReturnType<twilio.Twilio['messages']['list']>>[number];

/** What a look at the list needs. */
export interface CatchUpEnvironment {
  readonly options: TwilioOptions;
  /** The numbers to look for. */
  readonly numbers: readonly string[];
  readonly store: LineStore;
  readonly log: Log;
  client(): Promise<twilio.Twilio>;
  /** Whether a message is known already. */
  has(id: string): Promise<boolean>;
  /** Resolves when it is durable. */
  receive(text: ReceivedText): Promise<void>;
  /** What the look has shown of the API. */
  seen(state: CarrierState): void;
}

/**
 * Takes from Twilio's list what its webhooks did not bring, because we or the way to us were down for longer than it
 * tries: at the start, when the API is back, and every while. The list is read from where the last complete reading
 * began, so that nothing that failed in between is passed by.
 */
export class CatchUp {
  readonly #environment: CatchUpEnvironment;
  #running: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(environment: CatchUpEnvironment) {
    this.#environment = environment;
  }

  /** Looks now, unless it is looking; and again in a while. */
  look(): void {
    if (this.#stopped || this.#running || this.#environment.numbers.length === 0) return;
    clearTimeout(this.#timer);
    this.#running = this.#round().finally(() => {
      this.#running = undefined;
      if (this.#stopped) return;
      const pause = this.#environment.options.catchUp.everyMinutes * MINUTE_MS;
      this.#timer = setTimeout(() => this.look(), pause);
    });
  }

  /** Ends after the message that it is at. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#running;
  }

  /** Never rejects. */
  async #round(): Promise<void> {
    const { store, log, numbers, options } = this.#environment;
    const began = Date.now();
    try {
      const { at, since = began } = (await store.get(KEY))?.value ?? {};
      // Whoever begins now has missed nothing.
      if (typeof at === 'number') {
        const from = Math.max(at - OVERLAP_MS, began - options.catchUp.hours * HOUR_MS, Number(since));
        let failed = 0;
        for (const number of numbers) failed += await this.#number(number, new Date(from));
        // They are looked for again, with what comes until then.
        if (failed > 0) return;
      }
      if (!this.#stopped) await store.put({ key: KEY, value: { at: began, since } });
    } catch (error) {
      // Words of a parser may quote the texts.
      const err = error instanceof SyntaxError ? error.name : error;
      log.warn({ carrier: 'twilio', err }, 'The list of received texts could not be read');
    }
  }

  /** Resolves with how many messages could not be taken: the others do not wait for them. */
  async #number(to: string, dateSentAfter: Date): Promise<number> {
    const { options, log } = this.#environment;
    const limit = options.catchUp.messages;
    // The newest come first.
    const listed = await this.#ask((client) =>
      client.messages.list({ to, dateSentAfter, limit, pageSize: PAGE_SIZE }),
    );
    if (listed.length >= limit)
      log.error({ carrier: 'twilio', limit }, 'Too many texts came meanwhile: the oldest may be missing');
    const counts = { taken: 0, failed: 0 };
    for (const message of listed.reverse()) {
      if (this.#stopped) break;
      if (message.direction !== 'inbound' || message.status !== 'received') continue;
      try {
        if (await this.#take(message, to)) counts.taken += 1;
      } catch (error) {
        counts.failed += 1;
        log.warn(
          { carrier: 'twilio', err: error },
          'A text that no webhook had brought could not be kept yet',
        );
      }
    }
    if (counts.taken > 0)
      log.info({ carrier: 'twilio', ...counts }, 'Texts that no webhook had brought were fetched');
    return counts.failed;
  }

  /** Resolves with whether it was new. */
  async #take(message: Listed, to: string): Promise<boolean> {
    const { has, receive } = this.#environment;
    if (await has(message.sid)) return false;
    await receive({
      id: message.sid,
      from: message.from ?? '',
      to: message.to ?? to,
      text: message.body ?? '',
      ...(message.dateSent instanceof Date && { time: message.dateSent.getTime() }),
      media: Number(message.numMedia) > 0 ? await this.#media(message.sid) : [],
    });
    return true;
  }

  async #media(message: string): Promise<ReceivedText['media']> {
    const base = new URL(this.#environment.options.apiBase);
    const listed = await this.#ask((client) => client.messages(message).media.list({ limit: MEDIA_LIMIT }));
    return listed.map(({ uri, contentType }) => ({
      url: new URL(uri.replace(/\.json$/, ''), base).href,
      mediaType: contentType,
    }));
  }

  /** Tells what becomes of a request. */
  async #ask<T>(request: (client: twilio.Twilio) => Promise<T>): Promise<T> {
    const { client, seen } = this.#environment;
    try {
      const answer = await request(await client());
      seen({ state: 'connected' });
      return answer;
    } catch (error) {
      seen(stateAfter(error));
      throw error;
    }
  }
}
