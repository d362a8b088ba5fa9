import { createServer, type Socket } from 'node:net';
import { type Tallied, Tally } from '../harness/tally.js';
import { attribute, type StanzaKind, StanzaScanner } from './stanza-scanner.js';

const XML_DECLARATION = '<?xml version="1.0"?>';
const PING = 'urn:xmpp:ping';

/** A stanza of the component; the bytes are valid only during the call. */
type StanzaListener = (kind: Exclude<StanzaKind, 'other'>, bytes: Buffer) => void;

/** The server side of XEP-0114 for components, which may come back. */
export class ComponentServer {
  readonly #onStanza: StanzaListener;
  readonly #handshakes = new Tally();
  #socket: Socket | undefined;
  readonly #sockets = new Map<string, Socket>();
  #domain = '';

  constructor(onStanza: StanzaListener) {
    this.#onStanza = onStanza;
  }

  /** Domain of the server. */
  get domain(): string {
    return this.#domain;
  }

  /** Listens on a free loopback port. */
  listen(domain: string): Promise<number> {
    this.#domain = domain;
    const server = createServer((socket) => this.#accept(socket));
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(0, '127.0.0.1', () => {
        const address = server.address();
        if (address === null || typeof address === 'string') reject(new Error('no port'));
        else resolve(address.port);
      });
    });
  }

  /** Resolves once the component has done its handshake for the `times`th time. */
  connected(times: number): Promise<Tallied> {
    return this.#handshakes.reach(times);
  }

  /** The connection of one of several components; undefined while there is none. */
  socketOf(component: string): Socket | undefined {
    return this.#sockets.get(component);
  }

  /** The connection that came last; throws when there is none. */
  get socket(): Socket {
    if (this.#socket === undefined) throw new Error('the gateway is not connected');
    return this.#socket;
  }

  /** Answers a request: pings are, whatever else is asked of the server or its users is not served. */
  answer(iq: string): void {
    const type = attribute(iq, 'type');
    if (type !== 'get' && type !== 'set') return;
    const from = attribute(iq, 'from') ?? '';
    const socket = this.#sockets.get(domainOf(from)) ?? this.socket;
    const addresses = `from='${attribute(iq, 'to') ?? this.#domain}' to='${from}'`;
    const id = attribute(iq, 'id') ?? '';
    if (isPing(iq)) {
      socket.write(`<iq type='result' ${addresses} id='${id}'/>`);
      return;
    }
    const condition = `<service-unavailable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>`;
    socket.write(`<iq type='error' ${addresses} id='${id}'><error type='cancel'>${condition}</error></iq>`);
  }

  #accept(socket: Socket): void {
    const scanner = new StanzaScanner((kind, bytes) => {
      if (kind === 'other') this.#stream(socket, bytes.toString());
      else this.#onStanza(kind, bytes);
    });
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.on('data', (chunk) => scanner.push(chunk));
    socket.on('error', () => socket.destroy());
  }

  #stream(socket: Socket, element: string): void {
    if (element.includes('<stream:stream')) {
      const component = /<stream:stream[^>]*\sto=["']([^"']*)["']/.exec(element)?.[1] ?? '';
      this.#sockets.set(component, socket);
      const namespaces = `xmlns='jabber:component:accept' xmlns:stream='http://etherx.jabber.org/streams'`;
      socket.write(`${XML_DECLARATION}<stream:stream ${namespaces} from='${component}' id='bench'>`);
    } else if (element.startsWith('<handshake')) {
      socket.write('<handshake/>');
      this.#handshakes.add();
    } else if (element.startsWith('</stream:stream')) {
      socket.end('</stream:stream>');
    } else if (element.startsWith('<stream:error')) {
      throw new Error(`the gateway reported a stream error: ${element}`);
    }
  }
}

/** Whether a request is a ping (XEP-0199), with which the gateway learns what the server has read. */
export function isPing(iq: string): boolean {
  return iq.includes(PING);
}

/** Domain of an address. */
export function domainOf(address: string): string {
  const bare = address.split('/')[0] ?? '';
  return bare.slice(bare.indexOf('@') + 1);
}
