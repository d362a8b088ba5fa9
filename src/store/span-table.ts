import { list, type Sql } from './sql.js';

/**
 * Closes the spans that a crash left open: nobody was there from then on. They end at `now` (a fresh id), or at
 * the last entry of the room or their own start when the clock was set back.
 * @param domains rooms of these only; none means all
 */
export async function closeOpenSpans(sql: Sql, domains: readonly string[], now: string): Promise<void> {
  const ofDomains =
    domains.length === 0
      ? ''
      : ` AND room IN (SELECT id FROM rooms WHERE domain IN (${list(domains.length)}))`;
  const open = `to_id IS NULL${ofDomains}`;
  await sql.run(
    `UPDATE spans SET to_id = (SELECT max(id) FROM archive WHERE archive.room = spans.room)
     WHERE EXISTS (SELECT 1 FROM archive WHERE archive.room = spans.room AND id > ? AND id >= from_id) AND ${open}`,
    [now, ...domains],
  );
  await sql.run(`UPDATE spans SET to_id = ? WHERE from_id <= ? AND ${open}`, [now, now, ...domains]);
  await sql.run(`UPDATE spans SET to_id = from_id WHERE ${open}`, domains);
}
