import type twilio from 'twilio';
import { GatewayError } from '../../../../src/gateway/error.js';
import type { WebhookRequest, WebhookResponse } from '../../../../src/gateway/webhook.js';
import type { Carrier, CarrierAcceptance, CarrierListener, CarrierMessage } from '../carrier.js';
import type { CarrierEnvironment } from '../environment.js';
import { AnswerLost, type HttpCaller } from '../http-call.js';
import { settled } from '../settled.js';
import { PeerWatch } from '../watch.js';
import { listedMedia, messageSid, parseStatus, signedFields, withRetries } from './callback.js';
import { CatchUp } from './catch-up.js';
import { twilioCaller, twilioClient } from './client.js';
import { accountState, requestFailure, stateAfter } from './failure.js';
import { TwilioInbound } from './inbound.js';
import type { TwilioOptions } from './options.js';

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
  #inbound: TwilioInbound | undefined;
  #catchUp: CatchUp | undefined;
  #ends: (() => void)[] = [];

  /** Throws when `caFile` cannot be read. */
  constructor(options: TwilioOptions, environment: CarrierEnvironment) {
    this.media = options.mms;
    this.#options = options;
    this.#environment = environment;
    this.#caller = twilioCaller(options);
  }

  /** Whether Twilio can reach us. */
  get reports(): boolean {
    return this.#statusCallback !== undefined;
  }

  start(listener: CarrierListener): void {
    const { webhooks, path } = this.#environment;
    this.#watch = new PeerWatch(
      () => accountState(this.#connect(), this.#options.accountSid),
      (state) => {
        listener.state(state);
        if (state.state === 'connected') this.#catchUp?.look();
      },
      this.#options.reconnect,
    );
    const inbound = new TwilioInbound(this.#options, this.#environment, this.#caller, listener);
    inbound.start();
    this.#inbound = inbound;
    const { log, numbers, store } = this.#environment;
    this.#catchUp = new CatchUp({
      ...{ options: this.#options, log, numbers, store: store('cursor') },
      client: () => this.#connect(),
      has: (id) => inbound.has(id),
      receive: (text) => inbound.receive(text),
      seen: (state) => this.#watch?.seen(state),
    });
    this.#ends = [
      webhooks.serve(`${path}/message`, (request) => this.#message(request)),
      webhooks.serve(`${path}/status`, (request) => this.#status(listener, request)),
    ];
    this.#watch.start();
    const address = webhooks.address(`${path}/message`);
    if (address !== undefined && !this.#environment.owned)
      this.#environment.log.info(
        { carrier: 'twilio', address: withRetries(address) },
        'Twilio is to report incoming texts to this address, as webhook and as fallback',
      );
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
    const { closeMs } = this.#options;
    const looking = this.#catchUp?.stop() ?? Promise.resolve();
    await Promise.all([settled([...this.#under, looking], closeMs), this.#inbound?.stop(closeMs)]);
    for (const end of this.#ends) end();
    await this.#caller.close();
  }

  get #statusCallback(): string | undefined {
    const address = this.#environment.webhooks.address(`${this.#environment.path}/status`);
    return address === undefined ? undefined : withRetries(address);
  }

  #connect(): Promise<twilio.Twilio> {
    this.#client ??= twilioClient(this.#options, this.#caller);
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
      this.#watch?.seen(stateAfter(error));
      throw requestFailure(error);
    }
  }

  async #message(request: WebhookRequest): Promise<WebhookResponse> {
    const fields = await signedFields(request, this.#options.accountSid, this.#options.authToken);
    if (!fields) return { status: 403 };
    const id = messageSid(fields);
    if (id === undefined) {
      this.#environment.log.warn({ carrier: 'twilio' }, 'A signed webhook is no message: dropped');
      return NO_REPLY;
    }
    await this.#inbound?.receive({
      id,
      from: fields.From ?? '',
      to: fields.To ?? '',
      text: fields.Body ?? '',
      media: [...listedMedia(fields)],
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
