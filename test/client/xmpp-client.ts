import { type Client, client, type XmlElement, xml } from '@xmpp/client';
import { ARRIVAL_TIMEOUT_MS, Inbox, type WaitOptions } from './inbox.js';
import { MUC_USER, type StanzaMatcher, statusCodes, toPredicate } from './stanza-match.js';

/** Where and as whom to connect. */
export interface XmppLogin {
  readonly server: { readonly host: string; readonly c2sPort: number; readonly domain: string };
  readonly name: string;
  readonly password: string;
  readonly resource?: string;
  /** `xml:lang` of the stream. */
  readonly lang?: string;
  /** Sends initial presence after the login; true by default. */
  readonly presence?: boolean;
}

/** What a join of a room brought, in the order of XEP-0045 7.1. */
export interface JoinedRoom {
  /** Presence of the others, in order of arrival. */
  readonly occupants: readonly XmlElement[];
  /** Our own presence, with status 110. */
  readonly self: XmlElement;
  /** Messages of the history. */
  readonly history: readonly XmlElement[];
  /** The message with the subject, which ends the join. */
  readonly subject: XmlElement;
}

/** A user of a scenario, connected to a real server with one resource. */
export class XmppClient {
  /** Full JID that the server bound. */
  readonly jid: string;
  readonly #stream: Client;
  readonly #inbox: Inbox<XmlElement>;
  #lastId = 0;

  private constructor(stream: Client, inbox: Inbox<XmlElement>, jid: string) {
    this.#stream = stream;
    this.#inbox = inbox;
    this.jid = jid;
  }

  /** Logs in. Rejects when the server refuses the credentials or cannot be reached. */
  static async connect(login: XmppLogin): Promise<XmppClient> {
    const { host, c2sPort, domain } = login.server;
    const stream = client({
      service: `xmpp://${host}:${c2sPort}`,
      domain,
      username: login.name,
      password: login.password,
      ...(login.resource === undefined ? {} : { resource: login.resource }),
      ...(login.lang === undefined ? {} : { lang: login.lang }),
    });
    stream.timeout = ARRIVAL_TIMEOUT_MS;
    stream.reconnect.stop();
    // The library decodes each chunk on its own, which corrupts characters split across two reads.
    stream.on('connect', () => stream.socket?.setEncoding('utf8'));
    const inbox = new Inbox<XmlElement>(String);
    stream.on('stanza', (stanza: XmlElement) => inbox.push(stanza));
    // After the login an error shows as a missing stanza; without a listener it would end the test run.
    stream.on('error', () => {});
    const jid = await stream.start();
    const user = new XmppClient(stream, inbox, jid.toString());
    inbox.clear();
    if (login.presence ?? true) {
      await user.send('<presence/>');
      await user.waitFor({ name: 'presence', from: user.jid }, 'own initial presence');
    }
    return user;
  }

  /** The bare form of {@link jid}. */
  get bareJid(): string {
    return this.jid.replace(/\/.*$/, '');
  }

  /** Every stanza received since the login, taken by a wait or not. */
  get received(): readonly XmlElement[] {
    return this.#inbox.all;
  }

  /** Sends XML as it is. Resolves when it is handed to the operating system. */
  async send(xml: string): Promise<void> {
    await this.#stream.write(xml);
  }

  /**
   * Resolves with the first stanza, received already or to come, that matches and that no earlier wait took.
   * Rejects in time, listing what came instead.
   */
  waitFor(matcher: StanzaMatcher, what: string, options?: WaitOptions): Promise<XmlElement> {
    return this.#inbox.wait(toPredicate(matcher), `${this.jid} waits for ${what}`, options);
  }

  /** How many stanzas matched since the login, taken by a wait or not. */
  count(matcher: StanzaMatcher): number {
    return this.#inbox.all.filter(toPredicate(matcher)).length;
  }

  /** Sends a request and resolves with its answer, result or error. */
  async iq(type: 'get' | 'set', to: string | undefined, payload: string): Promise<XmlElement> {
    const id = this.nextId();
    await this.send(
      `<iq type='${type}' id='${id}'${to === undefined ? '' : ` to='${escapeXml(to)}'`}>${payload}</iq>`,
    );
    return this.waitFor({ name: 'iq', id }, `the answer of ${to ?? 'the server'} to ${payload}`);
  }

  /**
   * Resolves when the answer to a ping (XEP-0199) of `to` has come: since a stream keeps its order, all that
   * `to` sent before it is then in {@link received}. Any answer counts, an error too.
   */
  async barrier(to: string): Promise<void> {
    await this.iq('get', to, "<ping xmlns='urn:xmpp:ping'/>");
  }

