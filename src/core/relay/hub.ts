import { GatewayError } from '../../gateway/error.js';
import type { Text } from '../../gateway/text.js';
import type { XmlElement } from '../../xmpp/element.js';
import type { Jid } from '../../xmpp/jid.js';
import type { RawStanza } from '../../xmpp/stream/overheard.js';
import type { Translator } from '../translator.js';
import { Agreements } from './agreements.js';
import { RelayBook } from './book.js';
import { Carriage } from './carriage.js';
import { reconcile } from './configured.js';
import { Consents, type Question } from './consents.js';
import { Definitions, type LegDefinition, type RelayDefinition } from './definitions.js';
import { freeName } from './free-name.js';
import type { Guard } from './guard.js';
import type { HubDomain, HubServices } from './hub-services.js';
import { Invitations } from './invitations.js';
import { LegMaker } from './leg-maker.js';
import { type LegPlace, LegPlaces } from './leg-places.js';
import type { ListLeg } from './list/list-leg.js';
import type { LegId } from './model.js';
import type { Moderation } from './moderation.js';
import { Operators } from './operators.js';
import type { RelayOptions } from './options.js';
import { OwnAccounts } from './own/own-accounts.js';
import { readConfigured } from './read-configured.js';
import { RoomCommands } from './room-commands.js';
import { changed, DEFAULT_LEG_SETTINGS } from './settings.js';
import { Visits } from './visits.js';

/** All relays: which there are, and how they are made and ended. */
export class RelayHub {
  readonly #domains = new Map<string, HubDomain>();
  readonly #definitions: Definitions;
  readonly #carriage: Carriage;
  readonly #places: LegPlaces;
  readonly #consents: Consents;
  readonly #visits: Visits;
  readonly #invitations: Invitations;
  readonly #rooms: RoomCommands;
  readonly #legs: LegMaker;
  /** The relays that there are. */
  readonly book: RelayBook;
  /** What only the operators can mend is told to them. */
  readonly operators: Operators;
  /** Who speaks on networks by his own account. */
  readonly agreements: Agreements;
  /** The relays' own accounts on networks. */
  readonly accounts: OwnAccounts;

