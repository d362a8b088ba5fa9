import { v7 as uuidv7 } from 'uuid';
import type { RoomDisplayed } from '../../gateway/event.js';
import type { RoomId } from '../../gateway/ids.js';
import type { MessageRecord } from '../../store/message-store.js';
import { xmlAttr } from '../../xmpp/escape-xml.js';
import { NS } from '../../xmpp/namespace.js';
import { type Rendered, renderGroupchat, renderOccupantId } from '../../xmpp/xep/0045-muc/render.js';
import { renderDisplayed } from '../../xmpp/xep/0333-chat-markers/marker.js';
import { displayedElement } from '../../xmpp/xep/0490-message-displayed-synchronization/displayed.js';
import type { Account } from '../account/account.js';
import { conversationName, keyOf, type Peer } from '../delivery/peer.js';
import type { DomainContext } from '../domain.js';
import { BoundedMap } from '../limit/bounded-map.js';
import type { ConversationOrder } from '../message/conversation-order.js';
import type { MessageIds } from '../message/message-ids.js';
import type { UserPubsub } from '../privilege/user-pubsub.js';
import type { Occupancy } from './occupancy.js';
import type { RoomEvents } from './room-events.js';
import type { Rooms } from './rooms.js';

/** Rooms of which is remembered how far they have been read. */
const REMEMBERED_ROOMS = 20_000;
/** How far back a message is looked for that a marker can name. */
const MARKER_SEARCH = 50;

/** How far a room has been read elsewhere. */
interface ReadMark {
  /** Id of the message's record; ids rise with time. */
  readonly record: string;
  /** What clients know the message by. */
  readonly name: string;
}

/**
 * What the user has read elsewhere: the newest message alone, forward only (F14). Told to his clients in the room by a
 * marker of his own occupant (XEP-0333 §4.3), also to those that come later, and kept on his server where that lets the
 * gateway (XEP-0490, J07).
 */
export class RoomReadMarks {
  readonly #marks = new BoundedMap<string, ReadMark>(REMEMBERED_ROOMS);
  /** Rooms whose mark is on its way to the user's server, with the one that is to follow it. */
  readonly #publishing = new Map<string, ReadMark | undefined>();

  constructor(
    private readonly context: DomainContext,
    private readonly rooms: Pick<Rooms, 'jidOf' | 'onShown'>,
    private readonly events: Pick<RoomEvents, 'tell'>,
    private readonly order: ConversationOrder,
    private readonly ids: MessageIds,
    private readonly pubsub: UserPubsub,
  ) {
    rooms.onShown((occupancy, { toAttr }) => {
      const { account, room } = occupancy;
      const mark = this.#marks.get(conversationName(account.record.id, { kind: 'room', id: room.id }));
      const marker = mark && markerOf(occupancy, mark);
      if (marker) this.context.sink.send(marker.head + toAttr + marker.tail);
    });
  }

  /** Rejects with the store's error. */
  displayed(account: Account, { room, upTo }: RoomDisplayed): Promise<void> | undefined {
    const peer: Peer = { kind: 'room', id: room };
    const name = conversationName(account.record.id, peer);
    return this.order.alone(name, async () => {
      const record = await this.#markable(account, peer, await this.ids.reported(account, peer, upTo));
      if (!record || record.id <= (this.#marks.get(name)?.record ?? '')) return;
      const { archive } = this.context.options;
      const mark = {
        record: record.id,
        name: archive.enabled ? record.id : (record.xmppIds[0] ?? record.id),
      };
      this.#marks.set(name, mark);
      const occupancy = account.rooms.get(room);
      const marker = occupancy?.state === 'joined' ? markerOf(occupancy, mark) : undefined;
      if (occupancy && marker) this.events.tell(occupancy, marker);
      if (archive.enabled && this.pubsub.may(account.owner)) void this.#publish(account, room, name, mark);
    });
  }

  /** The message, or the newest one before it that somebody else has written. */
  async #markable(
    account: Account,
    peer: Peer,
    record: MessageRecord | undefined,
  ): Promise<MessageRecord | undefined> {
    if (!record || record.direction === 'in') return record;
    const recent = await this.context.store.messages.recent(account.record.id, MARKER_SEARCH, keyOf(peer));
    return recent.find(({ id, direction }) => id < record.id && direction === 'in');
  }

  /** One at a time for each room, the newest alone. */
  async #publish(account: Account, room: RoomId, name: string, mark: ReadMark): Promise<void> {
    if (this.#publishing.has(name)) {
      this.#publishing.set(name, mark);
      return;
    }
    const by = this.rooms.jidOf(room);
    try {
      for (let next: ReadMark | undefined = mark; next; next = this.#publishing.get(name)) {
        this.#publishing.set(name, undefined);
        await this.pubsub.publish(account.owner, NS.MDS, by, displayedElement(by, next.name));
      }
    } finally {
      this.#publishing.delete(name);
    }
  }
}

/** The marker of the user's own occupant; undefined when he is none. */
function markerOf({ room, self }: Occupancy, { name }: ReadMark): Rendered | undefined {
  const entry = self === undefined ? undefined : room.members.get(self);
  if (!entry) return undefined;
  const fromAttr = `${room.jidAttr}/${xmlAttr(entry.resource)}`;
  return renderGroupchat(fromAttr, uuidv7(), renderDisplayed(name) + renderOccupantId(entry.occupantId));
}
