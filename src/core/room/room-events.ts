import type {
  MemberChanged,
  MemberJoined,
  MemberLeft,
  PersonAway,
  PersonLeft,
  PersonRenamed,
  RoomMember,
  RoomMessage,
  SubjectChanged,
  TraitsChanged,
} from '../../gateway/event.js';
import type { MemberId } from '../../gateway/ids.js';
import { xmlAttr } from '../../xmpp/escape-xml.js';
import { presenceTail, type Rendered, renderConfigChanged } from '../../xmpp/xep/0045-muc/render.js';
import type { Account } from '../account/account.js';
import type { DomainContext } from '../domain.js';
import { gone, renamedTo, withSelfCode } from './member-presence.js';
import type { Occupancy } from './occupancy.js';
import { isBack } from './returning.js';
import type { Room } from './room.js';
import type { RoomMessages } from './room-messages.js';

/** What an event meant for one room: computed by the account that saw it first, used by all. */
interface Effect {
  readonly stanzas: readonly Rendered[];
  /** The number of the departure, where the member left the room with this event. */
  readonly departure?: number;
  /** For the account that it happens to, by its owner's JID; it gets status 110 as well. */
  readonly selfStanzas?: (owner: string) => readonly Rendered[];
}

const NOTHING: Effect = { stanzas: [] };

/**
 * Live events of rooms, on their way to clients. Each account is told exactly what its own connection saw,
 * when it saw it; members are kept once per room and change with the first sighting.
 */
export class RoomEvents {
  constructor(
    private readonly context: DomainContext,
    private readonly messages: RoomMessages,
  ) {}

  message(account: Account, event: RoomMessage): void {
    const occupancy = joined(account, event);
    if (occupancy) this.tell(occupancy, this.messages.render(occupancy.room, event));
  }

  subject(account: Account, event: SubjectChanged): void {
    const occupancy = joined(account, event);
    if (occupancy) this.tell(occupancy, this.messages.renderSubject(occupancy.room, event));
  }

  memberJoined(account: Account, event: MemberJoined): void {
    const occupancy = joined(account, event);
    if (!occupancy) return;
    const { room } = occupancy;
    let rendered = event.memo as Rendered | undefined;
    if (!rendered) {
      const entry = room.put(event.member);
      rendered = { head: entry.head, tail: entry.tail(room.traits.moderated) };
      event.memo = rendered;
    }
    const entry = room.members.get(event.member.id);
    if (entry) entry.listedBy = undefined;
    occupancy.saw(event.member.id);
    if (entry && isBack(occupancy, entry)) return;
    this.tell(occupancy, rendered);
  }

