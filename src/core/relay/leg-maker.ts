import { createHash } from 'node:crypto';
import { GatewayError } from '../../gateway/error.js';
import type { XmlElement } from '../../xmpp/element.js';
import { Jid } from '../../xmpp/jid.js';
import { escapeLocal } from '../../xmpp/jid-escaping.js';
import { personOf } from './blocks.js';
import type { LegDefinition } from './definitions.js';
import type { HubDomain, HubServices } from './hub.js';
import type { Leg } from './leg.js';
import type { LegPlace, LegPlaces } from './leg-places.js';
import type { LegId, Speaker } from './model.js';
import type { Bot } from './network/bot.js';
import { NetworkLeg } from './network/network-leg.js';
import type { NetworkPort } from './network/port.js';
import type { LegSettings } from './settings.js';
import { XmppLeg } from './xmpp/xmpp-leg.js';

/** Characters of the name of a stand-in who has no address of his own. */
const NAME_LENGTH = 20;
const RESOURCE = 'relay';

/** What a leg may ask of the relays that there are. */
export interface RelayFacts {
  /** Name of the relay that a room is a leg of. */
  nameOf(leg: LegId): string | undefined;
  settingsOf(leg: LegId): LegSettings;
  /** The relays' own account on a network. */
  botOf(port: NetworkPort): Bot;
}

/** Makes legs of rooms, whatever kind of room it is, and takes stanzas to them. */
export class LegMaker {
  readonly #rooms = new Map<LegId, XmppLeg>();

  constructor(
    private readonly services: HubServices,
    private readonly domains: ReadonlyMap<string, HubDomain>,
    private readonly places: LegPlaces,
    private readonly relays: RelayFacts,
  ) {}

  /** A stanza to an address of ours from a linked room. False: it comes from somewhere else. Never throws. */
  receive(stanza: XmlElement, from: Jid, to: Jid): boolean {
    const leg = this.#rooms.get(from.bare);
    if (!leg || stanza.name === 'iq') return false;
    leg.receive(stanza, from, to);
    return true;
  }

  /** A leg that is no more. */
  forget(id: LegId): void {
    this.#rooms.delete(id);
  }

  /** @throws {GatewayError} `not-found` where the gateway has no such network */
  make(definition: LegDefinition): Leg {
    const place = this.places.ofId(definition.id);
    return place.kind === 'network' ? this.#networkLeg(place) : this.#xmppLeg(definition);
  }

  #networkLeg({ id, domain, room }: Extract<LegPlace, { readonly kind: 'network' }>): NetworkLeg {
    const { options, language, translator, log, now } = this.services;
    const port = this.domains.get(domain)?.port;
    if (!port) throw new GatewayError('not-found', { key: 'relay-no-network', args: { domain } });
    const bot = this.relays.botOf(port);
    const { retryFirstMs, retryLastMs, pingMs, mostMembers } = options.limits;
    return new NetworkLeg(
      id,
      {
        ...{ puppets: options.puppets, nick: options.nick, language, retryFirstMs, retryLastMs },
        ...{ sweepMs: pingMs, mostMembers, settings: () => this.relays.settingsOf(id) },
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
    const name = this.relays.nameOf(id) ?? RESOURCE;
    const leg = new XmppLeg(
      id,
      {
        ...{ standIns, nick, language, joinMs: limits.joinMs, reflectMs: limits.reflectMs },
        ...{ pingMs: limits.pingMs, retryFirstMs: limits.retryFirstMs, retryLastMs: limits.retryLastMs },
        ...{ mostOccupants: limits.mostMembers, messageLength: limits.messageLength },
        settings: () => this.relays.settingsOf(id),
      },
      {
        ...{ address: new Jid(name, domain, RESOURCE), translator, log, now },
        send: (xml) => this.#send(xml),
        request: (type, from, to, payload) => {
          const own = this.domains.get(from.domain);
          if (!own) return Promise.reject(new Error('no such domain'));
          return own.request(type, from.full, to, payload);
        },
        addressOf: (speaker, from) => this.#addressOf(speaker, from, id),
        labelOf: (from) => this.places.labelOf(from),
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
    if (this.domains.get(domain)?.port) return new Jid(local, domain, resource);
    const name = createHash('sha256').update(personOf(from, { key })).digest('hex').slice(0, NAME_LENGTH);
    return new Jid(name, this.services.domain, resource);
  }

  #send(xml: string): void {
    const domain = /^<\w+ from='[^'@]*@([^'/]+)/.exec(xml)?.[1] ?? '';
    (this.domains.get(domain) ?? this.domains.get(this.services.domain))?.send(xml);
  }
}
