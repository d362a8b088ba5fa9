import type { Session } from '../../gateway/session.js';
import type { XmlElement } from '../../xmpp/element.js';
import { errorReply, type StanzaError } from '../../xmpp/stanza-error.js';
import type { People } from '../contact/people.js';
import type { DomainContext } from '../domain.js';
import type { Rooms } from '../room/rooms.js';
import type { Account } from './account.js';
import { AccountHost, type HostServices } from './session-host.js';

/** How often sessions that nothing needs any more are looked for. */
const SWEEP_MS = 60_000;

/** Accounts read at a time after a start. */
const LASTING_PAGE = 500;

/** The live connections of a domain's users. */
export class Sessions {
  #services: HostServices | undefined;
  #rooms: Rooms | undefined;
  #people: Pick<People, 'ended'> | undefined;
  #sweeper: NodeJS.Timeout | undefined;
  #ending = false;

  constructor(private readonly context: DomainContext) {}

  /** The parts that know sessions themselves; given once, when all are made. */
  attach(services: HostServices, rooms: Rooms, people: Pick<People, 'ended'>): void {
    this.#services = services;
    this.#people = people;
    this.#rooms = rooms;
    this.#sweeper = setInterval(() => this.#sweep(), SWEEP_MS);
    this.#sweeper.unref();
  }

  get(account: Account): Session | undefined {
    return account.session;
  }

  /**
   * The account's session, made and connecting when there is none. While all are ended none begins to connect, or it
   * would live on: stanzas come to the last.
   */
  ensure(account: Account): Session {
    if (account.session) return account.session;
    const session = this.#made(account);
    if (!this.#ending) session.connect();
    return session;
  }

  /** After a start: sessions of networks where they live as long as the registration. */
  async startLasting(stopped: () => boolean): Promise<void> {
    const { gateway, accounts, store, options } = this.context;
    if (!gateway.lasting) return;
    for (let after = 0; !stopped(); ) {
      const page = await store.accounts.list(options.domain, after, LASTING_PAGE);
      for (const record of page) {
        after = record.id;
        if (accounts.ofRelays(record.owner)) continue;
        this.ensure(await accounts.byRecord(record));
      }
      if (page.length < LASTING_PAGE) return;
    }
  }

  /** Whether the account's session lives as long as its registration. */
  lasts(account: Account): boolean {
    return this.context.gateway.lasting && account.registered;
  }

  /** Tells the account's clients that they are out of all rooms, and disconnects it from the network. */
  async end(account: Account, reason?: string, codes: readonly number[] = [110]): Promise<void> {
    for (const occupancy of [...account.rooms.values()]) {
      this.#rooms?.farewell(occupancy, { codes });
      this.#rooms?.drop(occupancy);
    }
    const { session } = account;
    if (session) this.#people?.ended(account);
    account.session = undefined;
    account.privateRoutes = undefined;
    if (session) {
      try {
        await session.disconnect(reason);
      } catch (error) {
        this.context.log.warn({ err: error }, 'a session did not end cleanly');
      }
    }
    this.context.accounts.release(account);
  }

  /** The registration is about to be removed: the network lets go of what it has given. Rejects when it could not. */
  async logout(account: Account): Promise<void> {
    await this.#made(account).logout?.();
  }

  /** Ends everything, for an orderly stop (XEP-0045 §11.2: status 332). */
  async endAll(reason: string): Promise<void> {
    this.#ending = true;
    clearInterval(this.#sweeper);
    await Promise.all(
      [...this.context.accounts.all()].map((account) => this.end(account, reason, [110, 332])),
    );
  }

  /** Answers a stanza with an error. */
  refuse(stanza: XmlElement, error: StanzaError): void {
    const reply = errorReply(stanza, error);
    if (reply !== undefined) this.context.sink.send(reply);
  }

  /** The account's session, made but not connected when there is none. */
  #made(account: Account): Session {
    if (account.session) return account.session;
    if (!this.#services) throw new Error('sessions used before they were attached');
    const session = this.context.gateway.createSession(
      account.view(),
      new AccountHost(account, this.#services),
    );
    account.session = session;
    return session;
  }

  #sweep(): void {
    for (const account of this.context.accounts.all()) {
      const { session } = account;
      if (account.rooms.size > 0 || account.resources.size > 0 || this.lasts(account)) continue;
      if (account.listener || account.borrowers?.size) continue;
      if (session?.states().some(({ state }) => state.state !== 'idle')) continue;
      void this.end(account);
    }
  }
}
