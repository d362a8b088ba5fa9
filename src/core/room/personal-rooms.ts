import type { RoomId } from '../../gateway/ids.js';
import type { RoomKey } from '../../store/store.js';
import type { Account } from '../account/account.js';
import { conversationName } from '../delivery/peer.js';
import type { DomainContext } from '../domain.js';
import { BoundedMap } from '../limit/bounded-map.js';
import { ConversationOrder } from '../message/conversation-order.js';

/** Rooms of which is remembered what the store knows. */
const REMEMBERED = 10_000;

/** Works of one room under way and waiting, beyond which what comes is refused. */
const ROOM_BACKLOG = 1_000;

/** What is known of a room that is an account's own, whether it is in it or not. */
export interface PersonalState {
  readonly key: RoomKey;
  /** The account has been invited since a client of it was last there. */
  invited: boolean;
  /** Latest time in its archive, UTC milliseconds. */
  newest: number;
}

/**
 * Rooms of a network that stores are each account's own: two accounts in rooms of one name see nothing of each other.
 * What is committed in a room and shown of it happens in one order, so that whoever comes in sees each message once:
 * in the history, or live.
 */
export class PersonalRooms {
  readonly #order = new ConversationOrder(ROOM_BACKLOG);
  readonly #known = new BoundedMap<string, PersonalState>(REMEMBERED);

  constructor(private readonly context: Pick<DomainContext, 'gateway' | 'options' | 'store' | 'log'>) {}

  /** Whether the rooms of this network are the accounts' own. */
  get apply(): boolean {
    return this.context.gateway.messaging === 'stored';
  }

  /** What is known, if it has been read. */
  opened(account: Account, room: RoomId): PersonalState | undefined {
    return this.#known.get(nameOf(account, room));
  }

  /** Rejects with the store's error. */
  async open(account: Account, room: RoomId): Promise<PersonalState> {
    const name = nameOf(account, room);
    const known = this.#known.get(name);
    if (known) return known;
    const { options, store } = this.context;
    const { key, invited, newest } = await store.archive.personalRoom(
      options.domain,
      account.record.id,
      room,
    );
    const raced = this.#known.get(name);
    if (raced) return raced;
    const state = { key, invited, newest };
    this.#known.set(name, state);
    return state;
  }

  /**
   * The time under which a message is archived: its own, but none to come, and none before what is archived already. Who
   * asks for what was said since the last time that he knows of misses nothing that was long on its way.
   */
  timeOf(state: PersonalState, time = Date.now()): number {
    state.newest = Math.max(state.newest, Math.min(time, Date.now()));
    return state.newest;
  }

  /** What may overlap with its like. */
  flow(account: Account, room: RoomId, task: () => Promise<void> | undefined): Promise<void> | undefined {
    return this.#order.flow(nameOf(account, room), task);
  }

  /** What stands alone. */
  alone(account: Account, room: RoomId, task: () => Promise<void> | undefined): Promise<void> | undefined {
    return this.#order.alone(nameOf(account, room), task);
  }

  /** A client of the account is in the room: when it has left, an invitation is due again. Never rejects. */
  async visited(account: Account, room: RoomId): Promise<void> {
    try {
      const state = await this.open(account, room);
      if (!state.invited) return;
      await this.context.store.archive.setInvited(state.key, false);
      state.invited = false;
    } catch (error) {
      this.context.log.warn({ err: error }, 'it could not be noted that a user is in a room');
    }
  }
}

function nameOf(account: Account, room: RoomId): string {
  return conversationName(account.record.id, { kind: 'room', id: room });
}
