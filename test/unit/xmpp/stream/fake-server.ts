import { createHash } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { serialize, type XmlElement } from '../../../../src/xmpp/element.js';
import { NS } from '../../../../src/xmpp/namespace.js';
import { StanzaParser } from '../../../../src/xmpp/stream/parser.js';

const STREAM_ID = 'stream-1';

/** What the fake server does by itself. */
export interface FakeServerOptions {
  readonly secret: string;
  /** Answer pings at once. Default true. */
  readonly answerPings?: boolean;
  /** A stream error instead of the handshake's answer, for as long as it is set. */
  refusal?: string;
}

interface PeerEvents {
  stanza: [XmlElement];
  ping: [XmlElement];
  end: [];
  close: [];
}

/** One component's connection, seen from the server. */
export class Peer extends EventEmitter<PeerEvents> {
  /** Every stanza but pings, in order. */
  readonly stanzas: XmlElement[] = [];
  readonly pings: XmlElement[] = [];
  closedStream = false;
  raw = '';

  constructor(readonly socket: Socket) {
    super();
  }

  write(xml: string | Buffer): void {
    this.socket.write(xml);
  }

  answer(ping: XmlElement, type = 'result'): void {
    const { id, from, to } = ping.attrs;
    this.write(`<iq type='${type}' id='${id}' from='${to}' to='${from}'/>`);
  }

  /** Ends the stream as a server does: an error if one is given, the end tag, the end of the connection. */
  end(condition?: string): void {
    const error =
      condition === undefined
        ? ''
        : `<stream:error><${condition} xmlns='${NS.STREAM_ERRORS}'/></stream:error>`;
    this.socket.end(`${error}</stream:stream>`);
  }

  /** Resolves when so many stanzas have come. */
  async received(count: number): Promise<XmlElement[]> {
    while (this.stanzas.length < count) await once(this, 'stanza');
    return this.stanzas;
  }

  bodies(): string[] {
    return this.stanzas.map((stanza) => stanza.childText('body') ?? serialize(stanza));
  }
}

interface ServerEvents {
  /** A connection came in; nothing has been exchanged. */
  connection: [Peer];
  /** The handshake was accepted. */
  peer: [Peer];
}

/** A server for components that does what a test tells it, over a real socket. */
export class FakeServer extends EventEmitter<ServerEvents> {
  readonly #options: FakeServerOptions;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  constructor(options: FakeServerOptions) {
    super();
    this.#options = options;
    this.#server = createServer((socket) => this.#accept(socket));
  }

  async listen(port = 0): Promise<number> {
    this.#server.listen(port, '127.0.0.1');
    await once(this.#server, 'listening');
    return (this.#server.address() as AddressInfo).port;
  }

  nextPeer(): Promise<Peer> {
    return new Promise((resolve) => this.once('peer', resolve));
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #accept(socket: Socket): void {
    const peer = new Peer(socket);
    let handshaken = false;
    this.#sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      this.#sockets.delete(socket);
      peer.emit('close');
    });
    const header = `<?xml version='1.0'?><stream:stream xmlns:stream='${NS.STREAM}' xmlns='${NS.COMPONENT}' id='${STREAM_ID}' from='gw.example'>`;
    const parser = new StanzaParser({
      streamOpen: () => peer.write(header),
      element: (element) => {
        if (handshaken) this.#onElement(peer, element);
        else handshaken = this.#handshake(peer, element);
      },
      streamClose: () => {
        peer.closedStream = true;
        peer.emit('end');
        if (socket.writable) socket.end('</stream:stream>');
      },
    });
    socket.on('data', (data) => {
      peer.raw += data.toString('latin1');
      parser.write(data);
    });
    this.emit('connection', peer);
  }

  #handshake(peer: Peer, element: XmlElement): boolean {
    const expected = createHash('sha1')
      .update(STREAM_ID + this.#options.secret)
      .digest('hex');
    const right = element.name === 'handshake' && element.text() === expected;
    const refusal = this.#options.refusal ?? (right ? undefined : 'not-authorized');
    if (refusal !== undefined) {
      peer.end(refusal);
      return false;
    }
    peer.write('<handshake/>');
    this.emit('peer', peer);
    return true;
  }

  #onElement(peer: Peer, element: XmlElement): void {
    if (element.child('ping', NS.PING) === undefined) {
      peer.stanzas.push(element);
      peer.emit('stanza', element);
      return;
    }
    peer.pings.push(element);
    if (this.#options.answerPings !== false) peer.answer(element);
    peer.emit('ping', element);
  }
}
