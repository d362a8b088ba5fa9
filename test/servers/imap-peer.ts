import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, Server as TlsServer } from 'node:tls';
import { Inbox } from '../client/inbox.js';
import { LOOPBACK } from './process.js';

/** A mail that the peer has. */
export interface PeerMail {
  readonly uid: number;
  readonly text: string;
  readonly flags: Set<string>;
  /** Gmail's. */
  readonly labels?: readonly string[];
}

/** One command of the gateway's. */
export interface PeerCommand {
  readonly tag: string;
  /** Upper case, with `UID` where it has that. */
  readonly name: string;
  readonly args: string;
  /** The whole line. */
  readonly line: string;
}

/** What the peer does instead of answering as a server should; a text is written as it is. */
export type PeerAnswer = string | Buffer | 'silence' | 'drop' | undefined;

/**
 * Says what becomes of a command; undefined: what a server would do.
 * @param usual what a server would say, with the tagged line at its end
 */
export type PeerScript = (command: PeerCommand, usual: string, connection: PeerConnection) => PeerAnswer;

/** A connection of the gateway's. */
export class PeerConnection {
  selected = '';
  /** Mails of the open folder, as far as it was told. */
  told = 0;
  idle: PeerCommand | undefined;
  /** Resolves when it has ended. */
  readonly closed: Promise<unknown>;

  constructor(readonly socket: Socket) {
    this.closed = new Promise((resolve) => socket.once('close', resolve));
    socket.on('error', () => undefined);
  }

  /** Writes bytes as they are. */
  send(bytes: string | Buffer): void {
    if (this.socket.writable)
      this.socket.write(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes);
  }
}

/** An IMAP server that speaks just enough, and misbehaves as it is told. */
export class ImapPeer {
  readonly connections = new Inbox<PeerConnection>(() => 'a connection');
  readonly commands = new Inbox<PeerCommand>(({ line }) => line);
  greeting = '* OK ready\r\n';
  capabilities = 'IMAP4rev1 IDLE UIDPLUS';
  uidValidity = 1;
  /** Mails of the inbox, in the order of UIDs; other folders are empty. */
  mails: PeerMail[] = [];
  script: PeerScript = () => undefined;
  #nextUid = 1;
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
    server.on(server instanceof TlsServer ? 'secureConnection' : 'connection', (socket: Socket) =>
      this.#greet(socket),
    );
  }

  /** `secure`: TLS from the start. */
  static async listen(secure?: { readonly cert: Buffer; readonly key: Buffer }): Promise<ImapPeer> {
    const server = secure ? createTlsServer(secure) : createServer();
    server.listen(0, LOOPBACK);
    await once(server, 'listening');
    return new ImapPeer(server);
  }

  /** Where it is, for a mailbox. */
  get address(): { readonly host: string; readonly port: number; readonly security: 'none' } {
    return { host: LOOPBACK, port: (this.#server.address() as AddressInfo).port, security: 'none' };
  }

  /** Puts a mail into the inbox, and tells of it who waits. */
  deliver(text: string, mail: Partial<Omit<PeerMail, 'text'>> = {}): void {
    const uid = mail.uid ?? this.#nextUid;
    this.#nextUid = Math.max(this.#nextUid, uid + 1);
    this.mails.push({ flags: new Set(), ...mail, uid, text });
    for (const connection of this.connections.all)
      if (connection.idle) connection.send(this.#news(connection));
  }

  /** Gives all mails other numbers and ends all connections. */
  renumber(): void {
    this.uidValidity += 1;
    this.#nextUid = 1;
    this.mails = this.mails.map((mail) => ({ ...mail, uid: this.#nextUid++ }));
    this.drop();
  }

  /** Ends all connections at once. */
  drop(): void {
    for (const { socket } of this.connections.all) socket.destroy();
  }

  close(): void {
    this.drop();
    this.#server.close();
  }

  #greet(socket: Socket): void {
    const connection = new PeerConnection(socket);
    this.connections.push(connection);
    connection.send(this.greeting);
    let rest = '';
    let literal = 0;
    socket.on('data', (chunk) => {
      rest += chunk.toString('latin1');
      for (;;) {
        const end = rest.indexOf('\r\n', literal);
        if (end < 0) return;
        const line = rest.slice(0, end);
        const announced = /\{(\d+)\+?\}$/.exec(line.slice(literal));
        if (announced) {
          if (!line.endsWith('+}')) connection.send('+ go on\r\n');
          literal = end + 2 + Number(announced[1]);
          continue;
        }
        rest = rest.slice(end + 2);
        literal = 0;
        this.#take(connection, line);
      }
    });
  }

  #take(connection: PeerConnection, line: string): void {
    if (line === 'DONE' && connection.idle) {
      connection.send(`${connection.idle.tag} OK done\r\n`);
      connection.idle = undefined;
      return;
    }
    const [, tag = '', name = '', args = ''] = /^(\S+) ((?:UID )?\S+) ?([\s\S]*)$/.exec(line) ?? [];
    const command: PeerCommand = { tag, name: name.toUpperCase(), args, line };
    this.commands.push(command);
    const usual = this.#usual(command, connection) + this.#news(connection);
    const answer = this.script(command, usual, connection) ?? usual;
    if (answer === 'drop') connection.socket.destroy();
    else if (answer !== 'silence') connection.send(answer);
  }

  #usual(command: PeerCommand, connection: PeerConnection): string {
    const { tag, name, args } = command;
    const ok = `${tag} OK done\r\n`;
    switch (name) {
      case 'CAPABILITY':
        return `* CAPABILITY ${this.capabilities}\r\n${ok}`;
      case 'LIST':
        return `* LIST () "/" INBOX\r\n* LIST (\\Sent) "/" Sent\r\n${ok}`;
      case 'LSUB':
        return `* LSUB () "/" INBOX\r\n${ok}`;
      case 'NAMESPACE':
        return `* NAMESPACE (("" "/")) NIL NIL\r\n${ok}`;
      case 'SELECT':
      case 'EXAMINE':
        connection.selected = args.replaceAll('"', '');
        connection.told = this.#mailsOf(connection.selected).length;
        return `${this.#selected(connection.selected)}${tag} OK [READ-WRITE] open\r\n`;
      case 'STATUS': {
        const folder = args.split(' ')[0] ?? '';
        return `* STATUS ${folder} (UIDNEXT ${this.#uidNext(folder)} UIDVALIDITY ${this.uidValidity})\r\n${ok}`;
      }
      case 'UID SEARCH':
        return `* SEARCH${this.#search(connection, args)
          .map((uid) => ` ${uid}`)
          .join('')}\r\n${ok}`;
      case 'FETCH':
      case 'UID FETCH':
        return this.#fetch(connection, name === 'UID FETCH', args) + ok;
      case 'IDLE':
        connection.idle = command;
        return '+ idling\r\n';
      case 'LOGOUT':
        return `* BYE\r\n${ok}`;
      case 'AUTHENTICATE':
        return `${tag} OK in\r\n`;
      default:
        return ok;
    }
  }

  /** What is told of the open folder whenever something is said. */
  #news(connection: PeerConnection): string {
    const count = this.#mailsOf(connection.selected).length;
    if (connection.selected === '' || connection.told === count) return '';
    connection.told = count;
    return `* ${count} EXISTS\r\n`;
  }

  #mailsOf(folder: string): readonly PeerMail[] {
    return folder === 'INBOX' ? this.mails : [];
  }

  #uidNext(folder: string): number {
    return folder === 'INBOX' ? this.#nextUid : 1;
  }

  #selected(folder: string): string {
    return [
      '* FLAGS (\\Seen \\Deleted)',
      `* ${this.#mailsOf(folder).length} EXISTS`,
      '* 0 RECENT',
      `* OK [UIDVALIDITY ${this.uidValidity}] valid`,
      `* OK [UIDNEXT ${this.#uidNext(folder)}] next`,
      '',
    ].join('\r\n');
  }

  #search({ selected }: PeerConnection, args: string): readonly number[] {
    const id = /HEADER Message-ID "?(<[^"\s]*>)"?/i.exec(args)?.[1];
    const found = this.#mailsOf(selected).filter(({ text }) => id === undefined || text.includes(id));
    return found.map(({ uid }) => uid);
  }

  #fetch({ selected }: PeerConnection, byUid: boolean, args: string): string {
    const [, range = '', query = ''] = /^(\S+) ([\s\S]*)$/.exec(args) ?? [];
    const [first = '1', last = first] = range.split(':');
    const mails = this.#mailsOf(selected);
    const from = Number(first);
    const to = last === '*' ? Number.POSITIVE_INFINITY : Number(last);
    return mails
      .map((mail, index) => ({ mail, sequence: index + 1 }))
      .filter(({ mail, sequence }) => {
        const number = byUid ? mail.uid : sequence;
        return (number >= from && number <= to) || (last === '*' && sequence === mails.length);
      })
      .map(({ mail, sequence }) => `* ${sequence} FETCH (${fetched(mail, query)})\r\n`)
      .join('');
  }
}

