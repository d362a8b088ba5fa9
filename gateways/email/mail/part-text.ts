import { isUtf8 } from 'node:buffer';
import { decodeCharset } from './charset.js';
import { cleanText } from './clean-text.js';
import { decodeFlowed } from './flowed.js';

/** Reports, invitations and cards are read also where they are attached. */
const ALWAYS =
  /^(message\/(global-)?(delivery-status|disposition-notification)|message\/global-headers|text\/(rfc822-headers|calendar|vcard|x-vcard))$/;
/** Mail that a report gives back (RFC 6522 §3): its header is read. */
const RETURNED = /^message\/(rfc822|global)$/;
/** Of a returned mail's header. */
const MAX_RETURNED_BYTES = 65_536;
/** HTML names its charset near its beginning (HTML §4.2.5.4). */
const META_BYTES = 1_024;
const META_CHARSET = /<meta\s[^<>]{0,256}?charset\s{0,8}=\s{0,8}["']?([a-z0-9_:.-]{1,40})/i;

/** How a part is read as text. */
export type TextReading = 'whole' | 'header';

/** Undefined: it is a file. */
export function readsText(
  type: string,
  attached: boolean,
  parent: string | undefined,
): TextReading | undefined {
  if (ALWAYS.test(type) || (type.startsWith('text/') && !attached)) return 'whole';
  return RETURNED.test(type) && parent === 'multipart/report' ? 'header' : undefined;
}

/** The bytes of a part that is read as text, as far as they are wanted. */
export class PartText {
  readonly #pieces: Buffer[] = [];
  readonly #limit: number;
  #bytes = 0;
  #over = false;

  constructor(
    private readonly reading: TextReading,
    room: number,
  ) {
    this.#limit = reading === 'header' ? Math.min(room, MAX_RETURNED_BYTES) : room;
  }

  add(decoded: Buffer): void {
    const room = this.#limit - this.#bytes;
    if (decoded.length > room) this.#over = true;
    if (room <= 0 || decoded.length === 0) return;
    const piece = Buffer.from(decoded.subarray(0, room));
    this.#pieces.push(piece);
    this.#bytes += piece.length;
  }

  /** Nothing but blanks so far. */
  get isBlank(): boolean {
    return this.#pieces.every((piece) => piece.toString('latin1').trim() === '');
  }

  /** There was more than is kept. */
  get cut(): boolean {
    return this.#over;
  }

  /** After the last byte: how many bytes are kept. */
  finish(): number {
    let whole = Buffer.concat(this.#pieces);
    if (this.reading === 'header') {
      const end = /\n\r?\n/.exec(whole.toString('latin1'))?.index;
      if (end !== undefined) {
        whole = Buffer.from(whole.subarray(0, end + 1));
        this.#over = false;
      }
    }
    this.#pieces.splice(0, this.#pieces.length, whole);
    this.#bytes = whole.length;
    return whole.length;
  }

  read(type: string, parameters: Readonly<Record<string, string>>): string {
    const kept = Buffer.concat(this.#pieces);
    const bytes = this.#over ? wholeLetters(kept) : kept;
    const html = type === 'text/html';
    const declared = parameters.charset ?? (html ? metaCharset(bytes) : undefined);
    const text = cleanText(decodeCharset(bytes, declared, html));
    if (type !== 'text/plain' || parameters.format?.toLowerCase() !== 'flowed') return text;
    return decodeFlowed(text, parameters.delsp?.toLowerCase() === 'yes');
  }
}

/** Without the beginning of a letter of UTF-8 that the limit has cut. */
function wholeLetters(bytes: Buffer): Buffer {
  const ends = [0, 1, 2, 3].map((cut) => bytes.length - cut);
  const end = ends.find((at) => at >= 0 && isUtf8(bytes.subarray(0, at)));
  return bytes.subarray(0, end ?? bytes.length);
}

function metaCharset(bytes: Buffer): string | undefined {
  return META_CHARSET.exec(bytes.toString('latin1', 0, META_BYTES))?.[1];
}
