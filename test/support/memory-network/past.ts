import type { DirectMessage, RoomMessage } from '../../../src/gateway/event.js';
import type { ContactId, NetworkMessageId, RoomId } from '../../../src/gateway/ids.js';
import type { HistoryFacet, HistoryRange, HistorySlice } from '../../../src/gateway/session.js';
import { refusal } from './rooms.js';
import { contactOf, memberOf } from './world.js';

/** What is remembered of one message: who, what, and what else there is to it. */
type Remembered = RoomMessage & { readonly id: NetworkMessageId; readonly time: number };

/** A network that remembers what was said, in the order of its own numbers. */
export class MemoryPast {
  /** What was asked for, in order. */
  readonly asked: (HistoryRange & { readonly room: RoomId })[] = [];
  /** How many of the next requests fail. */
  failures = 0;
  /** A room that nothing was ever said in is none. */
  strict = false;
  /** Nothing is answered before it resolves. */
  hold: Promise<void> = Promise.resolve();
  readonly #rooms = new Map<RoomId, Remembered[]>();
  readonly #talks = new Map<ContactId, DirectMessage[]>();
  #numbers = 0;

  /** Somebody says something; the network need not have told anybody. */
  say(room: RoomId, text: string, time: number, more: Partial<RoomMessage> = {}): Remembered {
    this.#numbers += 1;
    const nick = more.nick ?? 'Alice';
    const message: Remembered = {
      ...{ type: 'room-message', room, member: memberOf(nick), nick, contact: contactOf(nick) },
      ...{ text, style: 'text', ...more, id: `past-${this.#numbers}` as NetworkMessageId, time },
    };
    this.#rooms.set(room, [...this.of(room), message]);
    return message;
  }

  /** A person has said something to a user in private. */
  tell(from: ContactId, text: string, time: number, more: Partial<DirectMessage> = {}): DirectMessage {
    this.#numbers += 1;
    const id = `past-${this.#numbers}` as NetworkMessageId;
    const message: DirectMessage = {
      ...{ type: 'direct-message', from, nick: from, text, style: 'text', ...more, id, time },
    };
    this.#talks.set(from, [...(this.#talks.get(from) ?? []), message]);
    return message;
  }

  /** Oldest first. */
  of(room: RoomId): readonly Remembered[] {
    return this.#rooms.get(room) ?? [];
  }

  forget(room: RoomId, id: NetworkMessageId): void {
    this.#rooms.set(
      room,
      this.of(room).filter((one) => one.id !== id),
    );
  }

  facet(): HistoryFacet {
    return {
      fetch: (room, range) => this.#fetch(room, range),
      conversation: async (contact, limit) => (this.#talks.get(contact) ?? []).slice(-limit),
    };
  }

  async #fetch(room: RoomId, range: HistoryRange): Promise<HistorySlice> {
    this.asked.push({ room, ...range });
    await this.hold;
    if (!this.#rooms.has(room) && this.strict) throw refusal('not-joined');
    if (this.failures > 0) {
      this.failures -= 1;
      throw refusal('limit');
    }
    const { before, after, from, limit } = range;
    const all = this.of(room).filter(
      ({ id }) =>
        (before === undefined || numberOf(id) < numberOf(before)) &&
        (after === undefined || numberOf(id) > numberOf(after)),
    );
    const messages = from === 'newest' ? all.slice(-limit) : all.slice(0, limit);
    return { messages, more: messages.length < all.length };
  }
}

function numberOf(id: NetworkMessageId): number {
  return Number(id.split('-')[1]);
}
