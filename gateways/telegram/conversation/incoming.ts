import type { DirectMessage, InboundEvent } from '../../../src/gateway/event.js';
import type { TgClient } from '../client/client.js';
import type { TgEvent } from '../client/events.js';
import type { PeerId, TgMessage } from '../client/model.js';
import { peerName } from '../content/names.js';
import { asContactId, asMessageId } from '../ids.js';
import type { ContactList } from '../people/contact-list.js';
import type { ChatChoice } from '../rooms/chat-choice.js';
import type { IncomingRooms } from '../rooms/incoming-rooms.js';
import { attachmentOf } from './attachments.js';
import type { EmojiNames } from './emoji-names.js';
import { eachOf, missedMessages } from './missed.js';
import type { Offers } from './offers.js';
import type { SeenEdits } from './seen-edits.js';
import type { SeenReactions } from './seen-reactions.js';
import { type PrivateContext, toDirectMessage, toEdited } from './to-event.js';

/** What taking events needs. */
export interface IncomingServices {
  readonly client: TgClient;
  readonly me: PeerId;
  readonly contacts: ContactList;
  readonly rooms: IncomingRooms;
  readonly choice: ChatChoice;
  readonly offers: Offers;
  readonly reactions: SeenReactions;
  readonly edits: SeenEdits;
  readonly emojis: EmojiNames;
  readonly stickerPixels: number;
  /** Messages read anew after too long an absence. */
  readonly mostMissed: number;
  /** Up to when the account had heard everything as it began (UTC milliseconds). */
  readonly since: number;
  emit(event: InboundEvent): Promise<void> | undefined;
  /** As `IntakeServices.passedOver`: one of many messages that were missed. */
  passedOver(event: TgEvent, error: unknown): void;
  now(): number;
}

/** What happens in private chats, told to the core; groups and channels have their own part. */
export class Incoming {
  readonly #context: PrivateContext;

