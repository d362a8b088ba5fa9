import { GatewayError } from '../../../src/gateway/error.js';
import type { AccountId, ContactId, NetworkMessageId, RoomId } from '../../../src/gateway/ids.js';
import type { Target } from '../../../src/gateway/message.js';
import type { NetworkState } from '../../../src/gateway/state.js';
import type { PeerId, TgMessage } from '../client/model.js';
import { asRoomId, boxOf, messageBox, peerOf, placeOf } from '../ids.js';
import { Migrations } from './migrations.js';
import { GENERAL_TOPIC } from './topic-list.js';

/** Where on Telegram something goes: a chat, and which topic of it. */
export interface Place {
  readonly chat: PeerId;
  readonly topic?: number;
}

/** A message, and the chat in which it lies. */
export interface MessagePlace {
  readonly chat: PeerId;
  readonly number: number;
}

/** Which room stands for which chat of an account, both ways. */
export class RoomAddresses {
  #migrations: Migrations;

  constructor(
    private readonly state: NetworkState,
    private readonly account: AccountId,
    private readonly me: () => PeerId,
    /** Whether the topics of that chat are rooms. */
    private readonly topicRooms: (chat: PeerId) => boolean,
  ) {
    this.#migrations = new Migrations(state, account, me());
  }

  get migrations(): Migrations {
    return this.#migrations;
  }

  /** Reads what was written down of the account. Rejects with the store's error. */
  async begin(): Promise<void> {
    const migrations = new Migrations(this.state, this.account, this.me());
    await migrations.load();
    this.#migrations = migrations;
  }

  /** The room in which a message is said, or that is a chat's. */
  roomOf({ chat, topic }: Pick<TgMessage, 'chat' | 'topic'>): RoomId {
    const own = topic !== undefined && topic !== GENERAL_TOPIC && this.topicRooms(chat);
    return own ? asRoomId(chat, topic) : asRoomId(this.#migrations.roomOf(chat));
  }

  /** The chat behind a room as it is now, and which topic of it. */
  placeOf(room: RoomId): Place {
    const { chat, topic } = placeOf(room);
    return { chat: this.#migrations.chatOf(chat), ...(topic !== undefined && { topic }) };
  }

  /** @throws {GatewayError} `unsupported` for who cannot be written to: a chat that speaks in a room */
  ofTarget(target: Target): Place {
    if (target.kind === 'contact') return { chat: peerOf(target.id) };
    if (target.kind === 'room') return this.placeOf(target.id);
    const person = target.kind === 'member' ? (target.member as string as PeerId) : undefined;
    if (person?.startsWith('u')) return { chat: person };
    throw new GatewayError('unsupported', { key: 'telegram-people-only' });
  }

  /** The same, of an address by itself. */
  behind(where: ContactId | RoomId): Place {
    return where.startsWith('u') ? { chat: peerOf(where as ContactId) } : this.placeOf(where as RoomId);
  }

  /**
   * Where a message lies that was said in that chat: what was said in a basic group before it became a supergroup stays
   * in the basic group's box.
   * @throws {GatewayError} `not-found` for a message of another account of Telegram
   */
  messageIn(chat: PeerId, id: NetworkMessageId): MessagePlace {
    const found = this.findMessage(chat, id);
    if (!found) throw new GatewayError('not-found', { key: 'telegram-message-gone' });
    return found;
  }

  /** The same; undefined for a message that is none of that chat's. */
  findMessage(chat: PeerId, id: NetworkMessageId): MessagePlace | undefined {
    const { box, number = 0 } = messageBox(id) ?? {};
    if (box === boxOf(chat, this.me())) return { chat, number };
    const former = this.#migrations.roomOf(chat);
    return former !== chat && box === this.me() ? { chat: former, number } : undefined;
  }
}
