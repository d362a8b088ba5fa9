import type { RoomMember } from '../../../src/gateway/event.js';
import type { MemberId, RoomId } from '../../../src/gateway/ids.js';
import type { Channel, Seat } from '../network/channel.js';
import type { SharedEvent } from '../network/observed.js';

/** What is collected between the own JOIN and the end of the answers to it. */
export interface Entering {
  readonly members: Map<MemberId, RoomMember>;
  subject: string | undefined;
  subjectBy: string | undefined;
  subjectTime: number | undefined;
  /** The room is shown once more to who was in already. */
  readonly again: boolean;
  namesDone: boolean;
  /** True while the reply to MODE is awaited. */
  modesAwaited: boolean;
  /** Live events of the channel, told after the entry. */
  readonly held: SharedEvent[];
}

/** One channel of one connection. */
export interface Room {
  readonly id: RoomId;
  /** As the server spells it. */
  name: string;
  /** Folded name. */
  key: string;
  readonly channel: Channel;
  seat: Seat;
  /**
   * `waiting` for a connection, `joining` until the own JOIN, `entering` until NAMES and modes are there,
   * `joined`, `leaving` until the own PART, `suspended` while a lost connection is made again.
   */
  state: 'waiting' | 'joining' | 'entering' | 'joined' | 'leaving' | 'suspended';
  /** When the present state ends by itself; 0 for never. */
  deadline: number;
  password: string | undefined;
  /** The room was joined before the connection broke. */
  resuming: boolean;
  entering: Entering | undefined;
}

/** An entry about to be shown; `again` when the clients know the room already. */
export function newEntering(modesAwaited: boolean, again: boolean): Entering {
  return {
    again,
    members: new Map(),
    subject: undefined,
    subjectBy: undefined,
    subjectTime: undefined,
    namesDone: false,
    modesAwaited,
    held: [],
  };
}
