import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Rooms that are one account's own (`account`; 0: shared by all), and messages that belong to a room. */
export class PersonalRooms1766000000000 implements MigrationInterface {
  readonly name = 'PersonalRooms1766000000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    const statements = [
      'ALTER TABLE rooms ADD COLUMN account INTEGER NOT NULL DEFAULT 0',
      'ALTER TABLE rooms ADD COLUMN invited BOOLEAN NOT NULL DEFAULT FALSE',
      'DROP INDEX rooms_address',
      'CREATE UNIQUE INDEX rooms_address ON rooms (domain, room, account)',
      'CREATE INDEX rooms_account ON rooms (account) WHERE account <> 0',
      "ALTER TABLE messages ADD COLUMN kind TEXT NOT NULL DEFAULT 'contact'",
    ];
    for (const statement of statements) await queryRunner.query(statement);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    const statements = [
      "DELETE FROM outbox WHERE message IN (SELECT id FROM messages WHERE kind = 'room')",
      "DELETE FROM messages WHERE kind = 'room'",
      'ALTER TABLE messages DROP COLUMN kind',
      'DELETE FROM archive WHERE room IN (SELECT id FROM rooms WHERE account <> 0)',
      'DELETE FROM spans WHERE room IN (SELECT id FROM rooms WHERE account <> 0)',
      'DELETE FROM rooms WHERE account <> 0',
      'DROP INDEX rooms_account',
      'DROP INDEX rooms_address',
      'CREATE UNIQUE INDEX rooms_address ON rooms (domain, room)',
      'ALTER TABLE rooms DROP COLUMN invited',
      'ALTER TABLE rooms DROP COLUMN account',
    ];
    for (const statement of statements) await queryRunner.query(statement);
  }
}
