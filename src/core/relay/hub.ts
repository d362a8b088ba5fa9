import { GatewayError } from '../../gateway/error.js';
import type { Log } from '../../gateway/gateway.js';
import type { NetworkState } from '../../gateway/state.js';
import type { Text } from '../../gateway/text.js';
import type { RelayEntries } from '../../store/relay-store.js';
import type { XmlElement } from '../../xmpp/element.js';
import type { Jid } from '../../xmpp/jid.js';
import { ArchiveIds } from '../room/archive-ids.js';
import type { Translator } from '../translator.js';
import { Consents } from './consents.js';
import { Definitions, type RelayDefinition } from './definitions.js';
import { Guard } from './guard.js';
import type { LegEnd } from './leg.js';
import { LegMaker } from './leg-maker.js';
import { type LegPlace, LegPlaces } from './leg-places.js';
import type { LegEvent, LegId, RelayContent } from './model.js';
import { Moderation } from './moderation.js';
import type { NetworkPort } from './network/port.js';
import { Operators } from './operators.js';
import type { RelayOptions } from './options.js';
import { OwnAccounts } from './own/own-accounts.js';
import { type LegReport, Relay } from './relay.js';
import { DEFAULT_LEG_SETTINGS, type LegSettings, reaches } from './settings.js';

/** One domain of the gateway, as relays use it. */
export interface HubDomain {
  readonly domain: string;
  /** Absent on the relays' own. */
  readonly port?: NetworkPort;
  send(xml: string): void;
  request(type: 'get' | 'set', from: string, to: string, payload: XmlElement): Promise<XmlElement>;
  /** Of the relays' own: bare JIDs of those who run the gateway. */
  operators?(): Iterable<string>;
}

/** What relays need of the world. */
export interface HubServices {
  /** The relays' own domain. */
  readonly domain: string;
  readonly options: RelayOptions;
  readonly entries: RelayEntries;
  readonly state: NetworkState;
  readonly translator: Translator;
  readonly language: string;
  readonly log: Log;
  /** UTC milliseconds. */
  now(): number;
}

/** A link that waits for a word from each of its rooms. */
export interface Consent {
  readonly relay: string;
  /** Codes that have still to be said, by leg. */
  readonly codes: ReadonlyMap<LegId, string>;
}

interface Running {
  definition: RelayDefinition;
  readonly relay: Relay;
}

const ENDED: Readonly<Record<LegEnd, (args: Record<'room' | 'by', string>) => Text>> = {
  removed: (args) => ({ key: 'relay-ended-removed', args }),
  banned: (args) => ({ key: 'relay-ended-banned', args }),
  destroyed: (args) => ({ key: 'relay-ended-destroyed', args }),
};

/** All relays: which there are, and how they are made and ended. */
export class RelayHub {
  readonly #running = new Map<string, Running>();
  readonly #domains = new Map<string, HubDomain>();
  readonly #definitions: Definitions;
  readonly #guard: Guard;
  /** Who is not carried, and why. */
  readonly moderation: Moderation;
  readonly #places: LegPlaces;
  readonly #consents: Consents;
  readonly #legs: LegMaker;
  readonly #ids = new ArchiveIds();
  /** What only the operators can mend is told to them. */
  readonly operators: Operators;
  /** The relays' own accounts on networks. */
  readonly accounts: OwnAccounts;

