import { setTimeout as pause } from 'node:timers/promises';
import type { Log } from '../../../../src/gateway/gateway.js';
import { backoffMs } from '../backoff.js';
import type {
  Carrier,
  CarrierAcceptance,
  CarrierListener,
  CarrierMessage,
  CarrierState,
} from '../carrier.js';
import type { LineStore } from '../line-store.js';
import { Bind, type BindRole, type BindUser } from './bind.js';
import { Incoming } from './incoming.js';
import type { Link } from './link.js';
import type { SmppOptions } from './options.js';
import { Outgoing } from './outgoing.js';
import type { PDU } from './pdu.js';
import { Receipts } from './receipts.js';
import { notConnected, Submission } from './submission.js';
import { Submitter } from './submitter.js';

/** What a carrier needs of the house. */
export interface SmppEnvironment {
  readonly log: Log;
  /** Of this carrier alone. */
  readonly parts: LineStore;
}

/** The worst first: what `status` shows of a pair. */
const severity = ['refused', 'unreachable', 'connecting', 'idle', 'connected'] as const;

/**
 * An account at an SMSC over SMPP 3.4. A part that was handed to the connection and got no answer is never sent
 * again; what was not handed over is given back as retryable.
 */
export class SmppCarrier implements Carrier, BindUser {
  readonly media = false;
  readonly reports = true;
  readonly #options: SmppOptions;
  readonly #log: Log;
  readonly #parts: LineStore;
  readonly #outgoing: Outgoing;
  readonly #submitter: Submitter;
  readonly #receipts: Receipts;
  readonly #binds: readonly Bind[];
  readonly #states = new Map<BindRole, CarrierState>();
  readonly #stopping = new AbortController();
  #incoming: Incoming | undefined;
  #listener: CarrierListener | undefined;
  #loading: Promise<void> = Promise.resolve();

  constructor(options: SmppOptions, { log, parts }: SmppEnvironment) {
    this.#options = options;
    this.#log = log;
    this.#parts = parts;
    this.#outgoing = new Outgoing(options);
    this.#receipts = new Receipts(options, log, () => this.#submitter.flying);
    this.#submitter = new Submitter(options, log, (id, submission) => this.#receipts.sent(id, submission));
    const roles: readonly BindRole[] =
      options.bind === 'pair' ? ['transmitter', 'receiver'] : ['transceiver'];
    this.#binds = roles.map((role) => new Bind(role, options, log, this));
    for (const role of roles) this.#states.set(role, { state: 'idle' });
  }

  start(listener: CarrierListener): void {
    this.#listener = listener;
    this.#incoming = new Incoming(this.#options, this.#log, this.#parts, this.#receipts, listener);
    this.#loading = this.#load(this.#incoming);
  }

  async send(message: CarrierMessage): Promise<CarrierAcceptance> {
    if (this.#stopping.signal.aborted) throw notConnected();
    const ids = await this.#submitter.submit(new Submission(message.to, this.#outgoing.parts(message)));
    return { ids };
  }

  async stop(): Promise<void> {
    if (this.#stopping.signal.aborted) return;
    const { stopMs } = this.#options.timeouts;
    this.#stopping.abort();
    await this.#loading;
    await this.#submitter.drain(stopMs);
    await this.#incoming?.stop(stopMs);
    await Promise.all(this.#binds.map((bind) => bind.stop()));
    this.#listener?.state({ state: 'idle' });
  }

  bound(role: BindRole, link: Link): void {
    if (role !== 'receiver') this.#submitter.attach(link);
  }

  /** Reports the worst of a pair. */
  state(role: BindRole, state: CarrierState): void {
    this.#states.set(role, state);
    const states = [...this.#states.values()];
    for (const kind of severity) {
      const found = states.find((candidate) => candidate.state === kind);
      if (found === undefined) continue;
      this.#listener?.state(found);
      return;
    }
  }

  delivery(link: Link, pdu: PDU): void {
    this.#incoming?.delivery(link, pdu);
  }

  /** Nothing may come in before it is known what came in before. */
  async #load(incoming: Incoming): Promise<void> {
    const { signal } = this.#stopping;
    for (let attempt = 0; !signal.aborted; attempt++) {
      try {
        await incoming.load();
        break;
      } catch (error) {
        this.#log.error({ err: error }, 'the parts of incoming SMS cannot be read');
        const delay = backoffMs(this.#options.reconnect, attempt, Math.random());
        await pause(delay, undefined, { signal }).catch(() => undefined);
      }
    }
    if (!signal.aborted) for (const bind of this.#binds) bind.start();
  }
}
