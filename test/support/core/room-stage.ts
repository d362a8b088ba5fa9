import { Accounts } from '../../../src/core/account/accounts.js';
import { NetworkHost } from '../../../src/core/account/network-host.js';
import type { DomainOptions } from '../../../src/core/domain.js';
import { GatewayDomain } from '../../../src/core/gateway-domain.js';
import type { Media } from '../../../src/core/media/media.js';
import { loadCoreLocales } from '../../../src/core/translation/core-locales.js';
import { FluentTranslator } from '../../../src/core/translation/fluent-translator.js';
import type { InboundEvent } from '../../../src/gateway/event.js';
import type { XmlElement } from '../../../src/xmpp/element.js';
import { IqRequests } from '../../../src/xmpp/iq.js';
import { NS } from '../../../src/xmpp/namespace.js';
import { StanzaParser } from '../../../src/xmpp/stream/parser.js';
import { faultLog } from '../fault-log.js';
import { MemoryContactLists } from '../memory-network/contacts.js';
import { MemoryGateway, type MemoryOptions } from '../memory-network/gateway.js';
import { memoryLocales } from '../memory-network/locales.js';
import type { MemorySession } from '../memory-network/session.js';
import { MemoryWorld } from '../memory-network/world.js';
import { MemoryStore } from '../memory-store.js';
import { NoMedia } from '../no-media.js';
import { RecordingSink } from '../recording-sink.js';
import { roomOptions } from './room-options.js';

/** The gateway's domain in these tests. */
export const DOMAIN = 'memory.example.org';
/** A room of the network. */
export const TEA = `#tea@${DOMAIN}`;
/** Two users of the gateway, and another client of the first. */
export const ROMEO = 'romeo@example.org/orchard';
export const ROMEO_PHONE = 'romeo@example.org/phone';
export const JULIET = 'juliet@example.org/balcony';

/** Turns of the event loop within which everything over the memory network has come to rest. */
const TURNS = 10;

const HEADER = `<stream:stream xmlns='${NS.COMPONENT}' xmlns:stream='${NS.STREAM}' id='1' from='${DOMAIN}'>`;

/** What differs between tests. */
export interface RoomStageOptions {
  readonly domain?: Partial<DomainOptions>;
  readonly limits?: Partial<DomainOptions['limits']>;
  /** Whether the network hides people's addresses in rooms. Default true. */
  readonly anonymous?: boolean;
  /** Default: there is no place for files. */
  readonly media?: Media;
  /** The network has contact lists, and tells availability (`presence`) or not (`steady`). Default: none. */
  readonly contacts?: 'presence' | 'steady';
  /** What else the network has. */
  readonly network?: Omit<MemoryOptions, 'anonymousRooms' | 'contacts'>;
  /** What the domain stands on; by default a store of its own, empty. */
  readonly store?: MemoryStore;
}

/** A gateway domain over the memory network: XML in, parsed stanzas out. */
export class RoomStage {
  readonly sink = new RecordingSink();
  /** The way of the network to the domain, outside of sessions. */
  readonly host = new NetworkHost();
  readonly store: MemoryStore;
  readonly network: MemoryGateway;
  readonly #lists: MemoryContactLists | undefined;
  /** What was logged as a fault of ours. */
  readonly faults: string[] = [];
  readonly #domain: GatewayDomain;
  readonly #options: DomainOptions;
  #ids = 0;

