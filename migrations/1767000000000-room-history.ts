import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What of a room of an account's own has not been read from its network yet, and when something of it was last. */
export class RoomHistory1767000000000 implements MigrationInterface {
  readonly name = 'RoomHistory1767000000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    const postgres = queryRunner.dataSource.options.type === 'postgres';
    // ids are compared by order, which must not depend on the locale
    const id = postgres ? 'TEXT COLLATE "C" NOT NULL' : 'TEXT NOT NULL';
    const keyed = postgres ? '' : ' WITHOUT ROWID';
    const statements = [
      `CREATE TABLE holes (
        room INTEGER NOT NULL,
        low ${id},
        high ${id},
        after_id TEXT NOT NULL,
        before_id TEXT NOT NULL,
        PRIMARY KEY (room, low)
      )${keyed}`,
      'ALTER TABLE rooms ADD COLUMN fetched_at BIGINT NOT NULL DEFAULT 0',
    ];
    for (const statement of statements) await queryRunner.query(statement);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const statement of ['ALTER TABLE rooms DROP COLUMN fetched_at', 'DROP TABLE holes'])
      await queryRunner.query(statement);
  }
}