  constructor(private readonly services: HubServices) {
    const { domain, options, state, log, translator, language, entries, now } = services;
    const { limits } = options;
    const own = (): HubDomain | undefined => this.#domains.get(domain);
    this.operators = new Operators({
      ...{ domain, translator, language },
      operators: () => own()?.operators?.() ?? [],
      send: (xml) => own()?.send(xml),
    });
    this.accounts = new OwnAccounts({
      ...{ domain, state, log, operators: this.operators },
      ports: () => [...this.#domains.values()].flatMap(({ port }) => port ?? []),
      configured: options.accounts,
      retryMs: limits.loginMs,
    });
    this.agreements = new Agreements(state);
    this.#definitions = new Definitions(state, log);
    this.#carriage = new Carriage(services, {
      book: () => this.book,
      placeOf: (leg) => this.#legs.placeOf(leg),
      forTheRelay: (id, leg, event) => this.#rooms.hear(id, leg, event),
      wordOf: (text) => this.#rooms.wordOf(text),
      ended: (id) => this.#consents.forgetRoom(id),
    });
    this.#places = new LegPlaces(domain, this.#domains);
    this.book = new RelayBook({
      ...{ definitions: this.#definitions, entries, limits, log },
      relay: (name, stateChanged) => this.#carriage.relays.make(name, stateChanged),
      leg: (definition) => this.#legs.make(definition),
      forget: (id) => this.#legs.forget(id),
    });
    this.#legs = new LegMaker(services, this.#domains, this.#places, {
      nameOf: (leg) => this.book.relayOf(leg)?.name,
      settingsOf: (leg) => this.book.settingsOf(leg),
      legsWith: (leg) => this.book.relayOf(leg)?.legs.map(({ id }) => id) ?? [],
      networkOf: (leg) => this.book.relayOf(leg)?.legs.find(({ id }) => id === leg)?.network,
      botOf: (port) => this.accounts.botOf(port),
      agreed: (owner, room, network) => this.agreements.has(owner, room, network),
    });
    this.#visits = new Visits({
      ...{ visits: limits.visits, settleMs: limits.settleMs },
      leg: (id, password) => this.#legs.make(this.#newLeg(id, password)),
      forget: (id) => {
        if (!this.book.relayOf(id)) this.#legs.forget(id);
      },
      heard: (id, leg, event) => void this.#rooms.hear(id, leg, event),
      ended: (id) => this.#consents.forgetRoom(id),
    });
    this.#consents = new Consents(limits, (question) => this.#over(question));
    this.#invitations = new Invitations({
      ...{ visits: this.#visits, places: this.#places, log },
      ...{ visitMs: limits.visitMs, perUser: limits.questionsPerUser },
      isLeg: (id) => this.book.relayOf(id) !== undefined,
      admits: (from, mediated) => (mediated && !own()?.closed?.()) || own()?.admits?.(from) === true,
      greeting: () => ({ key: 'relay-greeting', args: { nick: options.nick } }),
    });
    this.#rooms = new RoomCommands(this, this.#consents, {
      ...{ translator, language, log, now, nick: options.nick },
      ...{ wordsMs: limits.wordsMs, answersPerMinute: limits.answersPerMinute },
      closed: () => own()?.closed?.() === true,
    });
  }

  /** Who is not carried, and why. */
  get moderation(): Moderation {
    return this.#carriage.moderation;
  }

  /** What is carried. */
  get guard(): Guard {
    return this.#carriage.guard;
  }

  /** As the operator has set them. */
  get options(): RelayOptions {
    return this.services.options;
  }

  /** Knows the words of all networks. */
  get translator(): Translator {
    return this.services.translator;
  }

  /** The relays' own domain. */
  get domain(): string {
    return this.services.domain;
  }

  /** Lists of people that are legs. */
  lists(): readonly ListLeg[] {
    return this.#legs.lists;
  }

  list(id: LegId): ListLeg | undefined {
    return this.lists().find((list) => list.id === id);
  }

  /** Gives it one of the gateway's domains; before `start`. */
  attach(domain: HubDomain): void {
    this.#domains.set(domain.domain, domain);
  }

  /** Rejects with the store's error. */
  async start(): Promise<void> {
    const { entries, now, log } = this.services;
    const { relays, altered, ended, removed, refused } = reconcile(
      await this.#definitions.all(),
      readConfigured(this.services.options.relays, this.#places, log),
      now(),
    );
    for (const one of refused) log.error(one, 'a room of the configuration is in another relay already');
    for (const { name, legs } of ended) {
      await this.#definitions.remove(name);
      await entries.forgetRelay(`${name}@${this.domain}`);
      for (const { id } of legs) this.#legs.forget(id);
    }
    for (const { relay, leg } of removed) {
      await entries.forgetLeg(`${relay}@${this.domain}`, leg);
      this.#legs.forget(leg);
    }
    for (const definition of relays) {
      if (altered.has(definition.name)) await this.#definitions.put(definition);
      this.book.restore(definition);
    }
    // Legs are there before anything is told to the account that they share.
    await this.accounts.start();
    this.#domains.get(this.domain)?.hosted?.started();
  }

  /** What is under way is over; everything is there after the next start. Never rejects. */
  async stop(): Promise<void> {
    this.#carriage.stop();
    await this.accounts.stop();
    this.#invitations.stop();
    this.#consents.stop();
    await Promise.all([this.book.stop(), this.#visits.stop()]);
  }

  /** The server of one of the domains was gone, and is there again. */
  reconnected(): void {
    this.#legs.reconnected();
  }

  /** Whether that is what a stand-in hears and the relay's own seat in the room hears too. Never throws. */
  ignores(stanza: RawStanza): boolean {
    return this.#legs.ignores(stanza);
  }

  /** Somebody has unregistered from one of the gateway's domains. @param owner bare JID. Rejects with the store's error. */
  async erase(owner: string, domain: string): Promise<void> {
    if (domain !== this.domain) return this.agreements.withdraw(owner, domain);
    this.#consents.forgetAsker(owner);
    await this.agreements.forget(owner);
  }

  /** A stanza to an address of ours from a room, or an invitation. False: it is nothing for relays. Never throws. */
  receive(stanza: XmlElement, from: Jid, to: Jid): boolean {
    if (this.#legs.receive(stanza, from, to)) return true;
    // What is said to a room of our own is not said to the relay.
    const hosted = to.resource === '' && this.#domains.get(this.domain)?.hosted?.has(to.local);
    return to.domain === this.domain && !hosted && this.#invitations.receive(stanza, from);
  }

  /** Which room is meant. @throws {GatewayError} `bad-address` */
  place(typed: string): LegPlace {
    return this.#places.read(typed);
  }

  /**
   * Links rooms at once. Resolves when the relay is in them, or it is known why not; the book's report tells.
   * @param owner who has asked for it
   * @throws {GatewayError} and the store's error
   */
  async link(ids: readonly LegId[], owner?: string): Promise<RelayDefinition> {
    const relay = this.#relayFor(ids);
    const legs = ids.filter((id) => !relay?.legs.some((leg) => leg.id === id));
    const made = legs.map((id) => this.#newLeg(id, this.#visits.passwordOf(id)));
    await Promise.all(
      legs.map((id) => {
        this.#invitations.forget(id);
        return this.#visits.leave(id);
      }),
    );
    const name = relay?.name ?? this.#freeName(ids[0] ?? '');
    if (relay) for (const leg of made) await this.book.add(name, leg);
    else
      await this.book.create({
        ...{ name, legs: made, blocked: {}, silent: {} },
        ...(owner !== undefined && { owner }),
      });
    await this.book.settled(name);
    return this.book.find(name) ?? { name, legs: made, blocked: {}, silent: {} };
  }

  /**
   * Asks the rooms: whoever may, says the code in each; then they are linked. Resolves when the relay is there to hear
   * it. @param agreed rooms that need not be asked
   * @throws {GatewayError} also when it cannot come into one of them
   */
  async ask(ids: readonly LegId[], agreed: readonly LegId[], asker: string): Promise<Question> {
    const { limits } = this.services.options;
    const relay = this.#relayFor(ids);
    const owned = this.book.list().filter(({ owner }) => owner === asker);
    if (!relay && owned.length >= limits.relaysPerUser)
      throw new GatewayError('limit', { key: 'relay-too-many-own' });
    for (const id of ids)
      if (!this.book.relayOf(id) && this.#isHosted(id))
        throw new GatewayError('not-found', { key: 'relay-hosted-unknown', args: { room: id } });
    const asked = ids.filter((id) => !agreed.includes(id));
    const question = this.#consents.ask(ids, asked, asker);
    const outside = ids.filter((id) => !this.book.relayOf(id));
    // All have to be known, so that the relay stays in none of them for a question that is over.
    const visits = await Promise.allSettled(outside.map((id) => this.#visits.begin(id, question)));
    const failed = visits.find(({ status }) => status === 'rejected');
    if (failed?.status !== 'rejected') return question;
    this.#consents.forget(question);
    throw failed.reason;
  }

  /** All rooms agree. Never rejects. */
  async linkAgreed(question: Question): Promise<void> {
    const { rooms, asker } = question;
    try {
      const { name } = await this.link(rooms, asker);
      await this.book.announce(name, { key: 'relay-agreed', args: { rooms: rooms.join(', ') } });
    } catch (error) {
      this.services.log.warn({ err: error }, 'rooms could not be linked');
      this.#over(question, error instanceof GatewayError ? error.text : { key: 'relay-not-made' });
      return;
    }
    this.#over(question);
  }

  /**
   * Makes a room on the relays' own domain, which is a relay of one room until others are linked to it; its address.
   * @param owner bare JID @param most how many he may own; undefined: any number
   * @throws {GatewayError} and the store's error
   */
  async host(name: string, owner: string, most: number | undefined): Promise<LegId> {
    const place = this.place(`${name}@${this.domain}`);
    const hosted = this.#domains.get(this.domain)?.hosted;
    if (place.kind !== 'hosted' || !hosted)
      throw new GatewayError('bad-address', { key: 'relay-bad-room', args: { room: name } });
    await hosted.claim(place.local, owner, most);
    await this.book.create({
      ...{ name: this.#freeName(place.id), legs: [this.#newLeg(place.id)], blocked: {}, silent: {}, owner },
    });
    return place.id;
  }

  /** @throws {GatewayError} `not-found`, and the store's error */
  async unlink(id: LegId, by: string): Promise<void> {
    await this.book.remove(id, { key: 'relay-unlinked-by', args: { room: id, by } });
  }

  /** How many people may be on a leg by themselves at most, unless the operator says otherwise. */
  mostOf(leg: LegId): number {
    const { standIns, puppets } = this.services.options;
    const network = this.book.relayOf(leg)?.legs.find(({ id }) => id === leg)?.network;
    return network === undefined ? standIns.most : puppets.most;
  }

  /** The relay that rooms are to be in together, if one of them is in one. */
  #relayFor(ids: readonly LegId[]): RelayDefinition | undefined {
    if (new Set(ids).size < 2 || new Set(ids).size < ids.length)
      throw new GatewayError('rejected', { key: 'relay-same-room' });
    const [relay, ...others] = [...new Set(ids.flatMap((id) => this.book.relayOf(id) ?? []))];
    if (others.length > 0) throw new GatewayError('rejected', { key: 'relay-two-relays' });
    if (relay && ids.every((id) => relay.legs.some((leg) => leg.id === id)))
      throw new GatewayError('rejected', { key: 'relay-already', args: { name: relay.name } });
    return relay;
  }

  #newLeg(id: LegId, password?: string): LegDefinition {
    const network = this.#places.networkOf(id);
    const direction = this.#places.sendsLetters(id) ? 'from' : DEFAULT_LEG_SETTINGS.direction;
    const settings = changed(DEFAULT_LEG_SETTINGS, { password, direction });
    return {
      ...{ id, since: this.services.now(), settings },
      ...(network !== undefined && { network }),
      ...(this.#isHosted(id) && { hosted: true }),
    };
  }

  #freeName(room: LegId): string {
    return freeName(room, (taken) => this.book.find(taken) !== undefined);
  }

  #isHosted(id: LegId): boolean {
    return this.#places.ofId(id).kind === 'hosted';
  }

  /** @param words what the rooms are told that are left now */
  #over(question: Question, words?: Text): void {
    for (const id of question.rooms) void this.#visits.end(id, question, words);
  }
}
