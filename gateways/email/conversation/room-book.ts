import { z } from 'zod';
import type { AccountId, RoomId } from '../../../src/gateway/ids.js';
import type { NetworkState } from '../../../src/gateway/state.js';
import { asRoomId } from '../ids.js';
import { digestOf } from './digest.js';

const BUCKET = 'rooms';
/** Rooms of lists by the addresses that one writes to. */
const POSTS = 'list-posts';
const PAGE = 200;
const DAY_MS = 86_400_000;

const person = z.object({ address: z.string(), name: z.string().optional() });
const schema = z.object({
  room: z.string(),
  kind: z.enum(['group', 'chat-group', 'list']),
  /** Everybody but the user; of a list those who have lately written. */
  members: z.array(person).catch([]),
  /** Addresses of members who only get copies. */
  copied: z.array(z.string()).catch([]),
  /** The user's own address in it. */
  self: z.string().optional().catch(undefined),
  name: z.string().catch(''),
  /** Chat-Group-ID. */
  groupId: z.string().optional().catch(undefined),
  /** Where mails to a list go (RFC 2369 §3.4); undefined: nobody may write there, or it is not known. */
  post: z.string().optional().catch(undefined),
  /** The user has gone to it. */
  wanted: z.boolean().catch(false),
  /** Day on which it was last written down, counted from 1970. */
  day: z.number().catch(0),
});

/** A room as its account sees it. */
export type RoomRecord = Omit<z.output<typeof schema>, 'day'>;
/** A person in a room. */
export type RoomPerson = z.output<typeof person>;

/** Groups and lists of all accounts. */
export class RoomBook {
  constructor(
    private readonly state: NetworkState,
    private readonly keepMs: number,
    private readonly now: () => number,
  ) {}

  async get(account: AccountId, room: RoomId): Promise<RoomRecord | undefined> {
    const entry = await this.state.get(BUCKET, keyOf(account, room));
    return schema.safeParse(entry?.value).data;
  }

  /**
   * Writes it down where it says something new, and once a day, lest it be forgotten while it lives. Durable when it
   * resolves.
   */
  async put(account: AccountId, record: RoomRecord): Promise<void> {
    const { room, post } = record;
    const value = schema.parse({ ...record, day: Math.floor(this.now() / DAY_MS) });
    const before = await this.get(account, room as RoomId);
    if (JSON.stringify(before) === JSON.stringify(value)) return;
    const expiresAt = this.now() + this.keepMs;
    await this.state.put(BUCKET, { key: keyOf(account, room), account, value, expiresAt });
    if (post === undefined) return;
    await this.state.put(POSTS, { key: keyOf(account, digestOf(post)), account, value: { room }, expiresAt });
  }

  /** The room of the list that mails to this address go to. */
  async byPost(account: AccountId, address: string): Promise<RoomId | undefined> {
    const entry = await this.state.get(POSTS, keyOf(account, digestOf(address)));
    const room = entry?.value.room;
    return typeof room === 'string' ? asRoomId(room) : undefined;
  }

  /** Rooms of an account, at most `limit`. */
  async list(account: AccountId, limit: number): Promise<readonly RoomRecord[]> {
    const prefix = `${account} `;
    const found: RoomRecord[] = [];
    for (let after = prefix; ; ) {
      const page = await this.state.list(BUCKET, after, PAGE);
      for (const { key, value } of page) {
        if (!key.startsWith(prefix) || found.length >= limit) return found;
        after = key;
        const parsed = schema.safeParse(value);
        if (parsed.success) found.push(parsed.data);
      }
      if (page.length < PAGE) return found;
    }
  }
}

function keyOf(account: AccountId, room: string): string {
  return `${account} ${room}`;
}
