import { StoreError } from './error.js';
import { list, type Sql } from './sql.js';
import type { AccountKey, PersonalRoom, RoomKey } from './store.js';
import type { StoredFlag, StoredNumber } from './values.js';

/** What a room is found by. */
interface RoomAddress {
  readonly domain: string;
  readonly room: string;
  /** Whose own it is; 0: shared by all accounts. */
  readonly account: AccountKey;
}

/**
 * The table of rooms. A key given out stays good for the life of the process: when the row was removed meanwhile,
 * since nothing referred to it, it is put back under the same key with the next write that does.
 */
export class RoomTable {
  readonly #given = new Map<RoomKey, RoomAddress>();
  readonly #removed = new Set<RoomKey>();

  /** The room, made at the first call. */
  async find(sql: Sql, address: RoomAddress): Promise<PersonalRoom> {
    const { domain, room, account } = address;
    const isIt = (given: RoomAddress | undefined) =>
      given?.domain === domain && given.room === room && given.account === account;
    await this.restore(
      sql,
      [...this.#removed].filter((key) => isIt(this.#given.get(key))),
    );
    await sql.run(
      'INSERT INTO rooms (domain, room, account) VALUES (?, ?, ?) ON CONFLICT (domain, room, account) DO NOTHING',
      [domain, room, account],
    );
    const [row] = await sql.rows<{ id: RoomKey; invited: StoredFlag; newest: StoredNumber | null }>(
      `SELECT id, invited, (SELECT max(time) FROM archive WHERE archive.room = rooms.id) AS "newest" FROM rooms
       WHERE domain = ? AND room = ? AND account = ?`,
      [domain, room, account],
    );
    if (!row) throw new StoreError('other', 'The room was not stored');
    this.#given.set(row.id, address);
    return { key: row.id, invited: Boolean(row.invited), newest: Number(row.newest ?? 0) };
  }

  /** Puts back the rows among these that were removed after their key was given out. */
  async restore(sql: Sql, keys: Iterable<RoomKey>): Promise<void> {
    if (this.#removed.size === 0) return;
    for (const key of keys) {
      const address = this.#removed.has(key) ? this.#given.get(key) : undefined;
      if (!address) continue;
      await sql.run(
        'INSERT INTO rooms (id, domain, room, account) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING',
        [key, address.domain, address.room, address.account],
      );
    }
  }

  /** Removes the rooms of an account with all that is in them; their keys are good no more. */
  async erase(sql: Sql, account: AccountKey): Promise<void> {
    await sql.run('DELETE FROM archive WHERE room IN (SELECT id FROM rooms WHERE account = ?)', [account]);
    await sql.run('DELETE FROM holes WHERE room IN (SELECT id FROM rooms WHERE account = ?)', [account]);
    await sql.run('DELETE FROM rooms WHERE account = ?', [account]);
    for (const [key, address] of this.#given) if (address.account === account) this.#given.delete(key);
  }

  /** Removes rooms among these that have neither entries nor spans, and in which nobody is expected. */
  async removeEmpty(sql: Sql, keys: readonly RoomKey[]): Promise<void> {
    for (const key of keys) {
      const count = await sql.run(
        `DELETE FROM rooms WHERE id = ? AND NOT invited AND NOT EXISTS (SELECT 1 FROM spans WHERE room = rooms.id)
         AND NOT EXISTS (SELECT 1 FROM archive WHERE room = rooms.id)`,
        [key],
      );
      if (count === 0) continue;
      this.#removed.add(key);
      await sql.run('DELETE FROM holes WHERE room = ?', [key]);
    }
  }
}

/** Notes whether the owners of rooms have been invited since they were last there. */
export async function setInvited(sql: Sql, rooms: readonly RoomKey[], invited: boolean): Promise<void> {
  const flag = invited ? 'TRUE' : 'FALSE';
  await sql.run(`UPDATE rooms SET invited = ${flag} WHERE id IN (${list(rooms.length)})`, rooms);
}
