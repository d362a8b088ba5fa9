import type { InboundEvent, RoomMessage } from '../../../src/gateway/event.js';
import type { RoomId } from '../../../src/gateway/ids.js';
import type { TgClient } from '../client/client.js';
import type { TgEvent } from '../client/events.js';
import type { PeerId, TgMessage, TgPerson } from '../client/model.js';
import { cleanLine, peerName } from '../content/names.js';
import { readMessage } from '../content/read-message.js';
import { attachmentOf } from '../conversation/attachments.js';
import type { EmojiNames } from '../conversation/emoji-names.js';
import { eachOf, missedSince } from '../conversation/missed.js';
import type { Offers } from '../conversation/offers.js';
import type { SeenEdits } from '../conversation/seen-edits.js';
import { asMessageId, boxOf } from '../ids.js';
import { nameOf } from './account-chats.js';
import type { RoomList } from './room-list.js';
import { isNews, RoomNews } from './room-news.js';
import type { SeenRoomReactions } from './seen-room-reactions.js';
import type { TelegramRooms } from './telegram-rooms.js';
import { actorIn, type RoomContext, toRoomEdited, toRoomMessage } from './to-room-event.js';
import { ToldNumbers } from './told-numbers.js';
import { GENERAL_TOPIC } from './topic-list.js';

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
  /** Up to when the account had heard everything as it began (UTC milliseconds). */
  readonly since: number;
  emit(event: InboundEvent): Promise<void> | undefined;
  /** As `IntakeServices.passedOver`: one of many messages that were missed. */
  passedOver(event: TgEvent, error: unknown): void;
  now(): number;
}

type Of<Type extends TgEvent['type']> = Extract<TgEvent, { readonly type: Type }>;

/** What happens in groups and channels, told to the core. */
export class IncomingRooms {
  readonly #context: RoomContext;
  readonly #news: RoomNews;
  readonly #told = new ToldNumbers();

