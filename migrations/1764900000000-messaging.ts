import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Contacts, private messages with their ids and reports, the outbox, held stanzas, and what networks remember. */
export class Messaging1764900000000 implements MigrationInterface {
  readonly name = 'Messaging1764900000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    const postgres = queryRunner.dataSource.options.type === 'postgres';
    const sequence = postgres ? 'BIGSERIAL PRIMARY KEY' : 'INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL';
    // keys are compared by order, which must not depend on the locale
    const key = postgres ? 'TEXT COLLATE "C" NOT NULL' : 'TEXT NOT NULL';
    // small rows that are found by their key alone live in its tree
    const keyed = postgres ? '' : ' WITHOUT ROWID';
    const statements = [
      `CREATE TABLE contacts (
        account INTEGER NOT NULL,
        contact ${key},
        listed BOOLEAN NOT NULL,
        name TEXT NOT NULL,
        group_names TEXT NOT NULL,
        avatar TEXT NOT NULL,
        photo TEXT NOT NULL,
        no_reply BOOLEAN NOT NULL,
        sees BOOLEAN NOT NULL,
        seen BOOLEAN NOT NULL,
        pending TEXT NOT NULL,
        written TEXT,
        suggested BOOLEAN NOT NULL,
        blocked BOOLEAN NOT NULL,
        muted_until BIGINT NOT NULL,
        approved BOOLEAN NOT NULL,
        last_seen BIGINT NOT NULL,
        PRIMARY KEY (account, contact)
      )${keyed}`,
      `CREATE TABLE messages (
        id ${key} PRIMARY KEY,
        account INTEGER NOT NULL,
        domain TEXT NOT NULL,
        contact TEXT NOT NULL,
        direction TEXT NOT NULL,
        xmpp_ids TEXT NOT NULL,
        network_ids TEXT NOT NULL,
        author TEXT NOT NULL,
        receipt BOOLEAN NOT NULL,
        state TEXT NOT NULL,
        detail TEXT NOT NULL,
        created_at BIGINT NOT NULL,
        changed_at BIGINT NOT NULL
      )${keyed}`,
      'CREATE INDEX messages_account ON messages (account, id)',
      'CREATE INDEX messages_conversation ON messages (account, contact, id)',
      'CREATE INDEX messages_created ON messages (created_at)',
      // the lists of ids are in the message; these two tables find it by one of them
      `CREATE TABLE message_xmpp_ids (
        account INTEGER NOT NULL,
        xmpp_id TEXT NOT NULL,
        message ${key},
        PRIMARY KEY (account, xmpp_id, message)
      )${keyed}`,
      `CREATE TABLE message_network_ids (
        account INTEGER NOT NULL,
        network_id TEXT NOT NULL,
        message ${key},
        domain TEXT NOT NULL,
        outgoing INTEGER NOT NULL,
        PRIMARY KEY (account, network_id)
      )${keyed}`,
      // networks report on what was sent, without saying whose it is
      `CREATE INDEX message_network_ids_outgoing ON message_network_ids (domain, network_id, message)
       WHERE outgoing = 1`,
      // an empty message: nobody knows the id yet
      `CREATE TABLE part_reports (
        message ${key},
        domain TEXT NOT NULL,
        network_id TEXT NOT NULL,
        outcome TEXT NOT NULL,
        detail TEXT NOT NULL,
        time BIGINT NOT NULL,
        PRIMARY KEY (message, domain, network_id)
      )${keyed}`,
      `CREATE TABLE outbox (
        message ${key} PRIMARY KEY,
        account INTEGER NOT NULL,
        domain TEXT NOT NULL,
        contact TEXT NOT NULL,
        payload TEXT NOT NULL,
        attempts INTEGER NOT NULL,
        next_at BIGINT NOT NULL,
        expires_at BIGINT NOT NULL
      )`,
      'CREATE INDEX outbox_domain ON outbox (domain, message)',
      'CREATE INDEX outbox_account ON outbox (account, message)',
      `CREATE TABLE held (
        sequence ${sequence},
        id TEXT NOT NULL,
        account INTEGER NOT NULL,
        domain TEXT NOT NULL,
        stanza TEXT NOT NULL
      )`,
      'CREATE UNIQUE INDEX held_id ON held (id)',
      'CREATE INDEX held_account ON held (account, sequence)',
      `CREATE TABLE network_states (
        domain ${key},
        bucket ${key},
        state_key ${key},
        value TEXT NOT NULL,
        account INTEGER,
        expires_at BIGINT,
        PRIMARY KEY (domain, bucket, state_key)
      )`,
      'CREATE INDEX network_states_account ON network_states (account) WHERE account IS NOT NULL',
      'CREATE INDEX network_states_expiry ON network_states (expires_at) WHERE expires_at IS NOT NULL',
    ];
    for (const statement of statements) await queryRunner.query(statement);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    const tables = [
      ...['network_states', 'held', 'outbox', 'part_reports', 'message_network_ids', 'message_xmpp_ids'],
      ...['messages', 'contacts'],
    ];
    for (const table of tables) await queryRunner.query(`DROP TABLE ${table}`);
  }
}
