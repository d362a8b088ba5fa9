/** How Kannel is told to encode a text: the GSM 7-bit default alphabet, or UCS-2 (3GPP TS 23.038 §6.2). */
type Coding = 'gsm' | 'ucs2';

const BASIC =
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿' +
  'abcdefghijklmnopqrstuvwxyzäöñüà';
/** Take two septets each (3GPP TS 23.038 §6.2.1.1). */
const EXTENDED = '^{}\\[~]|€\f';

const basic: ReadonlySet<string> = new Set(BASIC);
const extended: ReadonlySet<string> = new Set(EXTENDED);

/** Units of one part: alone, and as one of several with the header of concatenation. */
const CAPACITY = { gsm: { alone: 160, joined: 153 }, ucs2: { alone: 70, joined: 67 } };

/** Texts outside the GSM alphabet go as UCS-2: Kannel would send question marks. */
export function codingOf(text: string): Coding {
  for (const character of text) if (!basic.has(character) && !extended.has(character)) return 'ucs2';
  return 'gsm';
}

/** Messages that Kannel makes of a text. */
export function partsOf(text: string, coding: Coding): number {
  let units = text.length;
  if (coding === 'gsm') for (const character of text) if (extended.has(character)) units += 1;
  const { alone, joined } = CAPACITY[coding];
  return units <= alone ? 1 : Math.ceil(units / joined);
}
