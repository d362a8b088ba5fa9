// Stub XMPP server with rooms that components enter, and with the people in them. Own process.
import type { Socket } from 'node:net';
import { serve } from '../harness/channel.js';
import { monotonicMicros, pause } from '../harness/clock.js';
import { evenly, type Sent } from '../harness/sender.js';
import { benchBody, type Tallied } from '../harness/tally.js';
import { BenchRoom } from './bench-room.js';
import { ComponentServer, domainOf } from './component-server.js';
import { CrossingCount, type Crossings } from './crossing-count.js';
import { attribute, type StanzaKind } from './stanza-scanner.js';

const POLL_MS = 20;
const QUIET_MICROS = 3_000_000;

/** What people say in rooms. */
export interface Talk {
  readonly rooms: readonly string[];
  readonly count: number;
  readonly perSecond: number;
  /** Of all people of these rooms so many talk at a time. */
  readonly active: number;
  /** After so many messages one of these falls silent, and another begins. */
  readonly turnover: number;
}

/** One word of each of the first people of a room. */
export interface OneWord {
  readonly room: string;
  readonly count: number;
  readonly perSecond: number;
}

/** What has happened in all rooms since the last reset. */
export interface RoomCounters extends Crossings {
  /** Messages that the component has said, of whatever kind. */
  readonly messages: number;
  readonly joins: number;
  readonly leaves: number;
  readonly refusals: number;
  /** Of the component's addresses in rooms at present. */
  readonly seats: number;
  /** Stanzas that the rooms have sent to the component. */
  readonly delivered: number;
  /** Monotonic microseconds of the reset, and of the last stanza of the component but for requests; 0: none. */
  readonly resetAt: number;
  readonly lastAt: number;
}

class RoomServer {
  readonly #rooms = new Map<string, BenchRoom>();
  readonly #crossings = new CrossingCount();
  readonly #server = new ComponentServer((kind, bytes) => this.#stanza(kind, bytes));
  readonly #output = new Map<Socket, string>();
  #counts = { messages: 0, joins: 0, leaves: 0, refusals: 0, delivered: 0 };
  #resetAt = 0;
  #lastAt = 0;
  #sequence = 0;

  /** Listens on a free loopback port for components. */
  listen({ domain }: { readonly domain: string }): Promise<number> {
    return this.#server.listen(domain);
  }

  connected({ times }: { readonly times: number }): Promise<Tallied> {
    return this.#server.connected(times);
  }

  /** Puts people into a room. */
  people({
    room,
    count,
    name,
  }: {
    readonly room: string;
    readonly count: number;
    readonly name: string;
  }): void {
    const own = this.#room(room);
    for (let index = 0; index < count; index += 1) own.enter(`${name}${own.people.length}`);
  }

