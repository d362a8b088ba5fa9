import type { AccountKey, RoomKey } from './store.js';

/** What an account may see of a room: entries from `from` to `to`, both included; null is still open. */
export interface Span {
  readonly from: string;
  readonly to: string | null;
}

/** What an account may see of a room of its own; closed, so that no start of the program ends it. `~` sorts behind every id. */
export const WHOLE_ROOM = { from: '', to: '~' } as const satisfies Span;

/** Spans in order without overlaps. */
export function mergeSpans(spans: readonly Span[]): Span[] {
  const sorted = [...spans].sort((a, b) => compare(a.from, b.from));
  const merged: Span[] = [];
  for (const span of sorted) {
    const last = merged.at(-1);
    if (last && (last.to === null || span.from <= last.to)) {
      merged[merged.length - 1] = { from: last.from, to: later(last.to, span.to) };
    } else {
      merged.push(span);
    }
  }
  return merged;
}

function later(a: string | null, b: string | null): string | null {
  if (a === null || b === null) return null;
  return a > b ? a : b;
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** Opening or closing of a span. */
export interface SpanChange {
  readonly kind: 'open' | 'close';
  readonly account: AccountKey;
  readonly room: RoomKey;
  /** First entry id to be seen, or last. */
  readonly id: string;
}

/** A row of `spans` to insert or overwrite. */
export interface SpanRow extends Span {
  readonly account: AccountKey;
  readonly room: RoomKey;
}

/** Names the pair of account and room. */
export function spanKey(account: AccountKey, room: RoomKey): string {
  return `${account} ${room}`;
}

/**
 * The rows that a series of changes leads to. Applying a series again on top of its own result changes nothing:
 * a batch whose commit was not heard of is sent again.
 * @param open start of the open span by `spanKey`
 */
export function foldChanges(open: ReadonlyMap<string, string>, changes: readonly SpanChange[]): SpanRow[] {
  const starts = new Map(open);
  const rows = new Map<string, SpanRow>();
  const ends = new Map<string, string | null>();
  for (const { kind, account, room, id } of changes) {
    const key = spanKey(account, room);
    const start = starts.get(key);
    if (kind === 'open' && start === undefined) {
      starts.set(key, id);
      rows.set(`${key} ${id}`, { account, room, from: id, to: null });
    } else if (kind === 'close' && start !== undefined) {
      starts.delete(key);
      const row = `${key} ${start}`;
      // a clock set back must not leave it open: then it ends where it began
      const to = later(later(id, start), ends.get(row) ?? start);
      ends.set(row, to);
      rows.set(row, { account, room, from: start, to });
    }
  }
  return [...rows.values()];
}
