import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { createServer as createTlsServer, type TLSSocket, TLSSocket as UpgradedSocket } from 'node:tls';
import { LOOPBACK } from './process.js';

/** Where in a session a peer may do something of its own. */
export type SmtpStage =
  | 'greeting'
  | 'EHLO'
  | 'STARTTLS'
  | 'AUTH'
  | 'MAIL'
  | 'RCPT'
  | 'DATA'
  | 'middle'
  | 'end';

/**
 * What a peer does at a stage instead of what is usual: a reply of its own, `drop` the connection, or `stall` and say
 * nothing more. Undefined: the usual thing. `line` is the command; empty where there is none.
 */
export type SmtpConduct = (stage: SmtpStage, line: string) => string | 'drop' | 'stall' | undefined;

/** One mail as the peer took it, or all that came of it. */
export interface SmtpTransaction {
  readonly mail: string;
  readonly recipients: readonly string[];
  /** Without the dots of RFC 5321 §4.5.2. */
  readonly data: string;
}

/** What a peer is like. */
export interface SmtpPeerOptions {
  readonly conduct?: SmtpConduct;
  /** Keywords of EHLO; default `SIZE 50000000`, `8BITMIME`, `DSN`, `SMTPUTF8`, `PIPELINING`, `AUTH PLAIN XOAUTH2`. */
  readonly extensions?: readonly string[];
  /** From the start, or by STARTTLS; PEM texts. */
  readonly tls?: { readonly mode: 'tls' | 'starttls'; readonly cert: string; readonly key: string };
  /** How much of the data comes before `middle`, in bytes; it does not occur without. */
  readonly middleAfter?: number;
  /** The data of mails is only counted. */
  readonly discard?: boolean;
}

/** A running peer. */
export interface SmtpPeer {
  readonly port: number;
  /** Sessions so far. */
  readonly sessions: number;
  /** Sessions now. */
  readonly open: number;
  /** Most sessions at once. */
  readonly most: number;
  readonly transactions: readonly SmtpTransaction[];
  /** Commands of all sessions in their order. */
  readonly commands: readonly string[];
  /** Bytes of data, in all mails. */
  readonly received: number;
  /** Resolves when the next mail has come. */
  transaction(): Promise<void>;
  /** Resolves when a session ends. */
  sessionEnd(): Promise<void>;
  /** Ends all sessions as a server does that is shut down, without a word. */
  dropAll(): void;
  stop(): Promise<void>;
}

const USUAL_EXTENSIONS = ['SIZE 50000000', '8BITMIME', 'DSN', 'SMTPUTF8', 'PIPELINING', 'AUTH PLAIN XOAUTH2'];
const END_OF_DATA = '\r\n.\r\n';

/** Starts an SMTP server that behaves, or not, as a test wants it to. */
export async function startSmtpPeer(options: SmtpPeerOptions = {}): Promise<SmtpPeer> {
  const { tls } = options;
  const peer = new Peer();
  const accept = (socket: Socket): void => new PeerSession(socket, options, peer).start();
  const server =
    tls?.mode === 'tls'
      ? createTlsServer({ cert: tls.cert, key: tls.key, noDelay: true }, accept)
      : createServer({ noDelay: true }, accept);
  server.on('connection', (socket: Socket) => peer.watch(socket));
  server.on('tlsClientError', () => undefined);
  server.listen(0, LOOPBACK);
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  peer.port = address.port;
  peer.stop = async () => {
    peer.dropAll();
    server.close();
    await once(server, 'close');
  };
  return peer;
}

class Peer implements SmtpPeer {
  port = 0;
  sessions = 0;
  most = 0;
  received = 0;
  readonly transactions: SmtpTransaction[] = [];
  readonly commands: string[] = [];
  readonly #sockets = new Set<Socket>();
  readonly #ends: (() => void)[] = [];
  readonly #arrivals: (() => void)[] = [];

  get open(): number {
    return this.#sockets.size;
  }

