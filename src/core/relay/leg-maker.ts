import { createHash } from 'node:crypto';
import { GatewayError } from '../../gateway/error.js';
import type { ContactId } from '../../gateway/ids.js';
import type { XmlElement } from '../../xmpp/element.js';
import { Jid, parseJid } from '../../xmpp/jid.js';
import { escapeLocal } from '../../xmpp/jid-escaping.js';
import { NS } from '../../xmpp/namespace.js';
import type { RawStanza } from '../../xmpp/stream/overheard.js';
import { personOf } from './blocks.js';
import type { LegDefinition } from './definitions.js';
import { type HostedRooms, RELAY_RESOURCE } from './hosted/hosted-rooms.js';
import type { HubDomain, HubServices } from './hub-services.js';
import type { Leg } from './leg.js';
import type { LegPlace, LegPlaces } from './leg-places.js';
import { readList } from './list/list-address.js';
import { ListLeg } from './list/list-leg.js';
import { relayMark, roomMark, wordsMark } from './marks.js';
import { MissingLeg } from './missing-leg.js';
import type { LegId, Speaker } from './model.js';
import type { Bot } from './network/bot.js';
import { NetworkLeg } from './network/network-leg.js';
import type { NetworkPort } from './network/port.js';
import { Pictures } from './pictures.js';
import type { LegSettings } from './settings.js';
import { RoomMemory } from './xmpp/room-memory.js';
import { XmppLeg } from './xmpp/xmpp-leg.js';
import type { RoomMarks } from './xmpp/xmpp-leg-options.js';

/** Characters of the name of a stand-in who has no address of his own. */
const NAME_LENGTH = 20;

/** The domain that a stanza of ours comes from; quotes in attributes are escaped. */
const SENDER = /^<\w+(?:\s+[\w:]+='[^']*')*?\s+from='(?:[^'@/]*@)?([^'/]*)/;

/** What a leg may ask of the relays that there are. */
export interface RelayFacts {
  /** Name of the relay that a room is a leg of. */
  nameOf(leg: LegId): string | undefined;
  settingsOf(leg: LegId): LegSettings;
  /** The relays' own account on a network. */
  botOf(port: NetworkPort): Bot;
  /** Whether somebody who speaks on a leg wants to speak by his own account on a network's domain. Rejects with the store's error. */
  agreed(owner: string, leg: LegId, network: string): Promise<boolean>;
  /** The legs of the relay of a room. */
  legsWith(leg: LegId): readonly LegId[];
  /** Registry id of the network of a leg, also of one that the gateway does not have any more. */
  networkOf(leg: LegId): string | undefined;
}

/** Makes legs of rooms, whatever kind of room it is, and takes stanzas to them. */
export class LegMaker {
  readonly #rooms = new Map<LegId, XmppLeg>();
  readonly #lists = new Map<LegId, ListLeg>();
  readonly #legs = new Map<LegId, Leg>();
  readonly #pictures: Pictures;

  constructor(
    private readonly services: HubServices,
    private readonly domains: ReadonlyMap<string, HubDomain>,
    private readonly places: LegPlaces,
    private readonly relays: RelayFacts,
  ) {
    this.#pictures = new Pictures(domains, services.log);
  }

  /** A stanza to an address of ours from a linked room. False: it comes from somewhere else. Never throws. */
  receive(stanza: XmlElement, from: Jid, to: Jid): boolean {
    const leg = this.#rooms.get(from.bare);
    return leg?.receive(stanza, from, to) ?? false;
  }

  /** Whether a stanza of a room concerns nobody here. Never throws. */
  ignores(stanza: RawStanza): boolean {
    const { from } = stanza;
    const slash = from.indexOf('/');
    if (slash < 0) return false;
    return this.#rooms.get(from.slice(0, slash))?.ignores(stanza, from.slice(slash + 1)) ?? false;
  }

  /** The server of one of our domains was gone, and is there again. */
  reconnected(): void {
    for (const leg of this.#rooms.values()) leg.reconnected();
  }

  /** A leg that is no more. */
  forget(id: LegId): void {
    void this.#rooms.get(id)?.forget();
    this.#rooms.delete(id);
    this.#lists.delete(id);
    this.#legs.delete(id);
    const [local = '', domain] = id.split('@');
    if (domain === this.services.domain) void this.#hosted?.end(local);
  }

  /** Rooms of the relays' own domain. */
  get #hosted(): HostedRooms | undefined {
    return this.domains.get(this.services.domain)?.hosted;
  }

