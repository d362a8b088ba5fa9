import { readFileSync } from 'node:fs';
import type twilio from 'twilio';
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
import { settled } from '../settled.js';
import { PeerWatch } from '../watch.js';
import { listedMedia, messageSid, parseStatus, signedFields } from './callback.js';
import { loadTwilio, twilioClient } from './client.js';
import { receivedMedia } from './media.js';
import type { TwilioOptions } from './options.js';
import { refusalOf } from './refusal.js';

/** An answer about one message is about 1 kB. */
const ANSWER_BYTES = 262_144;
/** TwiML that sends no reply. */
const NO_REPLY: WebhookResponse = {
  status: 200,
  contentType: 'text/xml',
  body: '<?xml version="1.0" encoding="UTF-8"?><Response/>',
};

/**
 * Texts and pictures by Twilio's API; what comes in and what became of what went out by our webhooks `<path>/message`
 * and `<path>/status`, signed by Twilio.
 */
export class TwilioCarrier implements Carrier {
  readonly media: boolean;
  readonly #options: TwilioOptions;
  readonly #environment: CarrierEnvironment;
  readonly #caller: HttpCaller;
  readonly #under = new Set<Promise<unknown>>();
  #client: Promise<twilio.Twilio> | undefined;
  #watch: PeerWatch | undefined;
  #ends: (() => void)[] = [];

  /** Throws when `caFile` cannot be read. */
  constructor(options: TwilioOptions, environment: CarrierEnvironment) {
    this.media = options.mms;
    this.#options = options;
    this.#environment = environment;
    const ca = options.caFile === undefined ? undefined : readFileSync(options.caFile, 'utf8');
    this.#caller = new HttpCaller({ ...options, answerBytes: ANSWER_BYTES }, ca);
  }

  /** Whether Twilio can reach us. */
  get reports(): boolean {
    return this.#statusCallback !== undefined;
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
      webhooks.serve(`${path}/status`, (request) => this.#status(listener, request)),
    ];
    this.#watch.start();
  }

  async send(message: CarrierMessage): Promise<CarrierAcceptance> {
    const links = (message.attachments ?? []).map((attachment) => {
      if (attachment.link !== undefined) return attachment.link;
      throw new GatewayError('unsupported', { key: 'sms-carrier-media-link' });
    });
    const sent = this.#create(message, links);
    this.#under.add(sent);
    try {
      return { ids: [await sent] };
    } finally {
      this.#under.delete(sent);
    }
  }

  async stop(): Promise<void> {
    this.#watch?.stop();
    await settled(this.#under, this.#options.closeMs);
    for (const end of this.#ends) end();
    await this.#caller.close();
  }

  get #statusCallback(): string | undefined {
    return this.#environment.webhooks.address(`${this.#environment.path}/status`);
  }

  #connect(): Promise<twilio.Twilio> {
    this.#client ??= loadTwilio().then((library) => twilioClient(library, this.#options, this.#caller));
    return this.#client;
  }

  async #create(message: CarrierMessage, links: readonly string[]): Promise<string> {
    const { messagingServiceSid } = this.#options;
    const statusCallback = this.#statusCallback;
    try {
      const created = await (await this.#connect()).messages.create({
        from: message.from,
        to: message.to,
        ...(message.text === '' && links.length > 0 ? {} : { body: message.text }),
        ...(messagingServiceSid === undefined ? {} : { messagingServiceSid }),
        ...(links.length === 0 ? {} : { mediaUrl: [...links] }),
        ...(statusCallback === undefined ? {} : { statusCallback }),
      });
      // A "yes" without an id is none: nobody knows what it says.
      if (typeof created.sid !== 'string' || created.sid === '') throw new AnswerLost('no id in the answer');
      this.#watch?.seen({ state: 'connected' });
      return created.sid;
    } catch (error) {
      const refusal = sendFailure(error);
      this.#watch?.seen(stateAfter(refusal, error));
      throw refusal;
    }
  }

  async #look(): Promise<CarrierState> {
    try {
      await (await this.#connect()).api.v2010.accounts(this.#options.accountSid).fetch();
      return { state: 'connected' };
    } catch (error) {
      return stateAfter(sendFailure(error), error);
    }
  }

  async #message(listener: CarrierListener, request: WebhookRequest): Promise<WebhookResponse> {
    const fields = await signedFields(request, this.#options.accountSid, this.#options.authToken);
    if (!fields) return { status: 403 };
    const id = messageSid(fields);
    if (id === undefined || !fields.From) {
      this.#environment.log.warn({ carrier: 'twilio' }, 'A signed webhook is no message: dropped');
      return NO_REPLY;
    }
    const attachments = listedMedia(fields).map((listed) =>
      receivedMedia(this.#options, this.#caller, listed),
    );
    await listener.message({
      id,
      from: fields.From,
      to: fields.To ?? '',
      text: fields.Body ?? '',
      ...(attachments.length === 0 ? {} : { attachments }),
    });
    return NO_REPLY;
  }

  async #status(listener: CarrierListener, request: WebhookRequest): Promise<WebhookResponse> {
    const fields = await signedFields(request, this.#options.accountSid, this.#options.authToken);
    if (!fields) return { status: 403 };
    const report = parseStatus(fields);
    if (report) await listener.report(report);
    return NO_REPLY;
  }
}

/** The library's `RestException` has a status, and Twilio's code when the answer was Twilio's. */
function sendFailure(error: unknown): GatewayError {
  if (error instanceof NotReached) {
    return new GatewayError('network-unreachable', { key: 'sms-carrier-unreachable' }, 'not-sent', true);
  }
  if (
    error instanceof Error &&
    'status' in error &&
    typeof error.status === 'number' &&
    error.status >= 300
  ) {
    const code = 'code' in error && typeof error.code === 'number' ? error.code : undefined;
    return refusalOf(error.status, code, String(error.message));
  }
  // The answer was lost, or is nothing that the library understands.
  return new GatewayError('network-unreachable', { key: 'sms-carrier-answer-lost' }, 'unknown');
}

function stateAfter(refusal: GatewayError, error: unknown): CarrierState {
  if (refusal.code === 'bad-credentials') {
    return { state: 'refused', reason: 'Twilio does not accept the account or the token' };
  }
  if (refusal.code !== 'network-unreachable' || refusal.text.key === 'sms-carrier-busy') {
    return { state: 'connected' };
  }
  const reason =
    error instanceof NotReached || error instanceof AnswerLost ? error.reason : 'no usable answer';
  return { state: 'unreachable', reason };
}
