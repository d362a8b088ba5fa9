import type { RoomMember } from '../../gateway/event.js';
import { type PresenceParts, presenceHead, presenceTail } from '../../xmpp/xep/0045-muc/render.js';
import type { Occupancy } from './occupancy.js';

/** The role a member really has (XEP-0045 §5.1): without one of his own, that of the room. */
export function effectiveRole(
  member: RoomMember,
  moderated: boolean,
): 'moderator' | 'participant' | 'visitor' {
  if (member.role !== 'default') return member.role;
  return moderated ? 'visitor' : 'participant';
}

/** A member of a room as XMPP users see him; one for all accounts that are in the room. */
export class MemberEntry {
  /** Everything of his presence before the `to` address. */
  readonly head: string;
  #tail: string | undefined;
  /** What the room was when `#tail` was rendered. */
  #moderated = false;
  #occupantId: string | undefined;
  /** The account whose list of names brought him in, until a live event or another list confirms him. */
  listedBy: Occupancy | undefined;

  constructor(
    public member: RoomMember,
    /** Prepared resource; unique in the room. */
    readonly resource: string,
    /** Escaped occupant address. */
    readonly fromAttr: string,
    occupantId: string | undefined,
    private readonly assignId: (member: RoomMember) => string,
    /** His address outside the room, where everybody may see it (XEP-0045 §7.2.3). */
    readonly jid: string | undefined,
  ) {
    this.head = presenceHead(fromAttr);
    this.#occupantId = occupantId;
  }

  get occupantId(): string {
    this.#occupantId ??= this.assignId(this.member);
    return this.#occupantId;
  }

  /** Available presence after the `to` address, without status codes; rendered once while nothing changes. */
  tail(moderated: boolean): string {
    if (this.#tail === undefined || this.#moderated !== moderated) {
      this.#tail = presenceTail(this.parts(moderated));
      this.#moderated = moderated;
    }
    return this.#tail;
  }

  /** To be called whenever something changes that the presence shows. */
  invalidate(): void {
    this.#tail = undefined;
  }

  parts(moderated: boolean): Omit<PresenceParts, 'fromAttr'> {
    return {
      item: {
        affiliation: this.member.affiliation,
        role: effectiveRole(this.member, moderated),
        ...(this.jid === undefined ? {} : { jid: this.jid }),
      },
      occupantId: this.occupantId,
      ...(this.member.away ? { show: 'away' } : {}),
    };
  }
}
