import Database from 'better-sqlite3';
import { personNumber } from '../stubs/numbers.js';
import { SMS_DOMAIN } from '../subjects/subject.js';

/**
 * Gives every user people who are his contacts, both ways, as if he had subscribed to them: rows in the database of a
 * gateway that does not run. Subscribing through the gateway half a million times would take longer than all the rest.
 */
export function writeContacts(file: string, people: number): void {
  const database = new Database(file);
  try {
    const owners = database
      .prepare<[string], { id: number; owner: string }>('SELECT id, owner FROM accounts WHERE domain = ?')
      .all(SMS_DOMAIN);
    const insert = database.prepare(
      `INSERT INTO contacts (account, contact, listed, name, group_names, avatar, photo, no_reply, sees, seen, pending,
         suggested, blocked, muted_until, approved, last_seen)
       VALUES (?, ?, 0, '', '[]', '', '', 0, 1, 1, '', 0, 0, 0, 1, 0)`,
    );
    database.transaction(() => {
      for (const { id, owner } of owners) {
        const user = Number(/^u(\d+)@/.exec(owner)?.[1]);
        for (let person = 0; person < people; person += 1) insert.run(id, personNumber(user, person));
      }
    })();
  } finally {
    database.close();
  }
}
