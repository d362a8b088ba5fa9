import { setTimeout as delay } from 'node:timers/promises';
import { Api } from 'telegram';
import { LAYER } from 'telegram/tl/AllTLObjects.js';
import { TgError } from '../client.js';
import type { TgClientOptions } from '../options.js';
import { Addresses } from './network/addresses.js';
import { DataCentreLink, type LinkEvents, type LinkServices } from './network/data-centre-link.js';
import type { MtprotoConnection } from './network/mtproto-connection.js';
import { Routes } from './network/routes.js';
import { RpcFailure } from './network/rpc-failure.js';
import { Pace, TOO_MANY } from './pace.js';
import type { Session } from './session.js';
import { migrationOf, toTgError } from './to-error.js';

/** Tries of one request whose outcome is not known, or that had to wait a moment. */
const MOST_TRIES = 4;
/** Before a request is tried again that the server could not handle (ms). */
const SERVER_FAULT_MS = 500;
/** Parts of files take longer. */
const FILE_PATIENCE = 2;

/** Reason of the error for requests of a client that was stopped. */
export const STOPPED = 'STOPPED';

/** How one request is to be made. */
export interface RequestOptions {
  /** False: a second time would be something else; an unknown outcome is an error at once. */
  readonly repeat?: boolean;
  /** Requests for which the server imposes a wait together; default those of the same method. */
  readonly family?: string;
}

/** What the requests tell. */
export interface RequestEvents {
  state(state: 'connecting' | 'connected' | 'away', reason?: string): void;
  updates(updates: Api.TypeUpdates): void;
  missed(): void;
  lost(reason: string): void;
  /** An answer, before whoever asked has it. */
  answered(request: Api.AnyRequest, result: unknown): void;
}

/** The requests of one account: to the data centre where it lives, and to others for files. */
export class Requests {
  readonly addresses: Addresses;
  readonly #pace: Pace;
  readonly #links: LinkServices;
  readonly #files = new Map<number, DataCentreLink>();
  #home: DataCentreLink;
  #lost: string | undefined;
  #stopped = false;

