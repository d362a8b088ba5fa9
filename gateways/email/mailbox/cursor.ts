import { z } from 'zod';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

const schema = z.object({
  /** RFC 9051 §2.3.1.1, decimal. */
  uidValidity: z.string(),
  /** All mails up to this UID have been dealt with. */
  lastUid: z.number(),
  /** Up to where changes of flags are known (RFC 7162), decimal. */
  modseq: z.string().optional(),
  /** UTC milliseconds when the folder was first looked at: what lay there then is nobody's news. */
  since: z.number(),
  /** UTC milliseconds when it was last known that nothing else had come. */
  current: z.number(),
});

/** How far a folder has been passed on. */
export type FolderCursor = Readonly<z.infer<typeof schema>>;

/** What the state holds of a cursor; undefined for what no version has written. */
export function readCursor(value: unknown): FolderCursor | undefined {
  const parsed = schema.safeParse(value);
  return parsed.success ? parsed.data : undefined;
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
export function oldBefore(cursor: FolderCursor, rememberDays: number, now: number): number {
  return Math.max(cursor.since - CLOCK_SLACK_MS, Math.min(cursor.current, now) - rememberDays * DAY_MS);
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
