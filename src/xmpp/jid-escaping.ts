/** The ten characters of XEP-0106 §3 and their escapes. */
const ESCAPES = new Map([
  [' ', '\\20'],
  ['"', '\\22'],
  ['&', '\\26'],
  ["'", '\\27'],
  ['/', '\\2f'],
  [':', '\\3a'],
  ['<', '\\3c'],
  ['>', '\\3e'],
  ['@', '\\40'],
  ['\\', '\\5c'],
]);
const CHARACTERS = new Map([...ESCAPES].map(([character, escaped]) => [escaped, character]));

// A backslash is escaped only where it would otherwise read as one of the ten escapes (§4.2);
// in either case, since preparation makes `\2F` into `\2f`.
const TO_ESCAPE = /[ "&'/:<>@]|\\(?=20|22|26|27|2f|3a|3c|3e|40|5c)/gi;
const TO_UNESCAPE = /\\(?:20|22|26|27|2f|3a|3c|3e|40|5c)/g;
/** §3.2: no local part starts or ends with `\20`. */
const OUTER_SPACES = /^ +| +$/g;

/**
 * Writes a foreign address as the local part of a JID (XEP-0106). Spaces at its ends, which cannot be
 * represented, are left out. The result is not yet prepared: see `prepareLocal`.
 */
export function escapeLocal(foreign: string): string {
  return foreign
    .replace(OUTER_SPACES, '')
    .replace(TO_ESCAPE, (character) => ESCAPES.get(character) ?? character);
}

/** Reads a prepared local part back; sequences outside the ten, and `\20` at an end, stay as they are. */
export function unescapeLocal(local: string): string {
  return local.replace(TO_UNESCAPE, (escaped, offset: number) => {
    if (escaped === '\\20' && (offset === 0 || offset + escaped.length === local.length)) return escaped;
    return CHARACTERS.get(escaped) ?? escaped;
  });
}
