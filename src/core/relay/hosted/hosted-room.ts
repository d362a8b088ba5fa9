import type { XmlElement } from '../../../xmpp/element.js';
import { xmlAttr } from '../../../xmpp/escape-xml.js';
import { type Jid, prepareResource } from '../../../xmpp/jid.js';
import { NS } from '../../../xmpp/namespace.js';
import { StanzaError } from '../../../xmpp/stanza-error.js';
import type { MucAffiliation, MucRole } from '../../../xmpp/xep/0045-muc/admin.js';
import { parseMucJoin } from '../../../xmpp/xep/0045-muc/join.js';
import { type Rendered, renderAffiliation, renderConfigChanged } from '../../../xmpp/xep/0045-muc/render.js';
import type { StanzaSink } from '../../domain.js';
import { nickResource } from '../../room/nick-resource.js';
import { type Departure, presenceOf, type Showing } from './occupant-presence.js';
import { Occupant, Occupants, occupantId, Session } from './occupants.js';
import type { RoomArchive } from './room-archive.js';
import { type RoomRecord, withAffiliation } from './room-record.js';
import { HELD_MAX, presencePayload, type ShownRoom, showRoom } from './show-room.js';

/** Bounds of a hosted room. */
export interface HostedRoomOptions {
  readonly mostOccupants: number;
  /** Clients of one occupant. */
  readonly mostSessions: number;
  /** Messages shown at a join when the client does not say how many, and the most of them. */
  readonly history: number;
  readonly mostHistory: number;
  /** UTF-16 units of one message. */
  readonly messageLength: number;
}

/** What a hosted room needs of the world. */
export interface HostedRoomServices {
  readonly options: HostedRoomOptions;
  readonly archive: RoomArchive;
  readonly sink: StanzaSink;
  /** A stanza for a seat of the relay's, in order, when all that was said before is safe. */
  inside(xml: string): void;
  /** Prepared bare JIDs that own every room. */
  readonly operators: ReadonlySet<string>;
  /** Of occupant ids (XEP-0421 §4.1). */
  readonly occupantKey: Buffer;
  /** Durable when it resolves. Rejects with the store's error. */
  save(record: RoomRecord): Promise<void>;
  fault(error: unknown): void;
}

/** A client in the room, and whose it is. */
export interface Seated {
  readonly occupant: Occupant;
  readonly session: Session;
}

/** XEP-0045 §15.6. */
const CODE = {
  nonAnonymous: 100,
  self: 110,
  banned: 301,
  renamed: 303,
  notMember: 321,
  nowClosed: 322,
} as const;

/** A room of the gateway's own (XEP-0045): who is in it, what he may, and what everybody is shown of it. */
export class HostedRoom {
  readonly occupants = new Occupants();
  readonly jidAttr: string;
  #changing: Promise<void> = Promise.resolve();

  constructor(
    /** Bare JID. */
    readonly jid: Jid,
    public record: RoomRecord,
    readonly services: HostedRoomServices,
  ) {
    this.jidAttr = xmlAttr(jid.bare);
  }

  /** What somebody is in the room for good. */
  affiliationOf({ bare, domain }: Jid): MucAffiliation {
    const { affiliations } = this.record;
    const own = affiliations[bare]?.affiliation;
    if (own !== undefined) return own;
    if (this.services.operators.has(bare)) return 'owner';
    return affiliations[domain]?.affiliation === 'outcast' ? 'outcast' : 'none';
  }

  /** Whether somebody who is not in the room could come in without a password. */
  admits(jid: Jid): boolean {
    const affiliation = this.affiliationOf(jid);
    if (affiliation === 'outcast') return false;
    const { membersOnly, password } = this.record;
    return affiliation !== 'none' || !(membersOnly || password !== undefined);
  }

  /** A join, or one who has lost track (§7.2, §17.3). @throws {StanzaError} */
  enter(from: Jid, nick: string, stanza: XmlElement, kind: Session['kind']): void {
    const x = stanza.child('x', NS.MUC);
    if (!x) throw new StanzaError('bad-request');
    const { history, password } = parseMucJoin(x);
    const name = checkedNick(nick);
    const known = this.occupants.at(from.full);
    if (known) {
      if (known.occupant.nick !== name) this.rename(known, name);
      known.occupant.payload = presencePayload(stanza);
      this.#show(known, history);
      return;
    }
    const affiliation = kind === 'relay' ? 'admin' : this.affiliationOf(from);
    this.#check(affiliation, password, kind);
    const there = this.occupants.called(name);
    if (there && there.jid.bare !== from.bare) throw new StanzaError('conflict');
    const { mostOccupants, mostSessions } = this.services.options;
    const full = there ? there.sessions.size >= mostSessions : this.occupants.size >= mostOccupants;
    const isStaff = affiliation === 'owner' || affiliation === 'admin';
    if (full && (there || !isStaff)) throw new StanzaError('service-unavailable', { type: 'wait' });
    const occupant =
      there ??
      new Occupant(
        from.toBare(),
        name,
        occupantId(this.services.occupantKey, this.jid.bare, from.bare),
        kind,
        affiliation,
        this.roleOf(affiliation, kind),
      );
    const session = new Session(from, kind);
    this.occupants.add(occupant, session);
    occupant.payload = presencePayload(stanza);
    session.held = [];
    if (!there) this.#announce(occupant, {}, session);
    this.#show({ occupant, session }, history);
  }

