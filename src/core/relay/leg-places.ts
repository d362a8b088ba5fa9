import { GatewayError } from '../../gateway/error.js';
import type { RoomId } from '../../gateway/ids.js';
import { parseJid } from '../../xmpp/jid.js';
import { escapeLocal, unescapeLocal } from '../../xmpp/jid-escaping.js';
import { type ListAddress, listId, readList, typedList } from './list/list-address.js';
import type { LegId } from './model.js';
import type { NetworkPort } from './network/port.js';

/** Where a leg is. */
export type LegPlace =
  | { readonly kind: 'xmpp'; readonly id: LegId }
  /** On the relays' own domain. */
  | { readonly kind: 'hosted'; readonly id: LegId; readonly local: string }
  | { readonly kind: 'network'; readonly id: LegId; readonly domain: string; readonly room: RoomId }
  /** People of a network, each by himself. */
  | ({ readonly kind: 'list'; readonly id: LegId } & ListAddress);

/** `#chan on irc.example.net`: as a network's people write it, and the gateway's domain or the network. */
const WORDS = /^(.+?)\s+(?:on|at|auf|в|на)\s+(\S+)$/iu;

/** What a room of the relays' own domain may be called; the second are stand-ins without an address of their own. */
const HOSTED = /^[a-z0-9][a-z0-9._-]{0,63}$/;
const STAND_IN = /^[0-9a-f]{20}$/;

/** Reads and names rooms. */
export class LegPlaces {
  constructor(
    /** The relays' own domain. */
    private readonly own: string,
    private readonly domains: ReadonlyMap<string, { readonly port?: NetworkPort }>,
  ) {}

  /** What a person types: an address, or a room in words and its network. @throws {GatewayError} `bad-address` */
  read(typed: string): LegPlace {
    const text = typed
      .trim()
      .replace(/^xmpp:/i, '')
      .replace(/\?join$/i, '');
    const [, room, where] = WORDS.exec(text) ?? [];
    if (room !== undefined && where !== undefined)
      for (const port of this.#ports()) {
        const name = port.domain === where.toLowerCase() ? typedList(room) : undefined;
        if (name !== undefined) return this.#list({ name, network: port.domain });
        // On IRC the server is part of the name.
        const tries =
          port.domain === where.toLowerCase()
            ? [room, `${room}@${where}`]
            : [`${room}%${where}`, `${room}@${where}`];
        for (const attempt of tries) {
          const found = this.#typed(port, attempt);
          if (found) return found;
        }
      }
    // What has no `@` in it, or is a link, is no address of XMPP.
    if (!text.includes('@') || /^\w+:\/\//.test(text))
      for (const port of this.#ports()) {
        const found = this.#typed(port, text);
        if (found) return found;
      }
    return this.ofId(text);
  }

  /** @throws {GatewayError} `bad-address` */
  ofId(text: string): LegPlace {
    const wrong = new GatewayError('bad-address', { key: 'relay-bad-room', args: { room: text } });
    try {
      const jid = parseJid(text);
      const port = this.domains.get(jid.domain)?.port;
      if (jid.local === '' || jid.resource !== '') throw wrong;
      if (jid.domain === this.own) {
        const list = readList(unescapeLocal(jid.local));
        if (list && this.domains.get(list.network)?.port) return this.#list(list);
        if (!HOSTED.test(jid.local) || STAND_IN.test(jid.local)) throw wrong;
        return { kind: 'hosted', id: jid.bare, local: jid.local };
      }
      if (!port) return { kind: 'xmpp', id: jid.bare };
      const address = port.gateway.addresses.parse(unescapeLocal(jid.local));
      if (address?.kind !== 'room') throw wrong;
      return placeIn(port, address.id);
    } catch {
      throw wrong;
    }
  }

  /** Registry id of the network that a room is on; undefined: a room of XMPP. */
  networkOf(id: LegId): string | undefined {
    const list = domainOf(id) === this.own ? readList(id.slice(0, id.lastIndexOf('@'))) : undefined;
    return this.domains.get(list?.network ?? domainOf(id))?.port?.gateway.id;
  }

  /** Whether words are mailed there: then it only tells, unless somebody wants it otherwise. */
  sendsLetters(id: LegId): boolean {
    return this.domains.get(domainOf(id))?.port?.gateway.letters === true;
  }

  #list(list: ListAddress): LegPlace {
    return { kind: 'list', id: listId(list, this.own), ...list };
  }

  *#ports(): Generator<NetworkPort> {
    for (const { port } of this.domains.values()) if (port) yield port;
  }

  #typed(port: NetworkPort, text: string): LegPlace | undefined {
    const address = port.gateway.addresses.parseInput(text);
    return address?.kind === 'room' ? placeIn(port, address.id) : undefined;
  }
}

/** However it was written, a room has one address. */
function placeIn({ gateway, domain }: NetworkPort, room: RoomId): LegPlace {
  const local = gateway.addresses.format({ kind: 'room', id: room });
  return { kind: 'network', id: `${escapeLocal(local)}@${domain}`, domain, room };
}

function domainOf(id: LegId): string {
  return id.slice(id.lastIndexOf('@') + 1);
}
