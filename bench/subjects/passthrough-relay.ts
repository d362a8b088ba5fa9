// The relay of the self-test: just enough of a gateway for the benchmark, by scanning bytes. Own process;
// arguments: XMPP port, IRC host, IRC port.
import { connect, type Socket } from 'node:net';
import { attribute, StanzaScanner } from '../stubs/stanza-scanner.js';
import { GATEWAY_DOMAIN, roomAddress } from './subject.js';

const BODY_START = '<body>';
const BODY_END = '</body>';
const PRIVMSG = Buffer.from(' PRIVMSG ');
const LINE_END = Buffer.from('\r\n');
const SELF = `<x xmlns='http://jabber.org/protocol/muc#user'><status code='110'/></x>`;

/** Writes to a socket once per turn of the event loop. */
class Outlet {
  readonly socket: Socket;
  #queued = '';

  constructor(socket: Socket) {
    this.socket = socket;
  }

  send(text: string): void {
    if (this.#queued === '') {
      setImmediate(() => {
        if (this.socket.writable) this.socket.write(this.#queued, 'latin1');
        this.#queued = '';
      });
    }
    this.#queued += text;
  }
}

/** The IRC connection of one user. */
class IrcLine {
  readonly #user: string;
  readonly #nick: string;
  readonly #relay: Relay;
  readonly #irc: Outlet;
  readonly #rooms = new Set<string>();
  #pending: Buffer | undefined;

  constructor(user: string, nick: string, relay: Relay) {
    this.#user = user;
    this.#nick = nick;
    this.#relay = relay;
    const socket = connect({ host: relay.ircHost, port: relay.ircPort, noDelay: true });
    this.#irc = new Outlet(socket);
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk) => this.#receive(chunk));
    this.send(`NICK ${nick}\r\nUSER ${nick} 0 * :${nick}\r\n`);
  }

  send(text: string): void {
    this.#irc.send(text);
  }

  join(channel: string): void {
    this.#rooms.add(channel);
    this.send(`JOIN ${channel}\r\n`);
  }

  #receive(chunk: Buffer): void {
    const bytes = this.#pending === undefined ? chunk : Buffer.concat([this.#pending, chunk]);
    let start = 0;
    for (let end = bytes.indexOf(LINE_END); end >= 0; end = bytes.indexOf(LINE_END, start)) {
      this.#line(bytes.subarray(start, end));
      start = end + LINE_END.length;
    }
    this.#pending = start < bytes.length ? bytes.subarray(start) : undefined;
  }

  #line(bytes: Buffer): void {
    const line = bytes.toString('latin1');
    const [prefix = '', command = '', target = '', symbolOrChannel = '', channel = '', ...names] =
      line.split(' ');
    const nick = prefix.slice(1, prefix.indexOf('!'));
    if (bytes.indexOf(PRIVMSG) > 0) this.#message(nick, target, line.slice(line.indexOf(' :') + 2));
    else if (command === 'JOIN' && nick !== this.#nick) this.#presence(target, nick, '');
    else if (command === 'PART' && nick === this.#nick) this.#left(target);
    else if (command === '353') this.#names(channel, names);
    else if (command === '366') this.#joined(symbolOrChannel);
  }

  #message(nick: string, channel: string, text: string): void {
    const addresses = `from='${this.#room(channel)}/${nick}' to='${this.#user}'`;
    this.#relay.send(`<message ${addresses} type='groupchat'><body>${text}</body></message>`);
  }

  #names(channel: string, names: readonly string[]): void {
    for (const name of names) {
      const nick = name.replace(/^:?@?/, '');
      if (nick !== this.#nick) this.#presence(channel, nick, '');
    }
  }

  #joined(channel: string): void {
    this.#presence(channel, this.#nick, SELF);
    const addresses = `from='${this.#room(channel)}' to='${this.#user}'`;
    this.#relay.send(`<message ${addresses} type='groupchat'><subject/></message>`);
  }

  #left(channel: string): void {
    const addresses = `from='${this.#room(channel)}/${this.#nick}' to='${this.#user}'`;
    this.#relay.send(`<presence ${addresses} type='unavailable'>${SELF}</presence>`);
    this.#rooms.delete(channel);
    if (this.#rooms.size > 0) return;
    this.#relay.forget(this.#user);
    this.#irc.socket.end();
  }

  #presence(channel: string, nick: string, content: string): void {
    const addresses = `from='${this.#room(channel)}/${nick}' to='${this.#user}'`;
    this.#relay.send(`<presence ${addresses}>${content}</presence>`);
  }

  #room(channel: string): string {
    return roomAddress(channel, this.#relay.ircHost);
  }
}

class Relay {
  readonly ircHost: string;
  readonly ircPort: number;
  readonly #xmpp: Outlet;
  readonly #lines = new Map<string, IrcLine>();

  constructor(xmppPort: number, ircHost: string, ircPort: number) {
    this.ircHost = ircHost;
    this.ircPort = ircPort;
    const socket = connect({ host: '127.0.0.1', port: xmppPort, noDelay: true });
    const scanner = new StanzaScanner((kind, bytes) => {
      if (kind === 'message') this.#message(bytes.toString('latin1'));
      else if (kind === 'presence') this.#presence(bytes.toString('latin1'));
      else if (bytes.includes('<stream:stream')) this.send('<handshake/>');
    });
    this.#xmpp = new Outlet(socket);
    socket.on('data', (chunk) => scanner.push(chunk));
    socket.on('error', () => socket.destroy());
    socket.on('close', () => process.exit(0));
    const namespaces = `xmlns='jabber:component:accept' xmlns:stream='http://etherx.jabber.org/streams'`;
    this.send(`<?xml version='1.0'?><stream:stream ${namespaces} to='${GATEWAY_DOMAIN}'>`);
  }

  send(text: string): void {
    this.#xmpp.send(text);
  }

  forget(user: string): void {
    this.#lines.delete(user);
  }

  #message(stanza: string): void {
    const from = attribute(stanza, 'from') ?? '';
    const to = attribute(stanza, 'to') ?? '';
    const body = stanza.slice(stanza.indexOf(BODY_START) + BODY_START.length, stanza.indexOf(BODY_END));
    this.#lines.get(from)?.send(`PRIVMSG ${channelOf(to)} :${body}\r\n`);
    this.send(`<message from='${to}/n0' to='${from}' type='groupchat'><body>${body}</body></message>`);
  }

  #presence(stanza: string): void {
    const from = attribute(stanza, 'from') ?? '';
    const to = attribute(stanza, 'to') ?? '';
    const channel = channelOf(to);
    if (attribute(stanza, 'type') === 'unavailable') {
      this.#lines.get(from)?.send(`PART ${channel}\r\n`);
      return;
    }
    const line = this.#lines.get(from) ?? new IrcLine(from, to.slice(to.indexOf('/') + 1), this);
    this.#lines.set(from, line);
    line.join(channel);
  }
}

function channelOf(room: string): string {
  return room.slice(0, room.indexOf('%'));
}

const [xmppPort, ircHost = '', ircPort] = process.argv.slice(2);
new Relay(Number(xmppPort), ircHost, Number(ircPort));
