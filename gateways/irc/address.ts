import type { Address, AddressCodec } from '../../src/gateway/address.js';
import type { ContactId, PlaceId, RoomId } from '../../src/gateway/ids.js';
import { asContactId, asPlaceId, asRoomId, lowerAscii } from './ids.js';

/** Channel prefixes of RFC 2811 §2.1; a nick never starts with one of them. */
const channelPrefix = /^[#&+!]/;
/** RFC 2812 §1.3: space, comma, BEL, and nothing that is a control character. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
const badInChannel = /[\x00-\x20\x7f,]/;
/** What would be read as a mask, a list, a target of another kind or a second parameter. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
const badInNick = /[\x00-\x20\x7f,!@*?]/;
const host = /^(?!-)[a-z0-9_-]+(\.[a-z0-9_-]+)*\.?$|^[0-9a-f:]*:[0-9a-f:.]+$/;
/** Longest names taken; every network's own limit is far below. */
const maxNameLength = 300;
const maxHostLength = 253;

/** Name on the network and server of an id. */
export interface IrcName {
  readonly name: string;
  readonly server: string;
}

function isChannelName(name: string): boolean {
  return channelPrefix.test(name) && name.length <= maxNameLength && !badInChannel.test(name);
}

/** Whether some server could take this as a nick. */
export function isNickname(name: string): boolean {
  return name.length > 0 && name.length <= maxNameLength && !/^[#&+!:$]/.test(name) && !badInNick.test(name);
}

/** Whether this can be the host name or address of a server. */
export function isHost(text: string): boolean {
  return text.length <= maxHostLength && host.test(text);
}

/**
 * Addresses exactly as the users of biboumi know them, so that bookmarks keep working:
 *
 * | open mode | fixed server | stands for |
 * |---|---|---|
 * | `#channel%irc.example.org` | `#channel` | a channel |
 * | `nick%irc.example.org` | `nick` | a person |
 * | `irc.example.org` | the domain itself | the server |
 *
 * ASCII letters are lower-cased, nothing else is folded: whether `[` equals `{` is decided per connection by
 * the server's CASEMAPPING. A host holds no `%`, so the last one separates.
 */
export class IrcAddressCodec implements AddressCodec {
  readonly #fixed: string | undefined;

  constructor(fixedServer?: string) {
    this.#fixed = fixedServer === undefined ? undefined : lowerAscii(fixedServer);
  }

  /** The one server of fixed-server mode. */
  get fixedServer(): string | undefined {
    return this.#fixed;
  }

  parse(local: string): Address | undefined {
    const id = lowerAscii(local);
    if (this.#fixed !== undefined) {
      if (id === '') return { kind: 'place', id: asPlaceId(this.#fixed) };
      return this.#named(id, id, this.#fixed);
    }
    const separator = id.lastIndexOf('%');
    if (separator < 0) return isHost(id) ? { kind: 'place', id: asPlaceId(id) } : undefined;
    const server = id.slice(separator + 1);
    return isHost(server) ? this.#named(id, id.slice(0, separator), server) : undefined;
  }

  format(address: Address): string {
    return address.kind === 'place' && this.#fixed !== undefined ? '' : address.id;
  }

  parseInput(input: string): Address | undefined {
    const text = lowerAscii(input.trim());
    const uri = /^ircs?:\/\/([^/:]+|\[[0-9a-f:.]+\])(?::\d+)?(?:\/([^?]*))?$/.exec(text);
    if (uri) return this.#fromUri(uri[1] ?? '', uri[2] ?? '');
    const pair = /^(\S+?)(?:\s+(?:on\s+|at\s+)?|@)(\S+)$/.exec(text);
    if (pair?.[1] !== undefined && pair[2] !== undefined) return this.#pair(pair[1], pair[2]);
    return text === '' ? undefined : this.parse(text);
  }

  roomOf(channel: string, server: string): RoomId {
    const name = lowerAscii(channel);
    return asRoomId(this.#fixed === undefined ? `${name}%${server}` : name);
  }

  contactOf(nick: string, server: string): ContactId {
    const name = lowerAscii(nick);
    return asContactId(this.#fixed === undefined ? `${name}%${server}` : name);
  }

  placeOf(server: string): PlaceId {
    return asPlaceId(server);
  }

  /** Name and server of an id that this codec has made. */
  split(id: RoomId | ContactId): IrcName {
    if (this.#fixed !== undefined) return { name: id, server: this.#fixed };
    const separator = id.lastIndexOf('%');
    return { name: id.slice(0, separator), server: id.slice(separator + 1) };
  }

  #named(id: string, name: string, server: string): Address | undefined {
    const place = asPlaceId(server);
    if (isChannelName(name)) return { kind: 'room', id: asRoomId(id), place };
    return isNickname(name) ? { kind: 'contact', id: asContactId(id), place } : undefined;
  }

  #pair(name: string, server: string): Address | undefined {
    if (this.#fixed === undefined) return this.parse(`${name}%${server}`);
    return server === this.#fixed ? this.parse(name) : undefined;
  }

  #fromUri(server: string, path: string): Address | undefined {
    const bare = server.replace(/^\[|\]$/g, '');
    let name: string;
    try {
      name = lowerAscii(decodeURIComponent(path));
    } catch {
      return undefined;
    }
    const [target = '', ...flags] = name.split(',');
    if (target === '') return isHost(bare) ? this.parse(this.#fixed === undefined ? bare : '') : undefined;
    // draft-butcher-irc-url §2.5.2: a target without a prefix is a channel unless it says `isnick`.
    const isName = flags.includes('isnick') || channelPrefix.test(target);
    return this.#pair(isName ? target : `#${target}`, bare);
  }
}
