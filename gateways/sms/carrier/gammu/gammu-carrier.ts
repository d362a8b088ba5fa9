import { type FSWatcher, watch } from 'node:fs';
import { GatewayError } from '../../../../src/gateway/error.js';
import { encodeText, segment } from '../../text/segment.js';
import type {
  Carrier,
  CarrierAcceptance,
  CarrierListener,
  CarrierMessage,
  CarrierState,
} from '../carrier.js';
import type { CarrierEnvironment } from '../environment.js';
import { settled } from '../settled.js';
import { messageId } from './file-name.js';
import { Inbox } from './inbox.js';
import type { GammuOptions } from './options.js';
import { Outbox } from './outbox.js';

/** One number: what the name of a file in the outbox can carry. */
const NUMBER = /^\+?[0-9]{1,20}$/;

/**
 * Texts by the folders of gammu-smsd (service `files`). A text is accepted when its file lies in the outbox, durably:
 * from then on it is gammu-smsd's. One that gammu-smsd gives up turns up in the error folder, which is reported; there
 * are no reports of delivery. Received files are deleted when their message is durable with us.
 */
export class GammuCarrier implements Carrier {
  readonly media = false;
  readonly reports = false;
  readonly #options: GammuOptions;
  readonly #inbox: Inbox;
  readonly #outbox: Outbox;
  readonly #under = new Set<Promise<unknown>>();
  #listener: CarrierListener | undefined;
  #state: CarrierState = { state: 'idle' };
  #watchers: FSWatcher[] = [];
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> | undefined;
  #lookAgain = false;
  #stopped = false;
  #firstLook: Promise<void> | undefined;
  #looked: (() => void) | undefined;

  constructor(options: GammuOptions, { log }: CarrierEnvironment) {
    this.#options = options;
    this.#inbox = new Inbox(options, log);
    this.#outbox = new Outbox(options, log);
  }

  start(listener: CarrierListener): void {
    this.#listener = listener;
    this.#firstLook = new Promise((resolve) => {
      this.#looked = resolve;
    });
    this.#change({ state: 'connecting' });
    const { sentPath, errorPath, outboxPath, inboxPath } = this.#options;
    if (new Set([sentPath, errorPath, outboxPath, inboxPath]).size < 4) {
      this.#change({ state: 'refused', reason: 'the four folders of gammu-smsd must be different ones' });
      return;
    }
    this.#look();
  }

  async send(message: CarrierMessage): Promise<CarrierAcceptance> {
    if (!NUMBER.test(message.to)) throw new GatewayError('bad-address', { key: 'sms-carrier-bad-number' });
    // gammu-smsd divides texts itself, and cuts off what is too long for it.
    segment(message.text, { maxParts: this.#options.maxParts, reference: 0 });
    if (this.#state.state === 'connecting') await this.#firstLook;
    if (this.#stopped || this.#state.state !== 'connected') {
      throw new GatewayError('network-unreachable', { key: 'sms-carrier-modem-away' }, 'not-sent', true);
    }
    const id = messageId(message.key);
    const put = this.#outbox.put(id, message.to, encodeText(message.text).text);
    this.#under.add(put);
    try {
      await put;
    } catch (error) {
      this.#change({ state: 'unreachable', reason: reasonOf(error) });
      throw new GatewayError('network-unreachable', { key: 'sms-carrier-modem-away' }, 'not-sent', true);
    } finally {
      this.#under.delete(put);
    }
    return { ids: [id] };
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    this.#unwatch();
    await settled([...this.#under, ...(this.#looking ? [this.#looking] : [])], this.#options.closeMs);
    this.#change({ state: 'idle' });
  }

  /** Looks at all folders, once at a time; what changes meanwhile is looked at afterwards. */
  #look(): void {
    if (this.#stopped) return;
    if (this.#looking) {
      this.#lookAgain = true;
      return;
    }
    clearTimeout(this.#timer);
    this.#lookAgain = false;
    this.#looking = this.#round().then((pause) => {
      this.#looking = undefined;
      if (this.#stopped) return;
      this.#timer = setTimeout(() => this.#look(), this.#lookAgain ? this.#options.settleMs : pause);
    });
  }

  /** Never rejects; resolves with how long to wait for the next round. */
  async #round(): Promise<number> {
    const listener = this.#listener;
    const { pollMs, settleMs, strandedMs } = this.#options;
    if (!listener) return pollMs;
    try {
      this.#rewatch();
      const stuckMs = await this.#outbox.look(
        (report) => listener.report(report),
        () => this.#stopped,
      );
      this.#change(
        stuckMs > strandedMs
          ? { state: 'unreachable', reason: 'gammu-smsd takes no texts from its outbox' }
          : { state: 'connected' },
      );
      const unsettled = await this.#inbox.look(
        (message) => listener.message(message),
        () => this.#stopped,
      );
      return unsettled ? settleMs : pollMs;
    } catch (error) {
      this.#change({ state: 'unreachable', reason: reasonOf(error) });
      return pollMs;
    }
  }

  /** Throws when a folder cannot be watched. */
  #rewatch(): void {
    if (this.#watchers.length > 0) return;
    const { inboxPath, errorPath } = this.#options;
    for (const path of [inboxPath, errorPath]) {
      const watcher = watch(path, { persistent: false }, () => this.#look());
      watcher.on('error', () => this.#unwatch());
      this.#watchers.push(watcher);
    }
  }

  #unwatch(): void {
    for (const watcher of this.#watchers) watcher.close();
    this.#watchers = [];
  }

  #change(state: CarrierState): void {
    if (state.state === this.#state.state) return;
    this.#state = state;
    if (state.state !== 'connecting') this.#looked?.();
    if (state.state === 'unreachable') this.#unwatch();
    this.#listener?.state(state);
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  return 'code' in error && typeof error.code === 'string'
    ? `${error.code} in the spool folders`
    : error.name;
}
