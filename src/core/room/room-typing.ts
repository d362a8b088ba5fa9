import { v7 as uuidv7 } from 'uuid';
import type { RoomTypingChanged } from '../../gateway/event.js';
import type { MemberId, RoomId } from '../../gateway/ids.js';
import { xmlAttr } from '../../xmpp/escape-xml.js';
import { renderGroupchat, renderOccupantId } from '../../xmpp/xep/0045-muc/render.js';
import { renderChatState } from '../../xmpp/xep/0085-chat-states/chat-state.js';
import { NO_STORE } from '../../xmpp/xep/0334-message-processing-hints/hint.js';
import type { Account } from '../account/account.js';
import type { DomainContext } from '../domain.js';
import type { Screening } from '../screening/screening.js';
import type { RoomEvents } from './room-events.js';
import { standingOf } from './room-hearing.js';

/** People of one room who are shown as writing at a time; who comes later is not. */
const MOST_WRITING = 10;

/** Who writes in one room, each with what ends it. */
type Writers = Map<MemberId, NodeJS.Timeout>;

/**
 * Who is writing in rooms that are an account's own (XEP-0085 §5.5, I23): told to the clients that are there, and kept
 * nowhere. Of oneself nobody hears.
 */
export class RoomTyping {
  readonly #rooms = new Map<Account, Map<RoomId, Writers>>();

  constructor(
    private readonly context: DomainContext,
    private readonly events: Pick<RoomEvents, 'tell'>,
    private readonly screening: Pick<Screening, 'opened'>,
  ) {}

  /** Repetitions say nothing new; a network that says no more is taken to have paused. */
  changed(account: Account, event: RoomTypingChanged): void {
    const { room, member, composing } = event;
    const running = this.#rooms.get(account)?.get(room)?.get(member);
    if (!composing) {
      if (running) this.#end(account, room, member);
      return;
    }
    if (running) {
      running.refresh();
      return;
    }
    if (event.own || standingOf(this.screening, account, event) !== 'heard') return;
    const writers = this.#rooms.get(account)?.get(room);
    if (writers && writers.size >= MOST_WRITING) return;
    if (!this.#send(account, room, member, 'composing')) return;
    const { typingExpiryMs } = this.context.options.limits;
    const timer = setTimeout(() => this.#end(account, room, member), typingExpiryMs);
    timer.unref();
    this.#writersOf(account, room).set(member, timer);
  }

  /** A message has come of it. */
  spoke(account: Account, room: RoomId, member: MemberId): void {
    const rooms = this.#rooms.get(account);
    const writers = rooms?.get(room);
    clearTimeout(writers?.get(member));
    writers?.delete(member);
    if (writers?.size === 0) rooms?.delete(room);
    if (rooms?.size === 0) this.#rooms.delete(account);
  }

  stop(): void {
    for (const rooms of this.#rooms.values())
      for (const writers of rooms.values()) for (const timer of writers.values()) clearTimeout(timer);
    this.#rooms.clear();
  }

  #end(account: Account, room: RoomId, member: MemberId): void {
    this.spoke(account, room, member);
    this.#send(account, room, member, 'paused');
  }

  #writersOf(account: Account, room: RoomId): Writers {
    const rooms = this.#rooms.get(account) ?? new Map<RoomId, Writers>();
    this.#rooms.set(account, rooms);
    const writers: Writers = rooms.get(room) ?? new Map();
    rooms.set(room, writers);
    return writers;
  }

  /** False when nobody is there to see it, or the person is none of the room's. */
  #send(account: Account, id: RoomId, member: MemberId, state: 'composing' | 'paused'): boolean {
    const occupancy = account.rooms.get(id);
    if (occupancy?.state !== 'joined' || occupancy.seats.length === 0) return false;
    const { room } = occupancy;
    const entry = room.members.get(member);
    if (!entry || !occupancy.sees(member)) return false;
    const fromAttr = `${room.jidAttr}/${xmlAttr(entry.resource)}`;
    const inside = renderChatState(state) + NO_STORE + renderOccupantId(entry.occupantId);
    this.events.tell(occupancy, renderGroupchat(fromAttr, uuidv7(), inside));
    return true;
  }
}
