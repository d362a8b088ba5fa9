import { type Jid, parseJid } from '../../../xmpp/jid.js';
import { MUC_STATUS, type RoomPresence } from '../../../xmpp/xep/0045-muc/room-presence.js';
import type { Speaker } from '../model.js';

/** Somebody in the room, as it shows him. */
export interface Occupant {
  readonly nick: string;
  readonly role: string;
  readonly affiliation: string;
  readonly occupantId?: string;
  readonly jid?: Jid;
  readonly photo?: string;
}

/** What a presence changed among the occupants. */
export interface OccupantChange {
  readonly kind: 'joined' | 'left' | 'renamed' | 'changed';
  readonly occupant: Occupant;
  /** With `renamed`: as before. */
  readonly before?: Occupant;
}

/** Who is in a room, as the relay's own seat sees it; at most `most` are remembered. */
export class Occupants {
  readonly #byNick = new Map<string, Occupant>();

  constructor(private readonly most: number) {}

  get(nick: string): Occupant | undefined {
    return this.#byNick.get(nick);
  }

  all(): IterableIterator<Occupant> {
    return this.#byNick.values();
  }

  clear(): void {
    this.#byNick.clear();
  }

  /** Takes a presence; undefined when it says nothing new. */
  presence(presence: RoomPresence): OccupantChange | undefined {
    const { nick, available, codes, newNick } = presence;
    const before = this.#byNick.get(nick);
    if (!available) {
      this.#byNick.delete(nick);
      if (!before) return undefined;
      if (!codes.has(MUC_STATUS.nickChanged) || newNick === undefined)
        return { kind: 'left', occupant: before };
      const occupant = { ...before, nick: newNick };
      this.#byNick.set(newNick, occupant);
      return { kind: 'renamed', occupant, before };
    }
    const occupant = toOccupant(presence);
    if (before || this.#byNick.size < this.most) this.#byNick.set(nick, occupant);
    return { kind: before ? 'changed' : 'joined', occupant };
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

function toOccupant({ nick, role, affiliation, occupantId, jid, photo }: RoomPresence): Occupant {
  const real = jid === undefined ? undefined : parsed(jid);
  return {
    ...{ nick, role, affiliation },
    ...(occupantId !== undefined && { occupantId }),
    ...(real && { jid: real }),
    ...(photo && { photo }),
  };
}

function parsed(text: string): Jid | undefined {
  try {
    return parseJid(text);
  } catch {
    return undefined;
  }
}
