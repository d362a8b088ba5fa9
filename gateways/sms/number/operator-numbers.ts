import type { SmsOptions } from '../options.js';
import type { NumberRules } from './number-book.js';

const DAY_MS = 86_400_000;

/** How the operator's numbers are given to users. */
export function numberRules({ numbers, claims, quarantineDays }: SmsOptions): NumberRules {
  return {
    pool: numbers.filter(({ shared }) => !shared).map(({ number }) => number),
    reserved: new Set([...numbers.map(({ number }) => number), ...(claims.sender ? [claims.sender] : [])]),
    sharing: numbers.some(({ shared }) => shared),
    quarantineMs: quarantineDays * DAY_MS,
  };
}

/** The numbers that users share. */
export function sharedNumbers({ numbers }: SmsOptions): readonly string[] {
  return numbers.filter(({ shared }) => shared).map(({ number }) => number);
}

/** How long conversations over them last. */
export function conversationTimes({ conversationDays, quarantineDays }: SmsOptions): {
  readonly idleMs: number;
  readonly quarantineMs: number;
} {
  return { idleMs: conversationDays * DAY_MS, quarantineMs: quarantineDays * DAY_MS };
}
