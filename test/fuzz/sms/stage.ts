import twilio from 'twilio';
import { SmsGateway } from '../../../gateways/sms/gateway.js';
import { optionsSchema } from '../../../gateways/sms/options.js';
import { Accounts } from '../../../src/core/account/accounts.js';
import { NetworkHost } from '../../../src/core/account/network-host.js';
import { GatewayDomain } from '../../../src/core/gateway-domain.js';
import { loadCoreLocales } from '../../../src/core/translation/core-locales.js';
import { FluentTranslator } from '../../../src/core/translation/fluent-translator.js';
import type { Translator } from '../../../src/core/translator.js';
import type { WebhookRequest, WebhookResponse } from '../../../src/gateway/webhook.js';
import { el, type XmlElement } from '../../../src/xmpp/element.js';
import { IqRequests } from '../../../src/xmpp/iq.js';
import { parseJid } from '../../../src/xmpp/jid.js';
import { escapeLocal } from '../../../src/xmpp/jid-escaping.js';
import { NS } from '../../../src/xmpp/namespace.js';
import { faultLog } from '../../support/fault-log.js';
import { DirectWebhooks, MemoryState, testEnvironment } from '../../support/gateway-environment.js';
import { MemoryStore } from '../../support/memory-store.js';
import { NoMedia } from '../../support/no-media.js';
import { RecordingSink } from '../../support/recording-sink.js';
import { DOMAIN, fuzzOptions } from '../domain-parts.js';

/** The user with a number, and the one without. */
export const ROMEO = 'romeo@example.org';
export const JULIET = 'juliet@example.org';
/** Romeo's number. */
export const NUMBER = '+12125550100';
export const KANNEL_SECRET = 'kannel-secret-0123456789';
export const TWILIO_SID = `AC${'0'.repeat(32)}`;
const TWILIO_TOKEN = 'token';
/** Nobody listens there. */
const CLOSED = 'http://127.0.0.1:1/';
/** Turns of the event loop in which everything over memory comes to rest. */
const TURNS = 30;
/** Longer than any run. */
const NEVER_MS = 3_600_000;

/** The path of a text without a socket: webhooks of providers, the SMS gateway, the core, a recorder of stanzas. */
export class SmsPathStage {
  readonly sink = new RecordingSink();
  readonly faults: string[] = [];
  readonly received: XmlElement[] = [];
  readonly #webhooks = new DirectWebhooks();
  readonly #domain: GatewayDomain;

  private constructor(translator: (gateway: SmsGateway) => Translator, store: MemoryStore) {
    const log = faultLog(this.faults);
    const options = fuzzOptions('registered');
    const host = new NetworkHost();
    const reconnect = { initialMs: NEVER_MS, maxMs: NEVER_MS };
    const gateway = new SmsGateway(
      optionsSchema.parse({
        region: 'US',
        carriers: {
          k: {
            ...{ kind: 'kannel', sendUrl: CLOSED, username: 'u', password: 'p', secret: KANNEL_SECRET },
            reconnect,
          },
          t: { kind: 'twilio', accountSid: TWILIO_SID, authToken: TWILIO_TOKEN, apiBase: CLOSED, reconnect },
        },
        numbers: [{ number: NUMBER, carrier: 'k' }],
        claims: { allowed: true },
        shortCodes: 'all',
        countries: 'all',
        tariff: { currency: 'EUR', prices: { '+1': '0.01' } },
      }),
      testEnvironment({ domain: DOMAIN, log, host, state: new MemoryState(), webhooks: this.#webhooks }),
    );
    this.#domain = new GatewayDomain({
      ...{ options, gateway, store, sink: this.sink, log, host },
      accounts: new Accounts(options, store),
      requests: new IqRequests((xml) => this.sink.send(xml)),
      media: new NoMedia(),
      translator: translator(gateway),
    });
  }

  /** With Romeo registered and his number given. */
  static async start(translator: (gateway: SmsGateway) => Translator): Promise<SmsPathStage> {
    const store = new MemoryStore();
    const { id } = await store.accounts.ensure(DOMAIN, parseJid(ROMEO).bare);
    await store.accounts.update(id, { registered: true, settings: { way: 'gateway', region: 'US' } });
    const stage = new SmsPathStage(translator, store);
    await stage.#domain.start();
    await stage.settled();
    stage.#handle(el('presence', NS.COMPONENT, { from: `${ROMEO}/orchard`, to: DOMAIN }));
    await stage.settled();
    return stage;
  }

  /** A provider calls; resolves with the answer, a rejection as the HTTP server would answer it. */
  async call(path: string, request: Omit<WebhookRequest, 'url'> & { search?: string }): Promise<number> {
    const handler = this.#webhooks.handlers.get(path);
    if (!handler) throw new Error(`nothing serves ${path}`);
    const { search = '', ...rest } = request;
    const url = `${this.#webhooks.address(path)}${search}`;
    const answer = await handler({ ...rest, url }).catch((): WebhookResponse => ({ status: 500 }));
    return answer.status;
  }

  /** Twilio calls with these fields, signed. */
  callSigned(path: string, fields: Readonly<Record<string, string>>): Promise<number> {
    const body = new URLSearchParams(fields);
    const asSent = Object.fromEntries(new URLSearchParams(body.toString()));
    const address = this.#webhooks.address(path);
    const signature = twilio.getExpectedTwilioSignature(TWILIO_TOKEN, address, asSent);
    return this.call(path, {
      method: 'POST',
      headers: { 'x-twilio-signature': signature },
      query: {},
      body: Buffer.from(body.toString()),
    });
  }

  /** A user writes to an address of the domain; `local` as a person would have it. */
  write(from: string, local: string | undefined, body: string): void {
    const to = local === undefined ? DOMAIN : `${escapeLocal(local)}@${DOMAIN}`;
    const children = [el('body', NS.COMPONENT, null, body), el('request', NS.RECEIPTS)];
    const id = `m${this.received.length}`;
    this.#handle(el('message', NS.COMPONENT, { from: `${from}/orchard`, to, type: 'chat', id }, ...children));
  }

  /** A user asks what address he would have to write to. */
  prompt(input: string): void {
    const query = el('query', NS.GATEWAY, null, el('prompt', NS.GATEWAY, null, input));
    const id = `p${this.received.length}`;
    const attrs = { from: `${ROMEO}/orchard`, to: DOMAIN, type: 'set', id };
    this.#handle(el('iq', NS.COMPONENT, attrs, query));
  }

  async settled(): Promise<void> {
    for (let turn = 0; turn < TURNS; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  }

  stop(): Promise<void> {
    return this.#domain.stop('bye');
  }

  #handle(stanza: XmlElement): void {
    this.received.push(stanza);
    this.#domain.handle(stanza);
  }
}

/** Translators are dear to make; every stage's gateway has the same locales. */
export function sharedTranslator(): (gateway: SmsGateway) => Translator {
  let made: Translator | undefined;
  return (gateway) => {
    made ??= new FluentTranslator([loadCoreLocales(), gateway.locales]);
    return made;
  };
}