  constructor(private readonly services: IncomingRoomsServices) {
    const { client, me, rooms, stickerPixels } = services;
    this.#news = new RoomNews(services);
    this.#context = {
      me,
      now: () => services.now(),
      roomOf: (message) => services.rooms.addresses.roomOf(message),
      name: (peer) => peerName(client.directory, peer),
      username: () => client.directory.person(me)?.username,
      nick: (room, who) => rooms.occupied(room)?.nickOf(who) ?? peerName(client.directory, who),
      attachment: (message, wanted) => attachmentOf({ client, stickerPixels }, message, wanted),
    };
  }

  /** A basic group has become a supergroup: to be known before it is decided whether that comes here. */
  async migration(event: TgEvent): Promise<void> {
    const { chats } = this.services.rooms;
    if (event.type === 'chat') await chats.noteMigrations([event.chat]);
    if (event.type !== 'message') return;
    const { chat, service } = event.message;
    if (service?.kind === 'migrated-to') await chats.migrated(chat, service.chat);
    if (service?.kind === 'migrated-from') await chats.migrated(service.chat, chat);
  }

  /** Resolves when it need not come again. */
  async message(message: TgMessage): Promise<void> {
    const { client, rooms, list, offers, edits, emit } = this.services;
    const { chat, from } = message;
    if (await this.#toldElsewhere(message)) return;
    await list.heard(chat);
    await this.#topics(message);
    if (this.#news.service(message)) {
      this.#told.untold(chat, message.id);
      return;
    }
    await offers.note(message);
    const event = {
      ...toRoomMessage(await this.#quoting(message), this.#context),
      ...(await this.#threading(message)),
    };
    // His name may have come with his words.
    const author = from && client.directory.person(from);
    if (author) await this.#news.person(author);
    // Who speaks now is there, however many others are not shown (H27).
    if (event.time === undefined && !message.service && from?.startsWith('u')) rooms.spoke(chat, from);
    await emit({ ...event, nick: this.#context.nick(event.room, from ?? chat) });
    this.#told.told(chat, message.id);
    if (message.edited !== undefined || message.buttons) edits.told(chat, message.id, event);
  }

  /**
   * A message of a time before, as it would have been told then; undefined for what is no message in its room. `before` is
   * the one that stands above it.
   */
  async past(message: TgMessage, before: TgMessage | undefined): Promise<RoomMessage | undefined> {
    const { me, rooms } = this.services;
    if (isNews(message, me) || (await this.#toldElsewhere(message))) return undefined;
    const { chats } = rooms;
    const thread = chats.threadOf(message);
    const said = toRoomMessage(await this.#quoting(message), this.#context);
    const tells = message.topic !== undefined && message.topic !== before?.topic && !message.service;
    const title =
      tells && !chats.splits(message.chat)
        ? (await chats.forums.find(message.chat, message.topic).catch(() => undefined))?.title
        : undefined;
    const remark = title !== undefined && { key: 'telegram-in-topic', args: { title: cleanLine(title) } };
    return {
      ...said,
      ...(thread !== undefined && { thread }),
      ...(remark && { remarks: [remark, ...(said.remarks ?? [])] }),
    };
  }

  /** Something may be missing in the rooms of a chat before that message, which is told next. */
  async missed({ chat, id }: Pick<TgMessage, 'chat' | 'id'>): Promise<void> {
    const { client, rooms, me, emit } = this.services;
    const known = await client.chat(chat);
    const all = known ? await rooms.chats.roomsOf(known) : [];
    for (const { room } of all)
      await emit({ type: 'room-missed', room, before: asMessageId(boxOf(chat, me), id) });
  }

  async edited(message: TgMessage): Promise<void> {
    const { offers, emit, edits } = this.services;
    const { chat, id } = message;
    await offers.note(message);
    const event = toRoomEdited(message, this.#context);
    if (!event || !edits.isNew(chat, id, event)) return;
    await emit(event);
    edits.told(chat, id, event);
  }

  /** Only of channels it is known where; basic groups are counted with the private chats. */
  async deleted(chat: PeerId, messages: readonly number[]): Promise<void> {
    const { rooms, emit } = this.services;
    const room = rooms.addresses.roomOf({ chat });
    for (const id of messages) {
      const message = { id: asMessageId(chat, id), own: false };
      // Of what is no more nobody can say in which topic it stood.
      if (rooms.chats.splits(chat)) await emit({ type: 'message-retracted', message });
      else await emit({ type: 'room-message-retracted', room, message });
    }
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
        return this.#muted(event);
      default:
        return event satisfies never;
    }
  }

  person(person: TgPerson): Promise<void> {
    return this.#news.person(person);
  }

  typing(event: Of<'typing'>): void {
    const { rooms, emit } = this.services;
    const room = rooms.addresses.roomOf(event);
    if (!rooms.occupied(room)) return;
    void emit({ type: 'room-typing', ...actorIn(room, event.who, this.#context), composing: event.typing });
  }

  /** A chat may come here no more, or again, because the user has silenced it. */
  async #muted({ chat, muted }: Of<'muted'>): Promise<void> {
    const { client, rooms, list } = this.services;
    rooms.chats.choice.muted(chat, muted);
    const known = client.directory.chat(chat);
    if (!known) return;
    await list.note(known);
    await rooms.chosen();
  }

  /** Of a migration is told once, in the group where it happened; who did not know that sees none. */
  async #toldElsewhere({ chat, service }: TgMessage): Promise<boolean> {
    const { migrations } = this.services.rooms.addresses;
    if (service?.kind === 'migrated-from') return migrations.roomOf(chat) !== chat;
    if (service?.kind === 'migrated-to') return migrations.chatOf(chat) === chat;
    await migrations.knows([chat]);
    return false;
  }

  /** What a message tells of topics. */
  async #topics(message: TgMessage): Promise<void> {
    const { client, rooms, list } = this.services;
    const topic = rooms.chats.forums.noted(message);
    if (!topic) return;
    rooms.topicChanged(message.chat, topic);
    const chat = client.directory.chat(message.chat);
    if (chat) await list.note(chat);
  }

  /**
   * In a room of many topics each message says in which it stands, in words where it is another one than before. One
   * that is a room is called by its own name.
   */
  async #threading(message: TgMessage): Promise<Partial<RoomMessage>> {
    const { client, rooms } = this.services;
    const { chats } = rooms;
    const { chat: id, topic } = message;
    const thread = chats.threadOf(message);
    const chat = client.directory.chat(id);
    if (topic !== undefined && chat && chats.splits(id)) {
      const found = await chats.forums.find(id, topic).catch(() => undefined);
      return { roomName: nameOf(chat, topic === GENERAL_TOPIC ? undefined : found) };
    }
    const tells = topic !== undefined && !message.service;
    const title = tells ? await chats.forums.titleToTell(message).catch(() => undefined) : undefined;
    if (title === undefined) return thread === undefined ? {} : { thread };
    const { remarks } = readMessage(message, this.#context);
    const remark = { key: 'telegram-in-topic', args: { title: cleanLine(title) } };
    return { ...(thread !== undefined && { thread }), remarks: [remark, ...remarks] };
  }

  /** How far the user has read elsewhere. How far the others have is of no use in a room. */
  async #read(event: Of<'read'>): Promise<void> {
    const { rooms, me, emit } = this.services;
    const { chat, upTo, by } = event;
    if (by !== 'me') return;
    // What was read of one topic, or of comments, is not all that is in the room.
    if (event.topic !== undefined && !rooms.chats.splits(chat)) return;
    const room = rooms.addresses.roomOf(event);
    const number = this.#told.upTo(chat, upTo);
    await emit({ type: 'room-displayed', room, upTo: asMessageId(boxOf(chat, me), number) });
  }

  async #reactions({ chat, message, reactions }: Of<'reactions'>): Promise<void> {
    const { client, rooms, me, emojis, reactions: seen, emit } = this.services;
    const customs = reactions.counts.flatMap(({ emoji, custom }) => (custom ? [emoji] : []));
    await emojis.learn(client, customs);
    const topic = await rooms.chats.topicOfMessage(chat, message);
    const room: RoomId = rooms.addresses.roomOf({ chat, ...(topic !== undefined && { topic }) });
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
    const { client, since, mostMissed, passedOver } = this.services;
    this.services.rooms.chats.forums.forget(chat);
    const messages = await missedSince(client, chat, since, mostMissed);
    const [first] = messages;
    // Whatever was said before it, or in a channel that was behind the others, is read when somebody wants it.
    if (first) await this.missed(first);
    await eachOf(messages, passedOver, ({ message }) => this.message(message));
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
