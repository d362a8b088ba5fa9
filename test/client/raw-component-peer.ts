import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { Inbox, type WaitOptions } from './inbox.js';

/** Id of every stream that the peer opens. */
const STREAM_ID = 'peer-stream-1';
const LOOPBACK = '127.0.0.1';

/** One connection of a component to the {@link RawComponentPeer}. */
export class RawComponentConnection {
  readonly #socket: Socket;
  readonly #waiters = new Set<() => void>();
  #received = '';
  #taken = 0;
  readonly #closed: Promise<unknown>;

  constructor(socket: Socket) {
    this.#socket = socket;
    this.#closed = once(socket, 'close');
    socket.setEncoding('utf8');
    socket.on('data', (text: string) => {
      this.#received += text;
      for (const waiter of [...this.#waiters]) waiter();
    });
    socket.on('error', () => {});
  }

  /** All text received, the stream header included. */
  get received(): string {
    return this.#received;
  }

  /** Resolves when the component or {@link drop} has closed the connection. */
  get closed(): Promise<unknown> {
    return this.#closed;
  }

  /** Sends bytes or text as they are; resolves when they are handed to the operating system. */
  async send(bytes: string | Uint8Array): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#socket.write(bytes, (error) => (error ? reject(error) : resolve()));
    });
  }

  /** Resolves with the first match in what came after the previous match; rejects in time, quoting what came. */
  async waitForText(pattern: RegExp, options: WaitOptions = {}): Promise<RegExpExecArray> {
    const matches = new Inbox<RegExpExecArray>((match) => match[0]);
    const look = () => {
      const match = pattern.exec(this.#received.slice(this.#taken));
      if (!match) return;
      this.#waiters.delete(look);
      this.#taken += match.index + match[0].length;
      matches.push(match);
    };
    this.#waiters.add(look);
    look();
    try {
      return await matches.wait(() => true, `the component peer waits for ${pattern}`, options);
    } catch (error) {
      throw new Error(`no ${pattern} in what the component sent:\n${this.#received}`, { cause: error });
    } finally {
      this.#waiters.delete(look);
    }
  }

  /** Answers the stream header; resolves with the domain that the component asks for. */
  async openStream(): Promise<string> {
    const [, domain = ''] = await this.waitForText(/<stream:stream [^>]*to=['"]([^'"]*)['"][^>]*>/);
    await this.send(
      "<?xml version='1.0'?><stream:stream xmlns='jabber:component:accept' " +
        `xmlns:stream='http://etherx.jabber.org/streams' from='${domain}' id='${STREAM_ID}'>`,
    );
    return domain;
  }

  /** Plays the server's part of the handshake (XEP-0114 3). Rejects when the digest is not that of `secret`. */
  async acceptHandshake(secret: string): Promise<string> {
    const domain = await this.openStream();
    const [, digest] = await this.waitForText(/<handshake[^>]*>([^<]*)<\/handshake>/);
    const expected = createHash('sha1').update(`${STREAM_ID}${secret}`).digest('hex');
    if (digest !== expected) throw new Error(`handshake ${digest} instead of ${expected}`);
    await this.send('<handshake/>');
    return domain;
  }

  /** Stops or resumes reading, to make the component feel back-pressure. */
  setReading(reading: boolean): void {
    if (reading) this.#socket.resume();
    else this.#socket.pause();
  }

  /** Breaks the connection without closing the stream. */
  drop(): void {
    this.#socket.destroy();
  }

  /** Closes the stream and then the connection. */
  end(): void {
    this.#socket.end('</stream:stream>');
  }
}

/** The server's side of XEP-0114 over TCP, byte by byte, for what no real server does. */
export class RawComponentPeer {
  readonly #server: Server;
  readonly #connections = new Inbox<RawComponentConnection>(() => 'a connection');

  private constructor(server: Server) {
    this.#server = server;
  }

  /** Starts listening on `port`, or on a free one. */
  static async listen(port = 0): Promise<RawComponentPeer> {
    const server = createServer();
    const peer = new RawComponentPeer(server);
    server.on('connection', (socket) => peer.#connections.push(new RawComponentConnection(socket)));
    server.listen(port, LOOPBACK);
    await once(server, 'listening');
    return peer;
  }

  readonly host = LOOPBACK;

  /** Port it listens on. */
  get port(): number {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('the peer does not listen');
    return address.port;
  }

  /** How many connections came so far. */
  get connectionCount(): number {
    return this.#connections.all.length;
  }

  /** Resolves with the next connection that no earlier call took. */
  nextConnection(options?: WaitOptions): Promise<RawComponentConnection> {
    return this.#connections.wait(() => true, 'a connection of the component', options);
  }

  /** Stops listening and breaks every connection. */
  async close(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    for (const connection of this.#connections.all) connection.drop();
    await closed;
  }
}
