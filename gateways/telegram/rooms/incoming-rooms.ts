import type { InboundEvent } from '../../../src/gateway/event.js';
import type { RoomId } from '../../../src/gateway/ids.js';
import type { TgClient } from '../client/client.js';
import type { TgEvent } from '../client/events.js';
import type { PeerId, TgMessage, TgPerson } from '../client/model.js';
import { peerName } from '../content/names.js';
import { attachmentOf } from '../conversation/attachments.js';
import type { EmojiNames } from '../conversation/emoji-names.js';
import { missedSince } from '../conversation/missed.js';
import type { Offers } from '../conversation/offers.js';
import type { SeenEdits } from '../conversation/seen-edits.js';
import { asMessageId, boxOf } from '../ids.js';
import type { RoomList } from './room-list.js';
import { RoomNews } from './room-news.js';
import type { SeenRoomReactions } from './seen-room-reactions.js';
import type { TelegramRooms } from './telegram-rooms.js';
import { actorIn, type RoomContext, toRoomEdited, toRoomMessage } from './to-room-event.js';

/** Characters of what is answered in another chat. */
const MAX_QUOTE = 300;

/** What taking events of rooms needs. */
export interface IncomingRoomsServices {
  readonly client: TgClient;
  readonly me: PeerId;
  readonly rooms: TelegramRooms;
  readonly list: RoomList;
  readonly offers: Offers;
  readonly edits: SeenEdits;
  readonly emojis: EmojiNames;
  readonly reactions: SeenRoomReactions;
  readonly stickerPixels: number;
  /** Messages of one channel read anew after too long an absence. */
  readonly mostMissed: number;
  /** Up to when the account had heard everything as it began (UTC milliseconds); undefined: it begins now. */
  readonly since: number | undefined;
  emit(event: InboundEvent): Promise<void> | undefined;
  now(): number;
}

type Of<Type extends TgEvent['type']> = Extract<TgEvent, { readonly type: Type }>;

/** What happens in groups and channels, told to the core. */
export class IncomingRooms {
  readonly #context: RoomContext;
  readonly #news: RoomNews;

  constructor(private readonly services: IncomingRoomsServices) {
    const { client, me, rooms, stickerPixels } = services;
    this.#news = new RoomNews(services);
    this.#context = {
      me,
      now: () => services.now(),
      roomOf: (message) => services.rooms.addresses.roomOf(message),
      name: (peer) => peerName(client.directory, peer),
      nick: (room, who) => rooms.occupied(room)?.nickOf(who) ?? peerName(client.directory, who),
      attachment: (message, wanted) => attachmentOf({ client, stickerPixels }, message, wanted),
    };
  }

  /** Resolves when it need not come again. */
  async message(message: TgMessage): Promise<void> {
    const { rooms, list, offers, edits, emit } = this.services;
    const { chat, from } = message;
    await list.heard(chat);
    if (this.#news.service(message)) return;
    await offers.note(message);
    const event = toRoomMessage(await this.#quoting(message), this.#context);
    // Who speaks now is there, however many others are not shown (H27).
    const live = event.time === undefined && !message.service;
    if (live && from?.startsWith('u') && rooms.spoke(chat, from)) {
      const nick = this.#context.nick(event.room, from);
      await emit({ ...event, nick });
    } else await emit(event);
    if (message.edited !== undefined) edits.told(chat, message.id, event.text);
  }

  async edited(message: TgMessage): Promise<void> {
    const { offers, emit, edits } = this.services;
    const { chat, id } = message;
    await offers.note(message);
    const event = toRoomEdited(message, this.#context);
    if (!event || !edits.isNew(chat, id, event.text)) return;
    await emit(event);
    edits.told(chat, id, event.text);
  }

  /** Only of channels it is known where; basic groups are counted with the private chats. */
  async deleted(chat: PeerId, messages: readonly number[]): Promise<void> {
    const { rooms, emit } = this.services;
    const room = rooms.addresses.roomOf({ chat });
    for (const id of messages)
      await emit({
        ...{ type: 'room-message-retracted', room },
        message: { id: asMessageId(chat, id), own: false },
      });
  }

  async take(
    event: Of<'read' | 'reactions' | 'chat' | 'member' | 'pinned' | 'muted' | 'gap'>,
  ): Promise<void> {
    switch (event.type) {
      case 'read':
        return this.#read(event);
      case 'reactions':
        return this.#reactions(event);
      case 'chat':
        return this.#news.chat(event.chat);
      case 'member':
        this.#news.member(event);
        return undefined;
      case 'pinned':
        return this.#news.pinned(event.chat);
      case 'gap':
        return event.chat === undefined ? undefined : this.#gap(event.chat);
      case 'muted':
        return undefined;
      default:
        return event satisfies never;
    }
  }

  person(person: TgPerson): Promise<void> {
    return this.#news.person(person);
  }

  typing({ chat, who, typing }: Of<'typing'>): void {
    const { rooms, emit } = this.services;
    for (const { room } of rooms.occupiedOf(chat))
      void emit({ ...{ type: 'room-typing', ...actorIn(room, who, this.#context) }, composing: typing });
  }

  /** How far the user has read elsewhere. How far the others have is of no use in a room. */
  async #read(event: Of<'read'>): Promise<void> {
    const { rooms, me, emit } = this.services;
    const { chat, upTo, by } = event;
    if (by !== 'me') return;
    const room = rooms.addresses.roomOf(event);
    await emit({ type: 'room-displayed', room, upTo: asMessageId(boxOf(chat, me), upTo) });
  }

  async #reactions({ chat, message, reactions }: Of<'reactions'>): Promise<void> {
    const { client, rooms, me, emojis, reactions: seen, emit } = this.services;
    const customs = reactions.counts.flatMap(({ emoji, custom }) => (custom ? [emoji] : []));
    await emojis.learn(client, customs);
    const room: RoomId = rooms.addresses.roomOf({ chat });
    const { changed, told } = seen.changes({ chat, message, me }, reactions, emojis.fallback);
    for (const { who, emojis: all } of changed)
      await emit({
        ...{ type: 'room-reactions-changed', ...actorIn(room, who, this.#context), emojis: all },
        message: { id: asMessageId(boxOf(chat, me), message), own: false },
      });
    told();
  }

  /** Too much was missed in a channel: what was said there since the account last heard of anything. */
  async #gap(chat: PeerId): Promise<void> {
    const { client, since, mostMissed, emit } = this.services;
    if (since === undefined) return;
    const { messages, more } = await missedSince(client, chat, since, mostMissed);
    if (more) await emit({ type: 'user-notice', text: { key: 'telegram-missed-too-much' } });
    for (const message of messages) await this.message(message);
  }

  /** What is answered in another chat is not here: its words come along. */
  async #quoting(message: TgMessage): Promise<TgMessage> {
    const { replyTo, chat } = message;
    if (replyTo?.chat === undefined || replyTo.chat === chat || replyTo.quote !== undefined) return message;
    const answered = await this.services.client.message(replyTo.chat, replyTo.id).catch(() => undefined);
    const quote = answered?.text.trim().slice(0, MAX_QUOTE) ?? '';
    return quote === '' ? message : { ...message, replyTo: { ...replyTo, quote } };
  }
}
