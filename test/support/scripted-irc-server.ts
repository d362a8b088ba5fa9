import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { ARRIVAL_TIMEOUT_MS, Inbox } from '../client/inbox.js';

/** A connection of the gateway's, byte by byte: what the gateway writes is kept as it was written. */
export class IrcPeer {
  readonly lines = new Inbox<string>((line) => line);
  /** Lines that hold what must never be on the wire, or more than a line may hold (RFC 1459 §2.3). */
  readonly illegal: string[] = [];
  /** Resolves when the connection has ended. */
  readonly closed: Promise<unknown>;
  #rest = '';
  nick = '';

  /** `named` is called when the gateway has asked for a nick. */
  constructor(
    readonly socket: Socket,
    named: () => void,
  ) {
    this.closed = new Promise((resolve) => socket.once('close', resolve));
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => this.#read(chunk.toString('latin1'), named));
  }

  /** Whether the connection still stands. */
  get alive(): boolean {
    return !this.socket.destroyed;
  }

  send(...lines: string[]): void {
    this.sendBytes(Buffer.from(`${lines.join('\r\n')}\r\n`));
  }

  sendBytes(bytes: Uint8Array): void {
    if (this.socket.writable) this.socket.write(bytes);
  }

  /** Resolves when the gateway has taken everything sent so far, or has given the connection up. */
  async taken(token: string): Promise<void> {
    if (!this.alive) return;
    this.send('', `PING :${token}`);
    await Promise.race([
      this.closed,
      this.lines.wait((line) => line === `PONG :${token}`, 'the answer to a PING', {
        timeoutMs: ARRIVAL_TIMEOUT_MS,
      }),
    ]);
  }

  /** Lets the gateway in and answers its JOIN. */
  async admit(channel: string, names = ''): Promise<void> {
    await this.register();
    await this.lines.wait((line) => line.startsWith(`JOIN ${channel}`), 'JOIN');
    this.send(
      `:${this.nick}!u@h JOIN ${channel}`,
      `:s 353 ${this.nick} = ${channel} :${this.nick} ${names}`,
      `:s 366 ${this.nick} ${channel} :end`,
      `:s 324 ${this.nick} ${channel} +nt`,
    );
  }

  /** Lets the gateway in. */
  async register(): Promise<void> {
    await this.lines.wait((line) => line.startsWith('CAP LS'), 'CAP LS');
    await this.lines.wait((line) => line.startsWith('NICK '), 'NICK');
    this.send(`:s CAP ${this.nick} LS :`);
    await this.lines.wait((line) => line === 'CAP END', 'CAP END');
    this.send(
      `:s 001 ${this.nick} :hi`,
      `:s 005 ${this.nick} CASEMAPPING=ascii PREFIX=(ov)@+ CHANTYPES=# :are supported`,
      `:s 422 ${this.nick} :no motd`,
    );
  }

  #read(text: string, named: () => void): void {
    const lines = (this.#rest + text).split('\r\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) {
      // biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the purpose
      if (/[\r\n\x00]/.test(line) || line.length > 510) this.illegal.push(line);
      if (line.startsWith('NICK ') && this.nick === '') {
        this.nick = line.slice('NICK '.length);
        named();
      }
      // A PING of the gateway's own asks whether its lines were taken.
      if (line.startsWith('PING ')) this.send(`:s PONG s ${line.slice('PING '.length)}`);
      this.lines.push(line);
    }
  }
}

/** Listens for the gateway. */
export class ScriptedIrcServer {
  readonly #server: Server;
  readonly #peers = new Inbox<IrcPeer>(() => 'a connection');
  readonly #named = new Inbox<IrcPeer>(({ nick }) => `a connection of ${nick}`);

  private constructor(server: Server) {
    this.#server = server;
    server.on('connection', (socket) => {
      const peer = new IrcPeer(socket, () => this.#named.push(peer));
      this.#peers.push(peer);
    });
  }

  static async listen(): Promise<ScriptedIrcServer> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new ScriptedIrcServer(server);
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** How many connections came so far. */
  get connections(): number {
    return this.#peers.all.length;
  }

  /** The next connection that no earlier call took. */
  peer(): Promise<IrcPeer> {
    return this.#peers.wait(() => true, 'a connection of the gateway');
  }

  /** The next connection that asks for this nick and that no earlier call took. */
  peerOf(nick: string): Promise<IrcPeer> {
    return this.#named.wait((peer) => peer.nick === nick, `a connection of ${nick}`);
  }

  close(): void {
    for (const { socket } of this.#peers.all) socket.destroy();
    this.#server.close();
  }
}
