import { z } from 'zod';
import type { NetworkState } from '../../gateway/state.js';
import { type Block, blockSchema } from './blocks.js';
import type { LegId } from './model.js';
import { DEFAULT_LEG_SETTINGS, type LegSettings, legSettingsSchema } from './settings.js';

const BUCKET = 'relays';
const PAGE = 100;

const legSchema = z.object({
  id: z.string(),
  since: z.number(),
  settings: legSettingsSchema.default(DEFAULT_LEG_SETTINGS),
});
const schema = z.object({
  legs: z.array(legSchema),
  /** Who is not carried: `leg`, a line end, key of the speaker (or a pattern); and why. */
  blocked: z.record(z.string(), blockSchema).default({}),
  /** People who do not want to be carried, likewise, and what they were called. */
  silent: z.record(z.string(), z.string()).default({}),
});

/** A leg of a relay, as it is kept. */
export interface LegDefinition {
  readonly id: LegId;
  /** Since when it is one, UTC milliseconds: nothing from before crosses. */
  readonly since: number;
  readonly settings: LegSettings;
}

/** A relay, as it is kept. */
export interface RelayDefinition {
  /** Local part of its address. */
  readonly name: string;
  readonly legs: readonly LegDefinition[];
  readonly blocked: Readonly<Record<string, Block>>;
  readonly silent: Readonly<Record<string, string>>;
}

/** The relays that there are, over restarts. */
export class Definitions {
  constructor(private readonly state: NetworkState) {}

  /** Rejects with the store's error. */
  async all(): Promise<readonly RelayDefinition[]> {
    const found: RelayDefinition[] = [];
    for (let after = ''; ; ) {
      const page = await this.state.list(BUCKET, after, PAGE);
      for (const { key, value } of page) {
        const { data } = schema.safeParse(value);
        if (data) found.push({ name: key, ...data });
      }
      const last = page.at(-1);
      if (!last || page.length < PAGE) return found;
      after = last.key;
    }
  }

  /** Durable when it resolves. */
  async put({ name, ...value }: RelayDefinition): Promise<void> {
    await this.state.put(BUCKET, { key: name, value });
  }

  async remove(name: string): Promise<void> {
    await this.state.delete(BUCKET, name);
  }
}
