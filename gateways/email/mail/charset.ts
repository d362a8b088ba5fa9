import { isAscii, isUtf8 } from 'node:buffer';
import chardet from 'chardet';
import iconv from 'iconv-lite';

/** Bytes that a charset is guessed from. */
const SAMPLE_BYTES = 8_192;
/** Where less than this share of the letters is beyond ASCII, the text is in a Latin script. */
const LATIN_SHARE = 0.35;
/** A text with more good than bad sequences of UTF-8, by this factor, is UTF-8 with a few broken bytes. */
const GOOD_PER_BAD = 4;
const LATIN = /^(iso-8859-(1|2|3|4|9|10|13|14|15|16)|windows-125[02478])$/i;
const WESTERN = 'windows-1252';
/** Names that say nothing about 8-bit bytes, whatever they promise (RFC 1428 §3). */
const UNTOLD =
  /^(|us-ascii|ascii|ansi_x3\.4-1968|646|iso-8859-1|latin-?1|windows-1252|cp1252|.*unknown.*|default|none|binary|base64|hex)$/;
/** Charsets with several bytes to a character: few texts in another charset are valid in one of them. */
const MULTIBYTE =
  /^(utf|ucs|gb|hz|big5|cn-big5|euc|ks_?c|iso-2022|cp9[345]|windows-9[345]|shift|sjis|x-sjis|ms_kanji)/;
/** The larger charset that is meant by a name, as the WHATWG Encoding standard has it (§4.2). */
const MEANT: readonly (readonly [RegExp, string])[] = [
  [/^(cs)?(gb|x-gbk|chinese|iso-ir-58|cp936|windows-936)/, 'gb18030'],
  [/^(shift[-_]?jis|x-sjis|sjis|ms_kanji|csshiftjis|windows-31j)/, 'cp932'],
  [/^(ks_?c|euc-?kr|korean|windows-949|cseuckr)/, 'cp949'],
  [/^(cn-|cs|x-x-)?big5/, 'big5hkscs'],
  [/^(iso[-_]8859-1|latin-?1)$/, WESTERN],
  [/^(iso[-_]8859-9|latin-?5)$/, 'windows-1254'],
  [/^(iso[-_]8859-11|tis-?620)/, 'windows-874'],
  [/^(iso-8859-(?:6|8))-[ie]$/, '$1'],
  [/^(?:x-)?(?:win|windows|cp)[-_]?(125\d|874)$/, 'windows-$1'],
  [/^(csiso|iso-?)2022-?jp.*|^jis$|^cp5022[012]$/, 'iso-2022-jp'],
];
const BOM = Buffer.from('\ufeff');
/** Seven-bit Japanese switches its sets by these (RFC 1468). */
const JAPANESE_SHIFT = Buffer.from('\u001b$');

/**
 * Bytes to text. Never throws: what is declared is believed unless the bytes speak against it, and what is not
 * declared is guessed, for HTML without its tags.
 */
export function decodeCharset(bytes: Buffer, declared: string | undefined, html = false): string {
  const name = meant(declared ?? '');
  if (isAscii(bytes)) return decodeSevenBit(bytes, name);
  if (isUtf8(bytes) && (!MULTIBYTE.test(name) || bytes.indexOf(BOM) === 0)) return bytes.toString();
  if (name === 'utf-8' || name === 'utf8') return mostlyUtf8(bytes) ?? guess(bytes, html);
  if (UNTOLD.test(name)) return mostlyUtf8(bytes) ?? guess(bytes, html);
  const text = decodeAs(bytes, name);
  if (text === undefined) return mostlyUtf8(bytes) ?? guess(bytes, html);
  return text.includes('\ufffd') && isUtf8(bytes) ? bytes.toString() : text;
}

/** Whether a name tells how 8-bit bytes are to be read. */
export function isTelling(name: string | undefined): name is string {
  if (name === undefined) return false;
  const lower = meant(name);
  return !UNTOLD.test(lower) && !lower.startsWith('utf') && isKnown(lower);
}

function meant(declared: string): string {
  const lower = declared.trim().toLowerCase();
  for (const [pattern, name] of MEANT) {
    const match = pattern.exec(lower);
    if (match) return name.replace('$1', match[1] ?? '');
  }
  return lower;
}

function isKnown(name: string): boolean {
  return name === 'iso-2022-jp' || iconv.encodingExists(name);
}

/** ASCII, unless escapes or NULs say that it is something else in the guise of ASCII. */
function decodeSevenBit(bytes: Buffer, name: string): string {
  if (bytes.includes(JAPANESE_SHIFT)) return decodeAs(bytes, 'iso-2022-jp') ?? bytes.toString('latin1');
  const wide = (/^(utf|ucs)-?(16|32|2|4)/.test(name) && bytes.includes(0)) || /^(utf-?7|hz)/.test(name);
  return (wide ? decodeAs(bytes, name) : undefined) ?? bytes.toString('latin1');
}

function decodeAs(bytes: Buffer, name: string): string | undefined {
  try {
    // iconv-lite lacks it; a build of Node without all of ICU as well, which throws.
    if (name === 'iso-2022-jp') return new TextDecoder(name).decode(bytes);
    return iconv.encodingExists(name) ? iconv.decode(bytes, name) : undefined;
  } catch {
    return undefined;
  }
}

/** UTF-8 with a few broken bytes. */
function mostlyUtf8(bytes: Buffer): string | undefined {
  const text = bytes.toString();
  const bad = count(text, (code) => code === 0xfffd);
  const good = count(text, (code) => code > 0x7f && code !== 0xfffd);
  return good > bad * GOOD_PER_BAD ? text : undefined;
}

function guess(bytes: Buffer, html: boolean): string {
  return decodeAs(bytes, guessCharset(bytes, html)) ?? bytes.toString('latin1');
}

/** The charset that bytes look like which are no UTF-8; `html`: tags say nothing about the language. */
export function guessCharset(bytes: Buffer, html = false): string {
  const sample = html ? withoutTags(bytes.subarray(0, SAMPLE_BYTES)) : bytes.subarray(0, SAMPLE_BYTES);
  const latin = shareBeyondAscii(sample) < LATIN_SHARE;
  const likely = chardet
    .analyse(sample)
    .find(
      ({ name }) =>
        name !== 'ASCII' && name !== 'UTF-8' && isKnown(meant(name)) && (!latin || LATIN.test(name)),
    );
  return meant(likely?.name ?? WESTERN);
}

function withoutTags(bytes: Buffer): Buffer {
  return Buffer.from(bytes.toString('latin1').replace(/<[^<>]*>/g, ' '), 'latin1');
}

function shareBeyondAscii(bytes: Buffer): number {
  let beyond = 0;
  let letters = 0;
  for (const byte of bytes) {
    if (byte > 0x7f) beyond++;
    else if ((byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a) letters++;
  }
  return beyond / (beyond + letters);
}

function count(text: string, wanted: (code: number) => boolean): number {
  let found = 0;
  for (let index = 0; index < text.length; index++) if (wanted(text.charCodeAt(index))) found++;
  return found;
}
