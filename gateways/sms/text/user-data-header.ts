import type { Shifts } from './alphabets.js';

/** Place of a part in a message (3GPP TS 23.040 §9.2.3.24.1 and .8; SMPP 3.4 §5.3.2.22: `sar_*`). */
export interface Concatenation {
  /** 0 to 255, or to 65535 when `wide`. */
  readonly reference: number;
  /** 16 bits of reference: another name space than 8 bits. */
  readonly wide: boolean;
  /** 1 to 255 */
  readonly total: number;
  /** 1 to `total` */
  readonly sequence: number;
}

/** What stands before the text of a part, as far as it is understood. */
export interface UserDataHeader extends Shifts {
  readonly concatenation?: Concatenation | undefined;
  /** Something for a program and not for a reader: application ports, WAP, SIM toolkit. */
  readonly forPrograms?: boolean;
}

/** Information element identifiers (3GPP TS 23.040 §9.2.3.24). */
const element = {
  concatenated: 0x00,
  ports8: 0x04,
  ports16: 0x05,
  concatenatedWide: 0x08,
  singleShift: 0x24,
  lockingShift: 0x25,
} as const;

/** Whether the numbers make sense; if not, the element is to be ignored (§9.2.3.24.1). */
export function isConcatenation({ total, sequence, reference, wide }: Concatenation): boolean {
  const whole = [total, sequence, reference].every(Number.isInteger);
  return (
    whole &&
    total >= 1 &&
    total <= 255 &&
    sequence >= 1 &&
    sequence <= total &&
    reference >= 0 &&
    reference <= (wide ? 0xffff : 0xff)
  );
}

/**
 * Header of user data that is said to have one, and where the text begins. Elements that are unknown or do not
 * hold what they should are passed over; undefined when the length cannot be right, so that there is no header.
 */
export function readHeader(
  userData: Uint8Array,
): { readonly header: UserDataHeader; readonly length: number } | undefined {
  const length = (userData[0] ?? 0) + 1;
  if (userData.length === 0 || length > userData.length) return undefined;
  let header: UserDataHeader = {};
  for (let at = 1; at + 2 <= length; ) {
    const end = at + 2 + (userData[at + 1] ?? 0);
    if (end > length) break;
    header = { ...header, ...readElement(userData[at], userData.subarray(at + 2, end)) };
    at = end;
  }
  return { header, length };
}

function readElement(id: number | undefined, data: Uint8Array): UserDataHeader {
  const [first = 0, second = 0, third = 0, fourth = 0] = data;
  if (id === element.concatenated && data.length === 3)
    return concatenationOf({ reference: first, wide: false, total: second, sequence: third });
  if (id === element.concatenatedWide && data.length === 4)
    return concatenationOf({ reference: first * 256 + second, wide: true, total: third, sequence: fourth });
  if (id === element.singleShift && data.length === 1) return { single: first };
  if (id === element.lockingShift && data.length === 1) return { locking: first };
  if (id === element.ports8 || id === element.ports16) return { forPrograms: true };
  return {};
}

function concatenationOf(concatenation: Concatenation): UserDataHeader {
  return isConcatenation(concatenation) ? { concatenation } : {};
}

/** The header as octets, its length first; empty when there is nothing to say. */
export function buildHeader({ concatenation, single, locking }: UserDataHeader): Buffer {
  const octets: number[] = [];
  if (concatenation !== undefined) {
    const { reference, wide, total, sequence } = concatenation;
    if (wide) octets.push(element.concatenatedWide, 4, reference >> 8, reference & 0xff, total, sequence);
    else octets.push(element.concatenated, 3, reference, total, sequence);
  }
  if (single) octets.push(element.singleShift, 1, single);
  if (locking) octets.push(element.lockingShift, 1, locking);
  return octets.length === 0 ? Buffer.alloc(0) : Buffer.from([octets.length, ...octets]);
}
