import type { InboundEvent, RoomMember } from '../../../gateway/event.js';
import type { ContactId, MemberId } from '../../../gateway/ids.js';
import type { RelayContent, Speaker } from '../model.js';

/** What a person of a room has done. */
export interface MemberNews {
  readonly member: MemberId;
  readonly content: Extract<RelayContent, { readonly kind: 'presence' }>;
}

/** Who is in one room of a network, as the relay's account there sees it. */
export class Members {
  readonly #members = new Map<MemberId, RoomMember>();

  /** @param addressOf bare JID of a person as a contact */
  constructor(
    private readonly most: number,
    private readonly addressOf: (contact: ContactId) => string,
  ) {}

  get(member: MemberId): RoomMember | undefined {
    return this.#members.get(member);
  }

  /** Whom a relay calls so. */
  withKey(key: string): RoomMember | undefined {
    for (const member of this.#members.values()) if ((member.contact ?? member.id) === key) return member;
    return undefined;
  }

  get size(): number {
    return this.#members.size;
  }

  /** By display name, as typed. */
  called(nick: string): RoomMember | undefined {
    const wanted = nick.toLowerCase();
    for (const member of this.#members.values()) if (member.nick.toLowerCase() === wanted) return member;
    return undefined;
  }

  reset(members: readonly RoomMember[]): void {
    this.#members.clear();
    for (const member of members.slice(0, this.most)) this.#members.set(member.id, member);
  }

  /** Takes what an event says of members; undefined when nobody came, went or has another name. */
  take(event: InboundEvent): MemberNews | undefined {
    switch (event.type) {
      case 'member-joined': {
        const { member } = event;
        if (this.#members.size < this.most) this.#members.set(member.id, member);
        return this.#news(member, 'joined');
      }
      case 'member-left':
      case 'person-left': {
        const member = this.#members.get(event.member);
        this.#members.delete(event.member);
        return member && this.#news(member, 'left');
      }
      case 'person-renamed': {
        const before = this.#members.get(event.from);
        if (!before) return undefined;
        this.#members.delete(event.from);
        const member = { ...before, id: event.to, nick: event.nick, contact: event.contact };
        this.#members.set(event.to, member);
        return this.#news(member, 'renamed', before.nick);
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
  speaker(member: MemberId, nick: string, contact: ContactId | undefined): Speaker {
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

  #news(member: RoomMember, change: 'joined' | 'left' | 'renamed', before?: string): MemberNews {
    const speaker = this.speaker(member.id, member.nick, member.contact);
    const content = { kind: 'presence', speaker, change, ...(before !== undefined && { before }) } as const;
    return { member: member.id, content };
  }
}
