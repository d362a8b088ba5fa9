import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { GatewayError } from '../../../../src/gateway/error.js';
import type { WebhookRequest, WebhookResponse } from '../../../../src/gateway/webhook.js';
import type {
  Carrier,
  CarrierAcceptance,
  CarrierListener,
  CarrierMessage,
  CarrierState,
} from '../carrier.js';
import type { CarrierEnvironment } from '../environment.js';
import { AnswerLost, HttpCaller, NotReached } from '../http-call.js';
import { InboundLedger } from '../inbound-ledger.js';
import { settled } from '../settled.js';
import { PeerWatch } from '../watch.js';
import { parseInbound, parseReport, reportAddress } from './callback.js';
import type { KannelOptions } from './options.js';
import { look, refusalOf, stateOf, submission } from './submission.js';

/** Answers of sendsms are a line. */
const ANSWER_BYTES = 16_384;
/** Kannel sends the body of an answer to the phone as a reply: it must be empty. */
const NOTHING: WebhookResponse = { status: 200, body: '' };

/**
 * Texts by Kannel's HTTP interface: out by sendsms, in and reports by our webhooks `<path>/message` and
 * `<path>/report`. Kannel gives no message ids, so ours travel in the address of the report, with a token that nobody
 * else can make.
 */
export class KannelCarrier implements Carrier {
  readonly media = false;
  readonly #options: KannelOptions;
  readonly #environment: CarrierEnvironment;
  readonly #caller: HttpCaller;
  readonly #ledger: InboundLedger;
  readonly #under = new Set<Promise<unknown>>();
  #watch: PeerWatch | undefined;
  #ends: (() => void)[] = [];

  /** Throws when `caFile` cannot be read. */
  constructor(options: KannelOptions, environment: CarrierEnvironment) {
    this.#options = options;
    this.#environment = environment;
    this.#ledger = new InboundLedger(environment.store('seen'), environment.seenMs);
    const ca = options.caFile === undefined ? undefined : readFileSync(options.caFile, 'utf8');
    this.#caller = new HttpCaller({ ...options, answerBytes: ANSWER_BYTES }, ca);
  }

  /** Whether Kannel can reach us. */
  get reports(): boolean {
    return this.#reportBase !== undefined;
  }

  start(listener: CarrierListener): void {
    const { webhooks, path } = this.#environment;
    this.#watch = new PeerWatch(
      () => this.#look(),
      (state) => listener.state(state),
      this.#options.reconnect,
    );
    this.#ends = [
      webhooks.serve(`${path}/message`, (request) => this.#message(listener, request)),
      webhooks.serve(`${path}/report`, (request) => this.#report(listener, request)),
    ];
    this.#watch.start();
  }

  async send(message: CarrierMessage): Promise<CarrierAcceptance> {
    // The same for every try, so that a report on either try is one on the message.
    const id = createHash('sha256').update(message.key).digest('base64url');
    const base = this.#reportBase;
    const url = base === undefined ? undefined : reportAddress(base, id, this.#options.secret);
    const sent = this.#submit(message, url);
    this.#under.add(sent);
    try {
      await sent;
    } finally {
      this.#under.delete(sent);
    }
    return { ids: [id] };
  }

  async stop(): Promise<void> {
    this.#watch?.stop();
    await settled(this.#under, this.#options.closeMs);
    for (const end of this.#ends) end();
    await this.#caller.close();
  }

  get #reportBase(): string | undefined {
    return this.#environment.webhooks.address(`${this.#environment.path}/report`);
  }

  async #submit(message: CarrierMessage, reportUrl: string | undefined): Promise<void> {
    const request = submission(this.#options, message, reportUrl);
    try {
      const answer = await this.#caller.call(request);
      const refusal = refusalOf(answer);
      if (refusal?.code !== 'network-unreachable') this.#watch?.seen(stateAfter(refusal));
      if (refusal) throw refusal;
    } catch (error) {
      if (error instanceof NotReached) {
        this.#watch?.seen({ state: 'unreachable', reason: error.reason });
        throw new GatewayError('network-unreachable', { key: 'sms-carrier-unreachable' }, 'not-sent', true);
      }
      if (error instanceof AnswerLost) {
        this.#watch?.seen({ state: 'unreachable', reason: error.reason });
        throw new GatewayError('network-unreachable', { key: 'sms-carrier-answer-lost' }, 'unknown');
      }
      throw error;
    }
  }

  async #look(): Promise<CarrierState> {
    try {
      return stateOf(await this.#caller.call(look(this.#options)));
    } catch (error) {
      const reason = error instanceof NotReached || error instanceof AnswerLost ? error.reason : 'unknown';
      return { state: 'unreachable', reason };
    }
  }

  async #message(listener: CarrierListener, request: WebhookRequest): Promise<WebhookResponse> {
    const message = parseInbound(request, this.#options.secret);
    if (message === 'refused') return { status: 403 };
    if (message === 'unusable') {
      this.#environment.log.warn({ carrier: 'kannel' }, 'An incoming message is no text: dropped');
      return NOTHING;
    }
    const { log, seenMs } = this.#environment;
    // Its id may be forgotten by now: somebody may have kept this call for long.
    if (message.time !== undefined && message.time < Date.now() - seenMs) {
      log.warn({ carrier: 'kannel' }, 'A message from long ago: dropped');
      return NOTHING;
    }
    await this.#ledger.take(message.id, () => listener.message(message));
    return NOTHING;
  }

  async #report(listener: CarrierListener, request: WebhookRequest): Promise<WebhookResponse> {
    const report = parseReport(request, this.#options.secret);
    if (report === 'refused') return { status: 403 };
    if (report !== 'nothing') await listener.report(report);
    return NOTHING;
  }
}

function stateAfter(refusal: GatewayError | undefined): CarrierState {
  return refusal?.code === 'bad-credentials'
    ? { state: 'refused', reason: 'Kannel does not accept the user name or the password' }
    : { state: 'connected' };
}
