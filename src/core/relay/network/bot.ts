import { GatewayError } from '../../../gateway/error.js';
import type { InboundEvent } from '../../../gateway/event.js';
import type { RoomId } from '../../../gateway/ids.js';
import type { ConnectionState, Session } from '../../../gateway/session.js';
import type { Text } from '../../../gateway/text.js';
import type { Jid } from '../../../xmpp/jid.js';
import type { NetworkPort, SessionListener, SpokenAccount } from './port.js';

/** One part of a network that the relay's account is in, or is to be: a room, or a list of people. */
export interface RoomListener {
  /** What concerns the room, or a whole place. */
  event(event: InboundEvent): Promise<void> | undefined;
  connection(state: ConnectionState): void;
  readonly congested: boolean;
  relieved(): Promise<void>;
}

/** Those who look after the relay's account. */
export interface BotKeeper {
  /** A word of the network to whoever has logged the account in. */
  notice(text: Text): void;
  /** How the account's connection is now. */
  state(state: ConnectionState): void;
}

/** The relay's own account on one network, shared by all its legs there. */
export class Bot implements SessionListener {
  readonly #rooms = new Map<RoomId, RoomListener>();
  readonly #lists = new Set<RoomListener>();
  #account: SpokenAccount | undefined;
  #opening: Promise<void> | undefined;
  #state: ConnectionState = { state: 'idle' };
  /** It stays connected without a leg too. */
  #kept = false;
  #stopped = false;

  constructor(
    readonly owner: Jid,
    private readonly port: NetworkPort,
    private readonly keeper?: BotKeeper,
  ) {}

  get session(): Session | undefined {
    return this.#account?.session;
  }

  /** @throws {GatewayError} when there is no account, and the store's error */
  attach(room: RoomId, listener: RoomListener): Promise<Session> {
    this.#rooms.set(room, listener);
    return this.#opened();
  }

  /** As {@link attach}, for what concerns people and no room. */
  attachList(listener: RoomListener): Promise<Session> {
    this.#lists.add(listener);
    return this.#opened();
  }

  /** The last one lets go of the account, unless it is kept. Never rejects. */
  async detach(room: RoomId, listener: RoomListener): Promise<void> {
    if (this.#rooms.get(room) !== listener) return;
    this.#rooms.delete(room);
    await this.#closeUnused();
  }

  async detachList(listener: RoomListener): Promise<void> {
    if (this.#lists.delete(listener)) await this.#closeUnused();
  }

  /** Connects it for as long as it is logged in; legs that wait come in. @throws {GatewayError} and the store's error */
  async keep(): Promise<void> {
    this.#kept = true;
    await this.#opened();
  }

  /**
   * Disconnects for good. Legs still hear what comes until that is done: a network brings nothing twice. Never rejects.
   */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#opening?.catch(() => undefined);
    await this.#close();
  }

  /** It is logged out: legs learn that it is no more. Never rejects. */
  async end(reason: Text): Promise<void> {
    this.#kept = false;
    await this.#close();
    this.state({ state: 'bad-credentials', text: reason });
  }

  get connection(): ConnectionState {
    return this.#state;
  }

  event(event: InboundEvent): Promise<void> | undefined {
    if (event.type === 'user-notice') {
      this.keeper?.notice(event.text);
      return undefined;
    }
    if ('room' in event && typeof event.room === 'string') return this.#rooms.get(event.room)?.event(event);
    // Of a person, of a whole place, or without saying where. One room is enough to answer somebody.
    const listeners = event.type === 'direct-message' ? this.#privateListeners() : this.#listeners();
    const told = listeners.flatMap((one) => one.event(event) ?? []);
    return told.length === 0 ? undefined : Promise.all(told).then(() => undefined);
  }

  state(state: ConnectionState): void {
    this.#state = state;
    this.keeper?.state(state);
    for (const one of this.#listeners()) one.connection(state);
  }

  get congested(): boolean {
    return this.#listeners().some(({ congested }) => congested);
  }

  async relieved(): Promise<void> {
    await Promise.all(this.#listeners().map((one) => one.relieved()));
  }

  #privateListeners(): readonly RoomListener[] {
    return [...[...this.#rooms.values()].slice(0, 1), ...this.#lists];
  }

  #listeners(): readonly RoomListener[] {
    return [...this.#rooms.values(), ...this.#lists];
  }

  async #opened(): Promise<Session> {
    if (this.#stopped)
      throw new GatewayError('network-unreachable', { key: 'relay-network-away' }, 'not-sent', true);
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

  async #open(): Promise<void> {
    this.#account = await this.port.open(this.owner, this);
  }

  async #closeUnused(): Promise<void> {
    await this.#opening?.catch(() => undefined);
    if (!this.#kept && this.#rooms.size === 0 && this.#lists.size === 0) await this.#close();
  }

  async #close(): Promise<void> {
    const account = this.#account;
    this.#account = undefined;
    this.#opening = undefined;
    await account?.close();
  }
}
