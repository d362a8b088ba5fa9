import { StoreError } from './error.js';
import type { Sql } from './sql.js';
import type { RoomKey } from './store.js';

interface RoomAddress {
  readonly domain: string;
  readonly room: string;
}

/**
 * The table of rooms. A key given out stays good for the life of the process: when the row was removed meanwhile,
 * since nothing referred to it, it is put back under the same key with the next write that does.
 */
export class RoomTable {
  readonly #given = new Map<RoomKey, RoomAddress>();
  readonly #removed = new Set<RoomKey>();

  async key(sql: Sql, domain: string, room: string): Promise<RoomKey> {
    await this.restore(
      sql,
      [...this.#removed].filter((key) => {
        const given = this.#given.get(key);
        return given?.domain === domain && given.room === room;
      }),
    );
    await sql.run('INSERT INTO rooms (domain, room) VALUES (?, ?) ON CONFLICT (domain, room) DO NOTHING', [
      domain,
      room,
    ]);
    const [row] = await sql.rows<{ id: RoomKey }>('SELECT id FROM rooms WHERE domain = ? AND room = ?', [
      domain,
      room,
    ]);
    if (!row) throw new StoreError('other', 'The room was not stored');
    this.#given.set(row.id, { domain, room });
    return row.id;
  }

  /** Puts back the rows among these that were removed after their key was given out. */
  async restore(sql: Sql, keys: Iterable<RoomKey>): Promise<void> {
    if (this.#removed.size === 0) return;
    for (const key of keys) {
      const address = this.#removed.has(key) ? this.#given.get(key) : undefined;
      if (!address) continue;
      await sql.run('INSERT INTO rooms (id, domain, room) VALUES (?, ?, ?) ON CONFLICT DO NOTHING', [
        key,
        address.domain,
        address.room,
      ]);
    }
  }

  /** Removes rooms among these that have neither entries nor spans. */
  async removeEmpty(sql: Sql, keys: readonly RoomKey[]): Promise<void> {
    for (const key of keys) {
      const count = await sql.run(
        `DELETE FROM rooms WHERE id = ? AND NOT EXISTS (SELECT 1 FROM spans WHERE room = rooms.id)
         AND NOT EXISTS (SELECT 1 FROM archive WHERE room = rooms.id)`,
        [key],
      );
      if (count > 0) this.#removed.add(key);
    }
  }
}
