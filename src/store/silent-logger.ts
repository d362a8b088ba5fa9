import type { Logger } from 'typeorm';

/** Statements and parameters hold private words, so none is ever printed (S19); failures reach the caller. */
export class SilentLogger implements Logger {
  logQuery(): void {}
  logQueryError(): void {}
  logQuerySlow(): void {}
  logSchemaBuild(): void {}
  logMigration(): void {}
  log(): void {}
}
