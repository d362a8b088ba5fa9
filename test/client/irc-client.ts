import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type Socket, connect as tcpConnect } from 'node:net';
import { connect as tlsConnect } from 'node:tls';
import { Inbox, type WaitOptions } from './inbox.js';

/** Where and as whom to connect. */
export interface IrcLogin {
  readonly server: {
    readonly host: string;
    readonly port: number;
    readonly tlsPort?: number;
    readonly caPath?: string;
  };
  readonly nick: string;
  readonly user?: string;
  readonly realName?: string;
  /** Password of the server. */
  readonly password?: string;
  /** Uses the TLS port and trusts the server's own certificate. */
  readonly tls?: boolean;
  /** Capabilities to ask for; each must be granted. */
  readonly capabilities?: readonly string[];
  /** Logs in by SASL PLAIN. */
  readonly sasl?: { readonly account: string; readonly password: string };
  /** Encoding of lines both ways; UTF-8 by default. `latin1` shows bytes one by one. */
  readonly encoding?: 'utf8' | 'latin1';
}

/** An IRC client that shows a scenario the very lines: it knows no more of the protocol than registering. */
export class IrcClient {
  /** The nick it registered with; a later change is not followed. */
  readonly nick: string;
  readonly #socket: Socket;
  readonly #encoding: 'utf8' | 'latin1';
  readonly #inbox = new Inbox<string>((line) => line);
  #partial = Buffer.alloc(0);
  #barriers = 0;

  private constructor(socket: Socket, login: IrcLogin) {
    this.nick = login.nick;
    this.#encoding = login.encoding ?? 'utf8';
    this.#socket = socket;
    socket.on('data', (chunk) => this.#read(chunk));
    // A broken connection shows as a missing line; without a listener it would end the test run.
    socket.on('error', () => {});
  }

  /** Connects and registers; resolves at the end of the greeting. Rejects when the server refuses. */
  static async connect(login: IrcLogin): Promise<IrcClient> {
    const irc = await IrcClient.open(login);
    const capabilities = [...(login.capabilities ?? []), ...(login.sasl ? ['sasl'] : [])];
    if (login.password !== undefined) irc.send(`PASS ${login.password}`);
    if (capabilities.length > 0) irc.send('CAP LS 302');
    irc.send(`NICK ${login.nick}`);
    irc.send(`USER ${login.user ?? 'tester'} 0 * :${login.realName ?? 'A tester'}`);
    if (capabilities.length > 0) {
      irc.send(`CAP REQ :${capabilities.join(' ')}`);
      const answer = await irc.waitForLine(/ CAP \S+ (ACK|NAK) /, `grant of ${capabilities.join(' ')}`);
      if (answer.includes(' NAK ')) throw new Error(`capabilities refused: ${answer}`);
      if (login.sasl) await irc.#authenticate(login.sasl.account, login.sasl.password);
      irc.send('CAP END');
    }
    const end = await irc.waitForLine(/^\S+ (376|422|43\d|46[45]) |^ERROR /, 'the end of the greeting');
    if (!matches(/^\S+ (376|422) /, end)) throw new Error(`${login.nick} was refused: ${end}`);
    return irc;
  }

  /** Opens the connection and says nothing. */
  static async open(login: IrcLogin): Promise<IrcClient> {
    const { host, port, tlsPort, caPath } = login.server;
    const socket =
      login.tls === true
        ? tlsConnect({
            host,
            port: tlsPort ?? port,
            ...(caPath === undefined ? {} : { ca: readFileSync(caPath) }),
          })
        : tcpConnect(port, host);
    await once(socket, login.tls === true ? 'secureConnect' : 'connect');
    return new IrcClient(socket, login);
  }

  /** Every line received, without its line end. */
  get received(): readonly string[] {
    return this.#inbox.all;
  }

  /** Sends one line; the line end is added, and what the line holds is not looked at. */
  send(line: string): void {
    this.#socket.write(Buffer.from(`${line}\r\n`, this.#encoding));
  }

  /** Sends bytes as they are. */
  sendBytes(bytes: Uint8Array): void {
    this.#socket.write(bytes);
  }

  /**
   * Resolves with the first line, received already or to come, that matches, with its message tags or without
   * them, and that no earlier wait took.
   */
  waitForLine(pattern: RegExp, what = `a line like ${pattern}`, options?: WaitOptions): Promise<string> {
    return this.#inbox.wait(
      (line) => matches(pattern, line),
      `IRC client ${this.nick} waits for ${what}`,
      options,
    );
  }

