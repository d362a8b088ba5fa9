import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { Inbox } from '../../client/inbox.js';

/** One connection to the scripted server: what it received, and free hands in what to send. */
export class ScriptedPeer {
  readonly lines = new Inbox<string>((line) => line);
  readonly socket: Socket;
  #rest = '';

  constructor(socket: Socket) {
    this.socket = socket;
    socket.on('error', () => undefined);
    socket.setEncoding('utf8');
    socket.on('data', (text: string) => {
      this.#rest += text;
      const parts = this.#rest.split('\r\n');
      this.#rest = parts.pop() ?? '';
      for (const line of parts) this.lines.push(line);
    });
  }

  send(...lines: string[]): void {
    this.socket.write(`${lines.join('\r\n')}\r\n`);
  }

  sendBytes(bytes: Uint8Array): void {
    this.socket.write(bytes);
  }

  expect(pattern: RegExp): Promise<string> {
    return this.lines.wait((line) => pattern.test(line), `a line like ${pattern}`);
  }

  /** Lets the client in, with these further tokens of ISUPPORT. */
  async welcome(isupport = 'CASEMAPPING=ascii PREFIX=(ov)@+ CHANTYPES=#'): Promise<string> {
    const nick = (await this.expect(/^NICK /)).slice('NICK '.length);
    await this.expect(/^USER /);
    await this.expect(/^CAP LS/);
    this.send(`:s CAP ${nick} LS :`);
    await this.expect(/^CAP END/);
    this.send(`:s 001 ${nick} :hi`, `:s 005 ${nick} ${isupport} :are supported`, `:s 422 ${nick} :no motd`);
    return nick;
  }

  /** Answers a JOIN and the question for modes. */
  async admit(nick: string, channel: string, names = nick, modes = '+nt'): Promise<void> {
    await this.expect(new RegExp(`^JOIN ${channel}`));
    this.send(
      `:${nick}!u@h JOIN ${channel}`,
      `:s 353 ${nick} = ${channel} :${names}`,
      `:s 366 ${nick} ${channel} :e`,
    );
    await this.expect(new RegExp(`^MODE ${channel}`));
    this.send(`:s 324 ${nick} ${channel} ${modes}`);
  }

  /** Answers PINGs with their own words from now on. */
  answerPings(): void {
    const answer = async (): Promise<void> => {
      for (;;) {
        const ping = await this.lines
          .wait((line) => line.startsWith('PING '), 'a PING', { timeoutMs: 60_000 })
          .catch(() => undefined);
        if (ping === undefined || this.socket.destroyed) return;
        this.send(`:s PONG s ${ping.slice('PING '.length)}`);
      }
    };
    void answer();
  }

  async ended(): Promise<void> {
    if (!this.socket.destroyed) await once(this.socket, 'close');
  }
}

/** A TCP server that says what the test tells it to. */
export class ScriptedServer {
  readonly #server: Server;
  readonly #peers = new Inbox<ScriptedPeer>(() => 'a connection');

  private constructor(server: Server) {
    this.#server = server;
    server.on('connection', (socket) => this.#peers.push(new ScriptedPeer(socket)));
  }

  static async start(): Promise<ScriptedServer> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new ScriptedServer(server);
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  peer(): Promise<ScriptedPeer> {
    return this.#peers.wait(() => true, 'a connection');
  }

  get connections(): number {
    return this.#peers.all.length;
  }

  stop(): void {
    this.#server.close();
    for (const { socket } of this.#peers.all) socket.destroy();
  }
}
