import { randomBytes } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { Api } from 'telegram';
import { Dispatch } from './dispatch.js';
import { Faults } from './faults.js';
import { LiveSessions } from './live-sessions.js';
import { type Asked, RequestLog } from './request-log.js';
import type { Doings, Endpoint, LoginToken, SentCode, ServerChoice, Upload } from './server-facts.js';
import { DataCentre } from './wire/data-centre.js';
import { AuthKey } from './wire/message-key.js';
import type { MtprotoSession } from './wire/mtproto-session.js';
import { RpcFailure, type TlObject } from './wire/schema.js';
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

/** Where everything listens. */
const LOOPBACK = '127.0.0.1';
/** Port of the real data centres. */
const PUBLIC_PORT = 443;

/**
 * A Telegram of one's own: several data centres that speak MTProto 2.0 over TCP, people and groups that obey a
 * script, faults on demand. Clients find it by its addresses (`addressOf`) and know it by its key.
 */
export class TelegramServer {
  readonly world = new World();
  readonly faults = new Faults();
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
  /** What happens, for whoever looks on. */
  readonly doings = new EventEmitter<Doings>();
  readonly #requests = new RequestLog();
  readonly #dispatch = new Dispatch(this, this.#requests);
  readonly #live = new LiveSessions(this.centres, this.world.authorisations);

  private constructor(
    /** What tells clients that it is this server. */
    readonly key: ServerKey,
    private readonly open: boolean,
  ) {}

  /** @throws {Error} when a port is taken */
  static async start(choice: ServerChoice = {}): Promise<TelegramServer> {
    const { ports, centres = ports?.length ?? 2, key = ServerKey.generate() } = choice;
    const server = new TelegramServer(key, ports !== undefined);
    for (let id = 1; id <= centres; id += 1)
      server.centres.push(await DataCentre.listen(id, server.#services(), ports?.[id - 1]));
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

  /** The address by which clients call a data centre; without ports of one's choice nobody listens there (RFC 5737). */
  addressOf(centre: number): string {
    return this.open ? LOOPBACK : `192.0.2.${centre}`;
  }

  /** Where clients are told to find the data centres. */
  get endpoints(): readonly Endpoint[] {
    return this.centres.map(({ id, port }) => ({
      ...{ centre: id, host: this.addressOf(id), port: this.open ? port : PUBLIC_PORT },
    }));
  }

  /** Port on the loopback address where the data centre of that address listens. */
  portOf(address: string): number | undefined {
    return this.centres.find(({ id }) => this.addressOf(id) === address)?.port;
  }

  /** Resolves with the next request of that name, or with one that came since the last call for it. */
  asked(request: { readonly className: string }, matches?: (asked: Asked) => boolean): Promise<Asked> {
    return this.#requests.asked(request, matches);
  }

  /** How often a request of that name came and was not waited for. */
  count(request: { readonly className: string }): number {
    return this.#requests.count(request);
  }

  /** Sessions in which a person gets updates. */
  sessionsOf(person: Person): readonly MtprotoSession[] {
    return (this.#live.byPerson().get(person) ?? []).filter(({ wantsUpdates, line }) => wantsUpdates && line);
  }

  /** Who has a client with a connection. */
  online(): readonly Person[] {
    return [...this.#live.byPerson().keys()];
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
    for (const session of [...(this.#live.byPerson().get(person) ?? [])]) session.line?.close();
  }

  #gathered: Map<Person, Api.TypeUpdates[]> | undefined;
  async close(): Promise<void> {
    await Promise.all(this.centres.map((centre) => centre.close()));
  }

  #services() {
    return {
      key: this.key,
      keys: this.keys,
      now: () => Date.now() + this.clockAhead,
      swallow: (request: TlObject) => this.faults.silences(request),
      moved: () => this.#live.moved(),
      handle: (centre: DataCentre, session: MtprotoSession, request: TlObject) =>
        this.#dispatch.answer(centre, session, request),
    };
  }
}
