/**
 * Longest name kept. 3GPP TS 23.040 §9.1.2.5 has room for 11 characters; providers with interfaces of their own
 * let longer ones through.
 */
const maxNameLength = 40;
/** What stands for itself in a local part: printable ASCII in lower case, but not the escape itself. */
const plain = /[\x20-\x24\x26-\x7e]/;

/** E.164 (ITU-T): `+`, a country code, 15 digits at most; the shortest numbers in use have 7. */
export const e164 = /^\+[1-9]\d{6,14}$/;
/** Digits of no numbering plan but the carrier's own. */
export const shortCode = /^\d{3,8}$/;

/**
 * Local part of an alphanumeric sender (3GPP TS 23.040 §9.1.2.5). Names are compared without regard to case; what
 * XMPP servers would fold in ways of their own (RFC 6122, RFC 7622: `ß`, Greek) or not let through is written as
 * `%` and the hexadecimal bytes of UTF-8, so that the address is the same everywhere and can be read back. A name
 * that looks like a number gets its first character written so, and is thereby none. Undefined for an empty one.
 */
export function localOfName(name: string): string | undefined {
  const lower = Array.from(name.normalize('NFKC').trim(), (char) => char.toLowerCase())
    .slice(0, maxNameLength)
    .join('')
    .trim();
  if (lower === '') return undefined;
  const local = Array.from(lower, (char) => (plain.test(char) ? char : escaped(char))).join('');
  return e164.test(local) || shortCode.test(local) ? escaped(local.charAt(0)) + local.slice(1) : local;
}

/** The name, in lower case, that a local part stands for; undefined when no name has it. */
export function nameOfLocal(local: string): string | undefined {
  try {
    const name = decodeURIComponent(local);
    return localOfName(name) === local ? name : undefined;
  } catch {
    return undefined;
  }
}

function escaped(char: string): string {
  return Array.from(Buffer.from(char), (byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
}