  /** A room that cannot be one at present, as of a network that the operator took away, is a leg that says so. */
  make(definition: LegDefinition): Leg {
    const leg = this.#made(definition);
    this.#legs.set(leg.id, leg);
    return leg;
  }

  #made(definition: LegDefinition): Leg {
    const { id, network } = definition;
    const list = this.#list(definition);
    if (list) return list;
    const domain = id.slice(id.lastIndexOf('@') + 1);
    const port = this.domains.get(domain)?.port;
    if (network !== undefined && !port)
      return new MissingLeg(id, { key: 'relay-no-network', args: { domain } });
    try {
      const place = this.places.ofId(id);
      if (place.kind === 'network' && port) return this.#networkLeg(place, port, definition);
      if (place.kind !== 'hosted') return this.#xmppLeg(definition);
      this.#hosted?.begin(place.local);
      return this.#xmppLeg(definition, this.#hosted);
    } catch (error) {
      return new MissingLeg(id, error instanceof GatewayError ? error.text : { key: 'relay-no-rooms' });
    }
  }

  /** The lists that are legs now. */
  get lists(): readonly ListLeg[] {
    return [...this.#lists.values()];
  }

  #list({ id }: LegDefinition): Leg | undefined {
    if (!id.endsWith(`@${this.services.domain}`)) return undefined;
    const address = readList(id.slice(0, id.lastIndexOf('@')));
    const port = this.domains.get(address?.network ?? '')?.port;
    if (!address) return undefined;
    if (!port) return new MissingLeg(id, { key: 'relay-no-network', args: { domain: address.network } });
    const { options, language, translator, log, now, state } = this.services;
    const settings = (): LegSettings => this.relays.settingsOf(id);
    const { retryFirstMs, retryLastMs } = options.limits;
    const leg = new ListLeg(
      id,
      {
        ...{ ...options.lists.limits, retryFirstMs, retryLastMs, settings },
        configured: options.lists.members[id] ?? [],
        get language() {
          return settings().language ?? language;
        },
      },
      {
        ...{ port, translator, log, now, state, bot: this.relays.botOf(port) },
        addressOf: (contact) => contactAddress(port, contact),
      },
    );
    this.#lists.set(id, leg);
    return leg;
  }

  #networkLeg(
    { id, room }: Extract<LegPlace, { readonly kind: 'network' }>,
    port: NetworkPort,
    { settings: { nick = this.services.options.nick, password } }: LegDefinition,
  ): NetworkLeg {
    const { options, language, translator, log, now } = this.services;
    const settings = (): LegSettings => this.relays.settingsOf(id);
    const bot = this.relays.botOf(port);
    const { retryFirstMs, retryLastMs, pingMs, mostMembers, lettersMs } = options.limits;
    return new NetworkLeg(
      id,
      {
        ...{ nick, retryFirstMs, retryLastMs, sweepMs: pingMs, mostMembers, lettersMs, settings },
        ...(password !== undefined && { password }),
        puppets: atMost(options.puppets, settings),
        get language() {
          return settings().language ?? language;
        },
      },
      {
        ...{ port, bot, room, translator, log, now },
        labelOf: (from) => this.#labelOf(from),
        agreed: (owner, from) => this.relays.agreed(owner, from, port.domain),
        addressOf: (contact) => contactAddress(port, contact),
      },
    );
  }

  /** A room of the relays' own domain differs only in the way to it. */
  #xmppLeg({ id, since, settings }: LegDefinition, hosted?: HostedRooms): XmppLeg {
    const { options, language, translator, log, now, domain } = this.services;
    const set = (): LegSettings => this.relays.settingsOf(id);
    const { limits } = options;
    const standIns = hosted ? { ...options.standIns, most: options.hosted.mostStandIns } : options.standIns;
    const { nick = options.nick, password } = settings;
    const name = this.relays.nameOf(id) ?? RELAY_RESOURCE;
    const leg = new XmppLeg(
      id,
      {
        ...{ nick, joinMs: limits.joinMs, reflectMs: limits.reflectMs },
        ...(password !== undefined && { password }),
        ...{ pingMs: limits.pingMs, retryFirstMs: limits.retryFirstMs, retryLastMs: limits.retryLastMs },
        ...{ mostOccupants: limits.mostMembers, messageLength: limits.messageLength },
        ...{ mostCaughtUp: limits.mostCaughtUp, window: limits.window },
        settings: set,
        standIns: atMost(standIns, set),
        get language() {
          return set().language ?? language;
        },
      },
      {
        ...{ address: new Jid(name, domain, RELAY_RESOURCE), translator, log, now },
        send: (xml) => (hosted ? hosted.fromSeat(xml) : this.#send(xml)),
        request: (type, from, to, payload) => {
          if (hosted) return hosted.request(type, from, to, payload);
          const own = this.domains.get(from.domain);
          if (!own) return Promise.reject(new Error('no such domain'));
          return own.request(type, from.full, to, payload);
        },
        addressOf: (speaker, from) => this.#addressOf(speaker, from, id),
        labelOf: (from) => this.#labelOf(from),
        marks: this.#marks(id),
        isOwn: (address) => this.domains.has(parsedDomain(address)),
        pictureOf: (speaker, from) => this.#pictures.of(speaker, this.#legs.get(from)),
        memory: new RoomMemory(
          id,
          this.services.state,
          () => Math.max(since, now() - limits.catchUpMs),
          now,
          log,
        ),
        software: this.services.software,
      },
    );
    this.#rooms.set(id, leg);
    return leg;
  }

  /** The address of a room as all gateways know it, whatever their own domains are. */
  placeOf(leg: LegId): string {
    const network = this.relays.networkOf(leg) ?? this.places.networkOf(leg);
    return network === undefined ? `xmpp:${leg}` : `${network}:${leg.slice(0, leg.lastIndexOf('@'))}`;
  }

  #marks(id: LegId): RoomMarks {
    const instance = roomMark(this.services.domain);
    const markOf = (leg: LegId): string => roomMark(this.placeOf(leg));
    return {
      instance,
      words: (from, via) => wordsMark({ instance, rooms: [...via, markOf(from)] }).toString(NS.COMPONENT),
      relay: () =>
        relayMark({ instance, rooms: this.relays.legsWith(id).map(markOf) }).toString(NS.COMPONENT),
    };
  }

  /** A word that tells a leg from the others. */
  #labelOf(leg: LegId): string {
    return this.relays.networkOf(leg) ?? this.places.networkOf(leg) ?? 'xmpp';
  }

  /** A person of a network speaks from his address as a contact; anybody else from one below the relays' domain. */
  #addressOf({ key, address }: Speaker, from: LegId, room: LegId): Jid {
    const resource = createHash('sha256').update(room).digest('hex').slice(0, NAME_LENGTH);
    const [local = '', domain = ''] = address?.split('@') ?? [];
    if (this.domains.get(domain)?.port) return new Jid(local, domain, resource);
    const name = createHash('sha256').update(personOf(from, { key })).digest('hex').slice(0, NAME_LENGTH);
    return new Jid(name, this.services.domain, resource);
  }

  #send(xml: string): void {
    const domain = SENDER.exec(xml)?.[1] ?? '';
    (this.domains.get(domain) ?? this.domains.get(this.services.domain))?.sendOnce(xml);
  }
}

/** Bare JID of a person of a network. */
function contactAddress({ gateway, domain }: NetworkPort, contact: ContactId): string {
  return `${escapeLocal(gateway.addresses.format({ kind: 'contact', id: contact }))}@${domain}`;
}

/** Bounds of which one is set for a leg, at every moment. */
function atMost<Bounds extends { readonly most: number }>(
  bounds: Bounds,
  settings: () => LegSettings,
): Bounds {
  return {
    ...bounds,
    get most() {
      return settings().most ?? bounds.most;
    },
  };
}

/** Of an address as somebody else writes it; empty where it is none. */
function parsedDomain(address = ''): string {
  try {
    return parseJid(address).domain;
  } catch {
    return '';
  }
}
