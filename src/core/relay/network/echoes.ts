import type { InboundEvent, RoomMessage } from '../../../gateway/event.js';
import type { MemberId } from '../../../gateway/ids.js';

/** How long it may take until something said by a user's own account is seen in the room (ms). */
const SEEN_MS = 60_000;
/** Words that are waited for at most. */
const MOST = 500;

/** Something of the relay's that is going to be seen in the room. */
export interface Expected {
  /** The network has taken it, and calls it so. */
  named(ids: readonly string[]): void;
  /** It is not going to be seen. */
  withdraw(): void;
}

interface Echo {
  readonly member: MemberId | undefined;
  readonly words: string;
  readonly until: number;
  ids: readonly string[];
  event: RoomMessage | undefined;
}

/** What people's own accounts say for the relay, so that it is not heard again as something that they say themselves. */
export class Echoes {
  #expected: Echo[] = [];

  constructor(private readonly now: () => number) {}

  /**
   * @param member who says it in the room, where that is known
   * @param event what the room is going to see, where the network tells
   */
  expect(member: MemberId | undefined, words: string, event?: RoomMessage): Expected {
    const now = this.now();
    const echo: Echo = { member, words: bare(words), until: now + SEEN_MS, ids: [], event };
    this.#expected = [...this.#expected.filter(({ until }) => until > now), echo].slice(-MOST);
    return {
      named: (ids) => {
        echo.ids = ids;
      },
      withdraw: () => this.#remove(echo),
    };
  }

  /** Whether that was expected; it is not any more then. */
  isEcho(member: MemberId, words: string, { id, event }: Heard = {}): boolean {
    const now = this.now();
    const seen = bare(words);
    const echo = this.#expected.find(
      (one) =>
        one.until > now &&
        ((event !== undefined && one.event === event) ||
          (id !== undefined && one.ids.includes(id)) ||
          ((one.member === undefined || one.member === member) && one.words === seen)),
    );
    if (echo) this.#remove(echo);
    return echo !== undefined;
  }

  #remove(echo: Echo): void {
    this.#expected = this.#expected.filter((one) => one !== echo);
  }
}

/** What is known of something besides who has said it. */
interface Heard {
  readonly id?: string | undefined;
  readonly event?: InboundEvent;
}

/** Networks give styled words back in other marks, and cut white space. */
function bare(words: string): string {
  return words.replace(/[^\p{L}\p{N}\p{S}]+/gu, '') || words.trim();
}

/** How a reaction is expected. */
export function reactionWords(id: string, emojis: readonly string[]): string {
  return JSON.stringify(['reaction', id, ...emojis]);
}
