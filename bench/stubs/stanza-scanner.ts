const LESS_THAN = 0x3c;
const GREATER_THAN = 0x3e;
const SLASH = 0x2f;
const SPACE = 0x20;

/** Top-level elements of a component stream that the stubs tell apart. */
export type StanzaKind = 'message' | 'presence' | 'iq' | 'other';

const KIND_BY_FIRST_BYTE: ReadonlyMap<number, Exclude<StanzaKind, 'other'>> = new Map([
  [0x6d, 'message'],
  [0x70, 'presence'],
  [0x69, 'iq'],
]);

const CLOSING: Readonly<Record<Exclude<StanzaKind, 'other'>, Buffer>> = {
  message: Buffer.from('</message>'),
  presence: Buffer.from('</presence>'),
  iq: Buffer.from('</iq>'),
};

/**
 * Cuts a component stream into stanzas by scanning bytes. Not an XML parser: it relies on well-formed input
 * in which no stanza holds another of its own name, true of what the benchmark asks of a gateway.
 */
export class StanzaScanner {
  readonly #onStanza: (kind: StanzaKind, bytes: Buffer) => void;
  #pending: Buffer | undefined;
  #inStream = false;

  constructor(onStanza: (kind: StanzaKind, bytes: Buffer) => void) {
    this.#onStanza = onStanza;
  }

  /** Takes the next bytes of the stream. The stream header is reported as a stanza of kind `other`. */
  push(chunk: Buffer): void {
    const bytes = this.#pending === undefined ? chunk : Buffer.concat([this.#pending, chunk]);
    let position = 0;
    while (position < bytes.length) {
      const start = bytes.indexOf(LESS_THAN, position);
      if (start < 0) {
        position = bytes.length;
        break;
      }
      const end = this.#inStream ? this.#stanzaEnd(bytes, start) : this.#headerEnd(bytes);
      if (end < 0) {
        position = start;
        break;
      }
      const kind = this.#inStream ? (KIND_BY_FIRST_BYTE.get(bytes[start + 1] ?? 0) ?? 'other') : 'other';
      this.#inStream = true;
      this.#onStanza(kind, bytes.subarray(start, end));
      position = end;
    }
    this.#pending = position < bytes.length ? bytes.subarray(position) : undefined;
  }

  #headerEnd(bytes: Buffer): number {
    const stream = bytes.indexOf('<stream:stream');
    return stream < 0 ? -1 : bytes.indexOf(GREATER_THAN, stream) + 1 || -1;
  }

  #stanzaEnd(bytes: Buffer, start: number): number {
    const tagEnd = bytes.indexOf(GREATER_THAN, start);
    if (tagEnd < 0) return -1;
    if (bytes[tagEnd - 1] === SLASH || bytes[start + 1] === SLASH) return tagEnd + 1;
    const kind = KIND_BY_FIRST_BYTE.get(bytes[start + 1] ?? 0);
    const closing = kind === undefined ? closingOf(bytes, start, tagEnd) : CLOSING[kind];
    const close = bytes.indexOf(closing, tagEnd);
    return close < 0 ? -1 : close + closing.length;
  }
}

function closingOf(bytes: Buffer, start: number, tagEnd: number): Buffer {
  const space = bytes.indexOf(SPACE, start);
  const nameEnd = space >= 0 && space < tagEnd ? space : tagEnd;
  return Buffer.concat([Buffer.from('</'), bytes.subarray(start + 1, nameEnd), Buffer.from('>')]);
}

/** Reads an attribute of a stanza's first tag. */
export function attribute(stanza: string, name: string): string | undefined {
  const key = ` ${name}=`;
  const at = stanza.indexOf(key);
  if (at < 0 || at > stanza.indexOf('>')) return undefined;
  const start = at + key.length + 1;
  return stanza.slice(start, stanza.indexOf(stanza.charAt(start - 1), start));
}
