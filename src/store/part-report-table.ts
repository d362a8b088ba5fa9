import type { MessageRecord, PartReport, ReportedMessage } from './message-store.js';
import type { Sql, Value } from './sql.js';

/** A report as it is stored. */
export interface StoredReport {
  /** Id of the message; empty: nobody knows the network id yet. */
  readonly message: string;
  readonly domain: string;
  readonly networkId: string;
  readonly report: PartReport;
}

interface StoredRow extends Pick<StoredReport, 'message' | 'domain' | 'networkId'> {
  readonly outcome: PartReport['outcome'];
  readonly detail: string;
  readonly time: number | string;
}

const SELECT = `SELECT message, domain, network_id AS "networkId", outcome, detail, time FROM part_reports`;

/** A message with what these reports, on its parts, add up to. */
export function countReports(record: MessageRecord, reports: readonly StoredReport[]): ReportedMessage {
  const delivered = reports.filter(({ report }) => report.outcome === 'delivered').length;
  return { record, delivered, failed: reports.length - delivered };
}

/** All reports on these messages. */
export async function loadReports(sql: Sql, messages: readonly string[]): Promise<readonly StoredReport[]> {
  const rows = await sql.lookup<StoredRow>(
    (tuples) => `${SELECT} WHERE message IN (VALUES ${tuples})`,
    '(?)',
    messages,
  );
  return rows.map(toReport);
}

/** Reports that came before their ids were known, for pairs of domain and network id. */
export async function loadEarlyReports(sql: Sql, pairs: readonly Value[]): Promise<readonly StoredReport[]> {
  const rows = await sql.lookup<StoredRow>(
    (tuples) => `${SELECT} WHERE message = '' AND (domain, network_id) IN (VALUES ${tuples})`,
    '(?, ?)',
    pairs,
  );
  return rows.map(toReport);
}

/** The first report on a part stays. */
export function storeReports(sql: Sql, reports: readonly StoredReport[]): Promise<void> {
  return sql.insert(
    'INSERT INTO part_reports (message, domain, network_id, outcome, detail, time) VALUES',
    6,
    reports.flatMap(({ message, domain, networkId, report }): Value[] => [
      ...[message, domain, networkId, report.outcome, report.detail, report.time],
    ]),
    'ON CONFLICT DO NOTHING',
  );
}

/** Removes early reports, since a message has claimed them; pairs of domain and network id. */
export async function removeEarlyReports(sql: Sql, pairs: readonly Value[]): Promise<void> {
  await sql.sweep(
    (tuples) => `DELETE FROM part_reports WHERE message = '' AND (domain, network_id) IN (VALUES ${tuples})`,
    '(?, ?)',
    pairs,
  );
}

function toReport({ message, domain, networkId, outcome, detail, time }: StoredRow): StoredReport {
  return { message, domain, networkId, report: { outcome, detail, time: Number(time) } };
}
