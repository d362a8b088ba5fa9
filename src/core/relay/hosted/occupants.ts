import { createHmac } from 'node:crypto';
import { xmlAttr } from '../../../xmpp/escape-xml.js';
import type { Jid } from '../../../xmpp/jid.js';
import type { MucAffiliation, MucRole } from '../../../xmpp/xep/0045-muc/admin.js';

/** One client, or one seat of the relay's, in the room. */
export class Session {
  readonly toAttr: string;
  /** Live stanzas that wait until the room has been shown; undefined once it has. */
  held: string[] | undefined;

  constructor(
    /** Full JID. */
    readonly jid: Jid,
    /** Of whom: `user`; `relay`, which hears everything; `stand-in`, which hears what is for it only. */
    readonly kind: 'user' | 'relay' | 'stand-in',
  ) {
    this.toAttr = xmlAttr(jid.full);
  }
}

/** Somebody in the room, with all clients that he has there under this nick. */
export class Occupant {
  readonly sessions = new Map<string, Session>();
  /** What he shows besides: the children of his presence as XML. */
  payload = '';

  constructor(
    /** Bare JID. */
    readonly jid: Jid,
    public nick: string,
    /** XEP-0421. */
    readonly id: string,
    readonly kind: Session['kind'],
    public affiliation: MucAffiliation,
    public role: MucRole,
  ) {}
}

/** Who is in a room. */
export class Occupants {
  readonly #byNick = new Map<string, Occupant>();
  readonly #bySession = new Map<string, { readonly occupant: Occupant; readonly session: Session }>();

  /** Occupants, not clients. */
  get size(): number {
    return this.#byNick.size;
  }

  all(): IterableIterator<Occupant> {
    return this.#byNick.values();
  }

  sessions(): IterableIterator<{ readonly occupant: Occupant; readonly session: Session }> {
    return this.#bySession.values();
  }

  called(nick: string): Occupant | undefined {
    return this.#byNick.get(nick);
  }

  /** By full JID. */
  at(full: string): { readonly occupant: Occupant; readonly session: Session } | undefined {
    return this.#bySession.get(full);
  }

  /** All under whose bare JID somebody is there. */
  of(bare: string): readonly Occupant[] {
    return [...this.#byNick.values()].filter(({ jid }) => jid.bare === bare);
  }

  add(occupant: Occupant, session: Session): void {
    this.#byNick.set(occupant.nick, occupant);
    occupant.sessions.set(session.jid.full, session);
    this.#bySession.set(session.jid.full, { occupant, session });
  }

  rename(occupant: Occupant, nick: string): void {
    this.#byNick.delete(occupant.nick);
    occupant.nick = nick;
    this.#byNick.set(nick, occupant);
  }

  /** Takes away a client; the occupant goes with his last one. */
  removeSession({ occupant, session }: { readonly occupant: Occupant; readonly session: Session }): void {
    this.#bySession.delete(session.jid.full);
    occupant.sessions.delete(session.jid.full);
    if (occupant.sessions.size === 0) this.remove(occupant);
  }

  remove(occupant: Occupant): void {
    if (this.#byNick.get(occupant.nick) === occupant) this.#byNick.delete(occupant.nick);
    for (const full of occupant.sessions.keys()) this.#bySession.delete(full);
  }
}

/** XEP-0421 §4: keyed, another one in each room, the same whenever he comes. */
export function occupantId(key: Buffer, room: string, bare: string): string {
  return createHmac('sha256', key).update(room).update('\0').update(bare).digest('base64url');
}
