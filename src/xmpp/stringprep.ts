import { L_CAT, RAND_AL_CAT, UNASSIGNED_3_2 } from './stringprep-tables.js';

/** A string that a stringprep profile (RFC 3454) refuses. */
export class StringprepError extends Error {
  override readonly name = 'StringprepError';
}

const BASE = 36;

/** A set of code points as ranges, searched by halving. */
class CodePointSet {
  readonly #starts: number[] = [];
  readonly #ends: number[] = [];

  /** @param packed see stringprep-tables.ts */
  constructor(packed: string) {
    let last = 0;
    let start = -1;
    for (const word of packed.split(' ')) {
      const step = Number.parseInt(word, BASE);
      last += step;
      if (start < 0) {
        start = last;
      } else {
        this.#starts.push(start);
        this.#ends.push(last);
        start = -1;
      }
    }
  }

  has(codePoint: number): boolean {
    let low = 0;
    let high = this.#starts.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#ends[middle] ?? 0) < codePoint) low = middle + 1;
      else high = middle;
    }
    const start = this.#starts[low];
    return start !== undefined && start <= codePoint;
  }
}

const unassigned = new CodePointSet(UNASSIGNED_3_2);
const randAlCat = new CodePointSet(RAND_AL_CAT);
const lCat = new CodePointSet(L_CAT);

/** Table B.1: commonly mapped to nothing. */
const MAPPED_TO_NOTHING =
  /\u034f|[\u00ad\u1806\u200b\u2060\ufeff]|[\u180b-\u180d]|\u200c|\u200d|[\ufe00-\ufe0f]/gu;

/** Tables C.1.2, C.2, C.3 to C.9, which are forbidden in every profile used here; lone surrogates are in C.5. */
const PROHIBITED = new RegExp(
  '[\\0-\\x1f\\x7f-\\xa0\\u0340\\u0341\\u06dd\\u070f\\u1680\\u180e\\u2000-\\u200f\\u2028-\\u202f\\u205f-\\u2063' +
    '\\u206a-\\u206f\\u2ff0-\\u2ffb\\u3000\\ud800-\\uf8ff\\ufdd0-\\ufdef\\ufeff\\ufff9-\\uffff\\u{1d173}-\\u{1d17a}' +
    '\\u{e0001}\\u{e0020}-\\u{e007f}\\u{f0000}-\\u{10ffff}]|[\\p{Noncharacter_Code_Point}]',
  'u',
);

const YPOGEGRAMMENI = /\u0345/g;

/** Table B.2 for one character: case folding joined with NFKC, as of Unicode 3.2. */
function fold(character: string): string {
  let folded = '';
  for (const part of character.normalize('NFKC')) {
    const lower = part.toLowerCase();
    // Georgian, Cherokee and a few more got their lower case only after Unicode 3.2.
    folded += unassigned.has(lower.codePointAt(0) ?? 0) ? part : lower;
  }
  if (folded.normalize('NFD').includes('\u0345')) {
    folded = folded.normalize('NFD').replace(YPOGEGRAMMENI, 'ι');
  }
  return folded.replaceAll('ß', 'ss').replaceAll('ς', 'σ').normalize('NFKC');
}

/**
 * Maps and normalises. What Unicode 3.2 did not know is left as it is, as the servers' own libraries do (they
 * normalise by the old tables); folding more than the server does would name another account.
 */
function mapped(text: string, caseFolded: boolean): string {
  let out = '';
  let run = '';
  for (const character of text.replace(MAPPED_TO_NOTHING, '')) {
    if (unassigned.has(character.codePointAt(0) ?? 0)) {
      out += run.normalize('NFKC') + character;
      run = '';
    } else {
      run += caseFolded ? fold(character) : character;
    }
  }
  return out + run.normalize('NFKC');
}

/** RFC 3454 §6: right-to-left text stands alone, and at both ends. */
function checkBidi(text: string): void {
  let rightToLeft = false;
  let leftToRight = false;
  let first: boolean | undefined;
  let last = false;
  for (const character of text) {
    const codePoint = character.codePointAt(0) ?? 0;
    last = randAlCat.has(codePoint);
    first ??= last;
    rightToLeft ||= last;
    leftToRight ||= !last && lCat.has(codePoint);
  }
  if (rightToLeft && (leftToRight || !first || !last)) throw new StringprepError('mixed writing directions');
}

/** @param forbidden further characters that the profile refuses */
function prepare(text: string, caseFolded: boolean, forbidden: RegExp): string {
  const prepared = mapped(text, caseFolded);
  if (PROHIBITED.test(prepared) || forbidden.test(prepared)) throw new StringprepError('forbidden character');
  checkBidi(prepared);
  return prepared;
}

const NODE_FORBIDDEN = /["&'/:<>@ ]/;
const NOTHING = /(?!)/;

/** Nodeprep (RFC 6122 appendix A). @throws {StringprepError} */
export function nodeprep(text: string): string {
  return prepare(text, true, NODE_FORBIDDEN);
}

/** Nameprep (RFC 3491). @throws {StringprepError} */
export function nameprep(text: string): string {
  return prepare(text, true, NOTHING);
}

/** Resourceprep (RFC 6122 appendix B): case is kept. @throws {StringprepError} */
export function resourceprep(text: string): string {
  return prepare(text, false, NOTHING);
}
