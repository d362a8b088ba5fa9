import type { InboundEvent } from '../../../src/gateway/event.js';
import type { RoomId } from '../../../src/gateway/ids.js';
import type { TgClient } from '../client/client.js';
import type { TgEvent } from '../client/events.js';
import type { PeerId, TgMessage } from '../client/model.js';
import { peerName } from '../content/names.js';
import { attachmentOf } from '../conversation/attachments.js';
import type { EmojiNames } from '../conversation/emoji-names.js';
import type { Offers } from '../conversation/offers.js';
import type { SeenEdits } from '../conversation/seen-edits.js';
import { asMessageId } from '../ids.js';
import type { TelegramRooms } from './telegram-rooms.js';
import { actorIn, type RoomContext, toRoomEdited, toRoomMessage } from './to-room-event.js';

/** What taking events of rooms needs. */
export interface IncomingRoomsServices {
  readonly client: TgClient;
  readonly me: PeerId;
  readonly rooms: TelegramRooms;
  readonly offers: Offers;
  readonly edits: SeenEdits;
  readonly emojis: EmojiNames;
  readonly stickerPixels: number;
  emit(event: InboundEvent): Promise<void> | undefined;
  now(): number;
}

type Of<Type extends TgEvent['type']> = Extract<TgEvent, { readonly type: Type }>;

/** What happens in groups and channels, told to the core. */
export class IncomingRooms {
  readonly #context: RoomContext;

  constructor(private readonly services: IncomingRoomsServices) {
    const { client, me, stickerPixels } = services;
    this.#context = {
      me,
      now: () => services.now(),
      roomOf: (message) => services.rooms.addresses.roomOf(message),
      name: (peer) => peerName(client.directory, peer),
      nick: (room, who) => this.#nick(room, who),
      attachment: (message, wanted) => attachmentOf({ client, stickerPixels }, message, wanted),
    };
  }

  async message(message: TgMessage): Promise<void> {
    const { offers, emit, edits } = this.services;
    await offers.note(message);
    const event = toRoomMessage(message, this.#context);
    await emit(event);
    if (message.edited !== undefined) edits.told(message.chat, message.id, event.text);
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
    const room = this.services.rooms.addresses.roomOf({ chat });
    for (const id of messages)
      await this.services.emit({
        ...{ type: 'room-message-retracted', room },
        message: { id: asMessageId(chat, id), own: false },
      });
  }

  async take(
    event: Of<'read' | 'reactions' | 'chat' | 'member' | 'pinned' | 'muted' | 'gap'>,
  ): Promise<void> {
    const { rooms, me } = this.services;
    switch (event.type) {
      case 'member':
        if (event.who === me && (event.standing === 'left' || event.standing === 'banned'))
          rooms.out(event.chat, event.standing === 'banned' ? 'banned' : 'removed');
        else rooms.place(event.chat, event.who, event.standing);
        return;
      default:
        return;
    }
  }

  typing({ chat, who, typing }: Of<'typing'>): void {
    const room = this.services.rooms.addresses.roomOf({ chat });
    if (!this.services.rooms.occupied(room)) return;
    void this.services.emit({
      ...{ type: 'room-typing', ...actorIn(room, who, this.#context) },
      composing: typing,
    });
  }

  #nick(room: RoomId, who: PeerId): string {
    return this.services.rooms.occupied(room)?.nickOf(who) ?? peerName(this.services.client.directory, who);
  }
}
