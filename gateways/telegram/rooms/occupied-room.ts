import type { RoomMember, RoomTraits } from '../../../src/gateway/event.js';
import type { MemberId, RoomId } from '../../../src/gateway/ids.js';
import type { TgTopic } from '../client/client.js';
import type { TgStanding } from '../client/events.js';
import type { PeerId, TgChat } from '../client/model.js';
import { asContactId, asMemberId } from '../ids.js';
import { Nicks } from './nicks.js';
import { affiliationOf, roleOf, traitsOf } from './standing.js';

/** What somebody is in a group; `here`: he is in it, and nothing else is known. */
export type TgPlace = TgStanding | 'here';

/** Somebody who has another place in a room now, or none. */
export type Arrival =
  | { readonly what: 'joined' | 'changed'; readonly member: RoomMember }
  | { readonly what: 'left' | 'banned'; readonly member: MemberId }
  | undefined;

/** A room that a client of the user is in: who has been shown of it. Not everybody is, where there are many (H27). */
export class OccupiedRoom {
  readonly #nicks = new Nicks();
  readonly #members = new Map<PeerId, RoomMember>();

  /** As it was told last. */
  description: string;
  /** What may be reacted with. */
  reactions: 'all' | readonly string[];
  slowModeSeconds: number;
  /** Where a channel's posts are commented on, or whose posts a group comments on. */
  readonly linked: PeerId | undefined;
  /** The topic that is this room, not the whole chat. */
  topic: TgTopic | undefined;

  constructor(
    readonly room: RoomId,
    public chat: TgChat,
    readonly me: PeerId,
    /** People who are shown at most. */
    private readonly most: number,
    facts: Pick<OccupiedRoom, 'description' | 'reactions' | 'slowModeSeconds' | 'linked' | 'topic'>,
  ) {
    this.description = facts.description;
    this.reactions = facts.reactions;
    this.slowModeSeconds = facts.slowModeSeconds;
    this.linked = facts.linked;
    this.topic = facts.topic;
  }

  /** By which rules it works. */
  get traits(): RoomTraits {
    return traitsOf(this.chat, {
      slowModeSeconds: this.slowModeSeconds,
      closed: this.topic?.closed === true,
    });
  }

  /** Whether the user may say something there. */
  get mayWrite(): boolean {
    const { rights } = this.chat;
    return rights.send && (rights.admin || this.topic?.closed !== true);
  }

  get members(): readonly RoomMember[] {
    return [...this.#members.values()];
  }

  has(person: PeerId): boolean {
    return this.#members.has(person);
  }

  /** Who of those that are shown is called so. */
  who(nick: string): PeerId | undefined {
    return this.#nicks.who(nick);
  }

  /** The nick of somebody; one who is not shown has none of his own here. */
  nickOf(person: PeerId): string | undefined {
    return this.#members.get(person)?.nick;
  }

  /** Somebody has this place now. Undefined when nothing is to be told of it. */
  place(person: PeerId, name: string, place: TgPlace): Arrival {
    const before = this.#members.get(person);
    if (place === 'here' && before) return undefined;
    const standing = place === 'here' ? 'member' : place;
    if (standing === 'left' || standing === 'banned') {
      this.#members.delete(person);
      this.#nicks.forget(person);
      const what = standing === 'banned' ? 'banned' : 'left';
      return before && { what, member: before.id };
    }
    if (!before && person !== this.me && this.#members.size >= this.most) return undefined;
    const member: RoomMember = {
      ...{ id: asMemberId(person), contact: asContactId(person) },
      nick: before?.nick ?? this.#nicks.give(person, name),
      ...{ affiliation: affiliationOf(standing), role: roleOf(standing, this.chat.kind) },
    };
    this.#members.set(person, member);
    if (!before) return { what: 'joined', member };
    const same = before.affiliation === member.affiliation && before.role === member.role;
    return same ? undefined : { what: 'changed', member };
  }

  /** Somebody has another name; his new nick, when that changes it. */
  rename(person: PeerId, name: string): string | undefined {
    const before = this.#members.get(person);
    if (!before) return undefined;
    const nick = this.#nicks.give(person, name);
    if (nick === before.nick) return undefined;
    this.#members.set(person, { ...before, nick });
    return nick;
  }
}
