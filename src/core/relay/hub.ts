import { createHash, randomInt } from 'node:crypto';
import { GatewayError } from '../../gateway/error.js';
import type { Log } from '../../gateway/gateway.js';
import type { NetworkState } from '../../gateway/state.js';
import type { Text } from '../../gateway/text.js';
import type { RelayEntries } from '../../store/relay-store.js';
import type { XmlElement } from '../../xmpp/element.js';
import { Jid } from '../../xmpp/jid.js';
import { escapeLocal } from '../../xmpp/jid-escaping.js';
import { ArchiveIds } from '../room/archive-ids.js';
import type { Translator } from '../translator.js';
import { Definitions, type LegDefinition, type RelayDefinition } from './definitions.js';
import { Guard, personOf } from './guard.js';
import type { Leg, LegEnd } from './leg.js';
import { type LegPlace, LegPlaces } from './leg-places.js';
import type { LegEvent, LegId, Speaker } from './model.js';
import { Bot } from './network/bot.js';
import { NetworkLeg } from './network/network-leg.js';
import type { NetworkPort } from './network/port.js';
import type { RelayOptions } from './options.js';
import { type LegReport, Relay } from './relay.js';
import { XmppLeg } from './xmpp/xmpp-leg.js';

/** One domain of the gateway, as relays use it. */
export interface HubDomain {
  readonly domain: string;
  /** Absent on the relays' own. */
  readonly port?: NetworkPort;
  send(xml: string): void;
  request(type: 'get' | 'set', from: string, to: string, payload: XmlElement): Promise<XmlElement>;
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

interface Waiting {
  readonly leg: Leg;
  readonly code: string;
  readonly until: number;
  readonly agreed: (by: Speaker) => void;
}

const CODE_DIGITS = 6;
/** Characters of the name of a stand-in who has no address of his own. */
const NAME_LENGTH = 20;
const RESOURCE = 'relay';

const ENDED: Readonly<Record<LegEnd, (args: Record<'room' | 'by', string>) => Text>> = {
  removed: (args) => ({ key: 'relay-ended-removed', args }),
  banned: (args) => ({ key: 'relay-ended-banned', args }),
  destroyed: (args) => ({ key: 'relay-ended-destroyed', args }),
};

/** All relays: which there are, and how they are made and ended. */
export class RelayHub {
  readonly #running = new Map<string, Running>();
  readonly #rooms = new Map<LegId, XmppLeg>();
  readonly #domains = new Map<string, HubDomain>();
  readonly #bots = new Map<string, Bot>();
  readonly #waiting = new Map<LegId, Waiting>();
  readonly #definitions: Definitions;
  readonly #guard: Guard;
  readonly #places: LegPlaces;
  readonly #ids = new ArchiveIds();

  constructor(private readonly services: HubServices) {
    this.#definitions = new Definitions(services.state);
    this.#guard = new Guard(services.options.flood, services.now);
    this.#places = new LegPlaces(this.#domains);
  }

  /** Gives it one of the gateway's domains; before `start`. */
  attach(domain: HubDomain): void {
    this.#domains.set(domain.domain, domain);
  }

