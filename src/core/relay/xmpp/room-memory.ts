import type { Log } from '../../../gateway/gateway.js';
import type { NetworkState } from '../../../gateway/state.js';

/** Where it is kept. */
const BUCKET = 'relay-rooms';
/** At most so often (ms). */
const SAVE_MS = 15_000;
/** What was said shortly before is asked for again: clocks differ, and what is known already is dropped (ms). */
const OVERLAP_MS = 60_000;
/** Names whose owners are remembered. */
const MOST_OWNERS = 500;
/** A room that has not been heard for so long has been forgotten by everybody (ms). */
const KEPT_MS = 90 * 24 * 60 * 60 * 1_000;

/** What a leg in a foreign room remembers over restarts: until when it has heard, and whose a contested name is. */
export class RoomMemory {
  #heard = 0;
  #owners = new Map<string, string>();
  #timer: NodeJS.Timeout | undefined;
  #loading: Promise<void> | undefined;

  /** @param floor nothing from before is of interest, UTC milliseconds */
  constructor(
    private readonly room: string,
    private readonly state: Pick<NetworkState, 'get' | 'put' | 'delete'>,
    private readonly floor: () => number,
    private readonly now: () => number,
    private readonly log: Log,
  ) {}

  /** Never rejects. */
  load(): Promise<void> {
    this.#loading ??= this.#load();
    return this.#loading;
  }

  /** Until when the room was heard, UTC milliseconds. */
  get heard(): number {
    return Math.max(this.#heard, this.floor());
  }

  /** From when on it is of interest what was said, UTC milliseconds. */
  get since(): number {
    return Math.max(this.#heard - OVERLAP_MS, this.floor());
  }

  /** The room has been heard up to now. */
  hear(): void {
    this.#heard = this.now();
    this.#later();
  }

  /** Whose name it is, by its outline; the first who has it keeps it. */
  ownerOf(outline: string, person: string): string {
    const owner = this.#owners.get(outline);
    if (owner !== undefined) return owner;
    if (this.#owners.size >= MOST_OWNERS)
      for (const first of this.#owners.keys()) {
        this.#owners.delete(first);
        break;
      }
    this.#owners.set(outline, person);
    this.#later();
    return person;
  }

  /** Writes what has changed. Never rejects. */
  async save(): Promise<void> {
    if (!this.#timer) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const value = { heard: this.#heard, owners: [...this.#owners] };
    try {
      await this.state.put(BUCKET, { key: this.room, value, expiresAt: this.now() + KEPT_MS });
    } catch (error) {
      this.log.warn({ leg: this.room, err: error }, 'until when a room was heard could not be noted');
    }
  }

  /** The room is of no relay any more. Never rejects. */
  async forget(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    await this.state.delete(BUCKET, this.room).catch((error: unknown) => {
      this.log.warn({ leg: this.room, err: error }, 'what was noted of a room could not be removed');
    });
  }

  async #load(): Promise<void> {
    try {
      const { heard, owners } = (await this.state.get(BUCKET, this.room))?.value ?? {};
      if (typeof heard === 'number') this.#heard = Math.max(this.#heard, heard);
      if (Array.isArray(owners)) this.#owners = new Map(owners as readonly [string, string][]);
    } catch (error) {
      this.log.warn({ leg: this.room, err: error }, 'until when a room was heard is not known');
    }
  }

  #later(): void {
    if (this.#timer) return;
    this.#timer = setTimeout(() => void this.save(), SAVE_MS);
    this.#timer.unref();
  }
}
