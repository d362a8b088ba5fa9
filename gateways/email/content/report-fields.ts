import { mailAddress } from '../mail/mail-address.js';

/** Groups and fields of a report that are read. */
const MAX_GROUPS = 200;
const MAX_FIELDS = 50;
const MAX_VALUE = 4_096;

/** Fields by their names in lower case; the first of each counts. */
export type Fields = ReadonlyMap<string, string>;

/** Groups of fields that empty lines part (RFC 3464 §2.1.1). */
export function fieldGroups(text: string): Fields[] {
  const groups: Map<string, string>[] = [];
  let group = new Map<string, string>();
  let last: string | undefined;
  for (const line of [...text.split('\n'), '']) {
    if (line.trim() === '') {
      if (group.size > 0 && groups.push(group) >= MAX_GROUPS) break;
      if (group.size > 0) group = new Map();
      last = undefined;
      continue;
    }
    if (/^[ \t]/.test(line)) {
      const value = last === undefined ? undefined : group.get(last);
      if (last !== undefined && value !== undefined && value.length < MAX_VALUE)
        group.set(last, `${value} ${line.trim()}`);
      continue;
    }
    const colon = line.indexOf(':');
    last = line.slice(0, Math.max(colon, 0)).trim().toLowerCase();
    if (colon < 1 || group.size >= MAX_FIELDS || group.has(last)) last = undefined;
    else group.set(last, line.slice(colon + 1, colon + 1 + MAX_VALUE).trim());
  }
  return groups;
}

/** The address of `rfc822; alice@example.org`, also of the forms of RFC 6533 §3 and of those without a type. */
export function addressOf(field: string | undefined): string | undefined {
  if (field === undefined) return undefined;
  const text = field
    .replace(/^[a-z0-9-]{1,40}\s{0,8};/i, '')
    .trim()
    .replace(/^<(.*)>$/, '$1');
  return mailAddress(text) ?? mailAddress(unescaped(text));
}

/** xtext (RFC 3461 §4) and `\x{…}` (RFC 6533 §3). */
function unescaped(text: string): string {
  return text
    .replace(/\\x\{([0-9A-F]{1,6})\}/gi, (whole, hex: string) => character(hex) ?? whole)
    .replace(/\+([0-9A-F]{2})/g, (whole, hex: string) => character(hex) ?? whole);
}

function character(hex: string): string | undefined {
  const code = Number.parseInt(hex, 16);
  return code > 0x20 && code <= 0x10_ffff ? String.fromCodePoint(code) : undefined;
}

/** Message-IDs of a field, without their brackets. */
export function idsIn(field: string | undefined): string[] {
  return [...(field ?? '').slice(0, MAX_VALUE * 4).matchAll(/<([^<>\s]{1,900})>/g)].map(([, id = '']) => id);
}