  constructor(
    private readonly options: TgClientOptions,
    private readonly session: Session,
    private readonly events: RequestEvents,
  ) {
    const { network, proxies } = options;
    this.addresses = new Addresses(network);
    this.#pace = new Pace(network.limits);
    this.#links = {
      ...{ network, keys: session, routes: new Routes(proxies, this.addresses) },
      greet: (connection) => this.#greet(connection, false),
    };
    this.#home = this.#makeHome();
  }

  /** Connects and stays connected. */
  open(): void {
    this.#stopped = false;
    this.events.state('connecting');
    this.#home.open();
  }

  /** Asks for the next try to connect at once. */
  hurry(): void {
    this.#home.hurry();
  }

  async close(): Promise<void> {
    this.#stopped = true;
    await Promise.all([this.#home, ...this.#files.values()].map((link) => link.close()));
    this.#files.clear();
  }

  /** Rejects with {@link TgError} only. */
  async invoke<Request extends Api.AnyRequest>(
    request: Request,
    { repeat = true, family = request.className }: RequestOptions = {},
  ): Promise<Request['__response']> {
    return (await this.#tries(family, repeat, true, async () => {
      const answer = await this.#home.invoke(request, this.options.network.limits.requestMs);
      this.events.answered(request, answer);
      return answer;
    })) as Request['__response'];
  }

  /** A request for a part of a file, at the data centre that has it; 0: at home. Rejects with {@link TgError}. */
  async invokeForFile<Request extends Api.AnyRequest>(
    request: Request,
    place: { centre: number },
  ): Promise<Request['__response']> {
    return (await this.#tries(request.className, true, false, async () => {
      const centre = place.centre === 0 ? this.session.home : place.centre;
      try {
        const { requestMs } = this.options.network.limits;
        return await this.#fileLink(centre).invoke(request, requestMs * FILE_PATIENCE);
      } catch (error) {
        const migration = migrationOf(error);
        if (migration && this.addresses.has(migration.centre)) {
          place.centre = migration.centre;
          throw new TgError('unreachable', 'FILE_MIGRATE', 0, true);
        }
        if (error instanceof RpcFailure && error.code === 401 && centre !== this.session.home) {
          // It has forgotten who we are there.
          this.session.setAuthorised(centre, false);
          await this.#files.get(centre)?.close();
          throw new TgError('unreachable', error.text, 0, true);
        }
        throw error;
      }
    })) as Request['__response'];
  }

  /** Goes on at another data centre, as the server wants for who is logging in. */
  async moveTo(centre: number): Promise<void> {
    if (!this.addresses.has(centre)) throw new TgError('refused', `NO_DATA_CENTRE_${centre}`);
    const before = this.#home;
    this.session.moveTo(centre);
    this.#home = this.#makeHome();
    if (!this.#stopped) this.#home.open();
    await before.close();
  }

  async #tries(
    family: string,
    repeat: boolean,
    paced: boolean,
    attempt: () => Promise<unknown>,
  ): Promise<unknown> {
    for (let left = MOST_TRIES; ; left -= 1) {
      let asked = false;
      try {
        if (this.#lost !== undefined) throw new TgError('lost', this.#lost);
        if (this.#stopped) throw new TgError('unreachable', STOPPED);
        if (paced) await this.#pace.turn(family);
        asked = true;
        return await attempt();
      } catch (error) {
        if (left > 1 && (await this.#follow(error))) continue;
        const failure = toTgError(error);
        // The pace of one chat is no matter of all the others.
        if (asked && failure.kind === 'wait' && !failure.reason.startsWith('SLOWMODE'))
          this.#pace.imposed(family, failure.seconds);
        if (!(left > 1 && (await this.#worthwhile(failure, repeat)))) throw failure;
      }
    }
  }

  /** Whether the request has to be made elsewhere, and can be now. */
  async #follow(error: unknown): Promise<boolean> {
    const migration = migrationOf(error);
    if (!migration || migration.what === 'FILE' || this.session.me !== undefined) return false;
    await this.moveTo(migration.centre);
    return true;
  }

  async #worthwhile(failure: TgError, repeat: boolean): Promise<boolean> {
    const { silentWaitMs } = this.options.network.limits;
    const ms = failure.seconds * 1_000;
    switch (failure.kind) {
      case 'lost':
        if (this.session.me !== undefined) this.#end(failure.reason);
        return false;
      case 'wait':
        if (failure.reason === TOO_MANY) return false;
        if (ms > silentWaitMs) return false;
        await delay(ms);
        return true;
      case 'unreachable':
        if (!failure.maybeDone || !repeat || this.#stopped) return false;
        if (!['DISCONNECTED', 'FILE_MIGRATE'].includes(failure.reason)) await delay(SERVER_FAULT_MS);
        return true;
      case 'refused':
        return false;
    }
  }

  #end(reason: string): void {
    if (this.#lost !== undefined) return;
    this.#lost = reason;
    void this.close();
    this.events.lost(reason);
  }

  #makeHome(): DataCentreLink {
    const current = (): boolean => link === this.#home;
    const events: LinkEvents = {
      connected: () => current() && this.events.state('connected'),
      away: (reason) => current() && this.events.state('away', reason),
      updates: (updates) => current() && this.events.updates(updates),
      missed: () => current() && this.events.missed(),
      keyNotKnown: () => {
        if (this.session.me === undefined) return true;
        this.#end('AUTH_KEY_UNREGISTERED');
        return false;
      },
    };
    // Whoever is logging in waits before a screen.
    const turns = this.session.me === undefined ? undefined : this.options.network.turns;
    const link = new DataCentreLink(this.session.home, { ...this.#links, turns }, events);
    return link;
  }

  #fileLink(centre: number): DataCentreLink {
    const known = this.#files.get(centre);
    if (known) return known;
    const nothing = (): void => undefined;
    const events: LinkEvents = {
      ...{ connected: nothing, away: nothing, updates: nothing, missed: nothing },
      keyNotKnown: () => centre !== this.session.home,
    };
    const services: LinkServices = {
      ...this.#links,
      greet: async (connection) => {
        await this.#greet(connection, true);
        if (centre !== this.session.home && !this.session.authorised(centre))
          await this.#introduce(connection, centre);
      },
    };
    const link = new DataCentreLink(centre, services, events, this.options.network.limits.filesIdleMs);
    this.#files.set(centre, link);
    return link;
  }

  /** Makes the account known at another data centre (core.telegram.org/api/datacenter#authorization-transfer). */
  async #introduce(connection: MtprotoConnection, centre: number): Promise<void> {
    const { id, bytes } = await this.invoke(new Api.auth.ExportAuthorization({ dcId: centre }));
    await connection.invoke(new Api.auth.ImportAuthorization({ id, bytes }));
    this.session.setAuthorised(centre, true);
  }

  async #greet(connection: MtprotoConnection, quiet: boolean): Promise<void> {
    const { api, device } = this.options;
    const config = new Api.help.GetConfig();
    const query = new Api.InitConnection({
      ...{ apiId: api.id, deviceModel: device.model, systemVersion: device.system, appVersion: device.app },
      ...{ systemLangCode: device.language, langPack: '', langCode: device.language },
      query: quiet ? new Api.InvokeWithoutUpdates({ query: config }) : config,
    });
    const answer = await connection
      .invoke(new Api.InvokeWithLayer({ layer: LAYER, query }))
      .catch((error: unknown) => {
        const { kind, reason } = toTgError(error);
        if (kind === 'lost' && this.session.me !== undefined) this.#end(reason);
        throw error;
      });
    if (answer instanceof Api.Config) this.addresses.learn(answer.dcOptions);
  }
}
