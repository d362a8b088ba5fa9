import type { InboundEvent, ListedRoom } from '../../../src/gateway/event.js';
import type { RoomId } from '../../../src/gateway/ids.js';
import type { TgClient } from '../client/client.js';
import type { PeerId, TgChat } from '../client/model.js';
import type { AccountChats } from './account-chats.js';

/** What the list needs of the world. */
export interface RoomListServices {
  readonly client: Pick<TgClient, 'dialogs' | 'chat' | 'directory'>;
  readonly chats: AccountChats;
  /** False for a bot, which is not told where it is. */
  readonly lists: boolean;
  /** Conversations that are looked through for groups and channels. */
  readonly most: number;
  emit(event: InboundEvent): Promise<void> | undefined;
  trouble(error: unknown, what: string): void;
}

interface Listed {
  readonly chat: PeerId;
  /** Under which it was told. */
  readonly name: string;
}

/** The account's groups and channels that come here, to be found and kept as bookmarks. */
export class RoomList {
  readonly #listed = new Map<RoomId, Listed>();
  #reading: Promise<void> | undefined;
  #read: boolean;

  constructor(private readonly services: RoomListServices) {
    this.#read = !services.lists;
  }

  /** Whether it has been told. */
  get told(): boolean {
    return this.#read;
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
    const { chats, emit, most } = this.services;
    if (chats.addresses.migrations.chatOf(chat.id) !== chat.id) return this.#goesOn(chat.id);
    const now = await chats.roomsOf(chat);
    const gone = [...this.#listed].filter(([id, listed]) => listed.chat === chat.id && !isAmong(now, id));
    for (const [room, { name }] of gone) {
      this.#listed.delete(room);
      await emit({ type: 'room-list-changed', room: { room, name }, listed: false });
    }
    for (const one of now) {
      const before = this.#listed.get(one.room);
      if (before?.name === one.name || (!before && this.#listed.size >= most)) continue;
      this.#listed.set(one.room, { chat: chat.id, name: one.name });
      await emit({ type: 'room-list-changed', room: one, listed: true });
    }
  }

  /** Something is said in a chat: it may be one that has only just come into being. */
  async heard(chat: PeerId): Promise<void> {
    if (!this.#read || this.#listed.has(this.services.chats.addresses.roomOf({ chat }))) return;
    const known = this.services.client.directory.chat(chat);
    if (known) await this.note(known);
  }

  /** A basic group has become a supergroup, and its room is that of the supergroup. */
  #goesOn(from: PeerId): void {
    const to = this.services.chats.addresses.migrations.chatOf(from);
    for (const [room, { chat, name }] of this.#listed)
      if (chat === from) this.#listed.set(room, { chat: to, name });
  }

  async #readAll(): Promise<void> {
    const { client, chats, most, emit, trouble } = this.services;
    try {
      const dialogs = await client.dialogs(most);
      chats.choice.learn(dialogs);
      const found = dialogs.flatMap(({ peer }) => client.directory.chat(peer) ?? []);
      await chats.noteMigrations(found);
      const all: (readonly [ListedRoom, PeerId])[] = [];
      for (const chat of found)
        for (const room of await chats.roomsOf(chat)) if (all.length < most) all.push([room, chat.id]);
      this.#listed.clear();
      for (const [{ room, name }, chat] of all) this.#listed.set(room, { chat, name });
      this.#read = true;
      await emit({ type: 'room-list', rooms: all.map(([room]) => room) });
    } catch (error) {
      trouble(error, 'a list of groups could not be read');
    }
  }
}

function isAmong(rooms: readonly ListedRoom[], id: RoomId): boolean {
  return rooms.some(({ room }) => room === id);
}
