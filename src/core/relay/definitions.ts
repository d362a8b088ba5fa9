import { z } from 'zod';
import type { Log } from '../../gateway/gateway.js';
import type { NetworkState } from '../../gateway/state.js';
import { type Block, blockSchema } from './blocks.js';
import type { LegId } from './model.js';
import { type LegSettings, storedSettings } from './settings.js';

const BUCKET = 'relays';
const PAGE = 100;

const legSchema = z.object({
  id: z.string(),
  since: z.number(),
  network: z.string().optional(),
  hosted: z.boolean().optional(),
  configured: z.boolean().optional(),
  settings: storedSettings,
});
const schema = z.object({
  legs: z.array(legSchema),
  configured: z.boolean().optional(),
  owner: z.string().optional(),
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
  /** Registry id of its network; undefined: a room of XMPP. */
  readonly network?: string | undefined;
  /** It is on the relays' own domain. */
  readonly hosted?: boolean | undefined;
  /** It comes from the operator's configuration, and goes with it. */
  readonly configured?: boolean | undefined;
  readonly settings: LegSettings;
}

/** A relay, as it is kept. */
export interface RelayDefinition {
  /** Local part of its address. */
  readonly name: string;
  readonly legs: readonly LegDefinition[];
  /** It comes from the operator's configuration, and ends with it. */
  readonly configured?: boolean | undefined;
  /** Who has asked for it: a bare JID, or a person of a leg. */
  readonly owner?: string | undefined;
  readonly blocked: Readonly<Record<string, Block>>;
  readonly silent: Readonly<Record<string, string>>;
}

/** Whether rooms are a relay: a conversation with itself is none, but a room of the gateway's own waits for others. */
export function areRelay(legs: readonly Pick<LegDefinition, 'hosted'>[]): boolean {
  return legs.length >= 2 || legs.some(({ hosted }) => hosted === true);
}

/**
 * Whether something is from before the leg was one: its room never agreed to that being told elsewhere. Rooms tell
 * their history by full seconds, so that what is of the same second counts as before.
 */
export function isFromBefore({ legs }: Pick<RelayDefinition, 'legs'>, leg: LegId, time: number): boolean {
  return legs.some(({ id, since }) => id === leg && time < since);
}

/** The relays that there are, over restarts. Encrypted at rest, as all that is kept so: passwords are in it. */
export class Definitions {
  constructor(
    private readonly state: NetworkState,
    private readonly log: Log,
  ) {}

  /** Rejects with the store's error. */
  async all(): Promise<readonly RelayDefinition[]> {
    const found: RelayDefinition[] = [];
    for (let after = ''; ; ) {
      const page = await this.state.list(BUCKET, after, PAGE);
      for (const { key, value } of page) {
        const { data } = schema.safeParse(value);
        if (data) found.push({ name: key, ...data });
        else this.log.error({ relay: key }, 'a relay could not be read; it is left as it is');
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