  /** Rejects with the store's error. */
  async start(): Promise<void> {
    const known = await this.#definitions.all();
    for (const definition of known) this.#run(definition, true);
    for (const { name, legs } of this.services.options.relays) {
      if (this.#running.has(name)) continue;
      const ids = legs.map((typed) => this.place(typed).id);
      await this.#create(name, ids);
    }
  }

  /** What is under way is over; everything is there after the next start. Never rejects. */
  async stop(): Promise<void> {
    await Promise.all([
      ...[...this.#running.values()].map(({ relay }) => relay.stop()),
      ...[...this.#waiting.values()].map(({ leg }) => leg.stop()),
    ]);
    this.#running.clear();
    this.#waiting.clear();
  }

  /** A stanza to an address of ours from a linked room. False: it comes from somewhere else. Never throws. */
  receive(stanza: XmlElement, from: Jid, to: Jid): boolean {
    const leg = this.#rooms.get(from.bare);
    if (!leg || stanza.name === 'iq') return false;
    leg.receive(stanza, from, to);
    return true;
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
    const { limits } = this.services.options;
    const known = [...new Set(ids.flatMap((id) => this.relayOf(id) ?? []))];
    if (known.length > 1) throw new GatewayError('rejected', { key: 'relay-two-relays' });
    const asked = ids.filter((id) => !agreed.includes(id));
    const open = new Set(asked);
    const codes = new Map<LegId, string>();
    for (const id of asked) {
      await this.#waiting.get(id)?.leg.stop();
      const code = String(randomInt(10 ** CODE_DIGITS)).padStart(CODE_DIGITS, '0');
      codes.set(id, code);
      const linked = this.relayOf(id) !== undefined;
      const leg = this.#makeLeg({ id, since: this.services.now() });
      this.#waiting.set(id, {
        ...{ leg, code, until: this.services.now() + limits.consentMs },
        agreed: () => {
          open.delete(id);
          this.#waiting.delete(id);
          void leg.stop().then(() => (open.size === 0 ? this.#linkAgreed(ids) : undefined));
        },
      });
      if (!linked) this.#await(leg);
    }
    return { relay: known[0]?.name ?? '', codes };
  }

  /** @throws {GatewayError} `not-found`, and the store's error */
  async unlink(id: LegId, by: string): Promise<void> {
    const definition = this.relayOf(id);
    if (!definition) throw new GatewayError('not-found', { key: 'relay-not-linked', args: { room: id } });
    await this.#remove(definition.name, id, { key: 'relay-unlinked-by', args: { room: id, by } });
  }

  /** Carries a person no more, or again. Rejects with the store's error. */
  async block(
    name: string,
    leg: LegId,
    speaker: Speaker,
    how: 'blocked' | 'silent',
    on: boolean,
  ): Promise<void> {
    const running = this.#get(name);
    const people = { ...running.definition[how] };
    if (on) people[personOf(leg, speaker)] = speaker.nick;
    else delete people[personOf(leg, speaker)];
    running.definition = { ...running.definition, [how]: people };
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
    const legs = [...new Set(ids)].map((id) => ({ id, since }));
    const definition: RelayDefinition = { name, legs, blocked: {}, silent: {} };
    await this.#definitions.put(definition);
    this.#run(definition, false);
    return definition;
  }

  async #add(name: string, id: LegId): Promise<void> {
    const running = this.#get(name);
    if (running.definition.legs.length >= this.services.options.limits.legs)
      throw new GatewayError('limit', { key: 'relay-too-many-legs' });
    const leg = { id, since: this.services.now() };
    running.definition = { ...running.definition, legs: [...running.definition.legs, leg] };
    await this.#definitions.put(running.definition);
    running.relay.add(this.#makeLeg(leg), false);
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
    this.#rooms.delete(id);
    await running.relay.announce(words);
    if (legs.length >= 2) return;
    this.#running.delete(name);
    await running.relay.stop();
    for (const leg of legs) this.#rooms.delete(leg.id);
    await this.services.entries.forgetRelay(running.relay.id);
  }

  #run(definition: RelayDefinition, restored: boolean): void {
    const { entries, options, log, now, domain } = this.services;
    const relay = new Relay(`${definition.name}@${domain}`, {
      ...{ entries, queue: options.queue, log, now },
      nextId: () => this.#ids.next(),
      admits: (_relay, leg, event) => this.#admits(definition.name, leg, event),
      ended: (_relay, leg, cause, by) => this.#ended(definition.name, leg, cause, by),
    });
    this.#running.set(definition.name, { definition, relay });
    for (const leg of definition.legs) relay.add(this.#makeLeg(leg), restored);
  }

  #admits(name: string, leg: LegId, event: LegEvent): boolean {
    const running = this.#running.get(name);
    if (!running) return false;
    if (this.#agrees(leg, event)) return false;
    if (event.content.kind === 'presence' && !this.services.options.presence) return false;
    return this.#guard.admits(running.definition, leg, event);
  }

  #ended(name: string, leg: LegId, cause: LegEnd, by: string | undefined): void {
    const words = ENDED[cause]({ room: leg, by: by ?? '?' });
    this.#remove(name, leg, words).catch((error: unknown) => {
      this.services.log.warn({ relay: name, leg, err: error }, 'a leg could not be let go of');
    });
  }

