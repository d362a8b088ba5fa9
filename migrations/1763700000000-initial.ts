import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Accounts, rooms, archive with visibility spans, inbox. */
export class Initial1763700000000 implements MigrationInterface {
  readonly name = 'Initial1763700000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    const postgres = queryRunner.dataSource.options.type === 'postgres';
    const key = postgres ? 'SERIAL PRIMARY KEY' : 'INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL';
    const sequence = postgres ? 'BIGSERIAL PRIMARY KEY' : 'INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL';
    // archive ids are compared by order, which must not depend on the locale
    const id = postgres ? 'TEXT COLLATE "C"' : 'TEXT';
    const statements = [
      'CREATE TABLE meta (name TEXT PRIMARY KEY NOT NULL, value TEXT NOT NULL)',
      `CREATE TABLE accounts (
        "id" ${key},
        domain TEXT NOT NULL,
        owner TEXT NOT NULL,
        registered BOOLEAN NOT NULL,
        language TEXT,
        settings TEXT NOT NULL,
        secrets TEXT NOT NULL,
        stays TEXT NOT NULL,
        created_at BIGINT NOT NULL
      )`,
      'CREATE UNIQUE INDEX accounts_address ON accounts (domain, owner)',
      `CREATE TABLE rooms ("id" ${key}, domain TEXT NOT NULL, room TEXT NOT NULL)`,
      'CREATE UNIQUE INDEX rooms_address ON rooms (domain, room)',
      // no primary key over the payload: rows go to the end of the table, only the two small indexes grow in
      // the middle
      `CREATE TABLE archive (
        room INTEGER NOT NULL,
        id ${id} NOT NULL,
        time BIGINT NOT NULL,
        nick TEXT NOT NULL,
        type TEXT NOT NULL,
        message_id TEXT NOT NULL,
        payload TEXT NOT NULL
      )`,
      'CREATE UNIQUE INDEX archive_id ON archive (room, id)',
      'CREATE INDEX archive_time ON archive (room, time, id)',
      `CREATE TABLE spans (
        account INTEGER NOT NULL,
        room INTEGER NOT NULL,
        from_id ${id} NOT NULL,
        to_id ${id},
        PRIMARY KEY (account, room, from_id)
      )`,
      'CREATE INDEX spans_room ON spans (room, from_id)',
      'CREATE UNIQUE INDEX spans_open ON spans (account, room) WHERE to_id IS NULL',
      `CREATE TABLE inbox (
        sequence ${sequence},
        id TEXT NOT NULL,
        account INTEGER NOT NULL,
        domain TEXT NOT NULL,
        stanza TEXT NOT NULL
      )`,
      'CREATE UNIQUE INDEX inbox_id ON inbox (id)',
      'CREATE INDEX inbox_domain ON inbox (domain, sequence)',
      'CREATE INDEX inbox_account ON inbox (account)',
    ];
    for (const statement of statements) await queryRunner.query(statement);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const table of ['inbox', 'spans', 'archive', 'rooms', 'accounts', 'meta']) {
      await queryRunner.query(`DROP TABLE ${table}`);
    }
  }
}
