import type { InboundEvent } from '../../../src/gateway/event.js';
import type { TgClient } from '../client/client.js';
import type { TgEvent } from '../client/events.js';
import type { PeerId, TgChat, TgMessage, TgPerson } from '../client/model.js';
import { chatName, peerName, personName } from '../content/names.js';
import { asContactId, asMemberId } from '../ids.js';
import { isRoom } from './bridged.js';
import type { OccupiedRoom } from './occupied-room.js';
import { descriptionOf, placeOfRoom, subjectOf, toDescribed } from './room-entry.js';
import type { RoomList } from './room-list.js';
import { ownStanding } from './standing.js';
import type { TelegramRooms } from './telegram-rooms.js';

/** What telling of changes needs. */
export interface RoomNewsServices {
  readonly client: Pick<TgClient, 'about' | 'message' | 'directory'>;
  readonly me: PeerId;
  readonly rooms: TelegramRooms;
  readonly list: RoomList;
  emit(event: InboundEvent): Promise<void> | undefined;
}

type Of<Type extends TgEvent['type']> = Extract<TgEvent, { readonly type: Type }>;

/** Groups that are called otherwise or work by other rules, and people who come, go and have other rights. */
export class RoomNews {
  constructor(private readonly services: RoomNewsServices) {}

  /** Something about a chat is another, or the account's own place in it. */
  async chat(chat: TgChat): Promise<void> {
    const { rooms, list } = this.services;
    await list.note(chat);
    // Its room goes on as another chat.
    if (rooms.addresses.migrations.chatOf(chat.id) !== chat.id) return;
    if (!isRoom(chat)) {
      rooms.out(chat.id, this.#cause(chat));
      return;
    }
    for (const room of rooms.occupiedOf(chat.id)) await this.#changed(room, chat);
  }

  /** Somebody has another place in a chat. */
  member({ chat, who, standing, by }: Of<'member'>): void {
    const { rooms, me } = this.services;
    const outside = standing === 'left' || standing === 'banned';
    const removed = standing === 'left' && by !== undefined && by !== who;
    if (who === me && outside)
      rooms.out(chat, standing === 'banned' ? 'banned' : removed ? 'removed' : 'left');
    else rooms.place(chat, who, standing, removed ? this.#name(by) : undefined);
  }

  /** What a message says of people and the chat. Returns whether it is told by that alone. */
  service(message: TgMessage): boolean {
    const { chat, from = chat, service } = message;
    const { rooms, me } = this.services;
    switch (service?.kind) {
      case 'added':
        for (const one of service.people) rooms.place(chat, one, 'here');
        break;
      case 'joined-by-link':
      case 'joined-by-request':
        rooms.place(chat, from, 'here');
        break;
      case 'removed':
        // Of himself the user is told by what becomes of the chat: that says whether he may come back.
        for (const who of service.people)
          if (who !== me) this.member({ type: 'member', chat, who, standing: 'left', by: from });
        break;
      default:
    }
    return isNews(message, me);
  }

  /** Another message is pinned, or none is. */
  async pinned(chat: PeerId): Promise<void> {
    const { client, rooms, emit } = this.services;
    if (rooms.occupiedOf(chat).length === 0) return;
    const number = (await client.about(chat)).pinned;
    const message = number === undefined ? undefined : await client.message(chat, number);
    const subject = message ? subjectOf(message, (peer) => this.#name(peer)) : { text: '' };
    for (const { room } of rooms.occupiedOf(chat)) {
      const author = message?.from;
      const member = author && asMemberId(author);
      await emit({ type: 'subject-changed', room, subject, ...(member !== undefined && { member }) });
    }
  }

  /** Somebody is called otherwise. */
  async person(person: TgPerson): Promise<void> {
    const { rooms, emit } = this.services;
    for (const room of rooms.allOccupied()) {
      const nick = room.rename(person.id, personName(person));
      if (nick === undefined) continue;
      const member = asMemberId(person.id);
      await emit({
        ...{ type: 'person-renamed', place: placeOfRoom(room.room), from: member, to: member, nick },
        contact: asContactId(person.id),
      });
    }
  }

  async #changed(occupied: OccupiedRoom, chat: TgChat): Promise<void> {
    const { client, rooms, me, emit } = this.services;
    const { chat: before, room, traits: worked, description: said } = occupied;
    occupied.chat = chat;
    rooms.place(chat.id, me, ownStanding(chat));
    // Its description and pace are told by asking only; that they are others comes as any other change.
    const about = await client.about(chat.id).catch(() => undefined);
    if (about) {
      occupied.description = descriptionOf(about.text);
      occupied.reactions = about.reactions ?? occupied.reactions;
      occupied.slowModeSeconds = about.slowModeSeconds ?? 0;
    }
    const { traits } = occupied;
    if (JSON.stringify(traits) !== JSON.stringify(worked))
      await emit({ type: 'traits-changed', room, traits });
    const same = chatName(chat) === chatName(before) && chat.photo === before.photo;
    if (!same || occupied.description !== said) await emit(toDescribed(occupied));
  }

  /** A basic group does not keep anybody out for good. */
  #cause({ banned, kind }: TgChat): 'left' | 'removed' | 'banned' {
    if (!banned) return 'left';
    return kind === 'group' ? 'removed' : 'banned';
  }

  #name(peer: PeerId): string {
    return peerName(this.services.client.directory, peer);
  }
}

/** Whether what a message tells is shown by other means than words: who comes and goes, what is pinned. */
export function isNews({ chat, from = chat, service }: TgMessage, me: PeerId): boolean {
  switch (service?.kind) {
    case 'added':
      return !service.people.includes(me);
    case 'joined-by-link':
    case 'joined-by-request':
      return from !== me;
    case 'removed':
    case 'pinned':
      return true;
    default:
      return false;
  }
}
