import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What crosses between the legs of relays, what it is called on each, and where it has still to go. */
export class Relays1767100000000 implements MigrationInterface {
  readonly name = 'Relays1767100000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    // Entries cross in the order of their ids, which is that of their bytes.
    const postgres = queryRunner.dataSource.options.type === 'postgres';
    const key = postgres ? 'TEXT COLLATE "C" NOT NULL' : 'TEXT NOT NULL';
    const statements = [
      `CREATE TABLE relay_entries (
        id ${key} PRIMARY KEY,
        relay TEXT NOT NULL,
        leg TEXT NOT NULL,
        time BIGINT NOT NULL,
        content TEXT NOT NULL
      )`,
      'CREATE INDEX relay_entries_time ON relay_entries (time)',
      `CREATE TABLE relay_ids (
        relay TEXT NOT NULL,
        leg TEXT NOT NULL,
        network_id TEXT NOT NULL,
        entry ${key},
        part INTEGER NOT NULL,
        PRIMARY KEY (relay, leg, network_id)
      )`,
      'CREATE INDEX relay_ids_entry ON relay_ids (entry)',
      `CREATE TABLE relay_waiting (
        relay TEXT NOT NULL,
        leg TEXT NOT NULL,
        entry ${key},
        PRIMARY KEY (relay, leg, entry)
      )`,
      'CREATE INDEX relay_waiting_entry ON relay_waiting (entry)',
    ];
    for (const statement of statements) await queryRunner.query(statement);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const table of ['relay_waiting', 'relay_ids', 'relay_entries'])
      await queryRunner.query(`DROP TABLE ${table}`);
  }
}
