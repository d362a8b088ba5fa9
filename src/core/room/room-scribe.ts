import type { MemberId } from '../../gateway/ids.js';
import type { ArchiveEntry } from '../../store/store.js';
import { xmlAttr } from '../../xmpp/escape-xml.js';
import {
  type Rendered,
  renderDelay,
  renderGroupchat,
  renderOccupantId,
  renderStanzaId,
} from '../../xmpp/xep/0045-muc/render.js';
import type { Account } from '../account/account.js';
import type { DomainContext } from '../domain.js';
import type { ArchiveIds } from './archive-ids.js';
import { nickResource } from './nick-resource.js';
import type { PersonalRooms, PersonalState } from './personal-rooms.js';
import type { Room } from './room.js';

/** Who says or does something in a room, as its clients see him. */
export interface Speaker {
  /** Prepared resource; empty: the room itself. */
  readonly resource: string;
  readonly occupantId?: string;
}

/** The room itself. */
export const THE_ROOM: Speaker = { resource: '' };

/** Who acts, as the network names him. */
export interface Actor {
  readonly member: MemberId;
  readonly nick: string;
  /** It was the user, elsewhere. */
  readonly own?: boolean;
}

/** One stanza of a room that is an account's own: for the archive, and for clients that are there. */
export interface RoomStanza {
  readonly entry: ArchiveEntry;
  readonly live: Rendered;
}

/** What a stanza says. */
export interface Saying {
  /** Children as XML. */
  readonly payload: string;
  /** `id` of the stanza; default: the room's own. */
  readonly messageId?: string;
  /** UTC milliseconds; undefined: now. */
  readonly time?: number | undefined;
}

/** Writes what is said and done in rooms that are an account's own. */
export class RoomScribe {
  constructor(
    private readonly context: Pick<DomainContext, 'options'>,
    private readonly personal: PersonalRooms,
    private readonly ids: ArchiveIds,
  ) {}

  /** An id of the room's. */
  nextId(): string {
    return this.ids.next();
  }

  /** As a member, or as somebody who is none any more. */
  speaker(account: Account, room: Room, { member: id, nick, own }: Actor): Speaker {
    const member = (own ? account.rooms.get(room.id)?.self : undefined) ?? id;
    const entry = room.members.get(member);
    // Somebody else may be called like one who is in the room no more.
    const resource = entry?.resource ?? nickResource(nick, (taken) => room.byResource(taken) !== undefined);
    return { resource, occupantId: entry?.occupantId ?? room.occupantId(member) };
  }

  /**
   * To be committed at once: ids of the archive rise in the order in which things are committed. `place` is where in the
   * archive it belongs, when that is not at its end; the time is UTC milliseconds.
   */
  write(
    room: Room,
    state: PersonalState,
    { resource, occupantId }: Speaker,
    saying: Saying,
    place?: { readonly id: string; readonly time: number },
  ): RoomStanza {
    const time = place?.time ?? saying.time;
    const id = place?.id ?? this.ids.next();
    const messageId = saying.messageId ?? id;
    const payload = saying.payload + (occupantId === undefined ? '' : renderOccupantId(occupantId));
    const stanzaId = this.context.options.archive.enabled ? renderStanzaId(id, room.jidAttr) : '';
    const delay = time === undefined ? '' : renderDelay(room.jidAttr, time);
    const fromAttr = resource === '' ? room.jidAttr : `${room.jidAttr}/${xmlAttr(resource)}`;
    return {
      live: renderGroupchat(fromAttr, messageId, payload + stanzaId + delay),
      entry: {
        ...{ id, room: state.key, time: place?.time ?? this.personal.timeOf(state, time), nick: resource },
        ...{ type: 'message', messageId, payload },
      },
    };
  }
}
