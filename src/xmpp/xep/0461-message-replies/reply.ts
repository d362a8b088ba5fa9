import { xmlAttr } from '../../escape-xml.js';
import { NS } from '../../namespace.js';
import { codePoints, type FallbackRange } from '../0428-fallback-indication/fallback.js';

/** Says that a message answers the message `id` of `to` (XEP-0461 §3), as XML text. */
export function renderReply(to: string, id: string): string {
  return `<reply xmlns='${NS.REPLY}' to='${xmlAttr(to)}' id='${xmlAttr(id)}'/>`;
}

/** A text with what it answers before it, for clients without replies (XEP-0461 §3.1, XEP-0393 §5.1.3). */
export interface QuotedText {
  readonly body: string;
  /** The quotation within the body. */
  readonly range: FallbackRange;
}

/** Quotes line by line. */
export function quoteBefore(quote: string, text: string): QuotedText {
  const quotation = quote
    .trimEnd()
    .split(/\r\n|\r|\n/)
    .map((line) => `> ${line}\n`)
    .join('');
  return { body: quotation + text, range: { start: 0, end: codePoints(quotation) } };
}
