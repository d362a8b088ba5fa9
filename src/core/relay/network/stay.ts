import { GatewayError } from '../../../gateway/error.js';
import type { DirectMessage, InboundEvent, RoomLeft } from '../../../gateway/event.js';
import type { MemberId, RoomId } from '../../../gateway/ids.js';
import type { ConnectionState, Session } from '../../../gateway/session.js';
import type { SessionListener } from './port.js';

/** What a stay in a room needs of the world. */
export interface StayServices {
  readonly room: RoomId;
  /** How long the network may take to connect and let one in (ms). */
  readonly joinMs: number;
  /** He is in, and is called so, or is called otherwise now. */
  became(member: MemberId, before: MemberId | undefined): void;
  /** He is out again, after he was in. */
  left(member: MemberId, left: RoomLeft): void;
  /** The network, and nobody here, has given him another name. */
  renamedByNetwork(): void;
  /** Somebody has written to him in private. Rejects with GatewayError. */
  whispered(event: DirectMessage): Promise<void>;
}

/** One account that speaks for a relay in one room, from the wish to come in to the end. */
export class Stay implements SessionListener {
  /** What others say is heard by the relay's own account. */
  readonly congested = false;
  #member: MemberId | undefined;
  #nick = '';
  #suspended = false;
  /** Settles the entry that is under way. */
  #settle: ((error: GatewayError | undefined) => void) | undefined;
  /** A new name that was asked for. */
  #asked = false;

  constructor(private readonly services: StayServices) {}

  /** Undefined: he is not in. */
  get member(): MemberId | undefined {
    return this.#member;
  }

  /** As the room shows him. */
  get nick(): string {
    return this.#nick;
  }

  /** He can speak: he is in and connected. */
  get present(): boolean {
    return this.#member !== undefined && !this.#suspended;
  }

  async relieved(): Promise<void> {}

  /** He is in already, by himself. */
  found(member: MemberId, nick: string): void {
    this.#become(member, nick);
  }

  /** Nothing that was is any more: whoever made him come in has let go of him. */
  forget(): void {
    this.#settle?.(new GatewayError('not-joined', { key: 'relay-room-left' }));
    this.#member = undefined;
    this.#suspended = false;
  }

  /** Comes in by the first of these names that the network gives. @throws {GatewayError} why it does not let him in */
  async join(session: Session, names: readonly string[]): Promise<void> {
    const { rooms } = session;
    if (!rooms) throw new GatewayError('unsupported', { key: 'relay-no-rooms' });
    const { room, joinMs } = this.services;
    const [nick = '', ...others] = names;
    let timer: NodeJS.Timeout | undefined;
    try {
      await new Promise<void>((resolve, reject) => {
        this.#settle = (error) => (error ? reject(error) : resolve());
        timer = setTimeout(() => {
          reject(new GatewayError('network-unreachable', { key: 'relay-puppet-slow' }, 'not-sent', true));
        }, joinMs);
        timer.unref();
        rooms.join(room, { nick, others });
      });
    } finally {
      clearTimeout(timer);
      this.#settle = undefined;
    }
  }

  /** Is called by the first of these names that the network gives; else stays as he is. Never rejects. */
  async rename(session: Session, names: readonly string[]): Promise<void> {
    this.#asked = true;
    try {
      for (const name of names) {
        if (name === this.#nick) return;
        try {
          await session.rooms?.changeNick(this.services.room, name);
          return;
        } catch (error) {
          if (!(error instanceof GatewayError) || !/^nick-/.test(error.code)) return;
        }
      }
    } finally {
      this.#asked = false;
    }
  }

  event(event: InboundEvent): Promise<void> | undefined {
    switch (event.type) {
      case 'room-entered':
        if (event.room !== this.services.room) return undefined;
        this.#suspended = false;
        this.#become(event.self, event.members.find(({ id }) => id === event.self)?.nick ?? this.#nick);
        this.#settle?.(undefined);
        return undefined;
      case 'room-refused':
        if (event.room === this.services.room) this.#settle?.(event.error);
        return undefined;
      case 'room-suspended':
        if (event.room === this.services.room) this.#suspended = true;
        return undefined;
      case 'room-left':
        if (event.room === this.services.room) this.#left(event);
        return undefined;
      case 'person-renamed':
        if (event.from !== this.#member) return undefined;
        this.#become(event.to, event.nick);
        if (!this.#asked) this.services.renamedByNetwork();
        return undefined;
      case 'direct-message':
        return event.own ? undefined : this.services.whispered(event);
      default:
        return undefined;
    }
  }

  state({ state }: ConnectionState): void {
    if (state === 'bad-credentials')
      this.#settle?.(new GatewayError('bad-credentials', { key: 'relay-puppet-refused' }));
  }

  #become(member: MemberId, nick: string): void {
    const before = this.#member;
    this.#member = member;
    this.#nick = nick;
    this.services.became(member, before);
  }

  #left(event: RoomLeft): void {
    this.#settle?.(new GatewayError('banned', { key: 'relay-room-removed' }));
    const member = this.#member;
    this.#member = undefined;
    this.#suspended = false;
    if (member !== undefined) this.services.left(member, event);
  }
}