  /** Whether those words are the code of a link, said by somebody who may. */
  #agrees(leg: LegId, { content }: LegEvent): boolean {
    const waiting = this.#waiting.get(leg);
    if (!waiting || content.kind !== 'said' || !content.words.text.includes(waiting.code)) return false;
    if (!content.speaker.moderator || this.services.now() > waiting.until) return false;
    waiting.agreed(content.speaker);
    return true;
  }

  /** Sits in a room that is no leg yet and listens for the code. */
  #await(leg: Leg): void {
    leg.start({
      happened: async (event) => {
        this.#agrees(leg.id, event);
      },
      signal: () => undefined,
      changed: () => undefined,
      ended: () => {
        this.#waiting.delete(leg.id);
        void leg.stop();
      },
      congested: false,
      relieved: async () => undefined,
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

  #makeLeg(definition: LegDefinition): Leg {
    const place = this.#places.ofId(definition.id);
    return place.kind === 'network' ? this.#networkLeg(place) : this.#xmppLeg(definition);
  }

  #networkLeg({ id, domain, room }: Extract<LegPlace, { readonly kind: 'network' }>): NetworkLeg {
    const { options, language, translator, log, now } = this.services;
    const port = this.#domains.get(domain)?.port;
    if (!port) throw new GatewayError('not-found', { key: 'relay-no-network', args: { domain } });
    const bot = this.#bots.get(domain) ?? new Bot(new Jid(RESOURCE, this.services.domain, ''), port);
    this.#bots.set(domain, bot);
    const { retryFirstMs, retryLastMs, pingMs, mostMembers } = options.limits;
    return new NetworkLeg(
      id,
      {
        ...{ puppets: options.puppets, nick: options.nick, language, retryFirstMs, retryLastMs },
        ...{ sweepMs: pingMs, mostMembers },
      },
      {
        ...{ port, bot, room, translator, log, now },
        addressOf: (contact) => {
          const local = port.gateway.addresses.format({ kind: 'contact', id: contact });
          return `${escapeLocal(local)}@${domain}`;
        },
      },
    );
  }

  #xmppLeg({ id, since }: LegDefinition): XmppLeg {
    const { options, language, translator, log, now, domain } = this.services;
    const { standIns, nick, limits } = options;
    const name = this.relayOf(id)?.name ?? RESOURCE;
    const leg = new XmppLeg(
      id,
      {
        ...{ standIns, nick, language, joinMs: limits.joinMs, reflectMs: limits.reflectMs },
        ...{ pingMs: limits.pingMs, retryFirstMs: limits.retryFirstMs, retryLastMs: limits.retryLastMs },
        ...{ mostOccupants: limits.mostMembers, messageLength: limits.messageLength },
      },
      {
        ...{ address: new Jid(name, domain, RESOURCE), translator, log, now },
        send: (xml) => this.#send(xml),
        request: (type, from, to, payload) => {
          const own = this.#domains.get(from.domain);
          if (!own) return Promise.reject(new Error('no such domain'));
          return own.request(type, from.full, to, payload);
        },
        addressOf: (speaker, from) => this.#addressOf(speaker, from, id),
        labelOf: (from) => this.#places.labelOf(from),
        since: () => Math.max(since, now() - limits.catchUpMs),
      },
    );
    this.#rooms.set(id, leg);
    return leg;
  }

  /** A person of a network speaks from his address as a contact; anybody else from one below the relays' domain. */
  #addressOf({ key, address }: Speaker, from: LegId, room: LegId): Jid {
    const resource = createHash('sha256').update(room).digest('hex').slice(0, NAME_LENGTH);
    const [local = '', domain = ''] = address?.split('@') ?? [];
    if (this.#domains.get(domain)?.port) return new Jid(local, domain, resource);
    const name = createHash('sha256').update(personOf(from, { key })).digest('hex').slice(0, NAME_LENGTH);
    return new Jid(name, this.services.domain, resource);
  }

  #send(xml: string): void {
    const domain = /^<\w+ from='[^'@]*@([^'/]+)/.exec(xml)?.[1] ?? '';
    (this.#domains.get(domain) ?? this.#domains.get(this.services.domain))?.send(xml);
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