  /** Answers requests for a payload that the client would else refuse, such as a query of disco. */
  answer(type: 'get' | 'set', xmlns: string, name: string, reply: (request: XmlElement) => XmlElement): void {
    this.#stream.iqCallee[type](xmlns, name, ({ stanza }) => reply(stanza));
  }

  /** Answers disco#info as a client with these features. */
  answerDisco(features: readonly string[]): void {
    this.answer('get', 'http://jabber.org/protocol/disco#info', 'query', () =>
      xml(
        'query',
        { xmlns: 'http://jabber.org/protocol/disco#info' },
        xml('identity', { category: 'client', type: 'pc' }),
        ...features.map((feature) => xml('feature', { var: feature })),
      ),
    );
  }

  /** Enters a room (XEP-0045 7.1) and resolves at the subject. Rejects when the room answers with an error. */
  async joinRoom(
    room: string,
    nick: string,
    options: { readonly password?: string; readonly history?: string } & WaitOptions = {},
  ): Promise<JoinedRoom> {
    const seen = this.#inbox.all.length;
    const password =
      options.password === undefined ? '' : `<password>${escapeXml(options.password)}</password>`;
    await this.send(
      `<presence to='${escapeXml(`${room}/${nick}`)}' id='${this.nextId()}'>` +
        `<x xmlns='http://jabber.org/protocol/muc'>${password}${options.history ?? ''}</x></presence>`,
    );
    const fromRoom = (stanza: XmlElement) => bare(stanza.attrs.from) === room.toLowerCase();
    const end = await this.waitFor(
      // An error to something that was said before is no answer to this.
      (stanza) => fromRoom(stanza) && (isSubject(stanza) || (stanza.name === 'presence' && isError(stanza))),
      `the end of joining ${room} as ${nick}`,
      options,
    );
    if (isError(end)) throw new Error(`${room} refused ${nick}: ${end.toString()}`);
    const arrived = this.#inbox.all.slice(seen).filter(fromRoom);
    const presences = arrived.filter((stanza) => stanza.name === 'presence');
    const self = presences.find((presence) => statusCodes(presence).includes('110'));
    if (!self) throw new Error(`${room} sent its subject before the own presence of ${nick}`);
    await this.#take([...presences, ...arrived.filter(isHistory)]);
    return {
      occupants: presences.filter((presence) => presence !== self && presence.getChild('x', MUC_USER)),
      self,
      history: arrived.filter(isHistory),
      subject: end,
    };
  }

  /** Sends a message to a room or, with another type, to anyone; returns its id. */
  async message(to: string, body: string, type: 'groupchat' | 'chat' | 'normal' = 'chat'): Promise<string> {
    const id = this.nextId();
    await this.send(
      `<message type='${type}' to='${escapeXml(to)}' id='${id}'><body>${escapeXml(body)}</body></message>`,
    );
    return id;
  }

  /** A stanza id not used before by this client. */
  nextId(): string {
    this.#lastId += 1;
    return `s${this.#lastId}-${this.jid.replace(/^.*\//, '').replace(/[^\w-]/g, '')}`;
  }

  /** Forgets the stanzas that nobody waited for, so that a later wait sees only newer ones. */
  clear(): void {
    this.#inbox.clear();
  }

  /** Ends the stream in an orderly way. */
  async disconnect(): Promise<void> {
    await this.#stream.stop();
  }

  /** Breaks the connection without a word, as a lost network would. */
  drop(): void {
    this.#stream.socket?.destroy();
  }

  /** Removes stanzas from those that later waits see. */
  async #take(stanzas: readonly XmlElement[]): Promise<void> {
    for (const stanza of stanzas) {
      if (!this.#inbox.unread.includes(stanza)) continue;
      await this.#inbox.wait((candidate) => candidate === stanza, 'a stanza of the join');
    }
  }
}

/** Escapes text for an XML attribute in either kind of quotes, or for element content. */
export function escapeXml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll("'", '&apos;')
    .replaceAll('"', '&quot;');
}

function bare(jid: string | undefined): string {
  return (jid ?? '').replace(/\/.*$/s, '').toLowerCase();
}

function isError(stanza: XmlElement): boolean {
  return stanza.name !== 'iq' && stanza.attrs.type === 'error';
}

/** A subject change carries a subject and no body (XEP-0045 8.1). */
function isSubject(stanza: XmlElement): boolean {
  return (
    stanza.name === 'message' &&
    stanza.attrs.type === 'groupchat' &&
    stanza.getChild('subject') !== undefined &&
    stanza.getChild('body') === undefined
  );
}

function isHistory(stanza: XmlElement): boolean {
  return stanza.name === 'message' && stanza.getChild('delay', 'urn:xmpp:delay') !== undefined;
}
