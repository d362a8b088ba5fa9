import { EventEmitter, once } from 'node:events';
import type { XmlElement } from '../../../src/xmpp/element.js';
import { FakeServer, type Peer } from '../../unit/xmpp/stream/fake-server.js';

const SERVER = 'localhost';
const PING = 'urn:xmpp:ping';
/** How often the gateway is asked whether it has read what it was sent (ms). */
const CONFIRM_MS = 50;
const NO_SERVICE = `<error type='cancel'><service-unavailable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>`;

interface Events {
  /** A message, or an error that returns one, for a user. */
  message: [XmlElement];
  /** Presence of a room's, for a user. */
  presence: [XmlElement];
  /** The gateway's stream stands, or stands again. */
  connected: [];
}

/** What a stanza has come to. */
export type Handing = 'read' | 'in-doubt';

/**
 * The XMPP side: a server for the gateway, and users who are always online with one client each. The server sees to
 * it that stanzas are not lost between the two of them but where a stream breaks, which no component protocol can tell.
 */
export class XmppSide extends EventEmitter<Events> {
  readonly #server: FakeServer;
  readonly #users = new Set<string>();
  readonly #answers = new Map<string, (answer: XmlElement) => void>();
  /** Handed to the stream, and not known to be read. */
  readonly #underWay: ((handing: Handing) => void)[] = [];
  #peer: Peer | undefined;
  #port = 0;
  #ids = 0;

  private constructor(
    readonly domain: string,
    secret: string,
  ) {
    super();
    // Everybody who writes waits for the stream.
    this.setMaxListeners(0);
    this.#server = new FakeServer({ secret });
    this.#server.on('peer', (peer) => this.#accept(peer));
  }

  static async listen(domain: string, secret: string): Promise<XmppSide> {
    const side = new XmppSide(domain, secret);
    side.#port = await side.#server.listen();
    return side;
  }

  get port(): number {
    return this.#port;
  }

  get connected(): boolean {
    return this.#peer !== undefined;
  }

  /** Resolves when the gateway's stream stands. */
  async whenConnected(): Promise<void> {
    while (!this.#peer) await once(this, 'connected');
  }

  /** Full JID of a user's client. */
  client(user: string): string {
    return `${user}@${SERVER}/phone`;
  }

  /** A user comes online; whatever subscribes to him may. */
  comes(user: string): void {
    this.#users.add(user);
    this.#write(`<presence from='${this.client(user)}' to='${this.domain}'/>`);
  }

  /** Hands a stanza to the gateway when it is there; resolves when the gateway has read it, or nobody knows. */
  async send(xml: string): Promise<Handing> {
    await this.whenConnected();
    this.#write(xml);
    return new Promise((resolve) => this.#underWay.push(resolve));
  }

  /** A request of a user to the gateway; resolves with its answer, which an outage may keep away for good. */
  async iq(user: string, payload: string, to = this.domain): Promise<XmlElement> {
    await this.whenConnected();
    const id = this.#id('iq');
    const answer = new Promise<XmlElement>((resolve) => this.#answers.set(id, resolve));
    this.#write(`<iq type='set' from='${this.client(user)}' to='${to}' id='${id}'>${payload}</iq>`);
    return answer;
  }

  /** Breaks the stream off, without a word. */
  cut(): void {
    this.#peer?.socket.destroy();
  }

  /** The server ends, and comes back after that long. */
  async restart(awayMs: number): Promise<void> {
    this.#peer?.end('system-shutdown');
    await this.#server.close();
    await new Promise((resolve) => setTimeout(resolve, awayMs));
    await this.#server.listen(this.#port);
  }

  /** Reads nothing for so long. */
  async stall(ms: number): Promise<void> {
    const socket = this.#peer?.socket;
    socket?.pause();
    await new Promise((resolve) => setTimeout(resolve, ms));
    socket?.resume();
  }

  async close(): Promise<void> {
    this.#users.clear();
    await this.#server.close();
  }

  #id(kind: string): string {
    this.#ids += 1;
    return `${kind}-${this.#ids}`;
  }

  #write(xml: string): void {
    this.#peer?.write(xml);
  }

  #accept(peer: Peer): void {
    this.#peer = peer;
    peer.setMaxListeners(0);
    const asking = setInterval(() => this.#confirm(), CONFIRM_MS);
    peer.on('stanza', (stanza) => {
      // What is remembered for tests that look at everything is too much here.
      peer.stanzas.length = 0;
      peer.raw = '';
      this.#take(stanza);
    });
    peer.on('close', () => {
      clearInterval(asking);
      if (this.#peer !== peer) return;
      this.#peer = undefined;
      for (const doubt of this.#underWay.splice(0)) doubt('in-doubt');
    });
    for (const user of this.#users) this.comes(user);
    this.emit('connected');
  }

  /** The gateway answers in order: whoever has answered has read what came before. */
  #confirm(): void {
    const sent = this.#underWay.splice(0);
    if (sent.length === 0) return;
    const peer = this.#peer;
    const id = this.#id('ping');
    const settle = (handing: Handing) => (): void => {
      this.#answers.delete(id);
      peer?.off('close', broken);
      for (const one of sent) one(handing);
    };
    const broken = settle('in-doubt');
    peer?.once('close', broken);
    this.#answers.set(id, settle('read'));
    this.#write(
      `<iq type='get' from='${SERVER}' to='${this.domain}' id='${id}'><ping xmlns='${PING}'/></iq>`,
    );
  }

  #take(stanza: XmlElement): void {
    const { type, id = '', from = '', to = '' } = stanza.attrs;
    if (stanza.name === 'message') this.emit('message', stanza);
    else if (stanza.name === 'presence') {
      this.#presence(type, from, to);
      if (from.includes('/')) this.emit('presence', stanza);
    } else if (type === 'result' || type === 'error') {
      this.#answers.get(id)?.(stanza);
      this.#answers.delete(id);
    } else this.#write(`<iq type='error' from='${to}' to='${from}' id='${id}'>${NO_SERVICE}</iq>`);
  }

  /** Goes into a room, if the gateway is there. */
  join(user: string, room: string): void {
    const muc = `<x xmlns='http://jabber.org/protocol/muc'><history maxstanzas='0'/></x>`;
    this.#write(`<presence from='${this.client(user)}' to='${room}/${user}'>${muc}</presence>`);
  }

  #presence(type: string | undefined, from: string, to: string): void {
    const bare = to.replace(/\/.*/, '');
    const [user = ''] = bare.split('@');
    if (!this.#users.has(user)) return;
    const there = `<presence from='${this.client(user)}' to='${from}'/>`;
    if (type === 'probe') this.#write(there);
    else if (type === 'subscribe')
      this.#write(`<presence type='subscribed' from='${bare}' to='${from}'/>${there}`);
  }
}
