import { IrcGateway } from '../../../gateways/irc/gateway.js';
import { optionsSchema } from '../../../gateways/irc/options.js';
import { Accounts } from '../../../src/core/account/accounts.js';
import { NetworkHost } from '../../../src/core/account/network-host.js';
import { GatewayDomain } from '../../../src/core/gateway-domain.js';
import { loadCoreLocales } from '../../../src/core/translation/core-locales.js';
import { FluentTranslator } from '../../../src/core/translation/fluent-translator.js';
import type { Translator } from '../../../src/core/translator.js';
import { el } from '../../../src/xmpp/element.js';
import { IqRequests } from '../../../src/xmpp/iq.js';
import { NS } from '../../../src/xmpp/namespace.js';
import { faultLog } from '../../support/fault-log.js';
import { testEnvironment } from '../../support/gateway-environment.js';
import { MemoryStore } from '../../support/memory-store.js';
import { NoMedia } from '../../support/no-media.js';
import { RecordingSink } from '../../support/recording-sink.js';
import { DOMAIN, fuzzOptions } from '../domain-parts.js';

const SERVER = '127.0.0.1';
const USER = 'romeo@example.org/orchard';
/** The channel the user is in. */
export const CHANNEL = '#tea';
/** Turns of the event loop in which the core comes to rest. */
const TURNS = 10;

/** The path of a line of IRC: bytes of a server, the IRC gateway, the core, a recorder of stanzas. */
export class IrcPathStage {
  readonly sink = new RecordingSink();
  readonly faults: string[] = [];
  readonly #domain: GatewayDomain;

  constructor(
    port: number,
    translator: (gateway: IrcGateway) => Translator,
    more: Readonly<Record<string, unknown>> = {},
  ) {
    const log = faultLog(this.faults);
    const options = fuzzOptions();
    const gateway = new IrcGateway(
      optionsSchema.parse({ flood: 'disabled', servers: { [SERVER]: { port, tls: false } }, ...more }),
      testEnvironment({ domain: DOMAIN, log }),
    );
    const store = new MemoryStore();
    this.#domain = new GatewayDomain({
      ...{ options, gateway, store, sink: this.sink, log },
      accounts: new Accounts(options, store),
      requests: new IqRequests((xml) => this.sink.send(xml)),
      host: new NetworkHost(),
      media: new NoMedia(),
      translator: translator(gateway),
    });
  }

  join(channel = CHANNEL): void {
    const x = el('x', NS.MUC);
    const to = `${channel}%${SERVER}@${DOMAIN}/romeo`;
    this.#domain.handle(el('presence', NS.COMPONENT, { from: USER, to }, x));
  }

  say(text: string): void {
    const body = el('body', NS.COMPONENT, null, text);
    const attrs = { from: USER, to: `${CHANNEL}%${SERVER}@${DOMAIN}`, type: 'groupchat', id: 'said' };
    this.#domain.handle(el('message', NS.COMPONENT, attrs, body));
  }

  async settled(): Promise<void> {
    for (let turn = 0; turn < TURNS; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  }

  /** The XMPP side has gone: what the user's own server says when its user is not there. */
  stop(): Promise<void> {
    return this.#domain.stop('bye');
  }
}

/** Translators are dear to make; every stage's gateway has the same locales. */
export function sharedTranslator(): (gateway: IrcGateway) => Translator {
  let made: Translator | undefined;
  return (gateway) => {
    made ??= new FluentTranslator([loadCoreLocales(), gateway.locales]);
    return made;
  };
}
