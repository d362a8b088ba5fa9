import type { RoomMember, RoomSubject, RoomTraits } from '../../gateway/event.js';
import type { ContactId, MemberId, RoomId } from '../../gateway/ids.js';
import type { AccountKey, RoomKey } from '../../store/store.js';
import { xmlAttr } from '../../xmpp/escape-xml.js';
import { Departures } from './departures.js';
import { MemberEntry } from './member-entry.js';
import { nickResource } from './nick-resource.js';
import type { KnownMember, Occupancy } from './occupancy.js';
import { OccupantIds } from './occupant-id.js';

/** Traits of a room of which nothing is known yet. */
const UNKNOWN_TRAITS: RoomTraits = {
  moderated: false,
  membersOnly: false,
  hidden: false,
  passwordProtected: false,
  openSubject: true,
};

/** Message ids of our own users kept per room, so that a correction is taken from its author only (XEP-0308 §4). */
const REMEMBERED_MESSAGES = 256;

/**
 * A group of the network; one object for all accounts that are in it: members, subject and archive are kept once. Of a
 * network that stores it is one account's own.
 */
export class Room {
  readonly members = new Map<MemberId, MemberEntry>();
  readonly occupancies = new Set<Occupancy>();
  readonly departures = new Departures();
  readonly jidAttr: string;
  /** Resolves when the room may be used; rejects with the store's error. */
  readonly ready: Promise<void>;
  subject: RoomSubject | undefined;
  traits = UNKNOWN_TRAITS;
  /** Counts changes of the members, so that accounts cut off together share one snapshot. */
  revision = 0;
  #key: RoomKey | undefined;
  readonly #byResource = new Map<string, MemberEntry>();
  readonly #ids: OccupantIds;
  /** Ids that their holders took along through a change of name. */
  readonly #carriedIds = new Set<string>();
  readonly #authors = new Map<string, string>();
  #snapshot: { revision: number; members: ReadonlyMap<MemberId, KnownMember> } | undefined;

  constructor(
    readonly id: RoomId,
    /** Bare JID. */
    readonly jid: string,
    key: Promise<RoomKey>,
    occupantKey: Buffer,
    /** Address of a person outside the room; undefined in rooms that show none (XEP-0045 §3, semi-anonymous). */
    readonly realJid?: (contact: ContactId) => string | undefined,
    /** Whose own it is; undefined: shared. */
    readonly owner?: AccountKey,
  ) {
    this.jidAttr = xmlAttr(jid);
    this.ready = key.then((found) => {
      this.#key = found;
    });
    this.ready.catch(() => undefined);
    this.#ids = new OccupantIds(occupantKey, owner === undefined ? jid : `${owner} ${jid}`);
  }

  /** Key in the store. Throws before `ready`. */
  get key(): RoomKey {
    if (this.#key === undefined) throw new Error('room used before it was ready');
    return this.#key;
  }

  byResource(resource: string): MemberEntry | undefined {
    return this.#byResource.get(resource);
  }

  /** Adds or replaces a member. Foreign nicks that are equal after preparation get distinct resources (S07). */
  put(member: RoomMember, carriedId?: string): MemberEntry {
    const old = this.members.get(member.id);
    if (old && old.member.nick === member.nick) {
      if (!sameStanding(old.member, member)) {
        old.member = member;
        old.invalidate();
        this.revision += 1;
      }
      return old;
    }
    if (old) this.#byResource.delete(old.resource);
    const resource = nickResource(member.nick, (taken) => this.#byResource.has(taken));
    const entry = new MemberEntry(
      member,
      resource,
      `${this.jidAttr}/${xmlAttr(resource)}`,
      carriedId,
      (m) => this.occupantId(m.id),
      this.realJid?.(member.contact),
    );
    if (carriedId !== undefined) this.#carriedIds.add(carriedId);
    this.members.set(member.id, entry);
    this.#byResource.set(resource, entry);
    this.revision += 1;
    return entry;
  }

  remove(id: MemberId): MemberEntry | undefined {
    const entry = this.members.get(id);
    if (!entry) return undefined;
    this.members.delete(id);
    this.#byResource.delete(entry.resource);
    if (this.#carriedIds.size > 0) this.#carriedIds.delete(entry.occupantId);
    this.revision += 1;
    return entry;
  }

  /** A member is seen leaving. @returns the number of the departure */
  departed(entry: MemberEntry): number {
    return this.departures.add(entry, this.occupancies.size > 1);
  }

  /** The id of somebody who is not, or no longer, among the members. */
  occupantId(member: string): string {
    return this.#ids.of(member, (id) => this.#carriedIds.has(id));
  }

  /** The members as they are now, shared between all who ask at the same revision. */
  snapshot(): ReadonlyMap<MemberId, KnownMember> {
    if (this.#snapshot?.revision !== this.revision) {
      const members = new Map<MemberId, KnownMember>();
      for (const [id, entry] of this.members) members.set(id, { member: entry.member, entry });
      this.#snapshot = { revision: this.revision, members };
    }
    return this.#snapshot.members;
  }

  /** Remembers who wrote a message of ours. */
  rememberAuthor(messageId: string, owner: string): void {
    this.#authors.delete(messageId);
    this.#authors.set(messageId, owner);
    if (this.#authors.size > REMEMBERED_MESSAGES) {
      const oldest = this.#authors.keys().next();
      if (!oldest.done) this.#authors.delete(oldest.value);
    }
  }

  wrote(messageId: string, owner: string): boolean {
    return this.#authors.get(messageId) === owner;
  }
}

function sameStanding(a: RoomMember, b: RoomMember): boolean {
  return a.affiliation === b.affiliation && a.role === b.role && (a.away ?? false) === (b.away ?? false);
}
