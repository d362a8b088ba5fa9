import { GatewayError } from '../../../src/gateway/error.js';
import type { RoomMessage } from '../../../src/gateway/event.js';
import type { NetworkMessageId, RoomId } from '../../../src/gateway/ids.js';
import type { HistoryRange, HistorySlice } from '../../../src/gateway/session.js';
import type { TgClient } from '../client/client.js';
import type { PeerId, TgMessage } from '../client/model.js';
import { inWords } from '../failure.js';
import { asMessageId, boxOf } from '../ids.js';
import type { MessagePlace } from './room-addresses.js';
import type { TelegramRooms } from './telegram-rooms.js';

/** Newer than any message: where the newest are read back from a bound. */
const BEYOND_ALL = 2_147_483_647;

/** What reading the past of rooms needs. */
export interface RoomHistoryServices {
  readonly client: Pick<TgClient, 'history' | 'chat'>;
  readonly me: PeerId;
  readonly rooms: TelegramRooms;
  /** A message as it is shown in its room; undefined for what is no message there. Rejects with TgError. */
  past(message: TgMessage, before: TgMessage | undefined): Promise<RoomMessage | undefined>;
}

/** A part of one chat's history. */
interface Part {
  readonly chat: PeerId;
  /** Oldest first. */
  readonly messages: readonly TgMessage[];
  readonly more: boolean;
}

/** What Telegram remembers of groups and channels. */
export class RoomHistory {
  constructor(private readonly services: RoomHistoryServices) {}

  /** As `HistoryFacet.fetch`. */
  async fetch(room: RoomId, range: HistoryRange): Promise<HistorySlice> {
    const { rooms, client } = this.services;
    const { addresses } = rooms;
    const { chat, topic } = addresses.placeOf(room);
    const known = await inWords(client.chat(chat));
    if (!known || !(await inWords(rooms.chats.comesHere(known))))
      throw new GatewayError('forbidden', { key: 'telegram-room-not-joined' });
    const read = { topic, limit: range.limit };
    const bounds = {
      before: range.before && addresses.messageIn(chat, range.before),
      after: range.after && addresses.messageIn(chat, range.after),
    };
    const former = addresses.migrations.roomOf(chat);
    const group = former === chat ? undefined : former;
    const part =
      range.from === 'newest'
        ? await this.#newest(chat, group, bounds, read)
        : await this.#oldest(chat, group, bounds, read);
    return this.#slice(room, part, range.from);
  }

  /** What was said before a group became a supergroup is older than all that was said there. */
  async #newest(chat: PeerId, former: PeerId | undefined, bounds: Bounds, read: Wish): Promise<Part> {
    const { before, after } = bounds;
    const here = after?.chat === chat;
    if (before?.chat !== former || former === undefined) {
      const part = await this.#read(chat, 'newest', numbersIn(chat, bounds), read);
      if (former === undefined || here) return part;
      if (part.messages.length > 0) return { ...part, more: true };
    }
    return this.#read(former, 'newest', numbersIn(former, bounds), read);
  }

  async #oldest(chat: PeerId, former: PeerId | undefined, bounds: Bounds, read: Wish): Promise<Part> {
    const { before, after } = bounds;
    if (former !== undefined && after?.chat === former) {
      const part = await this.#read(former, 'oldest', numbersIn(former, bounds), read);
      if (before?.chat === former) return part;
      if (part.messages.length > 0) return { ...part, more: true };
    }
    return this.#read(chat, 'oldest', numbersIn(chat, bounds), read);
  }

  async #read(
    chat: PeerId,
    from: HistoryRange['from'],
    { before, after }: { readonly before?: number; readonly after?: number },
    { topic, limit }: Wish,
  ): Promise<Part> {
    const { client } = this.services;
    const inTopic = topic === undefined ? {} : { topic };
    if (from === 'newest') {
      const bounded = before !== undefined || after !== undefined;
      const place = {
        ...(bounded && { before: before ?? BEYOND_ALL }),
        ...(after !== undefined && { after }),
      };
      const { messages, more } = await inWords(client.history(chat, { ...place, ...inTopic, limit }));
      return { chat, messages: [...messages].reverse(), more };
    }
    const { messages, more } = await inWords(client.history(chat, { after: after ?? 0, ...inTopic, limit }));
    const inside = messages.filter(({ id }) => before === undefined || id < before);
    return { chat, messages: [...inside].reverse(), more: more && inside.length === messages.length };
  }

  /** What is no message of the room is left out; how far was read is told all the same. */
  async #slice(
    room: RoomId,
    { chat, messages, more }: Part,
    from: HistoryRange['from'],
  ): Promise<HistorySlice> {
    const { me, past } = this.services;
    const told: RoomMessage[] = [];
    let last: TgMessage | undefined;
    for (const message of messages) {
      const event = await inWords(past(message, last));
      if (event?.room !== room) continue;
      told.push({ ...event, time: message.date });
      last = message;
    }
    const edge = from === 'newest' ? messages[0] : messages.at(-1);
    const reached: NetworkMessageId | undefined = edge && asMessageId(boxOf(chat, me), edge.id);
    return { messages: told, more, ...(reached !== undefined && { reached }) };
  }
}

interface Bounds {
  readonly before: MessagePlace | undefined;
  readonly after: MessagePlace | undefined;
}

interface Wish {
  readonly topic: number | undefined;
  readonly limit: number;
}

/** Those of the bounds that lie in that chat. */
function numbersIn(chat: PeerId, { before, after }: Bounds) {
  return {
    ...(before?.chat === chat && { before: before.number }),
    ...(after?.chat === chat && { after: after.number }),
  };
}
