import { z } from 'zod';
import type { NetworkState } from '../../../gateway/state.js';
import type { MucAffiliation } from '../../../xmpp/xep/0045-muc/admin.js';

const BUCKET = 'hosted-rooms';

/** People of one room with an affiliation. */
const MOST_AFFILIATED = 5_000;

const schema = z.object({
  /** Since when there is this room under its name, UTC milliseconds: an earlier one of that name was another. */
  since: z.number(),
  name: z.string().default(''),
  description: z.string().default(''),
  subject: z.object({ text: z.string(), by: z.string(), time: z.number() }).optional(),
  hidden: z.boolean().default(false),
  membersOnly: z.boolean().default(false),
  moderated: z.boolean().default(false),
  /** Everybody may change the subject. */
  openSubject: z.boolean().default(false),
  /** Everybody sees real addresses. */
  nonAnonymous: z.boolean().default(false),
  password: z.string().optional(),
  /** By bare JID, or domain. */
  affiliations: z
    .record(
      z.string(),
      z.object({
        affiliation: z.enum(['owner', 'admin', 'member', 'outcast']),
        reason: z.string().optional(),
      }),
    )
    .default({}),
});

/** What a hosted room is, over restarts. */
export type RoomRecord = z.output<typeof schema>;

/** A room nobody has configured yet. @param owner bare JID; undefined: the operators alone own it */
export function newRecord(since: number, owner?: string): RoomRecord {
  const affiliations = owner === undefined ? {} : { [owner]: { affiliation: 'owner' } };
  return schema.parse({ since, affiliations });
}

/** The same with another affiliation of somebody; undefined when there would be too many. Pure. */
export function withAffiliation(
  record: RoomRecord,
  who: string,
  affiliation: MucAffiliation,
  reason?: string,
): RoomRecord | undefined {
  const { [who]: _before, ...others } = record.affiliations;
  if (affiliation === 'none') return { ...record, affiliations: others };
  if (Object.keys(others).length >= MOST_AFFILIATED) return undefined;
  const entry = { affiliation, ...(reason !== undefined && { reason }) };
  return { ...record, affiliations: { ...others, [who]: entry } };
}

/** The hosted rooms' records, by local part. Promises reject with the store's error. */
export class RoomRecords {
  constructor(private readonly state: NetworkState) {}

  async find(local: string): Promise<RoomRecord | undefined> {
    return schema.safeParse((await this.state.get(BUCKET, local))?.value).data;
  }

  /** Durable when it resolves. */
  async put(local: string, record: RoomRecord): Promise<void> {
    await this.state.put(BUCKET, { key: local, value: record });
  }

  async remove(local: string): Promise<void> {
    await this.state.delete(BUCKET, local);
  }
}
