import { z } from 'zod';
import type { NetworkState, StateEntry } from '../../gateway/state.js';
import { BoundedMap } from '../limit/bounded-map.js';
import type { LegId } from './model.js';

const BUCKET = 'speak-as-me';
/** Answers that are remembered, so that not every message asks the store. */
const REMEMBERED = 10_000;
/** Agreements that are read at once. */
const PAGE = 100;

const agreementSchema = z.object({
  /** Domains of networks that he has unregistered from since. */
  except: z.array(z.string()).default([]),
});
type Agreement = z.output<typeof agreementSchema>;

/**
 * Who wants to speak on networks by his own account when he speaks in a room. For each room by itself: it is the room's
 * server that says who somebody is.
 */
export class Agreements {
  /** `none`: he has not agreed. */
  readonly #known = new BoundedMap<string, Agreement | 'none'>(REMEMBERED);

  constructor(private readonly state: NetworkState) {}

  /** @param owner bare JID @param network its domain. Rejects with the store's error. */
  async has(owner: string, room: LegId, network: string): Promise<boolean> {
    const agreement = await this.#get(keyOf(owner, room));
    return agreement !== 'none' && !agreement.except.includes(network);
  }

  /** Durable when it resolves. Rejects with the store's error. */
  async set(owner: string, room: LegId, agreed: boolean): Promise<void> {
    const key = keyOf(owner, room);
    if (agreed) await this.#put(key, { except: [] });
    else await this.#delete(key);
  }

  /** Erases all that somebody has agreed to. Rejects with the store's error. */
  async forget(owner: string): Promise<void> {
    for await (const { key } of this.#of(owner)) await this.#delete(key);
  }

  /** Whoever is unregistered from a network has agreed to nothing there, should he come back. Rejects with the store's error. */
  async withdraw(owner: string, network: string): Promise<void> {
    for await (const entry of this.#of(owner)) {
      const { except } = readAgreement(entry);
      if (!except.includes(network)) await this.#put(entry.key, { except: [...except, network] });
    }
  }

  async #get(key: string): Promise<Agreement | 'none'> {
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const entry = await this.state.get(BUCKET, key);
    const agreement = entry === undefined ? 'none' : readAgreement(entry);
    // Whoever has changed his mind meanwhile is right.
    const since = this.#known.get(key);
    if (since !== undefined) return since;
    this.#known.set(key, agreement);
    return agreement;
  }

  async #put(key: string, value: Agreement): Promise<void> {
    await this.state.put(BUCKET, { key, value });
    this.#known.set(key, value);
  }

  async #delete(key: string): Promise<void> {
    await this.state.delete(BUCKET, key);
    this.#known.set(key, 'none');
  }

  async *#of(owner: string): AsyncGenerator<StateEntry> {
    const first = keyOf(owner, '');
    let after = first;
    for (;;) {
      const entries = await this.state.list(BUCKET, after, PAGE);
      for (const entry of entries) {
        if (!entry.key.startsWith(first)) return;
        yield entry;
        after = entry.key;
      }
      if (entries.length < PAGE) return;
    }
  }
}

function readAgreement({ value }: StateEntry): Agreement {
  const read = agreementSchema.safeParse(value);
  return read.success ? read.data : { except: [] };
}

function keyOf(owner: string, room: LegId): string {
  return `${owner}\n${room}`;
}
