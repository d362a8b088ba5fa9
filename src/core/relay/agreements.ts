import type { NetworkState } from '../../gateway/state.js';
import { BoundedMap } from '../limit/bounded-map.js';
import type { LegId } from './model.js';

const BUCKET = 'speak-as-me';
/** Answers that are remembered, so that not every message asks the store. */
const REMEMBERED = 10_000;

/**
 * Who wants to speak on networks by his own account when he speaks in a room. For each room by itself: it is the room's
 * server that says who somebody is.
 */
export class Agreements {
  readonly #known = new BoundedMap<string, boolean>(REMEMBERED);

  constructor(private readonly state: NetworkState) {}

  /** @param owner bare JID. Rejects with the store's error. */
  async has(owner: string, room: LegId): Promise<boolean> {
    const key = keyOf(owner, room);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const agreed = (await this.state.get(BUCKET, key)) !== undefined;
    // Whoever has changed his mind meanwhile is right.
    const since = this.#known.get(key);
    if (since !== undefined) return since;
    this.#known.set(key, agreed);
    return agreed;
  }

  /** Durable when it resolves. Rejects with the store's error. */
  async set(owner: string, room: LegId, agreed: boolean): Promise<void> {
    const key = keyOf(owner, room);
    if (agreed) await this.state.put(BUCKET, { key, value: {} });
    else await this.state.delete(BUCKET, key);
    this.#known.set(key, agreed);
  }
}

function keyOf(owner: string, room: LegId): string {
  return `${owner}\n${room}`;
}
