import { StoreError, type StoreErrorCode } from './error.js';

const sqliteCodes: readonly (readonly [prefix: string, code: StoreErrorCode])[] = [
  ['SQLITE_FULL', 'full'],
  ['SQLITE_BUSY', 'locked'],
  ['SQLITE_LOCKED', 'locked'],
  ['SQLITE_READONLY', 'read-only'],
  ['SQLITE_CORRUPT', 'corrupt'],
  ['SQLITE_NOTADB', 'corrupt'],
  ['SQLITE_IOERR', 'unavailable'],
  ['SQLITE_CANTOPEN', 'unavailable'],
  ['SQLITE_PERM', 'read-only'],
];

/** SQLSTATE prefixes (PostgreSQL, appendix A) and the socket errors of Node. */
const postgresCodes: readonly (readonly [prefix: string, code: StoreErrorCode])[] = [
  ['53100', 'full'],
  ['25006', 'read-only'],
  ['55P03', 'locked'],
  ['40', 'locked'],
  ['57014', 'locked'],
  ['XX001', 'corrupt'],
  ['XX002', 'corrupt'],
  ['08', 'unavailable'],
  ['28', 'unavailable'],
  ['3D000', 'unavailable'],
  ['53', 'unavailable'],
  ['57P', 'unavailable'],
  ['ECONN', 'unavailable'],
  ['ENOTFOUND', 'unavailable'],
  ['ENOENT', 'unavailable'],
  ['ENOTDIR', 'unavailable'],
  ['EEXIST', 'unavailable'],
  ['EAI_', 'unavailable'],
  ['EPIPE', 'unavailable'],
  ['ETIMEDOUT', 'unavailable'],
  ['EHOSTUNREACH', 'unavailable'],
  ['ENETUNREACH', 'unavailable'],
  ['ENOSPC', 'full'],
  ['EROFS', 'read-only'],
  ['EACCES', 'read-only'],
];

/** node-postgres and TypeORM report a lost connection by words alone. */
const lostConnection =
  /connection (terminated|ended|timeout)|timeout exceeded|not queryable|already released/i;

const sentences: Readonly<Record<StoreErrorCode, string>> = {
  full: 'The disk or the database is full',
  locked: 'The database is locked by another program',
  'read-only': 'The database cannot be written to (read-only file, folder or server)',
  corrupt: 'The database file is damaged or is no database; restore a backup',
  unavailable: 'The database cannot be reached or read',
  'in-use': 'Another instance uses the database',
  'wrong-key': 'The key does not fit',
  newer: 'The database is newer than this program',
  'not-found': 'No such row',
  other: 'The database refused the operation',
};

/**
 * Turns whatever a driver threw into a StoreError. Statement and parameters are left out: they may hold secrets
 * and private words (conformance S19).
 */
export function toStoreError(error: unknown): StoreError {
  if (error instanceof StoreError) return error;
  const cause = driverError(error);
  const code = codeOf(cause);
  return new StoreError(code, `${sentences[code]}: ${cause.message}`);
}

interface DriverError {
  readonly code: string;
  readonly message: string;
}

function driverError(error: unknown): DriverError {
  if (typeof error !== 'object' || error === null) return { code: '', message: String(error) };
  if ('driverError' in error && error.driverError) return driverError(error.driverError);
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const message = 'message' in error ? String(error.message) : '';
  // connecting to several addresses at once fails with an AggregateError without a message
  return { code, message: message || code || 'unknown error' };
}

function codeOf({ code, message }: DriverError): StoreErrorCode {
  const table = code.startsWith('SQLITE_') ? sqliteCodes : postgresCodes;
  const found = table.find(([prefix]) => code.startsWith(prefix));
  if (found) return found[1];
  return lostConnection.test(message) ? 'unavailable' : 'other';
}
