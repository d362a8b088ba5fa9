import { StoreError } from './error.js';

const SURROGATE = /\p{Surrogate}/gu;

/**
 * A text as both engines give it back: what is no character of XML or Unicode becomes U+FFFD. For keys, which are
 * compared outside of the database too.
 */
export function storedText(text: string): string {
  return text.replace(SURROGATE, '\uFFFD').replaceAll('\0', '\uFFFD');
}

/** Whole UTC milliseconds. @throws StoreError `other` for what is no time. */
export function storedTime(time: number): number {
  const whole = Math.trunc(time);
  if (!Number.isSafeInteger(whole)) throw new StoreError('other', 'A time is no number of milliseconds');
  return whole;
}

/** A number of BIGINT, which is text from node-postgres. */
export type StoredNumber = number | string;
/** A boolean, which is 0 or 1 from SQLite. */
export type StoredFlag = boolean | number;
