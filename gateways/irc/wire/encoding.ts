import { isUtf8 } from 'node:buffer';
import iconv from 'iconv-lite';
import { type ByteLength, utf8Length } from '../text/bytes.js';

/** What the bytes of one server mean. */
export interface Encoding {
  /** Text of a line: UTF-8 when it is valid UTF-8, else the fallback. */
  decode(bytes: Buffer, start: number, end: number): string;
  /** Undefined: UTF-8, which sockets write fastest by themselves. */
  readonly encode: ((text: string) => Buffer) | undefined;
  readonly byteLength: ByteLength;
}

/** Every character of ASCII that a line of the protocol may hold. */
const asciiLine = String.fromCharCode(
  ...Array.from({ length: 0x7f - 0x20 }, (_, index) => 0x20 + index),
  13,
  10,
);

/** An encoding is usable when ASCII stands for itself in it, since the protocol's own words are ASCII. */
export function isUsableEncoding(name: string): boolean {
  return iconv.encodingExists(name) && iconv.encode(asciiLine, name).toString('latin1') === asciiLine;
}

/**
 * @param fallback for incoming lines that are no UTF-8; undefined reads them as windows-1252, which gives
 *   every byte a meaning.
 * @param outgoing what is written; undefined is UTF-8.
 */
export function encodingFor(fallback: string | undefined, outgoing: string | undefined): Encoding {
  const reading = fallback ?? 'windows-1252';
  const decode = (bytes: Buffer, start: number, end: number): string => {
    const line = bytes.subarray(start, end);
    return isUtf8(line) ? line.toString('utf8') : iconv.decode(line, reading);
  };
  if (outgoing === undefined || /^utf-?8$/i.test(outgoing))
    return { decode, encode: undefined, byteLength: utf8Length };
  return {
    decode,
    encode: (text) => iconv.encode(text, outgoing),
    byteLength: (text) => iconv.encode(text, outgoing).length,
  };
}