  /** Resolves when so many addresses of the component are in rooms. */
  async expectSeats({ count }: { readonly count: number }): Promise<void> {
    while (this.#seats() < count) await pause(POLL_MS);
  }

  /** The numbers from 1 are said in a place elsewhere. */
  expectFrom({ source, count }: { readonly source: string; readonly count: number }): void {
    for (let sequence = 1; sequence <= count; sequence += 1) this.#crossings.said(sequence, source);
  }

  async expectCrossings({ count }: { readonly count: number }): Promise<void> {
    await this.#crossings.reach(count);
  }

  /** Resolves when the component has said nothing for a while. */
  async expectQuiet(): Promise<void> {
    while (monotonicMicros() - this.#lastAt < QUIET_MICROS) await pause(POLL_MS);
  }

  async talk({ rooms, count, perSecond, active, turnover }: Talk): Promise<Sent> {
    const own = rooms.map((room) => this.#room(room));
    const longest = Math.max(...own.map(({ people }) => people.length));
    // One of each room in turn, so that each has its share of those who talk.
    const everybody = Array.from({ length: longest }, (_, index) =>
      own.flatMap((room) => ({ room, nick: room.people[index] })),
    ).flatMap((some) => some.filter(({ nick }) => nick !== undefined));
    return evenly(count, perSecond, () => {
      this.#sequence += 1;
      const first = Math.floor(this.#sequence / turnover);
      // Steps of a number without a divisor in common visit all of them.
      const chosen = everybody[(first + ((this.#sequence * 7) % active)) % everybody.length];
      if (chosen?.nick === undefined) return;
      this.#crossings.said(this.#sequence, chosen.room.jid);
      chosen.room.say(chosen.nick, benchBody(this.#sequence));
    });
  }

  /** The first people of a room say one thing each, evenly. */
  oneWordOfEach({ room, count, perSecond }: OneWord): Promise<Sent> {
    const own = this.#room(room);
    let next = 0;
    return evenly(count, perSecond, () => {
      const nick = own.people[next];
      next += 1;
      this.#sequence += 1;
      this.#crossings.said(this.#sequence, own.jid);
      if (nick !== undefined) own.say(nick, benchBody(this.#sequence));
    });
  }

  reset(): void {
    this.#crossings.reset();
    this.#resetAt = monotonicMicros();
    this.#lastAt = 0;
    this.#counts = { messages: 0, joins: 0, leaves: 0, refusals: 0, delivered: 0 };
  }

  counters(): RoomCounters {
    return { ...this.#crossings.read(), ...this.#counts, seats: this.#seats(), ...this.#times };
  }

  get #times(): Pick<RoomCounters, 'resetAt' | 'lastAt'> {
    return { resetAt: this.#resetAt, lastAt: this.#lastAt };
  }

  #seats(): number {
    return [...this.#rooms.values()].reduce((sum, { seats }) => sum + seats, 0);
  }

  #room(jid: string): BenchRoom {
    const known = this.#rooms.get(jid);
    if (known) return known;
    const made = new BenchRoom(jid, (address, stanza) => this.#deliver(address, stanza));
    this.#rooms.set(jid, made);
    return made;
  }

  /** What one turn of the event loop has to say goes out in one write. */
  #deliver(address: string, stanza: string): void {
    const socket = this.#server.socketOf(domainOf(address));
    if (!socket) return;
    this.#counts.delivered += 1;
    if (this.#output.size === 0) setImmediate(() => this.#flush());
    this.#output.set(socket, (this.#output.get(socket) ?? '') + stanza);
  }

  #flush(): void {
    for (const [socket, text] of this.#output) if (socket.writable) socket.write(text, 'utf8');
    this.#output.clear();
  }

  #stanza(kind: Exclude<StanzaKind, 'other'>, bytes: Buffer): void {
    if (kind === 'iq') {
      this.#server.answer(bytes.toString());
      return;
    }
    this.#lastAt = monotonicMicros();
    const head = bytes.toString('latin1', 0, bytes.indexOf('>') + 1);
    const room = this.#room((attribute(head, 'to') ?? '').split('/')[0] ?? '');
    if (kind === 'presence') {
      const what = room.presence(bytes);
      if (what === 'joined') this.#counts.joins += 1;
      else if (what === 'left') this.#counts.leaves += 1;
      else if (what === 'refused') this.#counts.refusals += 1;
      return;
    }
    this.#counts.messages += 1;
    if (room.message(bytes)) this.#crossings.came(room.jid, bytes.toString('latin1'));
  }
}

/** Operations of the stub, for the process that calls it. */
export type RoomServerOperations = ReturnType<typeof operationsOf>;

function operationsOf(stub: RoomServer) {
  return {
    listen: (argument: { readonly domain: string }) => stub.listen(argument),
    connected: (argument: { readonly times: number }) => stub.connected(argument),
    people: (argument: Parameters<RoomServer['people']>[0]) => stub.people(argument),
    expectSeats: (argument: { readonly count: number }) => stub.expectSeats(argument),
    expectCrossings: (argument: { readonly count: number }) => stub.expectCrossings(argument),
    expectQuiet: () => stub.expectQuiet(),
    talk: (argument: Talk) => stub.talk(argument),
    oneWordOfEach: (argument: OneWord) => stub.oneWordOfEach(argument),
    expectFrom: (argument: Parameters<RoomServer['expectFrom']>[0]) => stub.expectFrom(argument),
    reset: () => stub.reset(),
    counters: () => stub.counters(),
  };
}

serve(operationsOf(new RoomServer()));
