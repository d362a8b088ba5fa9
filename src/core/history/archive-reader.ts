import type { RoomId } from '../../gateway/ids.js';
import type { HistoryFacet } from '../../gateway/session.js';
import type { ArchivePage, ArchiveQuery } from '../../store/store.js';
import type { Account } from '../account/account.js';
import type { DomainContext } from '../domain.js';
import { BoundedMap } from '../limit/bounded-map.js';
import { WorkSlots } from '../limit/work-slots.js';
import { beforeHole, type HoleInTheWay, holeInTheWay, isComplete } from './hole-in-the-way.js';
import type { HoleReader } from './read-hole.js';

/** Accounts whose turns and failures are remembered. */
const REMEMBERED = 10_000;

/**
 * The archives of rooms. What is missing in one of an account's own is read from the network while somebody asks for it:
 * a few pages a query, one at a time in a room, whoever asks, and a few at a time for an account. A network that is slow,
 * away or tired never fails a query: it is answered with what is there.
 */
export class ArchiveReader {
  /** By account and room. */
  readonly #running = new Map<string, Promise<boolean>>();
  readonly #slots = new BoundedMap<number, WorkSlots>(REMEMBERED);
  /** UTC milliseconds until which the network is left alone, by account. */
  readonly #paused = new BoundedMap<number, number>(REMEMBERED);

  constructor(
    private readonly context: DomainContext,
    private readonly holes: HoleReader,
  ) {}

  /** A page of a room's archive; undefined when the query names an entry that is not there. Rejects with the store's error. */
  async page(account: Account, id: RoomId, query: ArchiveQuery): Promise<ArchivePage | undefined> {
    return this.#page(account, id, query, this.context.options.history.pagesPerQuery);
  }

  /** Sees to it that somebody who comes into a room finds something there, if there is anything. Never rejects. */
  async prepare(account: Account, id: RoomId, room: number): Promise<void> {
    const { newcomer } = this.context.options.history;
    if (newcomer === 0 || !this.#facet(account)) return;
    const query = { account: account.record.id, room, before: '', limit: newcomer };
    await this.#page(account, id, query, 1).catch((error: unknown) => {
      this.context.log.warn({ err: error }, 'a room is shown without its history');
    });
  }

  async #page(
    account: Account,
    id: RoomId,
    query: ArchiveQuery,
    pages: number,
  ): Promise<ArchivePage | undefined> {
    const { archive, history } = this.context.store;
    const { timeoutMs, perRoom } = this.context.options.history;
    const facet = this.#facet(account);
    if (!facet || query.ids !== undefined) return archive.page(query);
    const room = { account: account.record.id, room: query.room, contact: id };
    const late = lateAfter(timeoutMs);
    try {
      for (let left = pages; ; left -= 1) {
        const page = await archive.page(query);
        if (!page) return undefined;
        const { holes, entries } = await history.holes(room, perRoom);
        const way = holeInTheWay(holes, query, page);
        if (!way) return { ...page, complete: isComplete(holes, query, page) };
        const reads = left > 0 && entries < perRoom;
        if (!reads || !(await Promise.race([this.#read(account, id, facet, way), late.passed])))
          return beforeHole(query, page, way);
      }
    } finally {
      late.forget();
    }
  }

  #facet(account: Account): HistoryFacet | undefined {
    const { gateway, options } = this.context;
    if (gateway.messaging !== 'stored' || !options.archive.enabled) return undefined;
    return account.session?.history;
  }

  /** Whether less is missing than before, as far as is known. Never rejects. */
  #read(account: Account, id: RoomId, facet: HistoryFacet, way: HoleInTheWay): Promise<boolean> {
    const key = account.record.id;
    const name = `${key} ${id}`;
    const running = this.#running.get(name);
    if (running) return running;
    const slots = this.#slotsOf(key);
    if (slots.full || (this.#paused.get(key) ?? 0) > Date.now()) return Promise.resolve(false);
    const work = slots
      .run(() => this.holes.read(account, id, facet, way))
      .then(
        () => true,
        (error: unknown) => {
          this.#paused.set(key, Date.now() + this.context.options.history.pauseMs);
          this.context.log.info({ err: error, account: key }, 'a page of history could not be read');
          return false;
        },
      )
      .finally(() => this.#running.delete(name));
    this.#running.set(name, work);
    return work;
  }

  #slotsOf(account: number): WorkSlots {
    const { atATime, waiting } = this.context.options.history;
    const slots = this.#slots.get(account) ?? new WorkSlots(atATime, waiting);
    this.#slots.set(account, slots);
    return slots;
  }
}

function lateAfter(ms: number): { readonly passed: Promise<false>; forget(): void } {
  let timer: NodeJS.Timeout | undefined;
  const passed = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), ms);
    timer.unref();
  });
  return { passed, forget: () => clearTimeout(timer) };
}
