import { isAscii } from 'node:buffer';
import type { Encoding } from './encoding.js';

/** IRCv3 message-tags: 8191 bytes of tags and 512 of message. */
export const maxLineBytes = 8191 + 512;

const newline = 10;
const carriageReturn = 13;

/**
 * Cuts a byte stream into lines. Only bytes are searched, so a character split between two reads stays whole;
 * a line without end is an error, never memory.
 */
export class LineReader {
  /** The beginning of a line whose end has not come yet; its own copy, since read buffers are reused. */
  #rest: Buffer | undefined;

  /**
   * Hands every complete line of `chunk` to `take`.
   * @returns false when a line is longer than the protocol allows: the stream is of no use any more.
   */
  read(chunk: Buffer, encoding: Encoding, take: (line: string) => void): boolean {
    let start = 0;
    let end = chunk.indexOf(newline);
    if (this.#rest !== undefined) {
      const upTo = end < 0 ? chunk.length : end;
      if (this.#rest.length + upTo > maxLineBytes) return false;
      const joined = Buffer.concat([this.#rest, chunk.subarray(0, upTo)]);
      if (end < 0) {
        this.#rest = joined;
        return true;
      }
      this.#rest = undefined;
      emit(joined, 0, joined.length, encoding, false, take);
      start = end + 1;
      end = chunk.indexOf(newline, start);
    }
    const ascii = isAscii(chunk);
    while (end >= 0) {
      if (end - start > maxLineBytes) return false;
      emit(chunk, start, end, encoding, ascii, take);
      start = end + 1;
      end = chunk.indexOf(newline, start);
    }
    if (chunk.length - start > maxLineBytes) return false;
    if (start < chunk.length) this.#rest = Buffer.from(chunk.subarray(start));
    return true;
  }
}

function emit(
  bytes: Buffer,
  start: number,
  end: number,
  encoding: Encoding,
  ascii: boolean,
  take: (line: string) => void,
): void {
  const last = end > start && bytes[end - 1] === carriageReturn ? end - 1 : end;
  if (last === start) return;
  take(ascii ? bytes.toString('latin1', start, last) : encoding.decode(bytes, start, last));
}
