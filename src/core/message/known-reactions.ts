import type { MessageRecord } from '../../store/message-store.js';
import { BoundedMap } from '../limit/bounded-map.js';

/** Reactions that are remembered. */
const REMEMBERED = 20_000;

/** The user among those who react. */
export const SELF = '';

/** Who has reacted last to messages of rooms, and how: what a network says twice is told once. */
export class KnownReactions {
  readonly #known = new BoundedMap<string, string>(REMEMBERED);

  /** Whether these are all reactions of one person to a message already. `who`: {@link SELF}, or his id there. */
  isKnown(record: MessageRecord, who: string, emojis: readonly string[]): boolean {
    return this.#known.get(keyOf(record, who)) === joined(emojis);
  }

  note(record: MessageRecord, who: string, emojis: readonly string[]): void {
    this.#known.set(keyOf(record, who), joined(emojis));
  }
}

function keyOf({ id }: MessageRecord, who: string): string {
  return `${id} ${who}`;
}

function joined(emojis: readonly string[]): string {
  return [...emojis].sort().join(' ');
}