  constructor(private readonly services: IncomingServices) {
    const { client, me, stickerPixels } = services;
    this.#context = {
      me,
      now: () => services.now(),
      name: (peer) => peerName(client.directory, peer),
      attachment: (message, wanted) => attachmentOf({ client, stickerPixels }, message, wanted),
    };
  }

  /** Resolves when it need not come again. `newest` as in `IntakeServices.take`. */
  async take(event: TgEvent, newest: number): Promise<void> {
    const { rooms, choice } = this.services;
    await rooms.migration(event);
    const chat = chatOf(event);
    // What the user does not want to have here costs him nothing.
    if (chat === undefined || (await choice.wants(chat))) await this.#take(event, newest);
  }

  async #take(event: TgEvent, newest: number): Promise<void> {
    const { contacts, rooms } = this.services;
    switch (event.type) {
      case 'message':
        return this.#message(event.message);
      case 'edited':
        return this.#edited(event.message);
      case 'deleted':
        return event.chat === undefined
          ? this.#deleted(event.messages)
          : rooms.deleted(event.chat, event.messages);
      case 'read':
        return isPrivate(event.chat) ? this.#read(event) : rooms.take(event);
      case 'reactions':
        return isPrivate(event.chat) ? this.#reactions(event) : rooms.take(event);
      case 'poll':
        return this.#poll(event.poll.id);
      case 'person':
        await rooms.person(event.person);
        return contacts.person(event.person);
      case 'blocked':
        return event.person.startsWith('u') ? contacts.blocked(event.person, event.blocked) : undefined;
      case 'contacts-changed':
        contacts.changed();
        return undefined;
      case 'gap':
        return event.chat === undefined ? this.#gap(newest) : rooms.take(event);
      case 'typing':
      case 'status':
        this.fleeting(event);
        return undefined;
      case 'chat':
      case 'member':
      case 'pinned':
      case 'muted':
        return rooms.take(event);
      default:
        return event satisfies never;
    }
  }

  /** What is worth nothing a moment later. */
  fleeting(event: Extract<TgEvent, { readonly type: 'typing' | 'status' }>): void {
    if (event.type === 'status') {
      this.services.contacts.status(event.person, event.status);
      return;
    }
    // Where that is not known at once, somebody who writes is nothing to ask about.
    if (this.services.choice.wants(event.chat) !== true) return;
    if (isPrivate(event.chat))
      void this.services.emit({
        type: 'typing',
        contact: asContactId(event.chat),
        composing: event.typing,
      });
    else this.services.rooms.typing(event);
  }

  async #message(message: TgMessage): Promise<void> {
    const { client, offers, emit, rooms } = this.services;
    if (!isPrivate(message.chat)) return rooms.message(message);
    // Who has written for the first time is told with the message; a restart forgets him.
    if (!client.directory.person(message.chat)) await client.person(message.chat).catch(() => undefined);
    await offers.note(message);
    const event = toDirectMessage(message, this.#context);
    await emit(event);
    // With buttons it is brought again whenever they change, or somebody reacts.
    if (message.edited !== undefined || message.buttons)
      this.services.edits.told(message.chat, message.id, event);
  }

  /** A message of a time before, as it would have been told then. */
  past(message: TgMessage): DirectMessage {
    return { ...toDirectMessage(message, this.#context), time: message.date };
  }

  async #edited(message: TgMessage): Promise<void> {
    if (isPrivate(message.chat)) await this.services.offers.note(message);
    await this.#otherWords(message);
  }

  async #otherWords(message: TgMessage): Promise<void> {
    if (!isPrivate(message.chat)) return this.services.rooms.edited(message);
    const { edits, emit } = this.services;
    const { chat, id } = message;
    const event = toEdited(message, this.#context);
    if (!event || !edits.isNew(chat, id, event)) return;
    await emit(event);
    edits.told(chat, id, event);
  }

  /** Telegram does not say in which chat: the account counts the messages of all. */
  async #deleted(messages: readonly number[]): Promise<void> {
    const { me, emit } = this.services;
    for (const id of messages)
      await emit({ type: 'message-retracted', message: { id: asMessageId(me, id), own: false } });
  }

  async #read({ chat, upTo, by }: Extract<TgEvent, { readonly type: 'read' }>): Promise<void> {
    const { me, emit } = this.services;
    await emit({
      ...{ type: 'displayed', contact: asContactId(chat), upTo: asMessageId(me, upTo) },
      ...(by === 'me' && { own: true }),
    });
  }

  async #reactions({
    chat,
    message,
    reactions,
  }: Extract<TgEvent, { readonly type: 'reactions' }>): Promise<void> {
    const { client, me, emojis, emit, reactions: seen } = this.services;
    const customs = reactions.counts.flatMap(({ emoji, custom }) => (custom ? [emoji] : []));
    await emojis.learn(client, customs);
    const { own, theirs, told } = seen.changes(chat, message, reactions, emojis.fallback);
    const reference = { id: asMessageId(me, message), own: false };
    const common = { type: 'reactions-changed', contact: asContactId(chat), message: reference } as const;
    if (theirs) await emit({ ...common, emojis: theirs });
    if (own) await emit({ ...common, emojis: own, own: true });
    told();
  }

  /** New results are an edit of the message that asks. */
  async #poll(poll: string): Promise<void> {
    const { client, offers } = this.services;
    const place = await offers.placeOf(poll);
    const message = place && (await client.message(place.chat, place.message).catch(() => undefined));
    if (message) await this.#otherWords(message);
  }

  async #gap(newest: number): Promise<void> {
    const { client, since, mostMissed, emit, rooms, choice, passedOver } = this.services;
    const heard = { message: newest, time: since };
    const { messages, chats, more } = await missedMessages(client, heard, mostMissed);
    const [first] = messages;
    // One box counts the messages of all basic groups.
    for (const chat of chats)
      if (first && !isPrivate(chat) && (await choice.wants(chat)))
        await rooms.missed({ chat, id: messages.find((one) => one.chat === chat && !more)?.id ?? first.id });
    if (more) await emit({ type: 'user-notice', text: { key: 'telegram-missed-too-much' } });
    await eachOf(messages, passedOver, (event) => this.take(event, newest));
  }
}

/** The chat in which something happens; undefined for what happens in none, and where the choice itself is another. */
function chatOf(event: TgEvent): PeerId | undefined {
  if (event.type === 'message' || event.type === 'edited') return event.message.chat;
  if (event.type === 'chat') return event.chat.id;
  return event.type !== 'muted' && 'chat' in event ? event.chat : undefined;
}

function isPrivate(chat: PeerId): boolean {
  return chat.startsWith('u');
}