  watch(socket: Socket): void {
    this.#sockets.add(socket);
    this.most = Math.max(this.most, this.#sockets.size);
    socket.on('error', () => undefined);
    socket.once('close', () => {
      this.#sockets.delete(socket);
      for (const done of this.#ends.splice(0)) done();
    });
  }

  take(transaction: SmtpTransaction): void {
    this.transactions.push(transaction);
    for (const done of this.#arrivals.splice(0)) done();
  }

  transaction(): Promise<void> {
    return new Promise((resolve) => this.#arrivals.push(resolve));
  }

  sessionEnd(): Promise<void> {
    return new Promise((resolve) => this.#ends.push(resolve));
  }

  dropAll(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  stop: () => Promise<void> = async () => undefined;
}

class PeerSession {
  #buffer = '';
  #mail = '';
  #recipients: string[] = [];
  #inData = false;
  #inLogin = false;
  #taken = 0;
  #middle = false;
  #silent = false;

  constructor(
    private socket: Socket | TLSSocket,
    private readonly options: SmtpPeerOptions,
    private readonly state: Peer,
  ) {}

  start(): void {
    this.state.sessions += 1;
    this.#listen();
    this.#do('greeting', '', () => this.#say('220 peer.example ESMTP'));
  }

  #listen(): void {
    this.socket.on('error', () => undefined);
    this.socket.on('data', (chunk: Buffer) => this.#take(chunk));
  }

  #say(reply: string): void {
    if (!this.socket.destroyed) this.socket.write(`${reply}\r\n`);
  }

  #do(stage: SmtpStage, line: string, usual: () => void): void {
    const own = this.options.conduct?.(stage, line);
    this.#inLogin = stage === 'AUTH' && own?.startsWith('334') === true;
    if (own === undefined) usual();
    else if (own === 'drop') this.socket.destroy();
    else if (own === 'stall') this.#silent = true;
    else this.#say(own);
  }

  #take(chunk: Buffer): void {
    if (this.#silent) return;
    this.#buffer += chunk.toString('latin1');
    if (this.#inData) this.#takeData();
    while (!this.#inData && !this.#silent) {
      const end = this.#buffer.indexOf('\r\n');
      if (end < 0) return;
      const line = this.#buffer.slice(0, end);
      this.#buffer = this.#buffer.slice(end + 2);
      this.#command(line);
      if (this.#inData) this.#takeData();
    }
  }

  #command(line: string): void {
    this.state.commands.push(line);
    if (this.#inLogin) {
      this.#do('AUTH', line, () => this.#say('535 5.7.8 no'));
      return;
    }
    switch (line.split(' ', 1)[0]?.toUpperCase()) {
      case 'EHLO':
        this.#do('EHLO', line, () => this.#say(this.#extensions()));
        break;
      case 'HELO':
        this.#say('250 peer.example');
        break;
      case 'STARTTLS':
        this.#do('STARTTLS', line, () => this.#upgrade());
        break;
      case 'AUTH':
        this.#do('AUTH', line, () => this.#say('235 2.7.0 welcome'));
        break;
      case 'MAIL':
        this.#do('MAIL', line, () => {
          this.#mail = line;
          this.#recipients = [];
          this.#say('250 2.1.0 Ok');
        });
        break;
      case 'RCPT':
        this.#do('RCPT', line, () => {
          this.#recipients.push(line);
          this.#say('250 2.1.5 Ok');
        });
        break;
      case 'DATA':
        if (this.#mail === '' || this.#recipients.length === 0) this.#say('503 5.5.1 no recipients');
        else this.#do('DATA', line, () => this.#startData());
        break;
      case 'RSET':
        this.#mail = '';
        this.#recipients = [];
        this.#say('250 2.0.0 Ok');
        break;
      case 'QUIT':
        this.#say('221 2.0.0 Bye');
        this.socket.end();
        break;
      default:
        this.#say('502 5.5.2 what?');
    }
  }

  #startData(): void {
    this.#inData = true;
    this.#taken = 0;
    this.#middle = false;
    this.#say('354 go on');
  }

  #extensions(): string {
    const { tls, extensions = USUAL_EXTENSIONS } = this.options;
    const offered =
      tls?.mode === 'starttls' && !(this.socket instanceof UpgradedSocket) ? ['STARTTLS'] : extensions;
    return [
      '250-peer.example',
      ...offered.slice(0, -1).map((each) => `250-${each}`),
      `250 ${offered.at(-1)}`,
    ].join('\r\n');
  }

  #upgrade(): void {
    const { tls } = this.options;
    if (tls === undefined) {
      this.#say('454 4.7.0 not now');
      return;
    }
    this.#say('220 2.0.0 go on');
    const plain = this.socket;
    plain.removeAllListeners('data');
    this.socket = new UpgradedSocket(plain, { isServer: true, cert: tls.cert, key: tls.key });
    this.#listen();
  }

  #takeData(): void {
    const { middleAfter, discard } = this.options;
    const whole = `\r\n${this.#buffer}`;
    const end = whole.indexOf(END_OF_DATA);
    const seen = end < 0 ? this.#buffer.length : end;
    if (middleAfter !== undefined && !this.#middle && this.#taken + seen >= middleAfter) {
      this.#middle = true;
      this.#do('middle', '', () => undefined);
      if (this.#silent || this.socket.destroyed) {
        this.socket.pause();
        return;
      }
    }
    if (end < 0) {
      if (discard === true && this.#buffer.length > END_OF_DATA.length) {
        const cut = this.#buffer.length - END_OF_DATA.length;
        this.#taken += cut;
        this.state.received += cut;
        this.#buffer = this.#buffer.slice(cut);
      }
      return;
    }
    const data = whole.slice(2, end + 2);
    this.state.received += data.length;
    this.#buffer = whole.slice(end + END_OF_DATA.length);
    this.#inData = false;
    const mail = this.#mail;
    const recipients = this.#recipients;
    this.#mail = '';
    this.#do('end', '', () => {
      this.#say('250 2.0.0 Ok: queued');
    });
    this.state.take({
      mail,
      recipients,
      data: discard === true ? '' : data.replace(/(^|\r\n)\./g, '$1'),
    });
  }
}
