import { isUtf8 } from 'node:buffer';
import libmime from 'libmime';
import { decodeCharset } from './charset.js';
import { cleanLine } from './clean-text.js';
import type { MailHeaders } from './parsed-mail.js';

/** Of one value, in characters; what is longer is cut. */
const MAX_VALUE = 65_536;
/** Of a value that is read as a type or a disposition. */
const MAX_STRUCTURED = 8_192;
const MAX_PARAMETERS = 100;
const FIELD_NAME = /^[!-9;-~]+$/;
/** What no 7-bit charset leaves alone: 8-bit bytes and the escapes of Japanese. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the purpose
const UNCLEAR = /[\u001b\u0080-\u00ff]/;

/** libmime's reading of encoded words (RFC 2047) and parameters (RFC 2231), with this gateway's reading of charsets. */
class WordReader extends libmime.Libmime {
  override decodeWord(charset: string, encoding: 'Q' | 'B', text: string): string {
    const bytes = Buffer.from(super.decodeWord('binary', encoding, text), 'latin1');
    // RFC 2231 §5: a language may follow the charset.
    return decodeCharset(bytes, charset.split('*', 1)[0]);
  }
}

const words = new WordReader();

/** Undoes encoded words; one clean line. */
export function decodeWords(value: string): string {
  return cleanLine(value.includes('=?') ? words.decodeWords(value) : value);
}

/** A value and its parameters, such as those of Content-Type (RFC 2045 §5.1). */
export interface StructuredValue {
  readonly value: string;
  /** Names in lower case. */
  readonly parameters: Readonly<Record<string, string>>;
}

/** @param value unfolded; encoded words in parameters, which RFC 2047 §5 forbids, are undone as well */
export function parseStructured(value: string): StructuredValue {
  const parsed = words.parseHeaderValue(value.slice(0, MAX_STRUCTURED));
  const parameters: Record<string, string> = {};
  for (const [name, text] of Object.entries(parsed.params).slice(0, MAX_PARAMETERS)) {
    if (FIELD_NAME.test(name) && !(name in parameters)) parameters[name] = decodeWords(text);
  }
  return { value: cleanLine(parsed.value || '').toLowerCase(), parameters };
}

/** Fields of one header (RFC 5322 §2.2), unfolded when they are asked for. */
export class HeaderFields implements MailHeaders {
  /** By lower-case names; the characters are bytes. */
  readonly #fields = new Map<string, string[]>();

  constructor(
    header: Buffer,
    /** What 8-bit bytes are read as that are no UTF-8 (RFC 6532); undefined: guessed. */
    private readonly charset: () => string | undefined,
  ) {
    let open: { name: string; lines: string[] } | undefined;
    const finish = (): void => {
      if (open === undefined) return;
      const values = this.#fields.get(open.name) ?? [];
      values.push(open.lines.join(''));
      this.#fields.set(open.name, values);
      open = undefined;
    };
    for (const line of header.toString('latin1').split(/\r?\n/)) {
      if (line.startsWith(' ') || line.startsWith('\t')) {
        open?.lines.push(line);
        continue;
      }
      finish();
      const colon = line.indexOf(':');
      const name = line.slice(0, Math.max(0, colon)).trimEnd().toLowerCase();
      if (FIELD_NAME.test(name)) open = { name, lines: [line.slice(colon + 1)] };
    }
    finish();
  }

  /** Values with their encoded words as they are, for what has a grammar of its own, such as addresses. */
  raw(name: string): readonly string[] {
    return (this.#fields.get(name.toLowerCase()) ?? []).map((value) => this.#unicode(value));
  }

  all(name: string): readonly string[] {
    return this.raw(name).map(decodeWords);
  }

  first(name: string): string | undefined {
    return this.all(name)[0];
  }

  /** Bytes of the values that are neither ASCII nor UTF-8: one sample to guess from. */
  unclear(): Buffer {
    const values = [...this.#fields.values()].flat().filter((value) => UNCLEAR.test(value));
    const bytes = values.map((value) => Buffer.from(value, 'latin1'));
    return Buffer.concat(bytes.filter((value) => !isUtf8(value)));
  }

  #unicode(value: string): string {
    const text = value.slice(0, MAX_VALUE);
    return UNCLEAR.test(text) ? decodeCharset(Buffer.from(text, 'latin1'), this.charset()) : text;
  }
}
