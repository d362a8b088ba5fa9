import { monotonicMicros } from '../harness/clock.js';
import { paced, type Sent } from '../harness/sender.js';
import { benchBody, type LatencySummary, MARKER, sequenceOf, type Tallied, Tally } from '../harness/tally.js';
import { ComponentServer } from './component-server.js';
import { StanzaCounter, type StanzaCounts } from './stanza-counts.js';
import { attribute, type StanzaKind } from './stanza-scanner.js';

const BODY = Buffer.from(MARKER);
const RECEIVED = /<received [^>]*id=["']m(\d+)["']/;
const RECEIPT_MARK = Buffer.from('<received');
const DISCO_INFO = 'http://jabber.org/protocol/disco#info';
const ROSTERX = 'http://jabber.org/protocol/rosterx';
const SUGGESTED = /<item [^>]*jid=["']([^"']+)["']/g;
const LINK = /<url>(http[^<]*)<\/url>/;

/** The network that the users write to. */
export interface Network {
  /** Domain of the gateway. */
  readonly domain: string;
  /** What a user fills in to register. */
  fields(user: number): Readonly<Record<string, string>>;
  /** Local part of a person of a user's. */
  person(user: number, person: number): string;
  /** Clients take contacts that the gateway suggests (XEP-0144), and subscribe to them; default: they do not know that. */
  readonly suggestions?: true;
}

/** Users `0` … `users − 1`, and people `0` … `people − 1` of each. */
export interface People {
  readonly users: number;
  readonly people: number;
}

/** Texts of users to their people, in turn. */
export interface Texts extends People {
  readonly count: number;
}

/** When a message came: a text of somebody's, or the receipt of one, in monotonic microseconds. */
export interface Arrival {
  readonly sequence: number;
  readonly receivedAt: number;
}

/** What has come since the last reset. */
export interface TextCounters {
  readonly stanzas: StanzaCounts;
  /** Texts confirmed, each counted once. */
  readonly confirmed: number;
  /** Texts confirmed again. */
  readonly confirmedAgain: number;
  /** Texts of people, each counted once. */
  readonly texts: number;
  /** Texts that came again. */
  readonly textsAgain: number;
  /** Users who see the gateway available. */
  readonly seeing: number;
  readonly errors: number;
  readonly firstError: string;
}

/**
 * Stub XMPP server whose users write to people of a network. All users are online with one client each: a probe of the
 * gateway is answered with their presence, and they let the gateway subscribe and subscribe to it.
 */
export class Correspondents {
  readonly #server = new ComponentServer((kind, bytes) => this.#stanza(kind, bytes));
  readonly #stanzas = new StanzaCounter();
  readonly #registered = new Tally();
  readonly #seeing = new Tally();
  readonly #seen = new Set<string>();
  readonly #confirmations = new Tally();
  readonly #confirmed = new Map<number, number>();
  readonly #texts = new Tally();
  readonly #arrived = new Map<number, number>();
  readonly #links: string[] = [];
  readonly #linked = new Tally();
  readonly #people = new Tally();
  #confirmedAgain = 0;
  #errors = 0;
  #firstError = '';
  #sent = 0;
  #textsAgain = 0;

  constructor(private readonly network: Network) {}

  listen(argument: { readonly domain: string }): Promise<number> {
    return this.#server.listen(argument.domain);
  }

  connected(argument: { readonly times: number }): Promise<Tallied> {
    return this.#server.connected(argument.times);
  }

  reset(argument: { readonly latency: boolean }): void {
    this.#stanzas.reset();
    this.#seen.clear();
    this.#seeing.reset();
    this.#confirmed.clear();
    this.#confirmations.reset();
    this.#texts.reset(argument.latency);
    this.#people.reset();
    this.#arrived.clear();
    this.#links.splice(0);
    this.#linked.reset();
    this.#textsAgain = 0;
    this.#confirmedAgain = 0;
    this.#errors = 0;
    this.#firstError = '';
  }

  counters(): TextCounters {
    return {
      stanzas: this.#stanzas.read(),
      confirmed: this.#confirmed.size,
      confirmedAgain: this.#confirmedAgain,
      texts: this.#arrived.size,
      textsAgain: this.#textsAgain,
      seeing: this.#seen.size,
      errors: this.#errors,
      firstError: this.#firstError,
    };
  }

  latency(): LatencySummary {
    return this.#texts.latency();
  }

  confirmed(): readonly Arrival[] {
    return Array.from(this.#confirmed, ([sequence, receivedAt]) => ({ sequence, receivedAt }));
  }

  /** Texts of people. */
  arrived(): readonly Arrival[] {
    return Array.from(this.#arrived, ([sequence, receivedAt]) => ({ sequence, receivedAt }));
  }

  expectSeeing(argument: { readonly count: number }): Promise<Tallied> {
    return this.#seeing.reach(argument.count);
  }

  expectConfirmed(argument: { readonly count: number }): Promise<Tallied> {
    return this.#confirmations.reach(argument.count);
  }

  expectTexts(argument: { readonly count: number }): Promise<Tallied> {
    return this.#texts.reach(argument.count);
  }

  /** Registers users in-band (XEP-0077) and resolves when each sees the gateway available. */
  async register(argument: { readonly users: number; readonly window: number }): Promise<Sent & Tallied> {
    const startedAt = monotonicMicros();
    const before = this.#registered.count;
    const { users, window } = argument;
    const seeing = this.#seeing.reach(users);
    for (let user = 0; user < users; user += 1) {
      if (user - (this.#registered.count - before) >= window)
        await this.#registered.reach(before + user - window / 2);
      this.#server.socket.write(this.#registration(user));
    }
    await this.#registered.reach(before + users);
    if (this.#errors > 0) throw new Error(`not registered: ${this.#firstError}`);
    return { startedAt, ...(await seeing) };
  }

  /** Texts with a request for a receipt, evenly. */
  send({ count, perSecond, ...people }: Texts & { readonly perSecond: number }): Promise<Sent> {
    return paced(this.#server.socket, count, perSecond, () => this.#text(people));
  }

  /** As many texts as possible, of which `window` wait for their receipt at most; resolves when all have theirs. */
  async flood({ count, window, ...people }: Texts & { readonly window: number }): Promise<Sent & Tallied> {
    const startedAt = monotonicMicros();
    const before = this.#confirmations.count;
    for (let sent = 0; sent < count; sent += 1) {
      if (sent - (this.#confirmations.count - before) >= window)
        await this.#confirmations.reach(before + sent - Math.floor(window / 2));
      this.#server.socket.write(this.#text(people), 'latin1');
    }
    return { startedAt, ...(await this.#confirmations.reach(before + count)) };
  }

  /** The server asks for the presence of all people of users; resolves when each has answered as available. */
  async probe({ users, people }: People): Promise<Sent & Tallied> {
    const startedAt = monotonicMicros();
    for (let user = 0; user < users; user += 1) {
      for (let person = 0; person < people; person += 1) {
        const to = this.#person(user, person);
        this.#server.socket.write(`<presence type='probe' from='${this.#bare(user)}' to='${to}'/>`);
      }
    }
    return { startedAt, ...(await this.#people.reach(users * people)) };
  }

  /** Users are away from now on, and tell the gateway. */
  leaveDesk(argument: { readonly users: number }): void {
    for (let user = 0; user < argument.users; user += 1)
      this.#server.socket.write(
        `<presence from='${this.#client(user)}' to='${this.network.domain}'><show>away</show></presence>`,
      );
  }

  /** One file by its link (XEP-0066), to the first person of a user. */
  sendLink({ user, url }: { readonly user: number; readonly url: string }): Sent {
    const startedAt = monotonicMicros();
    this.#sent += 1;
    this.#server.socket.write(
      `<message from='${this.#client(user)}' to='${this.#person(user, 0)}' type='chat' id='m${this.#sent}'>` +
        `<body>${url}</body><x xmlns='jabber:x:oob'><url>${url}</url></x></message>`,
    );
    return { startedAt };
  }

  /** Resolves with the links of files, once so many have come since the last reset. */
  async expectLinks(argument: {
    readonly count: number;
  }): Promise<Tallied & { readonly links: readonly string[] }> {
    return { ...(await this.#linked.reach(argument.count)), links: this.#links };
  }

  #text({ users, people }: People): string {
    this.#sent += 1;
    const user = this.#sent % users;
    const to = this.#person(user, Math.floor(this.#sent / users) % people);
    return (
      `<message from='${this.#client(user)}' to='${to}' type='chat' id='m${this.#sent}'>` +
      `<body>${benchBody(this.#sent)}</body><request xmlns='urn:xmpp:receipts'/></message>`
    );
  }

  #registration(user: number): string {
    const values = { FORM_TYPE: 'jabber:iq:register', ...this.network.fields(user) };
    const fields = Object.entries(values).map(
      ([name, value]) => `<field var='${name}'><value>${value}</value></field>`,
    );
    return (
      `<iq type='set' from='${this.#client(user)}' to='${this.network.domain}' id='r${user}'>` +
      `<query xmlns='jabber:iq:register'><x xmlns='jabber:x:data' type='submit'>${fields.join('')}</x></query></iq>`
    );
  }

  #stanza(kind: Exclude<StanzaKind, 'other'>, bytes: Buffer): void {
    this.#stanzas.add(kind, bytes);
    if (kind === 'message') this.#message(bytes);
    else if (kind === 'presence') this.#presence(bytes.toString('latin1', 0, bytes.indexOf('>') + 1));
    else this.#iq(bytes.toString());
  }

  #describe(iq: string): void {
    const [from = '', to = '', id = ''] = ['from', 'to', 'id'].map((name) => attribute(iq, name));
    const identity = `<identity category='client' type='pc'/>`;
    const query = `<query xmlns='${DISCO_INFO}'>${identity}<feature var='${ROSTERX}'/></query>`;
    this.#server.socket.write(`<iq type='result' from='${to}' to='${from}' id='${id}'>${query}</iq>`);
  }

  /** The user wants all of them. */
  #suggested(message: string): void {
    const [user = ''] = (attribute(message, 'to') ?? '').split('/');
    for (const [, jid = ''] of message.matchAll(SUGGESTED))
      this.#server.socket.write(`<presence type='subscribe' from='${user}' to='${jid}'/>`);
  }

  #message(bytes: Buffer): void {
    if (this.#failed(bytes)) return;
    if (bytes.includes(ROSTERX)) {
      this.#suggested(bytes.toString());
      return;
    }
    if (bytes.includes(BODY)) {
      this.#textArrived(bytes);
      return;
    }
    const link = LINK.exec(bytes.toString())?.[1];
    if (link !== undefined) {
      this.#links.push(link);
      this.#linked.add();
      return;
    }
    if (!bytes.includes(RECEIPT_MARK)) return;
    const sequence = Number(RECEIVED.exec(bytes.toString('latin1'))?.[1]);
    if (this.#confirmed.has(sequence)) this.#confirmedAgain += 1;
    else {
      this.#confirmed.set(sequence, monotonicMicros());
      this.#confirmations.add();
    }
  }

  #textArrived(bytes: Buffer): void {
    const sequence = sequenceOf(bytes.toString('latin1')) ?? Number.NaN;
    if (this.#arrived.has(sequence)) this.#textsAgain += 1;
    else {
      this.#arrived.set(sequence, monotonicMicros());
      this.#texts.addStamped(bytes);
    }
  }

  #presence(head: string): void {
    const [from = '', to = ''] = [attribute(head, 'from'), attribute(head, 'to')];
    const person = from.includes('@');
    switch (attribute(head, 'type')) {
      case undefined:
        if (person) this.#people.add();
        else if (!this.#seen.has(to)) {
          this.#seen.add(to);
          this.#seeing.add();
        }
        return;
      case 'probe':
        this.#server.socket.write(`<presence from='${to}/r' to='${from}'/>`);
        return;
      case 'subscribe':
        this.#server.socket.write(
          `<presence type='subscribed' from='${to}' to='${from}'/><presence from='${to}/r' to='${from}'/>` +
            `<presence type='subscribe' from='${to}' to='${from}'/>`,
        );
        return;
      default:
        return;
    }
  }

  #iq(iq: string): void {
    const type = attribute(iq, 'type');
    if (type === 'get' || type === 'set') {
      if (this.network.suggestions && iq.includes(DISCO_INFO)) this.#describe(iq);
      else this.#server.answer(iq);
      return;
    }
    this.#failed(Buffer.from(iq));
    if (attribute(iq, 'id')?.startsWith('r')) this.#registered.add();
  }

  #failed(bytes: Buffer): boolean {
    const head = bytes.toString('latin1', 0, bytes.indexOf('>') + 1);
    if (attribute(head, 'type') !== 'error') return false;
    this.#errors += 1;
    if (this.#errors === 1) this.#firstError = bytes.toString();
    return true;
  }

  #person(user: number, person: number): string {
    return `${this.network.person(user, person)}@${this.network.domain}`;
  }

  #bare(user: number): string {
    return `u${user}@${this.#server.domain}`;
  }

  #client(user: number): string {
    return `${this.#bare(user)}/r`;
  }
}

/** Operations of the stub, for the process that calls it. */
export type CorrespondentOperations = ReturnType<typeof operationsOf>;

/** What can be asked of it over a channel. */
export function operationsOf(stub: Correspondents) {
  return {
    listen: (argument: { readonly domain: string }) => stub.listen(argument),
    connected: (argument: { readonly times: number }) => stub.connected(argument),
    reset: (argument: { readonly latency: boolean }) => stub.reset(argument),
    counters: () => stub.counters(),
    latency: () => stub.latency(),
    confirmed: () => stub.confirmed(),
    arrived: () => stub.arrived(),
    sendLink: (argument: { readonly user: number; readonly url: string }) => stub.sendLink(argument),
    expectLinks: (argument: { readonly count: number }) => stub.expectLinks(argument),
    expectSeeing: (argument: { readonly count: number }) => stub.expectSeeing(argument),
    expectConfirmed: (argument: { readonly count: number }) => stub.expectConfirmed(argument),
    expectTexts: (argument: { readonly count: number }) => stub.expectTexts(argument),
    register: (argument: { readonly users: number; readonly window: number }) => stub.register(argument),
    send: (texts: Texts & { readonly perSecond: number }) => stub.send(texts),
    flood: (texts: Texts & { readonly window: number }) => stub.flood(texts),
    probe: (people: People) => stub.probe(people),
    leaveDesk: (argument: { readonly users: number }) => stub.leaveDesk(argument),
  };
}
