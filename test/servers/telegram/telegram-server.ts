import { randomBytes } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { Api } from 'telegram';
import { type Call, isBotless } from './api/call.js';
import { METHODS } from './api/methods.js';
import { Faults, failureOf } from './faults.js';
import { DataCentre } from './wire/data-centre.js';
import { AuthKey } from './wire/message-key.js';
import type { MtprotoSession } from './wire/mtproto-session.js';
import { RpcFailure, type TlObject, type TlResult } from './wire/schema.js';
import { ServerKey } from './wire/server-key.js';
import type { PasswordCheck } from './wire/srp.js';
import { updatesFor } from './world/named.js';
import type { Posted } from './world/posting.js';
import { isIn } from './world/rights.js';
import { Samples } from './world/samples.js';
import { ScriptedPerson } from './world/scripted-person.js';
import {
  type Authorisation,
  type ChannelPlace,
  type GroupPlace,
  type Person,
  type PressAnswer,
  randomLong,
  World,
} from './world/world.js';

/** A code for logging in. */
export interface SentCode {
  readonly code: string;
  readonly hash: string;
  expired: boolean;
  /** Wrong codes entered. */
  wrong: number;
  /** How many codes the number was sent. */
  readonly sent: number;
}

/** A link for logging in that another device takes. */
export interface LoginToken {
  /** Authorisation key that it was made for, and where. */
  readonly key: string;
  readonly centre: number;
  /** UTC seconds. */
  readonly expires: number;
  acceptedBy: Person | undefined;
}

/** Parts of a file. */
export interface Upload {
  readonly parts: Map<number, Buffer>;
  /** As the client has said for a large file. */
  total: number | undefined;
}

/** What a request was and who made it, for tests that wait for it. */
export interface Asked {
  readonly request: TlObject;
  readonly person: Person | undefined;
  readonly centre: number;
}

/**
 * A Telegram of one's own: several data centres that speak MTProto 2.0 over TCP, people and groups that obey a
 * script, faults on demand. Clients find it by its addresses (`addressOf`) and know it by its key.
 */
export class TelegramServer {
  readonly world = new World();
  readonly faults = new Faults();
  readonly key = ServerKey.generate();
  readonly keys = new Map<string, AuthKey>();
  readonly centres: DataCentre[] = [];
  /** Logins under way: what was sent where, by phone number. */
  readonly codes = new Map<string, SentCode>();
  /** Links of QR codes, by token (hexadecimal). */
  readonly loginTokens = new Map<string, LoginToken>();
  /** Parts of files that are being uploaded, by person and file. */
  readonly uploads = new Map<string, Upload>();
  /** Buttons pressed, until the bot's client answers; by the query's id. */
  readonly presses = new Map<bigint, (answer: PressAnswer) => void>();
  /** What keys are told that are logged in no more. */
  readonly revoked = new Map<string, { readonly failure: RpcFailure; readonly always: boolean }>();
  /** Who has given a right code and still owes the password, by name of the authorisation key. */
  readonly owing = new Map<string, Person>();
  readonly passwordChecks = new Map<string, PasswordCheck>();
  readonly wrongPasswords = new Map<Person, number>();
  /** Exported authorisations, for other data centres: whose they are, and the key that they come from. */
  readonly exports = new Map<string, { readonly person: Person; readonly key: string }>();
  /** What was said by requests, by person and random id. */
  readonly said = new Map<string, Posted>();
  /**
   * The real server refuses a random id that was used already, and a client has to find its message by itself; true:
   * it gets the same answer again.
   */
  answersRepeats = false;
  /** Plain words to people and basic groups are told and answered in the short forms, as on the real server. */
  shortUpdates = true;
  /** In channels everybody learns of reactions to everything; false: only who wrote it, as in large groups. */
  reactionsToAll = true;
  /** Events behind which a client is told only the last messages of a channel. */
  channelTooLong = 5_000;
  /** Events behind which a client is told to begin anew. */
  tooLong = 5_000;
  /** Milliseconds that the server's clock is ahead of the machine's. */
  clockAhead = 0;
  readonly #events = new EventEmitter();
  readonly #asked: Asked[] = [];