  constructor({
    domain,
    limits,
    anonymous = true,
    contacts,
    network,
    media = new NoMedia(),
    store,
  }: RoomStageOptions = {}) {
    const world = new MemoryWorld();
    this.#lists = contacts && new MemoryContactLists(world, contacts === 'presence');
    this.store = store ?? new MemoryStore();
    this.network = new MemoryGateway(world, {
      ...network,
      anonymousRooms: anonymous,
      ...(this.#lists && { contacts: this.#lists }),
    });
    const options = roomOptions(DOMAIN, domain, limits);
    this.#options = options;
    this.#domain = new GatewayDomain({
      options,
      gateway: this.network,
      store: this.store,
      sink: this.sink,
      accounts: new Accounts(options, this.store),
      requests: new IqRequests((xml) => this.sink.send(xml)),
      host: this.host,
      media,
      translator: new FluentTranslator([loadCoreLocales(), memoryLocales]),
      log: faultLog(this.faults),
    });
  }

  get world(): MemoryGateway['world'] {
    return this.network.world;
  }

  /** The network's contact lists. @throws {Error} where it has none */
  get lists(): MemoryContactLists {
    if (!this.#lists) throw new Error('the network has no contact lists');
    return this.#lists;
  }

  /** The connections of users, in the order in which they were made. */
  session(index: number): MemorySession {
    const session = this.network.sessions[index];
    if (!session) throw new Error(`there is no session ${index}`);
    return session;
  }

  /** The operator changes his configuration and has it read. */
  reload(changes: Partial<DomainOptions>): void {
    Object.assign(this.#options, changes);
    this.#domain.reloaded();
  }

  /** A stanza of a user arrives; resolves when what it caused has come to rest. */
  async receive(xml: string): Promise<void> {
    for (const stanza of parseStanzas(xml)) this.#domain.handle(stanza);
    await this.settled();
  }

  /** What one user's connection reports. */
  async observe(index: number, event: InboundEvent): Promise<void> {
    this.session(index).observe(event);
    await this.settled();
  }

  /** Resolves when nothing is under way any more. */
  async settled(): Promise<void> {
    for (let turn = 0; turn < TURNS; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  }

  /** What was sent since the last call, to this client or to all. */
  take(to?: string): XmlElement[] {
    const sent = this.sink.take().flatMap(parseStanzas);
    return to === undefined ? sent : sent.filter(({ attrs }) => attrs.to === to);
  }

  /** A client asks to come into a room; `inside` are children of `x`. */
  async enter(from: string, nick: string, inside = '', room = TEA): Promise<void> {
    await this.receive(
      `<presence from='${from}' to='${room}/${nick}'><x xmlns='${NS.MUC}'>${inside}</x></presence>`,
    );
  }

  /** A client comes into a room, and what it is shown is forgotten. */
  async join(from: string, nick: string, room = TEA): Promise<void> {
    await this.enter(from, nick, '', room);
    this.take();
  }

  /** A message; returns what was sent. */
  async say(from: string, body: string, id = `m${++this.#ids}`, to = TEA): Promise<XmlElement[]> {
    await this.receive(
      `<message from='${from}' to='${to}' type='groupchat' id='${id}'><body>${body}</body></message>`,
    );
    return this.take();
  }

  /** An IQ; returns everything that was sent to its sender, the answer last. */
  async ask(type: 'get' | 'set', from: string, to: string, payload: string): Promise<XmlElement[]> {
    const id = `iq${++this.#ids}`;
    await this.receive(`<iq type='${type}' from='${from}' to='${to}' id='${id}'>${payload}</iq>`);
    const sent = this.take(from);
    const answers = sent.filter(({ name, attrs }) => name === 'iq' && attrs.id === id && attrs.from === to);
    if (answers.length !== 1) throw new Error(`${answers.length} answers to ${payload}`);
    return sent;
  }

  /** The one payload of the result of an IQ. */
  async result(type: 'get' | 'set', from: string, to: string, payload: string): Promise<XmlElement> {
    const answer = (await this.ask(type, from, to, payload)).find(({ name }) => name === 'iq');
    const child = answer?.elements()[0];
    if (answer?.attrs.type !== 'result' || !child) throw new Error(`no result: ${answer}`);
    return child;
  }

  /** The condition of an IQ that must fail; `result` when it does not. */
  async refusal(type: 'get' | 'set', from: string, to: string, payload: string): Promise<string> {
    const answer = (await this.ask(type, from, to, payload)).find(({ name }) => name === 'iq');
    return conditionOf(answer) ?? 'result';
  }

  /** The stream is up. */
  async start(): Promise<void> {
    await this.#domain.start();
    await this.#domain.greet();
    await this.settled();
  }

  async stop(): Promise<void> {
    await this.#domain.stop('bye');
  }
}

/** The condition that a stanza's error names. */
export function conditionOf(stanza: XmlElement | undefined): string | undefined {
  return stanza?.child('error')?.elements()[0]?.name;
}

/** Status codes of a presence, in their order (XEP-0045 §15.6). */
export function codesOf(presence: XmlElement | undefined): string[] {
  const x = presence?.child('x', NS.MUC_USER);
  return x?.childrenNamed('status').map(({ attrs }) => attrs.code ?? '') ?? [];
}

/** What one stanza is, in a word or two. */
export function wordOf(stanza: XmlElement): string {
  const { from, type } = stanza.attrs;
  const who = from?.split('/')[1] ?? 'room';
  if (stanza.name === 'presence') return type === undefined ? `+${who}` : `${type} ${who}`;
  const subject = stanza.childText('subject');
  return `${who}: ${stanza.childText('body') ?? `(${subject ?? ''})`}`;
}

/** The stanzas in a piece of a stream. */
export function parseStanzas(xml: string): XmlElement[] {
  const stanzas: XmlElement[] = [];
  const parser = new StanzaParser({
    streamOpen: () => undefined,
    element: (element) => stanzas.push(element),
    streamClose: () => undefined,
  });
  const fault = parser.write(Buffer.from(HEADER + xml));
  if (fault !== undefined) throw new Error(`not well-formed (${fault.message}): ${xml}`);
  return stanzas;
}