  /** The role that goes with an affiliation (§5.1.2). */
  roleOf(affiliation: MucAffiliation, kind: Session['kind']): MucRole {
    if (kind === 'relay' || affiliation === 'owner' || affiliation === 'admin') return 'moderator';
    // Who stands in for somebody says what was said elsewhere.
    if (affiliation === 'member' || kind === 'stand-in') return 'participant';
    return this.record.moderated ? 'visitor' : 'participant';
  }

  /** Somebody is away, or back (§7.7). */
  update({ occupant }: Seated, stanza: XmlElement): void {
    occupant.payload = presencePayload(stanza);
    this.#announce(occupant, {});
  }

  /** §7.6. @throws {StanzaError} */
  rename({ occupant }: Seated, wanted: string): void {
    const nick = checkedNick(wanted);
    if (nick === occupant.nick) return;
    if (this.occupants.called(nick)) throw new StanzaError('conflict');
    const before = this.#presence(occupant, {
      unavailable: true,
      codes: [CODE.renamed],
      ...{ nick, role: occupant.role },
    });
    this.occupants.rename(occupant, nick);
    this.#tell(occupant, before);
    this.#announce(occupant, {});
  }

  /** One client goes; with his last one the occupant does (§7.14). */
  leave(seated: Seated, departure: Departure = {}): void {
    const { occupant, session } = seated;
    const presence = this.#presence(occupant, { unavailable: true, ...departure });
    this.occupants.removeSession(seated);
    const own = presence(occupant, true);
    this.send(session, own.head + session.toAttr + own.tail);
    if (occupant.sessions.size === 0) this.#tell(occupant, presence);
  }

  /** Somebody has to go with all his clients. */
  remove(occupant: Occupant, departure: Departure): void {
    const presence = this.#presence(occupant, { unavailable: true, ...departure });
    const sessions = [...occupant.sessions.values()];
    this.occupants.remove(occupant);
    const own = presence(occupant, true);
    for (const session of sessions) this.send(session, own.head + session.toAttr + own.tail);
    this.#tell(occupant, presence);
  }

  /** Everybody has to go. */
  empty(departure: Departure): void {
    for (const { occupant, session } of [...this.occupants.sessions()]) {
      const { head, tail } = this.#presence(occupant, { unavailable: true, ...departure })(occupant, true);
      this.occupants.removeSession({ occupant, session });
      this.send(session, head + session.toAttr + tail);
    }
  }

  /** §8.3-4, §9.6-7. */
  setRole(occupant: Occupant, role: MucRole, why: Pick<Departure, 'by' | 'reason'>): void {
    if (occupant.role === role) return;
    occupant.role = role;
    this.#announce(occupant, why);
  }

  /** §9-10. Rejects with the store's error. @param who bare JID or domain @throws {StanzaError} `resource-constraint` */
  async setAffiliation(
    who: Jid,
    affiliation: MucAffiliation,
    why: Pick<Departure, 'by' | 'reason'>,
  ): Promise<void> {
    await this.change((record) => {
      const next = withAffiliation(record, who.bare, affiliation, why.reason);
      if (!next) throw new StanzaError('resource-constraint');
      return next;
    });
    if (this.occupants.of(who.bare).length === 0) this.#tellOfAbsent(who, affiliation);
    for (const occupant of [...this.occupants.all()]) {
      const { jid, kind } = occupant;
      if (kind === 'relay' || (jid.bare !== who.bare && jid.domain !== who.bare)) continue;
      const now = this.affiliationOf(jid);
      if (now === occupant.affiliation) continue;
      occupant.affiliation = now;
      occupant.role = this.roleOf(now, kind);
      if (now === 'outcast') this.remove(occupant, { ...why, codes: [CODE.banned] });
      else if (now === 'none' && this.record.membersOnly && kind === 'user')
        this.remove(occupant, { ...why, codes: [CODE.notMember] });
      else this.#announce(occupant, why);
    }
  }

  /** Other settings; everybody hears that there are (§10.2.1). Rejects with the store's error. */
  async configure(make: (record: RoomRecord) => RoomRecord, codes: readonly number[]): Promise<void> {
    const before = this.record;
    await this.change(make);
    const { record } = this;
    for (const occupant of [...this.occupants.all()]) {
      const { affiliation, kind } = occupant;
      if (kind !== 'user' || affiliation !== 'none') continue;
      if (record.membersOnly) this.remove(occupant, { codes: [CODE.nowClosed] });
      else if (before.moderated !== record.moderated)
        this.setRole(occupant, this.roleOf(affiliation, kind), {});
    }
    this.broadcast(renderConfigChanged(this.jidAttr, codes));
  }

  /**
   * Changes the record, one change after the other; durable when it resolves. Rejects with the store's error, and what
   * `make` throws.
   */
  change(make: (record: RoomRecord) => RoomRecord): Promise<void> {
    const work = this.#changing.then(async () => {
      const next = make(this.record);
      await this.services.save(next);
      this.record = next;
    });
    this.#changing = work.catch(() => undefined);
    return work;
  }

  /** To all who hear everything, and to one who would not. */
  broadcast({ head, tail }: Rendered, also?: Session): void {
    for (const { session } of this.occupants.sessions())
      if (session.kind !== 'stand-in' || session === also) this.send(session, head + session.toAttr + tail);
  }

  send(session: Session, xml: string): void {
    if (session.held) {
      if (session.held.length >= HELD_MAX) session.held.shift();
      session.held.push(xml);
    } else if (session.kind === 'user') this.services.sink.send(xml);
    else this.services.inside(xml);
  }

  /** §9.1: who sees addresses hears what somebody is from now on who is not there. */
  #tellOfAbsent({ bare }: Jid, affiliation: MucAffiliation): void {
    const { head, tail } = renderAffiliation(this.jidAttr, bare, affiliation);
    for (const { occupant, session } of this.occupants.sessions())
      if (occupant.role === 'moderator' || (this.record.nonAnonymous && session.kind !== 'stand-in'))
        this.send(session, head + session.toAttr + tail);
  }

  #check(affiliation: MucAffiliation, password: string | undefined, kind: Session['kind']): void {
    if (affiliation === 'outcast') throw new StanzaError('forbidden');
    if (kind !== 'user') return;
    const { membersOnly, password: wanted } = this.record;
    if (membersOnly && affiliation === 'none') throw new StanzaError('registration-required');
    const isStaff = affiliation === 'owner' || affiliation === 'admin';
    if (wanted !== undefined && password !== wanted && !isStaff) throw new StanzaError('not-authorized');
  }

  #show(seated: Seated, history: Parameters<typeof showRoom>[2]): void {
    const { occupant, session } = seated;
    session.held = [];
    const codes = [...(this.record.nonAnonymous ? [CODE.nonAnonymous] : [])];
    const room: ShownRoom = {
      ...{ jidAttr: this.jidAttr, subject: this.record.subject, services: this.services },
      others: [...this.occupants.all()].filter((other) => other !== occupant),
      presence: (other) => this.#presence(other, {})(occupant, false),
      self: () => this.#presence(occupant, { codes })(occupant, true),
      stillThere: () => this.occupants.at(session.jid.full)?.session === session,
      send: (xml) => (session.kind === 'user' ? this.services.sink.send(xml) : this.services.inside(xml)),
    };
    showRoom(room, session, history).catch((error: unknown) => this.services.fault(error));
  }

  /** The presence of an occupant, to all. @param except a client that is shown the room now */
  #announce(occupant: Occupant, why: Departure, except?: Session): void {
    this.#tell(occupant, this.#presence(occupant, why), except);
  }

  /** The presence of an occupant, to all who are there. */
  #tell(occupant: Occupant, presence: ReturnType<typeof presenceOf>, except?: Session): void {
    for (const { occupant: viewer, session } of this.occupants.sessions()) {
      if (session === except || (session.kind === 'stand-in' && viewer !== occupant)) continue;
      const { head, tail } = presence(viewer, viewer === occupant);
      this.send(session, head + session.toAttr + tail);
    }
  }

  #presence(occupant: Occupant, showing: Showing): ReturnType<typeof presenceOf> {
    const { nonAnonymous } = this.record;
    return presenceOf(occupant, showing, { jidAttr: this.jidAttr, domain: this.jid.domain, nonAnonymous });
  }
}

/** @throws {StanzaError} for what nobody may be called */
function checkedNick(nick: string): string {
  if (nick === '') throw new StanzaError('jid-malformed');
  const name = prepareResource(nick);
  if (nickResource(name, () => false) !== name) throw new StanzaError('not-acceptable');
  return name;
}
