import { type Alphabets, alphabetsOf, escapeSeptet, type Shifts } from './alphabets.js';

/** Septets of a text, one per octet; undefined when it has a character that the tables lack. */
export function septetsOf(text: string, shifts: Shifts): Uint8Array | undefined {
  const alphabets = alphabetsOf(shifts);
  const septets: number[] = [];
  for (const character of text) {
    if (!pushSeptets(character, alphabets, septets)) return undefined;
  }
  return Uint8Array.from(septets);
}

function pushSeptets(character: string, { locking, single }: Alphabets, septets: number[]): boolean {
  const code = locking.codes.get(character);
  if (code !== undefined) {
    septets.push(code);
    return true;
  }
  const shifted = single.codes.get(character);
  if (shifted === undefined) return false;
  septets.push(escapeSeptet, shifted);
  return true;
}

/** How many septets {@link septetsOf} makes of a text that the tables have. */
export function septetLength(text: string, shifts: Shifts): number {
  const { locking } = alphabetsOf(shifts);
  let length = 0;
  for (const character of text) length += locking.codes.has(character) ? 1 : 2;
  return length;
}

/**
 * Text of septets, one per octet (the eighth bit is ignored). Where the single shift table is empty the locking
 * table counts, and an escape behind an escape is a space (3GPP TS 23.038 §6.2.1.1); so is every empty position.
 */
export function textOfSeptets(septets: Uint8Array, shifts: Shifts): string {
  const { locking, single } = alphabetsOf(shifts);
  let text = '';
  for (let index = 0; index < septets.length; index++) {
    let code = (septets[index] ?? 0) & 0x7f;
    if (code !== escapeSeptet) {
      text += locking.characters[code] ?? ' ';
      continue;
    }
    index += 1;
    if (index === septets.length) break;
    code = (septets[index] ?? 0) & 0x7f;
    text += code === escapeSeptet ? ' ' : (single.characters[code] ?? locking.characters[code] ?? ' ');
  }
  return text;
}

/** Bits between a header of so many octets and the first septet (3GPP TS 23.040 §9.2.3.24). */
export function fillBitsAfter(headerLength: number): number {
  return (7 - ((headerLength * 8) % 7)) % 7;
}

/** Septets packed into octets (3GPP TS 23.038 §6.1.2.1), behind so many zero bits. */
export function packSeptets(septets: Uint8Array, fillBits = 0): Buffer {
  const packed = Buffer.alloc(Math.ceil((fillBits + septets.length * 7) / 8));
  septets.forEach((septet, index) => {
    const bit = fillBits + index * 7;
    const spread = (septet & 0x7f) << (bit % 8);
    const at = bit >> 3;
    packed[at] = (packed[at] ?? 0) | (spread & 0xff);
    if (spread > 0xff) packed[at + 1] = spread >> 8;
  });
  return packed;
}

/** The way back. `count`: how many septets there are; fewer when the octets end before. */
export function unpackSeptets(packed: Uint8Array, count: number, fillBits = 0): Uint8Array {
  const there = Math.max(0, Math.floor((packed.length * 8 - fillBits) / 7));
  return Uint8Array.from({ length: Math.min(count, there) }, (_, index) => {
    const bit = fillBits + index * 7;
    const at = bit >> 3;
    return (((packed[at] ?? 0) | ((packed[at + 1] ?? 0) << 8)) >> (bit % 8)) & 0x7f;
  });
}
