import type { MessageRecord } from '../../src/store/message-store.js';
import type {
  HistoryFill,
  HistoryRoom,
  Hole,
  HoleEdges,
  KnownMessage,
  RoomHistory,
} from '../../src/store/room-history.js';
import { ABOVE_ALL } from '../../src/store/room-history.js';
import type { Archive, ArchiveEntry, RoomKey } from '../../src/store/store.js';
import type { MemoryMessages } from './memory-messaging.js';

const byId = (one: { readonly id: string }, other: { readonly id: string }) => (one.id < other.id ? -1 : 1);

/** What is missing in archives, without a disk; nothing is ever purged from below. */
export class MemoryHistory implements RoomHistory {
  /** By room and `low`; an empty `high`: nothing is older. */
  readonly #rows = new Map<RoomKey, Map<string, HoleEdges>>();

  constructor(
    private readonly entries: ArchiveEntry[],
    private readonly messages: MemoryMessages,
    private readonly archive: Archive,
  ) {}

  async holes(room: HistoryRoom) {
    const rows = [...this.#rowsOf(room.room).values()].sort((one, other) => (one.low < other.low ? -1 : 1));
    const oldest = rows[0]?.low === '' ? [] : [await this.#oldest(room)];
    const holes = [...oldest, ...rows.filter(({ high }) => high !== '')].map((one) => this.#timed(room, one));
    return { holes, entries: this.#archived(room).length };
  }

  async known(
    { account, room }: HistoryRoom,
    networkIds: readonly string[],
  ): Promise<readonly KnownMessage[]> {
    const known: KnownMessage[] = [];
    for (const networkId of networkIds) {
      const record = await this.messages.byNetworkId(account, networkId);
      if (!record) continue;
      const { id, xmppIds } = record;
      const entry = [id, ...xmppIds].find((one) =>
        this.entries.some((archived) => archived.room === room && archived.id === one),
      );
      known.push({ networkId, id, ...(entry !== undefined && { entry }) });
    }
    return known;
  }

  async fill(fill: HistoryFill): Promise<boolean> {
    const { account, room, hole, rest, messages } = fill;
    const { holes } = await this.holes(fill);
    if (!holes.some((one) => same(one, hole))) return false;
    for (const { record, replaces } of messages) {
      const [id = ''] = record.networkIds;
      if (replaces === undefined && (await this.messages.byNetworkId(account, id))) return false;
    }
    for (const { record, entries, replaces } of messages) {
      const old = replaces === undefined ? undefined : await this.messages.byId(replaces);
      this.messages.replace(
        old,
        old ? { ...old, id: record.id, xmppIds: [...record.xmppIds, ...old.xmppIds] } : record,
      );
      this.entries.push(...entries);
      this.archive.showAll(account, room);
    }
    this.entries.sort(byId);
    const rows = this.#rowsOf(room);
    rows.delete(hole.low);
    if (hole.low === '' && rest?.low !== '') rows.set('', { low: '', high: '', after: '', before: '' });
    if (rest) rows.set(rest.low, rest);
    return true;
  }

  async missed(room: HistoryRoom, id: string, before: string): Promise<void> {
    const low = this.#archived(room).at(-1)?.id ?? '';
    const after = (await this.#told(room)).at(-1)?.networkIds.at(-1);
    const rows = this.#rowsOf(room.room);
    if (low === '' || after === undefined) rows.delete('');
    else rows.set(low, { low, high: id, after: rows.get(low)?.after ?? after, before });
  }

  #rowsOf(room: RoomKey): Map<string, HoleEdges> {
    const rows = this.#rows.get(room) ?? new Map<string, HoleEdges>();
    this.#rows.set(room, rows);
    return rows;
  }

  #archived({ room }: HistoryRoom): ArchiveEntry[] {
    return this.entries.filter((entry) => entry.room === room).sort(byId);
  }

  /** Oldest first. */
  async #told({ account, contact }: HistoryRoom): Promise<readonly MessageRecord[]> {
    const all = await this.messages.recent(account, Number.MAX_SAFE_INTEGER, { kind: 'room', contact });
    return all
      .filter(({ direction, state }) => direction !== 'out' && state === 'received')
      .filter(({ id, xmppIds }) => !xmppIds.some((one) => one.startsWith(`${id}.`)))
      .reverse();
  }

  async #oldest(room: HistoryRoom): Promise<HoleEdges> {
    const [entry] = this.#archived(room);
    if (!entry) return { low: '', high: ABOVE_ALL, after: '', before: '' };
    const told = (await this.#told(room)).find(({ id }) => id >= entry.id);
    return { low: '', high: entry.id, after: '', before: told?.networkIds[0] ?? '' };
  }

  #timed(room: HistoryRoom, edges: HoleEdges): Hole {
    const entries = this.#archived(room);
    const older = edges.low === '' ? undefined : entries.findLast(({ id }) => id <= edges.low);
    const newer = entries.find(({ id }) => id >= edges.high);
    return {
      ...edges,
      ...(older && { olderTime: older.time }),
      ...(newer && { newerTime: newer.time }),
    };
  }
}

function same(one: HoleEdges, other: HoleEdges): boolean {
  const { low, high, after, before } = other;
  return one.low === low && one.high === high && one.after === after && one.before === before;
}
