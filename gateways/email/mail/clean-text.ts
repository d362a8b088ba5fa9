/** What no text may hold: control characters but tab and newline, and what XML forbids besides (XML 1.0 §2.2). */
// biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the purpose
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ufffe\uffff]|\p{Surrogate}/gu;
/** Marks and overrides that turn the order of letters around, so that a name shows as another (UTS 55 §4). */
const BIDI = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
/** Of most file systems. */
const MAX_FILE_NAME_BYTES = 255;
const MAX_EXTENSION = 16;

/** Text of several lines: `\n` line ends, no control characters but tabs. */
export function cleanText(text: string): string {
  return text
    .replace(/\r\n?/g, '\n')
    .replace(FORBIDDEN, '')
    .replace(/^\ufeff/, '');
}

/** One line that shows nothing but itself: a subject, a display name (F26). */
export function cleanLine(text: string): string {
  return text
    .replace(/[\s\u0085\ufeff]+/g, ' ')
    .replace(FORBIDDEN, '')
    .replace(BIDI, '')
    .trim();
}

/**
 * The last component of a file's path, without what could harm where it is shown or stored (G05); undefined when
 * nothing is left. At most 255 bytes, its extension kept.
 */
export function cleanFileName(name: string): string | undefined {
  const last = cleanLine(name.slice(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1));
  if (/^\.*$/.test(last)) return undefined;
  if (Buffer.byteLength(last) <= MAX_FILE_NAME_BYTES) return last;
  const dot = last.lastIndexOf('.');
  const extension = dot > 0 && last.length - dot <= MAX_EXTENSION ? last.slice(dot) : '';
  const room = MAX_FILE_NAME_BYTES - Buffer.byteLength(extension);
  return firstBytes(last.slice(0, last.length - extension.length), room) + extension;
}

/** As much of the beginning as fits into that many bytes of UTF-8, whole characters. */
function firstBytes(text: string, bytes: number): string {
  return Buffer.from(text)
    .subarray(0, bytes)
    .toString()
    .replace(/\ufffd+$/, '');
}
