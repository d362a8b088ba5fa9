import { truncate } from './bytes.js';

/** The words of a topic, PART, KICK, QUIT or AWAY as the server takes them: one line, cut to its limit in bytes. */
export function reasonOf(reason: string | undefined, bytes: number): string {
  return truncate((reason ?? '').replace(/[\s\p{Cc}]+/gu, ' ').trim(), bytes);
}
