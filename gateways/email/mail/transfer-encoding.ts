const EQUALS = 0x3d;
const LF = 0x0a;
const CR = 0x0d;
/** Blanks that may stand at the end of a line and be dropped; a longer run is content. */
const MAX_BLANKS = 1_024;
/** A line after the end of base64 that is longer is no base64. */
const MAX_TRAILING_LINE = 1_024;

/** Undoes a Content-Transfer-Encoding piece by piece (RFC 2045 §6). Never throws: garbage is skipped, or kept. */
export interface TransferDecoder {
  /** What is certain by now; may be a part of `bytes` itself. */
  write(bytes: Buffer): Buffer;
  /** The rest. */
  end(): Buffer;
}

/** By the header's value; what is not known is taken as it is. */
export function transferDecoder(encoding: string): TransferDecoder {
  const name = /[a-z0-9-]+/.exec(encoding.replace(/\([^()]*\)/g, '').toLowerCase())?.[0];
  if (name === 'base64') return new Base64Decoder();
  if (name === 'quoted-printable') return new QuotedPrintableDecoder();
  return { write: (bytes) => bytes, end: () => Buffer.alloc(0) };
}

/** 1 for the letters of base64 (RFC 2045 §6.8). */
const ALPHABET = new Uint8Array(256);
for (const letter of Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/')) {
  ALPHABET[letter] = 1;
}

/** A line of base64 that is whole, padding included. */
const WHOLE_LINE = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/**
 * Skips what is not of the alphabet. After the padding or an empty line only whole lines of base64 count: encoders that
 * pad each line go on with such, and what lists and scanners append in plain text has none.
 */
class Base64Decoder implements TransferDecoder {
  /** Letters that are not decoded yet. */
  #letters = Buffer.alloc(0);
  #used = 0;
  /** What the line so far has. */
  #line: 'letters' | 'nothing' | 'before-all' = 'before-all';
  #trailing: TrailingLines | undefined;

  write(bytes: Buffer): Buffer {
    if (this.#trailing !== undefined) return this.#trailing.write(bytes);
    const carried = this.#letters.subarray(0, this.#used);
    this.#letters = Buffer.allocUnsafe(this.#used + bytes.length);
    carried.copy(this.#letters);
    for (let index = 0; index < bytes.length; index++) {
      const byte = bytes[index] as number;
      if (ALPHABET[byte] === 1) {
        this.#letters[this.#used++] = byte;
        this.#line = 'letters';
      } else if (byte === EQUALS || (byte === LF && this.#line === 'nothing')) {
        this.#trailing = new TrailingLines();
        return Buffer.concat([this.#take(this.#used), this.#trailing.write(bytes.subarray(index + 1))]);
      } else if (byte === LF && this.#line === 'letters') {
        this.#line = 'nothing';
      }
    }
    return this.#take(this.#used - (this.#used % 4));
  }

  end(): Buffer {
    return this.#trailing?.end() ?? this.#take(this.#used);
  }

  /** Decodes that many letters and keeps the others. */
  #take(count: number): Buffer {
    const decoded = Buffer.from(this.#letters.toString('latin1', 0, count), 'base64');
    this.#letters.copyWithin(0, count, this.#used);
    this.#used -= count;
    return decoded;
  }
}

/** Decodes the lines that are whole ones of base64, and skips the others. */
class TrailingLines implements TransferDecoder {
  #line = '';

  write(bytes: Buffer): Buffer {
    const done: Buffer[] = [];
    let from = 0;
    for (let end = bytes.indexOf(LF); end >= 0; end = bytes.indexOf(LF, from)) {
      this.#add(bytes, from, end);
      done.push(this.end());
      from = end + 1;
    }
    this.#add(bytes, from, bytes.length);
    return Buffer.concat(done);
  }

  end(): Buffer {
    const line = this.#line.endsWith('\r') ? this.#line.slice(0, -1) : this.#line;
    this.#line = '';
    return line.length <= MAX_TRAILING_LINE && WHOLE_LINE.test(line)
      ? Buffer.from(line, 'base64')
      : Buffer.alloc(0);
  }

  #add(bytes: Buffer, from: number, to: number): void {
    // One more than allowed tells that it is too long.
    const room = MAX_TRAILING_LINE + 2 - this.#line.length;
    this.#line += bytes.toString('latin1', from, Math.min(to, from + Math.max(0, room)));
  }
}

/** libqp's decoder keeps a part whole until its end; this one keeps a few bytes. */
class QuotedPrintableDecoder implements TransferDecoder {
  #rest = Buffer.alloc(0);

  write(bytes: Buffer): Buffer {
    const input = this.#rest.length > 0 ? Buffer.concat([this.#rest, bytes]) : bytes;
    const end = certain(input);
    this.#rest = Buffer.from(input.subarray(end));
    return decodeQuotedPrintable(input.subarray(0, end));
  }

  end(): Buffer {
    return decodeQuotedPrintable(Buffer.concat([this.#rest, Buffer.from('\n')])).subarray(0, -1);
  }
}

/** How far the input can be decoded without knowing what follows: blanks and `=` at its end may yet be dropped. */
function certain(input: Buffer): number {
  let end = input.length;
  while (end > 0 && input.length - end < MAX_BLANKS && isBlank(input[end - 1])) end--;
  if (input[end - 1] === CR) end--;
  while (end > 0 && input.length - end < MAX_BLANKS && isBlank(input[end - 1])) end--;
  if (input[end - 1] === EQUALS) return end - 1;
  return input[end - 2] === EQUALS ? end - 2 : end;
}

/** Whole lines, or pieces that end in the middle of one. */
function decodeQuotedPrintable(input: Buffer): Buffer {
  const output = Buffer.allocUnsafe(input.length);
  let used = 0;
  let blanksFrom = -1;
  for (let index = 0; index < input.length; index++) {
    const byte = input[index] as number;
    if (isBlank(byte)) {
      if (blanksFrom < 0) blanksFrom = used;
      output[used++] = byte;
      continue;
    }
    const ends = byte === LF || (byte === CR && input[index + 1] === LF);
    // RFC 2045 §6.7 (3): blanks at the end of a line come from the transport.
    if (ends && blanksFrom >= 0) used = blanksFrom;
    blanksFrom = -1;
    if (byte !== EQUALS) {
      output[used++] = byte;
      continue;
    }
    const softEnd = softBreak(input, index + 1);
    if (softEnd > 0) {
      index = softEnd - 1;
      continue;
    }
    const value = hex(input[index + 1]) * 16 + hex(input[index + 2]);
    if (Number.isNaN(value)) {
      output[used++] = byte;
      continue;
    }
    output[used++] = value;
    index += 2;
  }
  return output.subarray(0, used);
}

/** Where the next line starts when nothing but blanks stands before the line's end, else 0. */
function softBreak(input: Buffer, from: number): number {
  let index = from;
  while (isBlank(input[index])) index++;
  if (input[index] === CR && input[index + 1] === LF) return index + 2;
  return input[index] === LF ? index + 1 : 0;
}

function hex(byte: number | undefined): number {
  if (byte === undefined) return Number.NaN;
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const lower = byte | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : Number.NaN;
}

function isBlank(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x09;
}
