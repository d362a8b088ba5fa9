import { Accounts } from '../../../src/core/account/accounts.js';
import { NetworkHost } from '../../../src/core/account/network-host.js';
import type { DomainOptions } from '../../../src/core/domain.js';
import { GatewayDomain } from '../../../src/core/gateway-domain.js';
import { loadCoreLocales } from '../../../src/core/translation/core-locales.js';
import { FluentTranslator } from '../../../src/core/translation/fluent-translator.js';
import type { Translator } from '../../../src/core/translator.js';
import type { XmlElement } from '../../../src/xmpp/element.js';
import { IqRequests } from '../../../src/xmpp/iq.js';
import { NS } from '../../../src/xmpp/namespace.js';
import { StanzaParser } from '../../../src/xmpp/stream/parser.js';
import { faultLog } from '../../support/fault-log.js';
import { MemoryGateway, type MemoryOptions } from '../../support/memory-network/gateway.js';
import { memoryLocales } from '../../support/memory-network/locales.js';
import { MemoryStore } from '../../support/memory-store.js';
import { NoMedia } from '../../support/no-media.js';
import { RecordingSink } from '../../support/recording-sink.js';
import { DOMAIN, fuzzOptions } from '../domain-parts.js';

const HEADER = `<stream:stream xmlns='${NS.COMPONENT}' xmlns:stream='${NS.STREAM}' id='1' from='${DOMAIN}'>`;
/** Turns of the event loop within which everything over the memory network has come to rest. */
const TURNS = 20;

/** Made once: reading the locales is the dearest part of a stage. */
export function stageTranslator(): Translator {
  return new FluentTranslator([loadCoreLocales(), memoryLocales]);
}

/** What differs between runs. */
export interface StanzaStageOptions {
  readonly translator: Translator;
  readonly policy?: DomainOptions['policy'];
  readonly limits?: Partial<DomainOptions['limits']>;
  /** What the network has besides rooms and text. */
  readonly network?: MemoryOptions;
}

/** The whole path of a stanza without a socket: bytes, parser, router, core, a network in memory, a recorder. */
export class StanzaStage {
  readonly sink = new RecordingSink();
  readonly gateway: MemoryGateway;
  readonly store = new MemoryStore();
  /** Faults of ours: what the core logged as an error. */
  readonly faults: string[] = [];
  /** What came through the parser. */
  readonly received: XmlElement[] = [];
  readonly #domain: GatewayDomain;
  #parser: StanzaParser;

  constructor({ translator, policy = 'open', limits = {}, network }: StanzaStageOptions) {
    this.gateway = new MemoryGateway(undefined, network);
    const options = fuzzOptions(policy, limits);
    this.#domain = new GatewayDomain({
      options,
      gateway: this.gateway,
      store: this.store,
      sink: this.sink,
      accounts: new Accounts(options, this.store),
      requests: new IqRequests((xml) => this.sink.send(xml)),
      host: new NetworkHost(),
      media: new NoMedia(),
      translator,
      log: faultLog(this.faults),
    });
    this.#parser = this.#open();
  }

  /** Feeds bytes as the socket does; after a fault of the stream the server connects anew. */
  feed(bytes: Buffer): void {
    if (this.#parser.write(bytes) !== undefined) this.#parser = this.#open();
  }

  /** Begins a stream anew, as after a connection that broke in the middle of a stanza. */
  reconnect(): void {
    this.#parser = this.#open();
  }

  /** Resolves when nothing is under way any more. */
  async settled(): Promise<void> {
    for (let turn = 0; turn < TURNS; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  }

  async stop(): Promise<void> {
    await this.#domain.stop('bye');
  }

  #open(): StanzaParser {
    const parser = new StanzaParser({
      streamOpen: () => undefined,
      element: (element) => {
        this.received.push(element);
        this.#domain.handle(element);
      },
      streamClose: () => undefined,
    });
    parser.write(Buffer.from(HEADER));
    return parser;
  }
}
