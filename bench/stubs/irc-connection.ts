import type { Socket } from 'node:net';

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const PRIVMSG = Buffer.from('PRIVMSG #');
const CAPABILITIES = 'multi-prefix';
const ISUPPORT =
  'NETWORK=Bench CASEMAPPING=rfc1459 CHANTYPES=# PREFIX=(ov)@+ CHANMODES=b,k,l,imnpst ' +
  'NICKLEN=30 CHANNELLEN=50 TOPICLEN=300 MODES=4 :are supported by this server';

/** What a connection of the stub IRC server tells the server. */
export interface IrcEvents {
  /** Takes a nick for a connection; false when another one has it. */
  claimNick(nick: string, former: string): boolean;
  joined(member: IrcConnection, channel: string): void;
  parted(member: IrcConnection, channel: string): void;
  closed(member: IrcConnection): void;
  /** A line to a channel; the bytes are valid only during the call. */
  message(line: Buffer): void;
}

/** One client of the stub IRC server: registration, and the commands a gateway uses. */
export class IrcConnection {
  readonly socket: Socket;
  readonly #events: IrcEvents;
  #pending: Buffer | undefined;
  #output = '';
  #nick = '';
  #user = '';
  #negotiating = false;
  #registered = false;

  constructor(socket: Socket, events: IrcEvents) {
    this.socket = socket;
    this.#events = events;
    socket.setNoDelay(true);
    socket.on('data', (chunk) => this.#receive(chunk));
    socket.on('error', () => socket.destroy());
    socket.on('close', () => events.closed(this));
  }

  get nick(): string {
    return this.#nick;
  }

  /** The nick!user@host of this client. */
  get prefix(): string {
    return `${this.#nick}!${this.#user}@bench`;
  }

  /** Queues text; what one turn of the event loop queues goes out in one write. */
  write(text: string): void {
    if (this.#output === '') setImmediate(() => this.#flush());
    this.#output += text;
  }

  #flush(): void {
    const output = this.#output;
    this.#output = '';
    if (this.socket.writable) this.socket.write(output, 'latin1');
  }

  #receive(chunk: Buffer): void {
    const bytes = this.#pending === undefined ? chunk : Buffer.concat([this.#pending, chunk]);
    let start = 0;
    for (let end = bytes.indexOf(LINE_FEED); end >= 0; end = bytes.indexOf(LINE_FEED, start)) {
      const line = bytes.subarray(start, bytes[end - 1] === CARRIAGE_RETURN ? end - 1 : end);
      start = end + 1;
      if (line.length > PRIVMSG.length && PRIVMSG.compare(line, 0, PRIVMSG.length) === 0) {
        this.#events.message(line);
      } else this.#command(line.toString());
    }
    this.#pending = start < bytes.length ? bytes.subarray(start) : undefined;
  }

  #command(line: string): void {
    const [head = '', ...trailing] = line.split(' :');
    const [command = '', ...parameters] = head.split(' ').filter((part) => part !== '');
    if (trailing.length > 0) parameters.push(trailing.join(' :'));
    const [first = '', second = ''] = parameters;
    switch (command.toUpperCase()) {
      case 'CAP':
        this.#capability(first.toUpperCase(), second.trim());
        return;
      case 'NICK':
        this.#changeNick(first);
        return;
      case 'USER':
        this.#user = first.slice(0, 10) || 'user';
        this.#register();
        return;
      case 'PING':
        this.write(`:irc.stub PONG irc.stub :${first}\r\n`);
        return;
      case 'JOIN':
        for (const channel of first.split(',')) this.#events.joined(this, channel);
        return;
      case 'PART':
        for (const channel of first.split(',')) this.#events.parted(this, channel);
        return;
      case 'MODE':
        if (first.startsWith('#') && second === '') this.#numeric('324', `${first} +nt`);
        else if (second.replace('+', '') === 'b') this.#numeric('368', `${first} :End of ban list`);
        return;
      case 'WHO':
        this.#numeric('315', `${first} :End of /WHO list.`);
        return;
      case 'QUIT':
        this.socket.end('ERROR :Closing link\r\n');
        return;
      case 'PONG':
      case 'PRIVMSG':
      case 'NOTICE':
      case 'AWAY':
        return;
      default:
        this.#numeric('421', `${command} :Unknown command`);
    }
  }

  #capability(subcommand: string, wanted: string): void {
    const nick = this.#nick || '*';
    this.#negotiating = subcommand !== 'END';
    if (subcommand === 'LS') this.write(`:irc.stub CAP ${nick} LS :${CAPABILITIES}\r\n`);
    else if (subcommand === 'REQ') {
      this.write(`:irc.stub CAP ${nick} ${wanted === CAPABILITIES ? 'ACK' : 'NAK'} :${wanted}\r\n`);
    } else if (subcommand === 'END') this.#register();
  }

  #changeNick(nick: string): void {
    if (!this.#events.claimNick(nick, this.#nick)) {
      this.#numeric('433', `${nick} :Nickname is already in use.`);
      return;
    }
    if (this.#registered) this.write(`:${this.prefix} NICK :${nick}\r\n`);
    this.#nick = nick;
    this.#register();
  }

  #register(): void {
    if (this.#registered || this.#negotiating || this.#nick === '' || this.#user === '') return;
    this.#registered = true;
    this.#numeric('001', `:Welcome to the Bench network ${this.prefix}`);
    this.#numeric('002', ':Your host is irc.stub, running version bench');
    this.#numeric('003', ':This server was created for a benchmark');
    this.#numeric('004', 'irc.stub bench iosw biklmnopstv bklov');
    this.#numeric('005', ISUPPORT);
    this.#numeric('422', ':MOTD File is missing');
  }

  #numeric(code: string, rest: string): void {
    this.write(`:irc.stub ${code} ${this.#nick || '*'} ${rest}\r\n`);
  }
}
