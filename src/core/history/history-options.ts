/** Bounds of what is read from networks that remember rooms themselves. Times are milliseconds. */
export interface HistoryOptions {
  /** Messages asked for at a time. */
  readonly page: number;
  /** Pages read for one query of an archive. */
  readonly pagesPerQuery: number;
  /** Messages that a newcomer to a room sees at least, where there are as many. */
  readonly newcomer: number;
  /** Pages of one user that are read at a time, and further ones that may wait. */
  readonly atATime: number;
  readonly waiting: number;
  /** How long a query, or somebody who comes into a room, waits for the network. What comes later is kept for the next. */
  readonly timeoutMs: number;
  /** After a failure, how long a user's queries are answered without the network. */
  readonly pauseMs: number;
  /** Entries of one room's archive from which on nothing older is read. */
  readonly perRoom: number;
  /** Files of one page that are fetched, the newest; of others it is said what they are. */
  readonly files: number;
  /** Bytes of such a file. */
  readonly fileBytes: number;
}

/** What serves people who scroll back. */
export const DEFAULT_HISTORY: HistoryOptions = {
  ...{ page: 100, pagesPerQuery: 3, newcomer: 20, atATime: 2, waiting: 20 },
  ...{ timeoutMs: 10_000, pauseMs: 15_000, perRoom: 20_000, files: 5, fileBytes: 10_000_000 },
};
