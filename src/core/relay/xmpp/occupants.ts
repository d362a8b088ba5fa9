import { type Jid, parseJid } from '../../../xmpp/jid.js';
import { MUC_STATUS, type RoomPresence } from '../../../xmpp/xep/0045-muc/room-presence.js';
import { foldName, type NamedPerson } from '../mentions.js';
import type { Speaker } from '../model.js';
import { outlineOf } from './names.js';

/** What says that somebody does not look at what is said (RFC 6121 §4.7.2.1). */
const AWAY: ReadonlySet<string> = new Set(['away', 'xa', 'dnd']);

/** Somebody in the room, as it shows him. */
export interface Occupant {
  readonly nick: string;
  readonly role: string;
  readonly affiliation: string;
  readonly occupantId?: string;
  readonly jid?: Jid;
  /** SHA-1 of his picture (XEP-0153). */
  readonly photo?: string;
  /** He is away (RFC 6121 §4.7.2.1). */
  readonly away?: boolean;
  /** One of the relay's own. */
  readonly own?: boolean;
}

/** What a presence changed among the occupants. */
export interface OccupantChange {
  readonly kind: 'joined' | 'left' | 'renamed' | 'changed';
  readonly occupant: Occupant;
  /** With `renamed` and `changed`: as before. */
  readonly before?: Occupant;
}

/** Who is in a room, as the relay's own seat sees it; at most `most` are remembered. */
export class Occupants {
  readonly #byNick = new Map<string, Occupant>();
  readonly #nickByKey = new Map<string, string>();
  readonly #nickByFolded = new Map<string, string>();
  /** Names by what they look like. */
  readonly #outlines = new Map<string, Set<string>>();

  constructor(private readonly most: number) {}

  /** The one who is called so by the other legs. */
  keyed(key: string): Occupant | undefined {
    return this.#byNick.get(this.#nickByKey.get(key) ?? '');
  }

  /** The one of the room's own people who is called so; gets the name as `foldName` makes it. */
  called(folded: string, room: string): NamedPerson | undefined {
    const occupant = this.#byNick.get(this.#nickByFolded.get(folded) ?? '');
    if (!occupant || occupant.own) return undefined;
    const { nick } = occupant;
    return { leg: room, key: toSpeaker(occupant).key, nick, name: nick };
  }

  /** Whether anybody has another name that looks the same. Who has the very same name, the room knows. */
  hasLookAlike(name: string): boolean {
    for (const nick of this.#outlines.get(outlineOf(name)) ?? []) if (nick !== name) return true;
    return false;
  }

  get(nick: string): Occupant | undefined {
    return this.#byNick.get(nick);
  }

  all(): IterableIterator<Occupant> {
    return this.#byNick.values();
  }

  /** That one is one of the relay's own. */
  own(nick: string): void {
    const occupant = this.#byNick.get(nick);
    if (occupant) this.#byNick.set(nick, { ...occupant, own: true });
  }

  clear(): void {
    this.#byNick.clear();
    this.#nickByKey.clear();
    this.#nickByFolded.clear();
    this.#outlines.clear();
  }

  /** The room gives no ids (XEP-0421): what looks like one was made up. */
  withoutIds(): void {
    for (const { occupantId, ...bare } of [...this.#byNick.values()]) {
      if (occupantId === undefined) continue;
      this.#remove(bare.nick);
      this.#set(bare);
    }
  }

  /** Takes a presence; undefined when it says nothing new. @param own it is of one of the relay's own, if it is of a new one */
  presence(presence: RoomPresence, own: boolean): OccupantChange | undefined {
    const { nick, available, codes, newNick } = presence;
    const before = this.#byNick.get(nick);
    if (!available) {
      this.#remove(nick);
      if (!before) return undefined;
      if (!codes.has(MUC_STATUS.nickChanged) || newNick === undefined)
        return { kind: 'left', occupant: before };
      const occupant = { ...before, nick: newNick };
      this.#set(occupant);
      return { kind: 'renamed', occupant, before };
    }
    const occupant = { ...toOccupant(presence), own: before?.own ?? own };
    this.#remove(nick);
    if (before || this.#byNick.size < this.most) this.#set(occupant);
    return { kind: before ? 'changed' : 'joined', occupant, ...(before && { before }) };
  }

  #set(occupant: Occupant): void {
    const { nick } = occupant;
    const outline = outlineOf(nick);
    this.#byNick.set(nick, occupant);
    this.#nickByKey.set(toSpeaker(occupant).key, nick);
    this.#nickByFolded.set(foldName(nick), nick);
    const alike = this.#outlines.get(outline) ?? new Set();
    this.#outlines.set(outline, alike.add(nick));
  }

  #remove(nick: string): void {
    const occupant = this.#byNick.get(nick);
    if (!occupant) return;
    const outline = outlineOf(nick);
    const alike = this.#outlines.get(outline);
    alike?.delete(nick);
    if (alike?.size === 0) this.#outlines.delete(outline);
    this.#byNick.delete(nick);
    const { key } = toSpeaker(occupant);
    const folded = foldName(nick);
    if (this.#nickByFolded.get(folded) === nick) this.#nickByFolded.delete(folded);
    // Somebody who is there under several names has one key (XEP-0421 §4).
    if (this.#nickByKey.get(key) === nick) this.#nickByKey.delete(key);
  }
}

/** An occupant as the other legs hear of him. */
export function toSpeaker({ nick, occupantId, jid, role, affiliation }: Occupant): Speaker {
  return {
    // Without occupant ids (XEP-0421) a real address is as good; a nick is what remains.
    key: occupantId ?? jid?.bare ?? `nick:${nick}`,
    nick,
    ...(jid && { address: jid.bare }),
    ...((role === 'moderator' || affiliation === 'owner' || affiliation === 'admin') && { moderator: true }),
  };
}

/** Reads one. */
export function toOccupant({
  nick,
  role,
  affiliation,
  occupantId,
  jid,
  photo,
  show,
}: RoomPresence): Occupant {
  const real = jid === undefined ? undefined : parsed(jid);
  return {
    ...{ nick, role, affiliation },
    ...(occupantId !== undefined && { occupantId }),
    ...(real && { jid: real }),
    ...(photo && { photo }),
    ...(show !== undefined && AWAY.has(show) && { away: true }),
  };
}

function parsed(text: string): Jid | undefined {
  try {
    return parseJid(text);
  } catch {
    return undefined;
  }
}
