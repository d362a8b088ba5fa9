import type { InboundEvent } from '../../../gateway/event.js';
import type { RoomId } from '../../../gateway/ids.js';
import type { ConnectionState, Session } from '../../../gateway/session.js';
import type { Jid } from '../../../xmpp/jid.js';
import type { NetworkPort, SessionListener, SpokenAccount } from './port.js';

/** One room that the relay's account of a network is in, or is to be. */
export interface RoomListener {
  /** What concerns the room, or a whole place. */
  event(event: InboundEvent): Promise<void> | undefined;
  connection(state: ConnectionState): void;
  readonly congested: boolean;
  relieved(): Promise<void>;
}

/** The relay's own account on one network, shared by all its legs there. */
export class Bot implements SessionListener {
  readonly #rooms = new Map<RoomId, RoomListener>();
  #account: SpokenAccount | undefined;
  #opening: Promise<void> | undefined;
  #state: ConnectionState = { state: 'idle' };

  constructor(
    readonly owner: Jid,
    private readonly port: NetworkPort,
  ) {}

  get session(): Session | undefined {
    return this.#account?.session;
  }

  /** @throws {GatewayError} when there is no account, and the store's error */
  async attach(room: RoomId, listener: RoomListener): Promise<Session> {
    this.#rooms.set(room, listener);
    this.#opening ??= this.#open();
    try {
      await this.#opening;
    } catch (error) {
      this.#opening = undefined;
      throw error;
    }
    if (!this.#account) throw new Error('the account was closed');
    return this.#account.session;
  }

  /** The last one lets go of the account. Never rejects. */
  async detach(room: RoomId, listener: RoomListener): Promise<void> {
    if (this.#rooms.get(room) !== listener) return;
    this.#rooms.delete(room);
    if (this.#rooms.size > 0) return;
    const account = this.#account;
    this.#account = undefined;
    this.#opening = undefined;
    await account?.close();
  }

  get connection(): ConnectionState {
    return this.#state;
  }

  event(event: InboundEvent): Promise<void> | undefined {
    if ('room' in event && typeof event.room === 'string') return this.#rooms.get(event.room)?.event(event);
    // Of a whole place, or without saying where.
    const told = [...this.#rooms.values()].flatMap((room) => room.event(event) ?? []);
    return told.length === 0 ? undefined : Promise.all(told).then(() => undefined);
  }

  state(state: ConnectionState): void {
    this.#state = state;
    for (const room of this.#rooms.values()) room.connection(state);
  }

  get congested(): boolean {
    return [...this.#rooms.values()].some(({ congested }) => congested);
  }

  async relieved(): Promise<void> {
    await Promise.all([...this.#rooms.values()].map((room) => room.relieved()));
  }

  async #open(): Promise<void> {
    this.#account = await this.port.open(this.owner, this);
  }
}
