/** Both tables of a language, 128 entries each; undefined where a table is empty. */
interface Tables {
  readonly locking: readonly (string | undefined)[];
  readonly single: readonly (string | undefined)[];
}

/**
 * Locking tables of annex A.3 of 3GPP TS 23.038 for the scripts of India. Unicode has laid out their blocks alike
 * (after ISCII), so one layout serves: two hexadecimal digits are a distance from the start of the block, one
 * character is itself, `--` differs between languages.
 */
const layout = [
  '01 02 03 05 06 07 08 09 0a 0b LF 0c 0d CR 0e 0f',
  '10 11 12 13 14 15 16 17 18 19 1a ESC 1b 1c 1d 1e',
  'SP ! 1f 20 21 22 23 24 ) ( 25 26 , 27 . 28',
  '0 1 2 3 4 5 6 7 8 9 : ; 29 2a 2b ?',
  '2c 2d 2e 2f 30 31 32 33 34 35 36 37 38 39 3c 3d',
  '3e 3f 40 41 42 43 44 45 46 47 48 49 4a 4b 4c 4d',
  '-- a b c d e f g h i j k l m n o',
  'p q r s t u v w x y z -- -- -- -- --',
];
/** Annex A.3.13, in the same notation. */
const urduLayout = [
  '27 22 28 7b 80 7e a6 2a c2 7f LF 79 7d CR 7a 7c',
  '2b 2c 81 84 83 85 86 87 2d 2e 2f ESC 8c 88 89 8a',
  'SP ! 8f 8d 30 31 91 93 ) ( 99 32 , 96 . 98',
  '0 1 2 3 4 5 6 7 8 9 : ; 9a 33 34 ?',
  '35 36 37 38 39 41 42 a9 aa ab af b3 b1 44 45 46',
  'ba bb bc 48 c4 d5 c1 be 21 cc d0 d2 4d 50 4f 57',
  '54 a b c d e f g h i j k l m n o',
  'p q r s t u v w x y z 55 51 53 56 70',
];
/** Positions of the layout that differ between languages. */
const ends = [0x60, 0x7b, 0x7c, 0x7d, 0x7e, 0x7f];
/** What the single shift tables (annex A.2.4 to A.2.13) have in common, from position 0. */
const singleStart = '@£$¥¿"¤%&\'\f*+\0-/<=>¡^¡_#*';
const singleRest = { 40: '{', 41: '}', 47: '\\', 60: '[', 61: '~', 62: ']', 64: '|', 101: '€' };
/** Positions of the single shift tables that are the language's own, in the order in which they are filled. */
const own = [
  ...[0x19, 0x1a, 0x1c, 0x1d, 0x1e, 0x1f, 0x20, 0x21, 0x22, 0x23, 0x24, 0x25, 0x26, 0x27],
  ...[0x2a, 0x2b, 0x2c, 0x2d, 0x2e],
  ...[0x30, 0x31, 0x32, 0x33, 0x34, 0x35, 0x36, 0x37, 0x38, 0x39, 0x3a, 0x3b, 0x3f],
];

interface Script {
  /** First code point of the Unicode block. */
  readonly block: number;
  /** Positions of the layout that are empty for this language. */
  readonly holes: string;
  /** At {@link ends}. */
  readonly ends: string;
  /** At {@link own}; four digits are a code point outside of the block. */
  readonly single: string;
}

