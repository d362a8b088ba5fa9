import type { InboundEvent } from '../../../src/gateway/event.js';
import type { TgClient } from '../client/client.js';
import type { PeerId, TgChat } from '../client/model.js';
import { chatName } from '../content/names.js';
import { isRoom } from './bridged.js';
import type { RoomAddresses } from './room-addresses.js';

/** What the list needs of the world. */
export interface RoomListServices {
  readonly client: Pick<TgClient, 'dialogs' | 'chat' | 'directory'>;
  readonly addresses: RoomAddresses;
  /** False for a bot, which is not told where it is. */
  readonly lists: boolean;
  /** Conversations that are looked through for groups and channels. */
  readonly most: number;
  emit(event: InboundEvent): Promise<void> | undefined;
  trouble(error: unknown, what: string): void;
}

/** The account's groups and channels, to be found and kept as bookmarks. */
export class RoomList {
  /** Names under which they were told. */
  readonly #listed = new Map<PeerId, string>();
  #reading: Promise<void> | undefined;
  #read: boolean;

  constructor(private readonly services: RoomListServices) {
    this.#read = !services.lists;
  }

  /** Reads the whole list. Resolves when it is told; never rejects. */
  read(): Promise<void> {
    this.#reading ??= this.#readAll().finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }

  /** Something about a chat is another. Before the list was told for the first time, nothing is told of one. */
  async note(chat: TgChat): Promise<void> {
    if (!this.#read) return;
    const { addresses, emit, most } = this.services;
    const { id } = chat;
    const name = chatName(chat);
    const before = this.#listed.get(id);
    const listed = isRoom(chat);
    if (listed ? before === name : before === undefined) return;
    if (!listed) this.#listed.delete(id);
    else if (before !== undefined || this.#listed.size < most) this.#listed.set(id, name);
    else return;
    await emit({ type: 'room-list-changed', room: { room: addresses.roomOf({ chat: id }), name }, listed });
  }

  /** Something is said in a chat: it may be one that has only just come into being. */
  async heard(chat: PeerId): Promise<void> {
    if (!this.#read || this.#listed.has(chat)) return;
    const known = this.services.client.directory.chat(chat);
    if (known) await this.note(known);
  }

  async #readAll(): Promise<void> {
    const { client, addresses, most, emit, trouble } = this.services;
    try {
      const dialogs = await client.dialogs(most);
      const chats = dialogs.flatMap(({ peer }) => client.directory.chat(peer) ?? []).filter(isRoom);
      this.#listed.clear();
      for (const chat of chats) this.#listed.set(chat.id, chatName(chat));
      this.#read = true;
      await emit({
        type: 'room-list',
        rooms: chats.map((chat) => ({ room: addresses.roomOf({ chat: chat.id }), name: chatName(chat) })),
      });
    } catch (error) {
      trouble(error, 'a list of groups could not be read');
    }
  }
}
