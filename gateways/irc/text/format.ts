/** mIRC formatting (https://modern.ircdocs.horse/formatting) ↔ message styling (XEP-0393). */

/** Quick look: text without control characters is what nearly every line is. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: formatting is made of control characters
const anyControl = /[\x00-\x1f\x7f]/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: formatting is made of control characters
const code = /\x03(?:\d{1,2}(?:,\d{1,2})?)?|\x04(?:[0-9a-fA-F]{6}(?:,[0-9a-fA-F]{6})?)?|[\x00-\x1f\x7f]/g;

const marks: Readonly<Record<string, string>> = { '\x02': '*', '\x1d': '_', '\x1e': '~', '\x11': '`' };
const reset = '\x0f';
// biome-ignore lint/suspicious/noControlCharactersInRegex: formatting is made of control characters
const anyMark = /[\x02\x11\x1d\x1e]/;

/** Whether {@link plainText} may have made directives of the text, so that marks in it mean something. */
export function isFormatted(text: string): boolean {
  return anyMark.test(text);
}

/**
 * Text of a line with formatting codes as plain text: bold, italic, strike-through and monospace become
 * XEP-0393 directives where the result would be read as such (§6.1: a directive touches no word character
 * outside and no space inside), colours and all other control characters go.
 */
export function plainText(text: string): string {
  if (!anyControl.test(text)) return text;
  let out = '';
  let active: string | undefined;
  let span = '';
  let last = 0;
  const close = (following: string): void => {
    out += active === undefined ? span : styled(span, active, out, following);
    span = '';
  };
  for (const match of text.matchAll(code)) {
    span += text.slice(last, match.index);
    last = match.index + match[0].length;
    if (match[0] === '\t') span += ' ';
    const mark = marks[match[0]];
    if (mark === undefined && match[0] !== reset) continue;
    close(text.slice(last, last + 1));
    active = match[0] === reset || active === mark ? undefined : (active ?? mark);
  }
  span += text.slice(last);
  close('');
  return out;
}

function styled(span: string, mark: string, before: string, after: string): string {
  const core = span.trim();
  const fits = (before === '' || /[\s(["']$/.test(before) || /^\s/.test(span)) && !/^\w/.test(after);
  if (core === '' || core.includes(mark) || !fits) return span;
  const start = span.indexOf(core);
  return `${span.slice(0, start)}${mark}${core}${mark}${span.slice(start + core.length)}`;
}
