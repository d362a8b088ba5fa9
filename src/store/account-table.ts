import type { Cipher } from './cipher.js';
import { toStoreError } from './driver-error.js';
import { StoreError } from './error.js';
import { type AccountRow, accountSchema } from './schema.js';
import { type Sql, type Value, withoutNul } from './sql.js';
import type { AccountKey, AccountPatch, AccountRecord } from './store.js';

/** Accounts that one step of a rotation holds in memory. */
const ROTATION_STEP = 500;

const SELECT = `SELECT id, domain, owner, registered, language, settings, secrets, stays,
  created_at AS "createdAt" FROM accounts`;

/** A row as the drivers give it. */
type StoredRow = Omit<AccountRow, 'registered' | 'createdAt'> & {
  readonly registered: boolean | number;
  readonly createdAt: string | number;
};

/** The table of accounts; secrets leave it decrypted and enter it encrypted. */
export class AccountTable {
  readonly #cipher: Cipher;

  constructor(cipher: Cipher) {
    this.#cipher = cipher;
  }

  /** By SQL: every first join of a user asks for it, and the mapper takes several times as long. */
  find(sql: Sql, domain: string, owner: string): Promise<AccountRecord | undefined> {
    return this.#one(sql, `${SELECT} WHERE domain = ? AND owner = ?`, [
      withoutNul(domain),
      withoutNul(owner),
    ]);
  }

  get(sql: Sql, id: AccountKey): Promise<AccountRecord | undefined> {
    return this.#one(sql, `${SELECT} WHERE id = ?`, [id]);
  }

  /** The account, made when there is none. */
  async ensure(sql: Sql, domain: string, owner: string): Promise<AccountRecord> {
    const found = await this.find(sql, domain, owner);
    if (found) return found;
    await sql.run(
      `INSERT INTO accounts (domain, owner, registered, language, settings, secrets, stays, created_at)
       VALUES (?, ?, FALSE, NULL, '{}', '', '{}', ?) ON CONFLICT (domain, owner) DO NOTHING`,
      [withoutNul(domain), withoutNul(owner), Date.now()],
    );
    const made = await this.find(sql, domain, owner);
    if (!made) throw new StoreError('other', 'The account was not stored');
    return made;
  }

  /** Rejects with `not-found`. */
  async update(sql: Sql, id: AccountKey, patch: AccountPatch): Promise<void> {
    const row = await mapped(() => sql.manager.findOneBy(accountSchema, { id }));
    if (!row) throw new StoreError('not-found', `There is no account ${id}`);
    const change: Partial<AccountRow> = {};
    if (patch.registered !== undefined) change.registered = patch.registered;
    if (patch.language !== undefined) change.language = patch.language && withoutNul(patch.language);
    if (patch.settings !== undefined) change.settings = JSON.stringify(patch.settings);
    if (patch.stays !== undefined) change.stays = JSON.stringify(patch.stays);
    if (patch.secrets !== undefined) change.secrets = this.#seal(row, patch.secrets, this.#cipher);
    if (Object.keys(change).length === 0) return;
    await mapped(() => sql.manager.update(accountSchema, { id }, change));
  }

  /** Registered accounts behind `after`, by key. */
  async list(sql: Sql, domain: string, after: AccountKey, limit: number): Promise<AccountRecord[]> {
    const rows = await mapped(() =>
      sql.manager
        .createQueryBuilder(accountSchema, 'account')
        .where('account.domain = :domain AND account.registered = :registered AND account.id > :after')
        .setParameters({ domain: withoutNul(domain), registered: true, after })
        .orderBy('account.id')
        .limit(limit)
        .getMany(),
    );
    return rows.map((row) => this.#toRecord(row));
  }

  /** Encrypts all secrets anew with the current key of `next`; how many. */
  async reseal(sql: Sql, next: Cipher): Promise<number> {
    let after = 0;
    let changed = 0;
    for (;;) {
      const rows = await mapped(() =>
        sql.manager
          .createQueryBuilder(accountSchema, 'account')
          .where('account.id > :after', { after })
          .orderBy('account.id')
          .limit(ROTATION_STEP)
          .getMany(),
      );
      const last = rows.at(-1);
      if (!last) return changed;
      after = last.id;
      for (const row of rows.filter((candidate) => candidate.secrets !== '')) {
        await sql.run('UPDATE accounts SET secrets = ? WHERE id = ?', [
          this.#seal(row, this.#open(row), next),
          row.id,
        ]);
        changed += 1;
      }
    }
  }

  async #one(sql: Sql, statement: string, parameters: readonly Value[]): Promise<AccountRecord | undefined> {
    const [row] = await sql.rows<StoredRow>(statement, parameters);
    // a boolean is 0 or 1 in SQLite, and an int8 text from node-postgres
    return (
      row && this.#toRecord({ ...row, registered: Boolean(row.registered), createdAt: Number(row.createdAt) })
    );
  }

  #toRecord(row: AccountRow): AccountRecord {
    const { id, domain, owner, registered, language, createdAt } = row;
    return {
      ...{ id, domain, owner, registered, language, createdAt },
      settings: JSON.parse(row.settings) as AccountRecord['settings'],
      secrets: this.#open(row),
      stays: JSON.parse(row.stays) as AccountRecord['stays'],
    };
  }

  #seal(row: AccountRow, secrets: AccountRecord['secrets'], cipher: Cipher): string {
    if (Object.keys(secrets).length === 0) return '';
    return cipher.seal(JSON.stringify(secrets), context(row));
  }

  #open(row: AccountRow): AccountRecord['secrets'] {
    if (row.secrets === '') return {};
    return JSON.parse(this.#cipher.open(row.secrets, context(row))) as AccountRecord['secrets'];
  }
}

/** What a secret is bound to, so that it cannot be moved to another account's row. */
function context(row: AccountRow): readonly string[] {
  return ['account', row.domain, row.owner];
}

async function mapped<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw toStoreError(error);
  }
}
