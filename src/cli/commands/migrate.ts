import type { Config } from '../../config/schema.js';
import { migrationStatus, migrate as runMigrations } from '../../store/migration.js';
import type { Terminal } from '../terminal.js';

/** Brings the database to this version of the program, after a copy (SQLite); `dryRun` only says what would run. */
export async function migrate(config: Config, dryRun: boolean, terminal: Terminal): Promise<number> {
  if (dryRun) {
    const { executed, pending } = await migrationStatus(config.data.database);
    terminal.print(`${executed.length} migrations have run, ${pending.length} pending.`);
    for (const name of pending) terminal.print(`  ${name}`);
    return 0;
  }
  const { executed, copy } = await runMigrations(
    config.data.database,
    config.components.map(({ domain }) => domain),
  );
  if (copy !== undefined) terminal.print(`Copy of the old state: ${copy}`);
  for (const name of executed) terminal.print(`  ${name}`);
  terminal.print(executed.length === 0 ? 'Up to date already.' : 'Up to date.');
  return 0;
}