function fetched(mail: PeerMail, query: string): string {
  const headers = `${mail.text.split('\r\n\r\n')[0]}\r\n\r\n`;
  const items = [`UID ${mail.uid}`];
  if (/\bFLAGS\b/.test(query)) items.push(`FLAGS (${[...mail.flags].join(' ')})`);
  if (query.includes('RFC822.SIZE')) items.push(`RFC822.SIZE ${mail.text.length}`);
  if (query.includes('INTERNALDATE')) items.push('INTERNALDATE "21-Nov-2026 10:00:00 +0000"');
  if (query.includes('X-GM-LABELS')) items.push(`X-GM-LABELS (${(mail.labels ?? []).join(' ')})`);
  if (query.includes('BODYSTRUCTURE'))
    items.push(`BODYSTRUCTURE ("TEXT" "PLAIN" NIL NIL NIL "7BIT" ${mail.text.length} 1)`);
  const fields = /BODY\.PEEK\[(HEADER\.FIELDS \([^)]*\))\]/.exec(query)?.[1];
  if (fields !== undefined) items.push(`BODY[${fields}] ${literal(headers)}`);
  if (query.includes('BODY.PEEK[HEADER]')) items.push(`BODY[HEADER] ${literal(headers)}`);
  for (const [, section = '', start = '0', length = '0'] of query.matchAll(
    /BODY\.PEEK\[(TEXT)?\]<(\d+)\.(\d+)>/g,
  )) {
    const whole = section === 'TEXT' ? mail.text.slice(headers.length) : mail.text;
    const part = whole.slice(Number(start), Number(start) + Number(length));
    items.push(`BODY[${section}]<${start}> ${literal(part)}`);
  }
  return items.join(' ');
}

function literal(text: string): string {
  return `{${text.length}}\r\n${text}`;
}