  static async start({ centres = 2 } = {}): Promise<TelegramServer> {
    const server = new TelegramServer();
    for (let id = 1; id <= centres; id += 1)
      server.centres.push(await DataCentre.listen(id, server.#services()));
    return server;
  }

  /** Somebody new, whose doings the test writes down. */
  person(firstName: string, facts: Partial<Omit<Person, 'kind' | 'box'>> = {}): ScriptedPerson {
    return new ScriptedPerson(this, this.world.addPerson({ firstName, ...facts }));
  }

  /** Media for scripted people. */
  get samples(): Samples {
    return new Samples(this.world);
  }

  /** UTC seconds as the server has them. */
  seconds(): number {
    return Math.floor((Date.now() + this.clockAhead) / 1_000);
  }

  /** The address by which clients call a data centre; nobody listens there (RFC 5737). */
  addressOf(centre: number): string {
    return `192.0.2.${centre}`;
  }

  /** Port on the loopback address where the data centre of that address listens. */
  portOf(address: string): number | undefined {
    return this.centres.find(({ id }) => this.addressOf(id) === address)?.port;
  }

  /** Resolves with the next request of that name, or with one that came since the last call for it. */
  async asked(
    request: { readonly className: string },
    matches: (asked: Asked) => boolean = () => true,
  ): Promise<Asked> {
    for (;;) {
      const index = this.#asked.findIndex(
        (one) => one.request.className === request.className && matches(one),
      );
      const [found] = index < 0 ? [] : this.#asked.splice(index, 1);
      if (found) return found;
      await new Promise((resolve) => this.#events.once('asked', resolve));
    }
  }

  /** How often a request of that name came and was not waited for. */
  count(request: { readonly className: string }): number {
    return this.#asked.filter((one) => one.request.className === request.className).length;
  }

  /** Sessions in which a person gets updates. */
  sessionsOf(person: Person): readonly MtprotoSession[] {
    return (this.#online().get(person) ?? []).filter(({ wantsUpdates, line }) => wantsUpdates && line);
  }

  /** Who has a client with a connection. */
  online(): readonly Person[] {
    return [...this.#online().keys()];
  }

  /** Who is in a group and has a client that hears it. */
  listeners(place: GroupPlace | ChannelPlace): readonly Person[] {
    return this.online().filter((person) => isIn(place, person));
  }

  /** Tells a person's clients; `except` is the session that has been told by the answer to its request. */
  tell(person: Person, updates: Api.TypeUpdates, except?: MtprotoSession): void {
    if (this.#gathered) {
      const known = this.#gathered.get(person);
      if (known) known.push(updates);
      else this.#gathered.set(person, [updates]);
      return;
    }
    if (this.faults.loseUpdates) return;
    const object = updates as unknown as TlObject;
    for (const session of this.sessionsOf(person)) {
      if (session === except) continue;
      const send = () => session.push(object);
      if (this.faults.delivery) this.faults.delivery(send);
      else send();
    }
  }

  /** Whatever happens meanwhile, everybody's clients are told of in one piece, be it of thousands. */
  together(act: () => void): void {
    const gathered = new Map<Person, Api.TypeUpdates[]>();
    this.#gathered = gathered;
    const short = this.shortUpdates;
    this.shortUpdates = false;
    try {
      act();
    } finally {
      this.#gathered = undefined;
      this.shortUpdates = short;
    }
    for (const [person, all] of gathered) {
      const updates = all.flatMap((one) => (one instanceof Api.Updates ? one.updates : []));
      this.tell(person, updatesFor(person, this.world, updates, this.seconds()));
    }
  }

  /** Updates just as they are, with nobody whom they name: for what no server should send. */
  push(person: Person, ...updates: readonly Api.TypeUpdate[]): void {
    const bare = { updates: [...updates], users: [], chats: [], date: this.seconds(), seq: 0 };
    this.tell(person, new Api.Updates(bare));
  }

  /** Logs a client in without its asking; returns its key for the home data centre. Saves the handshake, which is slow. */
  logIn(person: Person, device = 'client'): Buffer {
    const bytes = randomBytes(256);
    // Some clients drop leading zeros of the key.
    bytes[0] = 1;
    const key = new AuthKey(bytes);
    const now = this.seconds();
    this.keys.set(key.name, key);
    const authorisation = { hash: randomLong(), person, key, created: now, active: now, device, app: device };
    this.world.authorisations.set(key.name, authorisation);
    return bytes;
  }

  /** Ends one client's login, as its owner may from another device. The client learns of it when it asks again. */
  revoke(authorisation: Authorisation, reason = new RpcFailure(401, 'SESSION_REVOKED')): void {
    const { name } = authorisation.key;
    this.world.authorisations.delete(name);
    this.revoked.set(name, { failure: reason, always: reason.code === 406 });
    for (const centre of this.centres)
      for (const session of [...centre.live]) if (session.authKey.name === name) session.line?.close();
    for (const other of [...this.world.authorisations.values()])
      if (other.files === name) this.revoke(other, reason);
  }

  /** The server has lost all keys of a person: his clients get the transport's error -404. */
  forgetKeys(person: Person): void {
    for (const [name, known] of this.world.authorisations) {
      if (known.person !== person) continue;
      this.keys.delete(name);
      this.world.authorisations.delete(name);
    }
  }

  /** All salts are others now. */
  changeSalts(): void {
    for (const centre of this.centres) for (const session of centre.live) session.changeSalt();
  }

  /** Breaks off every connection of a person. */
  disconnect(person: Person): void {
    for (const session of [...(this.#online().get(person) ?? [])]) session.line?.close();
  }

  #gathered: Map<Person, Api.TypeUpdates[]> | undefined;
  #sessions: ReadonlyMap<Person, MtprotoSession[]> | undefined;
  #sessionsAt = -1;

  /** Sessions that have a connection, by person; counted anew only when something has moved. */
  #online(): ReadonlyMap<Person, MtprotoSession[]> {
    const { authorisations } = this.world;
    if (this.#sessions && this.#sessionsAt === authorisations.version) return this.#sessions;
    const sessions = new Map<Person, MtprotoSession[]>();
    for (const { live } of this.centres)
      for (const session of live) {
        const person = authorisations.get(session.authKey.name)?.person;
        if (!person) continue;
        const known = sessions.get(person);
        if (known) known.push(session);
        else sessions.set(person, [session]);
      }
    this.#sessions = sessions;
    this.#sessionsAt = authorisations.version;
    return sessions;
  }

  async close(): Promise<void> {
    await Promise.all(this.centres.map((centre) => centre.close()));
  }

  #services() {
    return {
      key: this.key,
      keys: this.keys,
      now: () => Date.now() + this.clockAhead,
      swallow: (request: TlObject) => this.faults.silences(request),
      moved: () => {
        this.#sessions = undefined;
      },
      handle: (centre: DataCentre, session: MtprotoSession, request: TlObject) =>
        this.#handle(centre, session, request),
    };
  }

  async #handle(
    centre: DataCentre,
    session: MtprotoSession,
    request: TlObject,
  ): Promise<TlResult | undefined> {
    const authorisation = this.world.authorisations.get(session.authKey.name);
    if (authorisation) authorisation.active = this.seconds();
    this.#note({ request, person: authorisation?.person, centre: centre.id });
    const fault = this.faults.take(request);
    try {
      const revoked = this.revoked.get(session.authKey.name);
      if (revoked?.always) throw revoked.failure;
      if (fault?.kind === 'error') throw failureOf(fault);
      if (fault?.kind === 'refuse') {
        session.line?.close();
        return undefined;
      }
      if (fault?.kind === 'hold' && !fault.acted) await this.#hold(fault.until);
      const found = METHODS.get(request.className);
      if (!found) throw new RpcFailure(400, `METHOD_NOT_KNOWN_${request.className}`);
      if (authorisation?.person.bot && isBotless(request.className))
        throw new RpcFailure(400, 'BOT_METHOD_INVALID');
      const call: Call = { server: this, centre, session, authorisation };
      const result = (await found.answer(request, call)) as TlResult;
      if (fault?.kind === 'hold' && fault.acted) await this.#hold(fault.until);
      if (fault?.kind === 'drop') session.line?.close();
      if (fault?.kind === 'cut') session.line?.cutAfter(fault.bytes);
      return fault?.kind === 'unanswered' ? undefined : result;
    } finally {
      this.#events.emit('asked');
    }
  }

  async #hold(until: Promise<void>): Promise<void> {
    this.#events.emit('asked');
    await until;
  }

  #note(asked: Asked): void {
    this.#asked.push(asked);
    if (this.#asked.length > MAX_ASKED) this.#asked.splice(0, MAX_ASKED / 2);
  }
}

/** Requests remembered for tests that wait for them. */
const MAX_ASKED = 20_000;