  /** How many lines matched since the connection began. */
  count(pattern: RegExp): number {
    return this.#inbox.all.filter((line) => matches(pattern, line)).length;
  }

  /** Joins a channel and resolves at the end of its names. */
  async join(channel: string, key?: string): Promise<void> {
    this.send(`JOIN ${channel}${key === undefined ? '' : ` ${key}`}`);
    const end = await this.waitForLine(
      new RegExp(`^\\S+ (366|403|405|47\\d|437) \\S+ ${escapeRegExp(channel)} `, 'i'),
      `the names of ${channel}`,
    );
    if (!matches(/^\S+ 366 /, end)) throw new Error(`could not join ${channel}: ${end}`);
  }

  /** Sends a message to a channel or nick. */
  say(target: string, text: string): void {
    this.send(`PRIVMSG ${target} :${text}`);
  }

  /** Resolves with the line of a PRIVMSG with this text. */
  waitForMessage(target: string, text: string): Promise<string> {
    return this.waitForLine(
      new RegExp(` PRIVMSG ${escapeRegExp(target)} :${escapeRegExp(text)}$`, 'i'),
      `"${text}" to ${target}`,
    );
  }

  /** Resolves when the server has answered a PING, hence has handled every line sent before. */
  async barrier(): Promise<void> {
    this.#barriers += 1;
    const token = `barrier${this.#barriers}`;
    this.send(`PING ${token}`);
    await this.waitForLine(new RegExp(` PONG \\S+ :?${token}$`), 'the answer to a PING');
  }

  /** Says QUIT and resolves when the connection has ended. */
  async quit(reason = 'bye'): Promise<void> {
    if (this.#socket.destroyed) return;
    const closed = once(this.#socket, 'close');
    this.send(`QUIT :${reason}`);
    this.#socket.resume();
    await closed;
  }

  /** Breaks the connection without a word. */
  drop(): void {
    this.#socket.destroy();
  }

  async #authenticate(account: string, password: string): Promise<void> {
    this.send('AUTHENTICATE PLAIN');
    await this.waitForLine(/^(:\S+ )?AUTHENTICATE :?\+$/, 'the invitation to authenticate');
    this.send(`AUTHENTICATE ${Buffer.from(`${account}\0${account}\0${password}`).toString('base64')}`);
    const outcome = await this.waitForLine(/^\S+ 90[3-8] /, 'the outcome of SASL');
    if (!matches(/^\S+ 903 /, outcome)) throw new Error(`SASL failed: ${outcome}`);
  }

  #read(chunk: Buffer): void {
    this.#partial = Buffer.concat([this.#partial, chunk]);
    for (let end = this.#partial.indexOf(0x0a); end >= 0; end = this.#partial.indexOf(0x0a)) {
      const line = this.#partial.subarray(0, end).toString(this.#encoding).replace(/\r$/, '');
      this.#partial = this.#partial.subarray(end + 1);
      if (line.startsWith('PING ')) this.send(`PONG ${line.slice('PING '.length)}`);
      this.#inbox.push(line);
    }
  }
}

/** Whether a line matches with its message tags or without them. */
function matches(pattern: RegExp, line: string): boolean {
  return pattern.test(line) || (line.startsWith('@') && pattern.test(line.replace(/^@\S+ +/, '')));
}

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
