import { NS } from '../../namespace.js';

/** Latest time that a `Date` can hold, in milliseconds (ECMAScript §21.4.1.1). */
const LAST_TIME = 8.64e15;

/** The `<idle/>` of a presence, as XML text; `since` is UTC milliseconds. None for a time that cannot be. */
export function idleElement(since: number | undefined): string {
  if (since === undefined || !(since > 0 && since <= LAST_TIME)) return '';
  return `<idle xmlns='${NS.IDLE}' since='${new Date(since).toISOString()}'/>`;
}
