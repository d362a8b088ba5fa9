import { z } from 'zod';
import type { AccountId } from '../../../src/gateway/ids.js';
import type { NetworkState } from '../../../src/gateway/state.js';
import type { UpdateState } from '../client/events.js';
import type { PeerId } from '../client/model.js';

const REACHED = 'reached';
const CHANNELS = 'channels';

const reached = z.object({
  user: z.string(),
  pts: z.int(),
  qts: z.int(),
  date: z.int(),
  seq: z.int(),
  newest: z.int().catch(0),
});
const channels = z.object({ user: z.string(), pts: z.record(z.string(), z.int()) });

/** How far an account has come. */
export interface Reached {
  readonly state: UpdateState;
  /** Number of the newest message that was taken from the account's own box. */
  readonly newest: number;
}

/** Up to where the events of accounts have been accepted. Numbers of another Telegram account count for nothing. */
export class Progress {
  constructor(private readonly state: NetworkState) {}

  async reached(account: AccountId, user: PeerId): Promise<Reached | undefined> {
    const entry = await this.state.get(REACHED, String(account));
    const { data } = reached.safeParse(entry?.value);
    if (data?.user !== user) return undefined;
    const { pts, qts, date, seq, newest } = data;
    return { state: { pts, qts, date, seq }, newest };
  }

  async keepReached(account: AccountId, user: PeerId, { state, newest }: Reached): Promise<void> {
    const { pts, qts, date, seq } = state;
    const value = { user, pts, qts, date, seq, newest };
    await this.state.put(REACHED, { key: String(account), value, account });
  }

  async channels(account: AccountId, user: PeerId): Promise<ReadonlyMap<PeerId, number>> {
    const entry = await this.state.get(CHANNELS, String(account));
    const { data } = channels.safeParse(entry?.value);
    return new Map(
      data?.user === user ? Object.entries(data.pts).map(([id, pts]) => [id as PeerId, pts]) : [],
    );
  }

  async keepChannels(account: AccountId, user: PeerId, all: ReadonlyMap<PeerId, number>): Promise<void> {
    const value = { user, pts: Object.fromEntries(all) };
    await this.state.put(CHANNELS, { key: String(account), value, account });
  }
}