  memberLeft(account: Account, event: MemberLeft): void {
    const occupancy = joined(account, event);
    if (!occupancy) return;
    this.#apply(occupancy, event, event.member, (room) => {
      const codes = event.cause === 'left' ? undefined : [event.cause === 'banned' ? 301 : 307];
      const entry = room.remove(event.member);
      if (!entry) return NOTHING;
      return {
        departure: room.departed(entry),
        stanzas: [
          gone(entry, { codes, by: event.by, reason: event.reason, banned: event.cause === 'banned' }),
        ],
      };
    });
  }

  personLeft(account: Account, event: PersonLeft): void {
    for (const occupancy of account.rooms.values()) {
      if (occupancy.place !== event.place || occupancy.state !== 'joined') continue;
      this.#apply(occupancy, event, event.member, (room) => {
        const entry = room.remove(event.member);
        if (!entry) return NOTHING;
        return { departure: room.departed(entry), stanzas: [gone(entry, { status: event.reason })] };
      });
    }
  }

  personRenamed(account: Account, event: PersonRenamed): void {
    for (const occupancy of account.rooms.values()) {
      if (occupancy.place !== event.place || occupancy.state !== 'joined') continue;
      this.#apply(occupancy, event, event.from, (room) => rename(room, event));
      if (occupancy.sees(event.from) && occupancy.room.members.has(event.to)) occupancy.saw(event.to);
      occupancy.lost(event.from);
      if (occupancy.self === event.from) occupancy.self = event.to;
    }
  }

  personAway(account: Account, event: PersonAway): void {
    for (const occupancy of account.rooms.values()) {
      if (occupancy.place !== event.place || occupancy.state !== 'joined') continue;
      this.#apply(occupancy, event, event.member, (room) =>
        changed(room, event.member, (member) => ({ ...member, away: event.away }), event.text),
      );
    }
  }

  memberChanged(account: Account, event: MemberChanged): void {
    const occupancy = joined(account, event);
    if (!occupancy) return;
    this.#apply(occupancy, event, event.member, (room) =>
      changed(room, event.member, (member) => ({
        ...member,
        affiliation: event.affiliation,
        role: event.role,
      })),
    );
  }

  /** A room that becomes moderated, or no longer is, changes the role of all who have none of their own. */
  traits(account: Account, event: TraitsChanged): void {
    const occupancy = joined(account, event);
    if (!occupancy) return;
    const { room } = occupancy;
    let stanzas = event.memo as readonly (Rendered & { readonly of?: MemberId })[] | undefined;
    if (!stanzas) {
      const was = room.traits;
      room.traits = event.traits;
      const touched: (Rendered & { readonly of?: MemberId })[] = [renderConfigChanged(room.jidAttr)];
      if (was.moderated !== event.traits.moderated) {
        for (const entry of room.members.values()) {
          if (entry.member.role !== 'default') continue;
          entry.invalidate();
          const tail = entry.tail(event.traits.moderated);
          touched.push({ head: entry.head, tail, of: entry.member.id });
        }
      }
      stanzas = touched;
      event.memo = stanzas;
    }
    const self = occupancy.self === undefined ? undefined : room.members.get(occupancy.self);
    for (const stanza of stanzas) {
      if (stanza.of !== undefined && !occupancy.sees(stanza.of)) continue;
      const own = self !== undefined && stanza.of === self.member.id;
      this.tell(occupancy, own ? withSelfCode(self, room, occupancy.account.owner) : stanza);
    }
  }

  /** Sends to every client that the account has in the room; those still being shown the room get it afterwards. */
  tell(occupancy: Occupancy, stanza: Rendered): void {
    for (const seat of occupancy.seats) {
      const xml = stanza.head + seat.toAttr + stanza.tail;
      if (seat.held) seat.held.push(xml);
      else this.context.sink.send(xml);
    }
  }

  #apply(
    occupancy: Occupancy,
    event: { memo?: unknown },
    member: MemberId,
    compute: (room: Room) => Effect,
  ): void {
    const { room } = occupancy;
    let effects = event.memo as Map<Room, Effect> | undefined;
    if (!effects) {
      effects = new Map();
      event.memo = effects;
    }
    let effect = effects.get(room);
    if (!effect) {
      effect = compute(room);
      effects.set(room, effect);
    } else if (effect === NOTHING || effect.departure !== undefined) {
      // Another connection was ahead of this one, whose list of names still held the member.
      if (room.members.get(member)?.listedBy === occupancy) {
        const late = compute(room);
        if (effect === NOTHING) {
          effect = late;
          effects.set(room, late);
        }
      }
    }
    occupancy.departuresSeen = Math.max(occupancy.departuresSeen, effect.departure ?? 0);
    if (!occupancy.sees(member)) return;
    const own = occupancy.self === member ? effect.selfStanzas?.(occupancy.account.owner) : undefined;
    const stanzas = own ?? effect.stanzas;
    for (const stanza of stanzas) this.tell(occupancy, stanza);
    if (effect.departure !== undefined) occupancy.lost(member);
  }
}

/** The account's place in the room of the event, if it is fully there. */
function joined(account: Account, event: { readonly room: Occupancy['room']['id'] }): Occupancy | undefined {
  const occupancy = account.rooms.get(event.room);
  return occupancy?.state === 'joined' ? occupancy : undefined;
}

/** XEP-0045 §7.6: unavailable under the old name with the new one and status 303, then available. */
function rename(room: Room, event: PersonRenamed): Effect {
  const old = room.remove(event.from);
  if (!old) return NOTHING;
  const member: RoomMember = { ...old.member, id: event.to, nick: event.nick, contact: event.contact };
  const entry = room.put(member, old.occupantId);
  const available = { head: entry.head, tail: entry.tail(room.traits.moderated) };
  return {
    stanzas: [renamedTo(entry, room, old.fromAttr, [303]), available],
    selfStanzas: (owner) => [
      renamedTo(entry, room, old.fromAttr, [303, 110], owner),
      withSelfCode(entry, room, owner),
    ],
  };
}

function changed(
  room: Room,
  id: MemberId,
  change: (member: RoomMember) => RoomMember,
  status?: string,
): Effect {
  const entry = room.members.get(id);
  if (!entry) return NOTHING;
  room.put(change(entry.member));
  const tail = status
    ? presenceTail({ ...entry.parts(room.traits.moderated), status })
    : entry.tail(room.traits.moderated);
  return {
    stanzas: [{ head: entry.head, tail }],
    selfStanzas: (owner) => [withSelfCode(entry, room, owner)],
  };
}

/** The address of a room or occupant in an attribute. */
export function occupantAttr(room: Room, resource: string): string {
  return `${room.jidAttr}/${xmlAttr(resource)}`;
}
