// Stub XMPP server: the server side of XEP-0114 for one component, and all of its users. Own process.
import { serve } from '../harness/channel.js';
import { flood, paced, type Sent } from '../harness/sender.js';
import { benchBody, type LatencySummary, MARKER, type Tallied, Tally } from '../harness/tally.js';
import { ComponentServer } from './component-server.js';
import type { StanzaKind } from './stanza-scanner.js';

const SUBJECT = Buffer.from('<subject');
const BODY = Buffer.from(`>${MARKER}`);
const SELF = /<status [^>]*code=["']110["']/;
const ERROR_TYPE = /^<[^>]*\stype=["']error["']/;
const UNAVAILABLE = Buffer.from('unavailable');

/** Users `first` … `first + count − 1`, each in every one of `rooms` (bare JIDs). */
export interface Crowd {
  readonly first: number;
  readonly count: number;
  readonly rooms: readonly string[];
  /** Most joins or leaves under way at once. */
  readonly window: number;
}

/** Messages from the first user to a room. */
export interface RoomMessages {
  readonly room: string;
  readonly count: number;
  /** Even rate; without it as fast as the gateway takes them. */
  readonly perSecond?: number;
}

/** What the component has sent since the last reset. */
export interface XmppCounters {
  readonly bodies: number;
  readonly joined: number;
  readonly presences: number;
  readonly left: number;
  readonly errors: number;
  readonly firstError: string;
}

class XmppStub {
  readonly #bodies = new Tally();
  readonly #joined = new Tally();
  readonly #left = new Tally();
  readonly #presences = new Tally();
  readonly #server = new ComponentServer((kind, bytes) => this.#stanza(kind, bytes));
  #errors = 0;
  #firstError = '';
  #sent = 0;

  /** Listens on a free loopback port for the one component. */
  listen(argument: { readonly domain: string }): Promise<number> {
    return this.#server.listen(argument.domain);
  }

  /** Resolves once the component has done its handshake. */
  async connected(): Promise<void> {
    await this.#server.connected(1);
  }

  /** Clears all counters. */
  reset(argument: { readonly latency: boolean }): void {
    this.#bodies.reset(argument.latency);
    this.#joined.reset();
    this.#left.reset();
    this.#presences.reset();
    this.#errors = 0;
    this.#firstError = '';
  }

  counters(): XmppCounters {
    return {
      bodies: this.#bodies.count,
      joined: this.#joined.count,
      presences: this.#presences.count,
      left: this.#left.count,
      errors: this.#errors,
      firstError: this.#firstError,
    };
  }

  latency(): LatencySummary {
    return this.#bodies.latency();
  }

  expectBodies(argument: { readonly count: number }): Promise<Tallied> {
    return this.#bodies.reach(argument.count);
  }

  /** Counts presences of occupants other than unavailable ones, to all users together. */
  expectPresences(argument: { readonly count: number }): Promise<Tallied> {
    return this.#presences.reach(argument.count);
  }

  /** Joins a crowd; resolves when the subject, the last stanza of a join, has come for every join. */
  join(crowd: Crowd): Promise<Sent & Tallied> {
    return this.#crowd(crowd, this.#joined, (from, to) => {
      const muc = `<x xmlns='http://jabber.org/protocol/muc'><history maxstanzas='0'/></x>`;
      return `<presence from='${from}' to='${to}'>${muc}</presence>`;
    });
  }

  /** Makes a crowd leave; resolves when each user has had the presence of its own departure. */
  leave(crowd: Crowd): Promise<Sent & Tallied> {
    return this.#crowd(
      crowd,
      this.#left,
      (from, to) => `<presence from='${from}' to='${to}' type='unavailable'/>`,
    );
  }

  send(messages: RoomMessages): Promise<Sent> {
    const head = `<message from='${this.#user(0)}' to='${messages.room}' type='groupchat' id='`;
    const render = (): string => {
      this.#sent += 1;
      return `${head}m${this.#sent}'><body>${benchBody(this.#sent)}</body></message>`;
    };
    return messages.perSecond === undefined
      ? flood(this.#server.socket, messages.count, render)
      : paced(this.#server.socket, messages.count, messages.perSecond, render);
  }

  async #crowd(
    crowd: Crowd,
    done: Tally,
    render: (from: string, to: string) => string,
  ): Promise<Sent & Tallied> {
    const { socket } = this.#server;
    const before = done.count;
    let startedAt: number | undefined;
    let sent = 0;
    for (let user = crowd.first; user < crowd.first + crowd.count; user += 1) {
      for (const room of crowd.rooms) {
        if (sent - (done.count - before) >= crowd.window) await done.reach(before + sent - crowd.window / 2);
        const started = await flood(socket, 1, () => render(this.#user(user), `${room}/n${user}`));
        startedAt ??= started.startedAt;
        sent += 1;
      }
    }
    const { finishedAt } = await done.reach(before + sent);
    return { startedAt: startedAt ?? finishedAt, finishedAt };
  }

  #user(index: number): string {
    return `u${index}@${this.#server.domain}/r`;
  }

  #stanza(kind: Exclude<StanzaKind, 'other'>, bytes: Buffer): void {
    if (kind === 'message') this.#message(bytes);
    else if (kind === 'presence') this.#presence(bytes);
    else this.#server.answer(bytes.toString());
  }

  #message(bytes: Buffer): void {
    if (bytes.indexOf(BODY) >= 0 && !this.#isError(bytes)) this.#bodies.addStamped(bytes);
    else if (bytes.indexOf(SUBJECT) >= 0) this.#joined.add();
    else this.#isError(bytes);
  }

  #presence(bytes: Buffer): void {
    if (bytes.indexOf(UNAVAILABLE) < 0) {
      if (!this.#isError(bytes)) this.#presences.add();
    } else if (SELF.test(bytes.toString('latin1'))) this.#left.add();
  }

  #isError(bytes: Buffer): boolean {
    const tagEnd = bytes.indexOf('>') + 1;
    if (!ERROR_TYPE.test(bytes.toString('latin1', 0, tagEnd))) return false;
    this.#errors += 1;
    if (this.#errors === 1) this.#firstError = bytes.toString();
    return true;
  }
}

/** Operations of the stub, for the process that calls it. */
export type XmppOperations = ReturnType<typeof operationsOf>;

function operationsOf(stub: XmppStub) {
  return {
    listen: (argument: { readonly domain: string }) => stub.listen(argument),
    connected: () => stub.connected(),
    reset: (argument: { readonly latency: boolean }) => stub.reset(argument),
    counters: () => stub.counters(),
    latency: () => stub.latency(),
    expectBodies: (argument: { readonly count: number }) => stub.expectBodies(argument),
    expectPresences: (argument: { readonly count: number }) => stub.expectPresences(argument),
    join: (crowd: Crowd) => stub.join(crowd),
    leave: (crowd: Crowd) => stub.leave(crowd),
    send: (messages: RoomMessages) => stub.send(messages),
  };
}

serve(operationsOf(new XmppStub()));