  constructor(private readonly services: HubServices) {
    const { domain, options, state, log, translator, language, now } = services;
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
      retryMs: options.limits.loginMs,
    });
    this.#definitions = new Definitions(services.state);
    this.moderation = new Moderation({
      ...{ kickMs: options.moderation.kickMs, now, log },
      definitionOf: (name) => this.#running.get(name)?.definition,
      settingsOf: (leg) => this.settingsOf(leg),
      personCalled: ({ name }, who) => this.#guard.personCalled(name, who),
      keep: (name, blocked) => this.#keep(name, { blocked }),
      dismiss: (name, person, home) => this.#running.get(name)?.relay.dismiss(person, home),
      obey: async (name, leg, sanction) => this.#running.get(name)?.relay.obey(leg, sanction),
    });
    this.#guard = new Guard(options.flood, now, this.moderation);
    this.#places = new LegPlaces(this.#domains);
    this.#consents = new Consents(services.options.limits.consentMs, services.now);
    this.#legs = new LegMaker(services, this.#domains, this.#places, {
      nameOf: (leg) => this.relayOf(leg)?.name,
      settingsOf: (leg) => this.settingsOf(leg),
      botOf: (port) => this.accounts.botOf(port),
    });
  }

  /** The relays' own domain. */
  get domain(): string {
    return this.services.domain;
  }

  /** Gives it one of the gateway's domains; before `start`. */
  attach(domain: HubDomain): void {
    this.#domains.set(domain.domain, domain);
  }

  /** Rejects with the store's error. */
  async start(): Promise<void> {
    const known = await this.#definitions.all();
    for (const definition of known) this.#run(definition, true);
    // Legs are there before anything is told to the account that they share.
    await this.accounts.start();
    for (const { name, legs } of this.services.options.relays) {
      if (this.#running.has(name)) continue;
      const ids = legs.map((typed) => this.place(typed).id);
      await this.#create(name, ids);
    }
  }

  /** What is under way is over; everything is there after the next start. Never rejects. */
  async stop(): Promise<void> {
    await this.accounts.stop();
    await Promise.all([
      ...[...this.#running.values()].map(({ relay }) => relay.stop()),
      this.#consents.stop(),
    ]);
    this.#running.clear();
  }

  /** A stanza to an address of ours from a linked room. False: it comes from somewhere else. Never throws. */
  receive(stanza: XmlElement, from: Jid, to: Jid): boolean {
    return this.#legs.receive(stanza, from, to);
  }

  /** Which room is meant. @throws {GatewayError} `bad-address` */
  place(typed: string): LegPlace {
    return this.#places.read(typed);
  }

  list(): readonly RelayDefinition[] {
    return [...this.#running.values()].map(({ definition }) => definition);
  }

  /** The relay that a room is a leg of. */
  relayOf(leg: LegId): RelayDefinition | undefined {
    return this.list().find(({ legs }) => legs.some(({ id }) => id === leg));
  }

  /** How a leg takes part. */
  settingsOf(leg: LegId): LegSettings {
    const found = this.relayOf(leg)?.legs.find(({ id }) => id === leg);
    return found?.settings ?? DEFAULT_LEG_SETTINGS;
  }

  report(name: string): readonly LegReport[] {
    return this.#running.get(name)?.relay.report() ?? [];
  }

  /** Links rooms at once: the operator's word is enough. @throws {GatewayError} and the store's error */
  async link(ids: readonly LegId[], name?: string): Promise<RelayDefinition> {
    const known = ids.flatMap((id) => this.relayOf(id) ?? []);
    const [relay, ...others] = [...new Set(known)];
    if (others.length > 0) throw new GatewayError('rejected', { key: 'relay-two-relays' });
    if (!relay) return this.#create(name ?? this.#freeName(ids), ids);
    for (const id of ids) if (!relay.legs.some((leg) => leg.id === id)) await this.#add(relay.name, id);
    return this.#get(relay.name).definition;
  }

  /**
   * Asks the rooms: whoever may, says the code in each. @param agreed those that need not be asked
   * @throws {GatewayError}
   */
  async ask(ids: readonly LegId[], agreed: readonly LegId[]): Promise<Consent> {
    const known = [...new Set(ids.flatMap((id) => this.relayOf(id) ?? []))];
    if (known.length > 1) throw new GatewayError('rejected', { key: 'relay-two-relays' });
    const open = new Set(ids.filter((id) => !agreed.includes(id)));
    const codes = new Map<LegId, string>();
    for (const id of open) {
      // A room that is a leg already hears the code by that leg.
      const own = this.relayOf(id) === undefined;
      const leg = this.#legs.make({ id, since: this.services.now(), settings: DEFAULT_LEG_SETTINGS });
      const code = await this.#consents.ask(leg, own, () => {
        open.delete(id);
        if (open.size === 0) void this.#linkAgreed(ids);
      });
      codes.set(id, code);
    }
    return { relay: known[0]?.name ?? '', codes };
  }

  /** @throws {GatewayError} `not-found`, and the store's error */
  async unlink(id: LegId, by: string): Promise<void> {
    const definition = this.relayOf(id);
    if (!definition) throw new GatewayError('not-found', { key: 'relay-not-linked', args: { room: id } });
    await this.#remove(definition.name, id, { key: 'relay-unlinked-by', args: { room: id, by } });
  }

  /** Changes what is kept of a relay. Rejects with the store's error. */
  async #keep(name: string, change: Partial<RelayDefinition>): Promise<void> {
    const running = this.#get(name);
    running.definition = { ...running.definition, ...change };
    await this.#definitions.put(running.definition);
  }

  #get(name: string): Running {
    const running = this.#running.get(name);
    if (!running) throw new GatewayError('not-found', { key: 'relay-unknown', args: { name } });
    return running;
  }

  async #create(name: string, ids: readonly LegId[]): Promise<RelayDefinition> {
    const { limits } = this.services.options;
    if (this.#running.size >= limits.relays) throw new GatewayError('limit', { key: 'relay-too-many' });
    const since = this.services.now();
    const legs = [...new Set(ids)].map((id) => ({ id, since, settings: DEFAULT_LEG_SETTINGS }));
    const definition: RelayDefinition = { name, legs, blocked: {}, silent: {} };
    await this.#definitions.put(definition);
    this.#run(definition, false);
    return definition;
  }

  async #add(name: string, id: LegId): Promise<void> {
    const running = this.#get(name);
    if (running.definition.legs.length >= this.services.options.limits.legs)
      throw new GatewayError('limit', { key: 'relay-too-many-legs' });
    const leg = { id, since: this.services.now(), settings: DEFAULT_LEG_SETTINGS };
    running.definition = { ...running.definition, legs: [...running.definition.legs, leg] };
    await this.#definitions.put(running.definition);
    running.relay.add(this.#legs.make(leg), false);
    await running.relay.announce({ key: 'relay-linked', args: { room: id } }, id);
  }

  async #remove(name: string, id: LegId, words: Text): Promise<void> {
    const running = this.#get(name);
    const legs = running.definition.legs.filter((leg) => leg.id !== id);
    running.definition = { ...running.definition, legs };
    // A conversation with itself is none.
    if (legs.length < 2) await this.#definitions.remove(name);
    else await this.#definitions.put(running.definition);
    await running.relay.remove(id, words);
    this.#legs.forget(id);
    await running.relay.announce(words);
    if (legs.length >= 2) return;
    this.#running.delete(name);
    await running.relay.stop();
    for (const leg of legs) this.#legs.forget(leg.id);
    await this.services.entries.forgetRelay(running.relay.id);
  }

  #run(definition: RelayDefinition, restored: boolean): void {
    const { entries, options, log, now, domain } = this.services;
    const relay = new Relay(`${definition.name}@${domain}`, {
      ...{ entries, queue: options.queue, log, now },
      nextId: () => this.#ids.next(),
      admits: (_relay, leg, event) => this.#admits(definition.name, leg, event),
      repeated: (_relay, leg, event) => {
        const running = this.#running.get(definition.name);
        if (running) this.#guard.repeated(running.definition, leg, event);
      },
      reaches: (event, from, to) => this.#reaches(definition.name, event, from, to),
      moderates: (leg) => this.settingsOf(leg).moderates,
      wanted: (_relay, content, from, to) => this.#wanted(definition.name, content, from, to),
      shows: (_relay, leg, speaker) => {
        const running = this.#running.get(definition.name);
        return running !== undefined && this.#guard.shows(running.definition, leg, speaker);
      },
      sanctioned: (_relay, leg, sanction) => this.moderation.sanctioned(definition.name, leg, sanction),
      ended: (_relay, leg, cause, by) => this.#ended(definition.name, leg, cause, by),
    });
    this.#running.set(definition.name, { definition, relay });
    for (const leg of definition.legs) relay.add(this.#legs.make(leg), restored);
  }

  #admits(name: string, leg: LegId, event: LegEvent): boolean {
    const running = this.#running.get(name);
    if (!running) return false;
    if (this.#consents.hear(leg, event)) return false;
    return this.#guard.admits(running.definition, leg, event);
  }

  #wanted(name: string, content: RelayContent, from: LegId, to: LegId): boolean {
    const running = this.#running.get(name);
    return running !== undefined && this.#guard.wanted(running.definition, from, to, content);
  }

  #reaches(name: string, { content }: LegEvent, from: LegId, to: LegId): boolean {
    if (!this.#wanted(name, content, from, to)) return false;
    const spoke = 'speaker' in content && content.speaker ? this.#guard.spoke(from, content.speaker) : false;
    return reaches(content, this.settingsOf(from), this.settingsOf(to), spoke);
  }

  #ended(name: string, leg: LegId, cause: LegEnd, by: string | undefined): void {
    const words = ENDED[cause]({ room: leg, by: by ?? '?' });
    this.#remove(name, leg, words).catch((error: unknown) => {
      this.services.log.warn({ relay: name, leg, err: error }, 'a leg could not be let go of');
    });
  }

  async #linkAgreed(ids: readonly LegId[]): Promise<void> {
    try {
      const { name } = await this.link(ids);
      const args = { rooms: ids.join(', ') };
      await this.#get(name).relay.announce({ key: 'relay-agreed', args });
    } catch (error) {
      this.services.log.warn({ err: error }, 'rooms could not be linked');
    }
  }

  #freeName(ids: readonly LegId[]): string {
    const wanted =
      (ids[0] ?? '')
        .split('@')[0]
        ?.toLowerCase()
        .replace(/[^a-z0-9._-]+/g, '-') ?? '';
    const name = wanted.replace(/^[^a-z0-9]+/, '').slice(0, 40) || 'relay';
    for (let number = 1; ; number += 1) {
      const free = number === 1 ? name : `${name}-${number}`;
      if (!this.#running.has(free)) return free;
    }
  }
}
