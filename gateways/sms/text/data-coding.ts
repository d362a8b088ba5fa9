import iconv from 'iconv-lite';
import type { Shifts } from './alphabets.js';
import { textOfSeptets } from './gsm7.js';

/** How octets are text: `gsm7`, `ucs2`, or the name of a character set; `binary`: they are none. */
export type CharacterSet = 'gsm7' | 'ucs2' | 'binary' | NamedSet;
/** What an SMSC may mean by its default alphabet, `data_coding` 0. */
export type DefaultAlphabet = 'gsm7' | 'iso-8859-1' | 'us-ascii' | 'utf-8';
type NamedSet = 'iso-8859-1' | 'us-ascii' | 'utf-8' | 'shift_jis' | 'iso-8859-5' | 'iso-8859-8' | 'euc-kr';

/** SMPP 3.4 §5.2.19; what is missing below 16 is binary or pictograms. */
const smpp: Readonly<Record<number, CharacterSet>> = {
  1: 'us-ascii',
  3: 'iso-8859-1',
  5: 'shift_jis',
  6: 'iso-8859-5',
  7: 'iso-8859-8',
  8: 'ucs2',
  14: 'euc-kr',
};

/** Reading of `data_coding`: SMPP's own values, else those of 3GPP TS 23.038 §4, which SMSCs pass through. */
export function characterSetOf(dataCoding: number, defaultAlphabet: DefaultAlphabet = 'gsm7'): CharacterSet {
  if (dataCoding === 0) return defaultAlphabet;
  if (dataCoding < 0x10) return smpp[dataCoding] ?? 'binary';
  const group = dataCoding >> 4;
  // Message waiting: 1100 and 1101 in the default alphabet, 1110 in UCS-2.
  if (group === 0xe) return 'ucs2';
  // Data coding and message class: one bit of alphabet.
  if (group === 0xf) return (dataCoding & 4) === 0 ? 'gsm7' : 'binary';
  // Reserved groups count as the default alphabet.
  if (group >= 8) return 'gsm7';
  // General data coding: a bit of compression, two of alphabet.
  if ((dataCoding & 0x20) !== 0) return 'binary';
  return (['gsm7', 'binary', 'ucs2', 'gsm7'] as const)[(dataCoding >> 2) & 3] ?? 'gsm7';
}

/**
 * Text of a body without its header; undefined when it is binary. Septets come one per octet, as SMPP carries
 * them (what is packed: `unpackSeptets`). Half surrogate pairs and broken sequences become U+FFFD.
 */
export function decodeBody(body: Uint8Array, set: CharacterSet, shifts: Shifts = {}): string | undefined {
  if (set === 'binary') return undefined;
  if (set === 'gsm7') return textOfSeptets(body, shifts);
  // UCS-2 by name, UTF-16 in the hands of every phone; a last odd octet is half of nothing.
  if (set === 'ucs2') return new TextDecoder('utf-16be').decode(body.subarray(0, body.length & ~1));
  return iconv.decode(Buffer.from(body.buffer, body.byteOffset, body.byteLength), set);
}
