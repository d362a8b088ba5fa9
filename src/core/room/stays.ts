import type { RoomId } from '../../gateway/ids.js';
import type { Account } from '../account/account.js';
import type { Sessions } from '../account/sessions.js';
import type { DomainContext } from '../domain.js';
import type { Rooms } from './rooms.js';

/** Accounts looked at in one go after a start, and the pause between, so that networks see no login storm. */
const PAGE = 50;
const PAGE_PAUSE_MS = 1_000;

/** How often rooms are looked for that an account should be in and is not. */
const RETRY_MS = 120_000;

/** Rooms that a registered account stays in while none of its clients is there. */
export class Stays {
  #retry: NodeJS.Timeout | undefined;

  constructor(
    private readonly context: DomainContext,
    private readonly sessions: Sessions,
    private readonly rooms: Rooms,
  ) {}

  /** From now on the account stays in the room; it must be in it. */
  async stay(account: Account, room: RoomId, nick: string): Promise<void> {
    await this.context.accounts.update(account, { stays: { ...account.record.stays, [room]: nick } });
  }

  /** No longer; the room is left at once when no client is in it. Returns whether the account had stayed. */
  async release(account: Account, room: RoomId): Promise<boolean> {
    if (account.record.stays[room] === undefined) return false;
    const { [room]: _released, ...stays } = account.record.stays;
    await this.context.accounts.update(account, { stays });
    const occupancy = account.rooms.get(room);
    if (occupancy && occupancy.seats.length === 0) {
      account.session?.rooms?.leave(room);
      this.rooms.drop(occupancy);
    }
    return true;
  }

  /** Enters the rooms that the account stays in and is not in. */
  resume(account: Account): void {
    if (!account.registered) return;
    for (const [id, nick] of Object.entries(account.record.stays)) {
      const room = id as RoomId;
      if (!account.rooms.has(room)) this.#enter(account, room, nick);
    }
  }

  /** After a start: all accounts that stay somewhere, page by page; then now and then those that fell out. */
  async resumeAll(stopped: () => boolean): Promise<void> {
    const { accounts, options, store, log } = this.context;
    clearInterval(this.#retry);
    this.#retry = setInterval(() => {
      for (const account of accounts.all()) this.resume(account);
    }, RETRY_MS);
    this.#retry.unref();
    let after = 0;
    for (;;) {
      const page = await store.accounts.list(options.domain, after, PAGE);
      let entered = 0;
      for (const record of page) {
        after = record.id;
        if (Object.keys(record.stays).length === 0) continue;
        const account = await accounts.byRecord(record);
        this.resume(account);
        entered += 1;
      }
      if (page.length < PAGE || stopped()) break;
      if (entered > 0) await new Promise((resolve) => setTimeout(resolve, PAGE_PAUSE_MS));
    }
    log.debug({ domain: options.domain }, 'lasting rooms are being entered');
  }

  stop(): void {
    clearInterval(this.#retry);
  }

  #enter(account: Account, id: RoomId, nick: string): void {
    const room = this.rooms.open(account, id);
    const occupancy = this.rooms.addOccupancy(account, room);
    room.ready.then(
      () => {
        if (account.rooms.get(id) !== occupancy) return;
        this.sessions.ensure(account).rooms?.join(id, { nick });
      },
      () => this.rooms.drop(occupancy),
    );
  }
}