const danda = '0964 0965';
const digits = '66 67 68 69 6a 6b 6c 6d 6e 6f';
/** By national language identifier, from 4. */
const scripts: readonly Script[] = [
  // Bengali
  {
    block: 0x980,
    holes: '0c 0e 11 12 3c 45 47 48 49 57 58 5b 5c',
    ends: '4e 57 5c 5d 70 71',
    single: `${digits} 5f 60 61 62 63 72 73 74 75 76 77 78 79 7a`,
  },
  // Gujarati
  {
    block: 0xa80,
    holes: '0e 12 3c 45 48 58 5c',
    ends: '50 60 61 62 63 71',
    single: `${danda} ${digits}`,
  },
  // Hindi
  {
    block: 0x900,
    holes: '',
    ends: '50 72 7b 7c 7e 7f',
    single: `${danda} ${digits} 51 52 53 54 58 59 5a 5b 5c 5d 5e 5f 60 61 62 63 70 71`,
  },
  // Kannada
  {
    block: 0xc80,
    holes: '00 0c 11 3c 48 57 5b',
    ends: '55 56 60 61 62 63',
    single: `${danda} ${digits} 5e 71 72`,
  },
  // Malayalam
  {
    block: 0xd00,
    holes: '00 0c 11 3c 4e 57 5b',
    ends: '57 60 61 62 63 79',
    single: `${danda} ${digits} 70 71 72 73 74 75 7a 7b 7c 7d 7e 7f`,
  },
  // Oriya
  {
    block: 0xb00,
    holes: '0c 0e 11 12 3c 45 48 57 58 5b 5c',
    ends: '56 57 60 61 62 63',
    single: `${danda} ${digits} 5c 5d 5f 70 71`,
  },
  // Punjabi
  {
    block: 0xa00,
    holes: '09 0b 0c 0e 11 12 3c 45 48 4b 4f 55 56 57 58 5b 5c',
    ends: '51 70 71 72 73 74',
    single: `${danda} ${digits} 59 5a 5b 5c 5e 75`,
  },
  // Tamil
  {
    block: 0xb80,
    holes: '00 09 0b 0c 11 16 17 18 1c 1e 23 24 25 2a 2b 2d 3e 40 41 4e 4f 55 56 57 5b',
    ends: '50 57 70 71 72 79',
    single: `${danda} ${digits} 73 74 75 76 77 78 7a`,
  },
  // Telugu
  {
    block: 0xc00,
    holes: '0c 11 3c 48 4e 57 5b',
    ends: '55 56 60 61 62 63',
    single: `-- -- ${digits} 58 59 78 79 7a 7b 7c 7d 7e 7f`,
  },
];

const named: Readonly<Record<string, string>> = { LF: '\n', CR: '\r', ESC: '\x1b', SP: ' ' };

function character(token: string, block: number): string | undefined {
  if (token === '--') return undefined;
  if (token.length === 1) return token;
  const code = Number.parseInt(token, 16);
  return named[token] ?? String.fromCodePoint(token.length === 4 ? code : block + code);
}

function singleTable(block: number, tokens: string): (string | undefined)[] {
  const table = Array.from({ length: 128 }, (_, code): string | undefined =>
    // A to Z stand where they stand in ASCII.
    code > 0x40 && code < 0x5b ? String.fromCharCode(code) : singleRest[code as keyof typeof singleRest],
  );
  // Position 13 is the second carriage return: a control, no character.
  [...singleStart].forEach((sign, code) => {
    table[code] = sign === '\0' ? undefined : sign;
  });
  tokens.split(' ').forEach((token, index) => {
    table[own[index] ?? 0] = character(token, block);
  });
  return table;
}

function tables({ block, holes, ends: last, single }: Script): Tables {
  const locking = layout
    .join(' ')
    .split(' ')
    .map((token) => character(token, block));
  for (const hole of holes.split(' ').filter(Boolean)) locking[Number.parseInt(hole, 16)] = undefined;
  last.split(' ').forEach((token, index) => {
    locking[ends[index] ?? 0] = character(token, block);
  });
  return { locking, single: singleTable(block, single) };
}

/** Bengali, Gujarati, Hindi, Kannada, Malayalam, Oriya, Punjabi, Tamil, Telugu: identifiers 4 to 12. */
export const indicAlphabets: readonly Tables[] = scripts.map(tables);

/** Identifier 13. */
export const urdu: Tables = {
  locking: urduLayout
    .join(' ')
    .split(' ')
    .map((token) => character(token, 0x600)),
  single: singleTable(
    0x600,
    '00 01 f0 f1 f2 f3 f4 f5 f6 f7 f8 f9 0c 0d 0e 0f 10 11 12 13 14 1b 1f 40 52 58 6b 6c 72 73 cd d4',
  ),
};
