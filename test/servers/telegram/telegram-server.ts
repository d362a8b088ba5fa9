import { EventEmitter } from 'node:events';
import { Api } from 'telegram';
import { authMethods } from './api/auth.js';
import type { Call, Method } from './api/call.js';
import { helpMethods } from './api/help.js';
import { historyMethods } from './api/history.js';
import { messageMethods } from './api/messages.js';
import { updateMethods } from './api/updates.js';
import { usersMethods } from './api/users.js';
import { Faults, failureOf } from './faults.js';
import { DataCentre } from './wire/data-centre.js';
import type { AuthKey } from './wire/message-key.js';
import type { MtprotoSession } from './wire/mtproto-session.js';
import { RpcFailure, type TlObject, type TlResult } from './wire/schema.js';
import { ServerKey } from './wire/server-key.js';
import type { Posted } from './world/posting.js';
import { type Person, World } from './world/world.js';

const METHODS: ReadonlyMap<string, Method> = new Map(
  [helpMethods, authMethods, usersMethods, messageMethods, historyMethods, updateMethods]
    .flat()
    .map((method) => [method.name, method]),
);

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
  readonly codes = new Map<string, { readonly code: string; readonly hash: string; expired: boolean }>();
  /** Exported authorisations, for other data centres. */
  readonly exports = new Map<string, Person>();
  /** What was said by requests, by person and random id. */
  readonly said = new Map<string, Posted>();
  /** Events behind which a client is told only the last messages of a channel. */
  channelTooLong = 5_000;
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
    return this.centres.flatMap(({ sessions }) =>
      [...sessions.values()].filter(
        ({ authKey, wantsUpdates, transmit }) =>
          wantsUpdates && transmit && this.world.authorisations.get(authKey.name)?.person === person,
      ),
    );
  }

  /** Tells a person's clients; `except` is the session that has been told by the answer to its request. */
  tell(person: Person, updates: Api.TypeUpdates, except?: MtprotoSession): void {
    if (this.faults.loseUpdates) return;
    for (const session of this.sessionsOf(person))
      if (session !== except) session.push(updates as unknown as TlObject);
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
      handle: (centre: DataCentre, session: MtprotoSession, request: TlObject) =>
        this.#handle(centre, session, request),
    };
  }

  async #handle(centre: DataCentre, session: MtprotoSession, request: TlObject): Promise<TlResult> {
    const authorisation = this.world.authorisations.get(session.authKey.name);
    this.#asked.push({ request, person: authorisation?.person, centre: centre.id });
    const fault = this.faults.take(request);
    try {
      if (fault?.kind === 'error') throw failureOf(fault);
      const found = METHODS.get(request.className);
      if (!found) throw new RpcFailure(400, `METHOD_NOT_KNOWN_${request.className}`);
      const call: Call = { server: this, centre, session, authorisation };
      const result = (await found.answer(request, call)) as TlResult;
      if (fault?.kind === 'drop') centre.drop();
      return result;
    } finally {
      this.#events.emit('asked');
    }
  }
}

/** No updates, as an answer. */
export const nothing = (): Api.Updates =>
  new Api.Updates({ updates: [], users: [], chats: [], date: 0, seq: 0 });
