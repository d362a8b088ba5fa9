import { z } from 'zod';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

const cursorSchema = z.object({
  /** RFC 9051 §2.3.1.1, decimal. */
  uidValidity: z.string(),
  /** All mails up to this UID have been dealt with. */
  lastUid: z.number(),
  /** Up to where changes of flags are known (RFC 7162), decimal. */
  modseq: z.string().optional(),
  /** UTC milliseconds when the folder was first looked at: what lay there then is nobody's news. */
  since: z.number(),
});

const roundSchema = z.object({
  /** UTC milliseconds when a look began after which all was passed on that had come to any folder. */
  before: z.number(),
  /** As `before`, of a later look; see {@link nextRounds}. */
  last: z.number(),
});

/** How far a folder has been passed on. */
export type FolderCursor = Readonly<z.infer<typeof cursorSchema>>;

/** Until when a mailbox has been passed on. */
export type Rounds = Readonly<z.infer<typeof roundSchema>>;

/** What the state holds of a cursor; undefined for what no version has written. */
export function readCursor(value: unknown): FolderCursor | undefined {
  const parsed = cursorSchema.safeParse(value);
  return parsed.success ? parsed.data : undefined;
}

/** As {@link readCursor}. */
export function readRounds(value: unknown): Rounds | undefined {
  const parsed = roundSchema.safeParse(value);
  return parsed.success ? parsed.data : undefined;
}

/** How exactly it is remembered when all was passed on, in milliseconds: an idle mailbox should write next to nothing. */
const ROUND_MS = 12 * HOUR_MS;

/**
 * After a look that began at `at`. What it did not see, as it was moved from a folder that was not yet looked at into
 * one that was, the next one sees: so the last but one counts. The same object when there is nothing to be noted.
 */
export function nextRounds(rounds: Rounds | undefined, at: number): Rounds {
  if (rounds === undefined) return { before: at, last: at };
  return at - rounds.last < ROUND_MS ? rounds : { before: rounds.last, last: at };
}

/** When a mail came to its server, and when it says that it was sent; UTC milliseconds. */
export interface MailTimes {
  readonly receivedAt?: number | undefined;
  readonly date?: number | undefined;
}

/** How far clocks may differ, in milliseconds. */
const CLOCK_SLACK_MS = DAY_MS;

/** What is known of a mail is kept for twice the time for which it is needed, as nobody may look in between. */
export const KNOWN_FACTOR = 2;

/**
 * Mails from before this time are not new, wherever they turn up: they lay in the mailbox before anybody looked, or so
 * long ago that they are not known again.
 */
export function oldBefore(cursor: FolderCursor, rounds: Rounds | undefined, rememberDays: number): number {
  const since = cursor.since - CLOCK_SLACK_MS;
  return rounds === undefined ? since : Math.max(since, rounds.before - rememberDays * DAY_MS);
}

/** Both times must say so: a server or a sender whose clock is wrong should not lose a mail. */
export function isOld({ receivedAt, date }: MailTimes, before: number): boolean {
  return receivedAt !== undefined && date !== undefined && receivedAt < before && date < before;
}

/** Whether a mail that was found just now should be shown with its time (F07): it lay there, or came while nobody looked. */
export function isLate({ receivedAt }: MailTimes, catchingUp: boolean, now: number): boolean {
  if (receivedAt === undefined) return catchingUp;
  return now - receivedAt > (catchingUp ? FRESH_MS : HOUR_MS);
}

const FRESH_MS = 60_000;

/** Merges lists that are in order each, by time; nothing overtakes within its list. */
export function mergeByTime<T extends MailTimes>(lists: readonly (readonly T[])[]): readonly T[] {
  const heads = lists.map((list) => ({ list, next: 0 }));
  const merged: T[] = [];
  for (;;) {
    let first: { readonly head: { list: readonly T[]; next: number }; readonly item: T } | undefined;
    for (const head of heads) {
      const item = head.list[head.next];
      if (item === undefined) continue;
      if (first === undefined || (item.receivedAt ?? 0) < (first.item.receivedAt ?? 0))
        first = { head, item };
    }
    if (first === undefined) return merged;
    merged.push(first.item);
    first.head.next += 1;
  }
}
