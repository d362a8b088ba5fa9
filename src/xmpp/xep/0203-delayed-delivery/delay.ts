import { xmlAttr } from '../../escape-xml.js';
import { NS } from '../../namespace.js';

/** Last instant that a date can hold (ECMA-262 §21.4.1.1), in milliseconds. */
const LAST_INSTANT = 8.64e15;

/**
 * When a message was sent, in UTC (XEP-0203 §2, XEP-0082), as XML text; nothing for a time that is none.
 * `from` is who says so; `time` is in UTC milliseconds.
 */
export function renderDelay(from: string, time: number): string {
  if (!(Math.abs(time) <= LAST_INSTANT)) return '';
  return `<delay xmlns='${NS.DELAY}' from='${xmlAttr(from)}' stamp='${new Date(time).toISOString()}'/>`;
}
