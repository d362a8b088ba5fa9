/** Where the data lies. */
export type DatabaseOptions =
  | { readonly kind: 'sqlite'; readonly path: string }
  | { readonly kind: 'postgres'; readonly url: string };

/** Limits and pauses of the thread that owns the database. */
export interface EngineLimits {
  /** How long SQLite waits for another program's lock (ms). */
  readonly busyTimeoutMs: number;
  /** Connections to PostgreSQL for reading and writing; one more holds the lock. */
  readonly poolSize: number;
  /** How long connecting to PostgreSQL may take (ms). */
  readonly connectTimeoutMs: number;
  /** Writes put into one transaction at most. */
  readonly groupSize: number;
  /** Results larger than this are not counted further; RSM allows an approximate count (XEP-0059 §2.7). */
  readonly countLimit: number;
  /** Rows removed in one transaction by retention, so that it never holds up the stanza path. */
  readonly purgeRows: number;
  /** Copies made before migrations that are kept. */
  readonly copiesKept: number;
  /** Copies older than this are removed (ms). */
  readonly copiesMaxAgeMs: number;
  /** How often truncating the log is tried at an erasure while another program reads. */
  readonly truncateAttempts: number;
  /** Pause between two tries of truncating, or of taking a lost lock again (ms). */
  readonly lockPauseMs: number;
}

/** Defaults. */
export const engineLimits: EngineLimits = {
  busyTimeoutMs: 5_000,
  poolSize: 4,
  connectTimeoutMs: 10_000,
  groupSize: 1_000,
  countLimit: 100_000,
  purgeRows: 5_000,
  copiesKept: 3,
  copiesMaxAgeMs: 30 * 24 * 60 * 60 * 1_000,
  truncateAttempts: 20,
  lockPauseMs: 250,
};

/** Limits and pauses of the main thread's side. */
export interface ClientLimits {
  /** How long a buffered row waits for company before it is written (ms). */
  readonly flushDelayMs: number;
  /** Rows written in one transaction. */
  readonly batchRows: number;
  /** Buffered rows above which `append` returns false. */
  readonly bufferRows: number;
  /** Buffered characters above which `append` returns false. */
  readonly bufferChars: number;
  /** First pause after a failed write (ms); doubles up to `retryMaxMs`. */
  readonly retryFirstMs: number;
  readonly retryMaxMs: number;
  /** How long `close` goes on trying to write what is buffered (ms). */
  readonly closeTimeoutMs: number;
}

/** Defaults. */
export const clientLimits: ClientLimits = {
  flushDelayMs: 10,
  batchRows: 1_000,
  bufferRows: 50_000,
  bufferChars: 64 * 1024 * 1024,
  retryFirstMs: 100,
  retryMaxMs: 30_000,
  closeTimeoutMs: 10_000,
};

/** What the thread that owns the database is told at its start. Travels through a message port. */
export interface EngineOptions {
  readonly database: DatabaseOptions;
  /** 32 bytes. */
  readonly key: Uint8Array;
  /** Keys that rows may still be encrypted with. */
  readonly previousKeys?: readonly Uint8Array[];
  /**
   * Gateway domains that this process serves. On PostgreSQL each is held by a lock of its own, so that several
   * processes with different domains share a database; an SQLite database is held as a whole.
   */
  readonly domains?: readonly string[];
  readonly limits?: Partial<EngineLimits>;
}
