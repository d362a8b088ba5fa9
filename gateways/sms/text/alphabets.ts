import { indicAlphabets, urdu } from './indic-alphabets.js';

/** A table of 3GPP TS 23.038: what each septet stands for, and the way back. */
export interface Alphabet {
  /** 128 entries; undefined where the table is empty. */
  readonly characters: readonly (string | undefined)[];
  readonly codes: ReadonlyMap<string, number>;
}

/** A locking table, which replaces the default alphabet, and a single shift table, for what follows an escape. */
export interface Alphabets {
  readonly locking: Alphabet;
  readonly single: Alphabet;
}

/**
 * National language identifiers (3GPP TS 23.038 §6.2.1.2.4): which tables are in force in a message. 0 or absent:
 * the default alphabet and its extension (§6.2.1, §6.2.1.1).
 */
export interface Shifts {
  readonly locking?: number | undefined;
  readonly single?: number | undefined;
}

/** §6.2.1.1: announces a character of the single shift table. */
export const escapeSeptet = 0x1b;

const digits = '0123456789';
const capitals = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const letters = 'abcdefghijklmnopqrstuvwxyz';
const signs = '!"#¤%&\'()*+,-./';

/** §6.2.1 */
const basic = `@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ ${signs}${digits}:;<=>?¡${capitals}ÄÖÑÜ§¿${letters}äöñüà`;
/** Annex A.3.1 */
const turkish = `@£$¥€éùıòÇ\nĞğ\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bŞşßÉ ${signs}${digits}:;<=>?İ${capitals}ÄÖÑÜ§ç${letters}äöñüà`;
/** Annex A.3.3 */
const portuguese = `@£$¥êéúíóç\nÔô\rÁáΔ_ªÇÀ∞^\\€Ó|\x1bÂâÊÉ ${signs.replace('¤', 'º')}${digits}:;<=>?Í${capitals}ÃÕÚÜ§~${letters}ãõ\`üà`;

/** §6.2.1.1; the tables of the languages of Europe hold all of it. */
const extension = {
  10: '\f',
  20: '^',
  40: '{',
  41: '}',
  47: '\\',
  60: '[',
  61: '~',
  62: ']',
  64: '|',
  101: '€',
};
/** Annex A.2.1 */
const turkishSingle = { 71: 'Ğ', 73: 'İ', 83: 'Ş', 99: 'ç', 103: 'ğ', 105: 'ı', 115: 'ş' };
/** Annex A.2.2 */
const spanishSingle = {
  ...{ 9: 'ç', 65: 'Á', 73: 'Í', 79: 'Ó', 85: 'Ú' },
  ...{ 97: 'á', 105: 'í', 111: 'ó', 117: 'ú' },
};
/** Annex A.2.3 */
const portugueseSingle = {
  ...{ 5: 'ê', 9: 'ç', 11: 'Ô', 12: 'ô', 14: 'Á', 15: 'á', 18: 'Φ', 19: 'Γ', 21: 'Ω', 22: 'Π', 23: 'Ψ' },
  ...{ 24: 'Σ', 25: 'Θ', 31: 'Ê', 65: 'À', 73: 'Í', 79: 'Ó', 85: 'Ú', 91: 'Ã', 92: 'Õ', 97: 'Â' },
  ...{ 105: 'í', 111: 'ó', 117: 'ú', 123: 'ã', 124: 'õ', 127: 'â' },
};

function alphabet(characters: readonly (string | undefined)[]): Alphabet {
  const codes = new Map<string, number>();
  characters.forEach((character, code) => {
    if (character !== undefined && code !== escapeSeptet && !codes.has(character)) codes.set(character, code);
  });
  return { characters, codes };
}

const european = (extra: Readonly<Record<number, string>>): Alphabet =>
  alphabet(Array.from({ length: 128 }, (_, code) => ({ ...extension, ...extra })[code]));

const basicAlphabet = alphabet([...basic]);

/** By national language identifier. */
const languages: readonly Alphabets[] = [
  { locking: basicAlphabet, single: european({}) },
  { locking: alphabet([...turkish]), single: european(turkishSingle) },
  // There is no locking table for Spanish.
  { locking: basicAlphabet, single: european(spanishSingle) },
  { locking: alphabet([...portuguese]), single: european(portugueseSingle) },
  ...[...indicAlphabets, urdu].map(({ locking, single }) => ({
    locking: alphabet(locking),
    single: alphabet(single),
  })),
];

/** The identifiers that have tables of their own: 1 Turkish to 13 Urdu. */
export const nationalLanguages: readonly number[] = languages.flatMap((_, id) => (id === 0 ? [] : [id]));

/** The tables in force. Identifiers that are not known stand for the default (§6.2.1.2.4). */
export function alphabetsOf(shifts: Shifts): Alphabets {
  return {
    locking: languages[shifts.locking ?? 0]?.locking ?? basicAlphabet,
    single: (languages[shifts.single ?? 0] ?? languages[0])?.single ?? basicAlphabet,
  };
}
