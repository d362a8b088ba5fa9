import type { InboundEvent, RoomMember } from '../../../gateway/event.js';
import type { ContactId, MemberId } from '../../../gateway/ids.js';
import { foldName } from '../mentions.js';
import type { RelayContent, Speaker } from '../model.js';

/** What a person of a room has done. */
export interface MemberNews {
  readonly member: MemberId;
  readonly content: Extract<RelayContent, { readonly kind: 'presence' }>;
}

/** Who is in one room of a network, as the relay's account there sees it. */
export class Members {
  readonly #members = new Map<MemberId, RoomMember>();
  /** By folded name; of several who are called the same, the last. */
  readonly #byName = new Map<string, MemberId>();
  readonly #byKey = new Map<string, MemberId>();

  /** @param addressOf bare JID of a person as a contact */
  constructor(
    private readonly most: number,
    private readonly addressOf: (contact: ContactId) => string,
  ) {}

  get(member: MemberId): RoomMember | undefined {
    return this.#members.get(member);
  }

  get size(): number {
    return this.#members.size;
  }

  /** By name, as `foldName` makes it. */
  called(name: string): RoomMember | undefined {
    const id = this.#byName.get(name);
    return id === undefined ? undefined : this.#members.get(id);
  }

  /** By `Speaker.key`. */
  withKey(key: string): RoomMember | undefined {
    const id = this.#byKey.get(key);
    return id === undefined ? undefined : this.#members.get(id);
  }

  reset(members: readonly RoomMember[]): void {
    this.#members.clear();
    this.#byName.clear();
    this.#byKey.clear();
    for (const member of members) this.#put(member);
  }

  /** Takes what an event says of members; undefined when nobody came, went or has another name. */
  take(event: InboundEvent): MemberNews | undefined {
    switch (event.type) {
      case 'member-joined':
        this.#put(event.member);
        return this.#news(event.member, 'joined');
      case 'member-left':
      case 'person-left': {
        const member = this.#members.get(event.member);
        if (!member) return undefined;
        const news = this.#news(member, 'left');
        this.#remove(member);
        return news;
      }
      case 'person-renamed': {
        const before = this.#members.get(event.from);
        if (!before) return undefined;
        this.#remove(before);
        const member = { ...before, id: event.to, nick: event.nick, contact: event.contact };
        this.#put(member);
        return this.#news(member, 'renamed', before);
      }
      case 'member-changed': {
        const member = this.#members.get(event.member);
        const { affiliation, role } = event;
        if (member) this.#members.set(event.member, { ...member, affiliation, role });
        return undefined;
      }
      default:
        return undefined;
    }
  }

  /** Whoever it is that speaks, a member or not. */
  speaker(member: MemberId, nick: string, contact?: ContactId): Speaker {
    const known = this.#members.get(member);
    const person = contact ?? known?.contact;
    const moderator =
      known?.role === 'moderator' || known?.affiliation === 'owner' || known?.affiliation === 'admin';
    return {
      ...{ key: person ?? member, nick },
      ...(person !== undefined && { address: this.addressOf(person) }),
      ...(moderator && { moderator }),
    };
  }

  #put(member: RoomMember): void {
    const before = this.#members.get(member.id);
    if (before) this.#remove(before);
    else if (this.#members.size >= this.most) return;
    this.#members.set(member.id, member);
    this.#byName.set(foldName(member.nick), member.id);
    this.#byKey.set(keyOf(member), member.id);
  }

  #remove(member: RoomMember): void {
    const { id, nick } = member;
    this.#members.delete(id);
    const name = foldName(nick);
    if (this.#byName.get(name) === id) this.#byName.delete(name);
    if (this.#byKey.get(keyOf(member)) === id) this.#byKey.delete(keyOf(member));
  }

  #news(member: RoomMember, change: 'joined' | 'left' | 'renamed', before?: RoomMember): MemberNews {
    const speaker = this.speaker(member.id, member.nick, member.contact);
    const renamed = before && { before: before.nick, beforeKey: before.contact ?? before.id };
    return { member: member.id, content: { kind: 'presence', speaker, change, ...renamed } };
  }
}

function keyOf({ contact }: RoomMember): string {
  return contact;
}
