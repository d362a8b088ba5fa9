import { Readable } from 'node:stream';
import type { RawMail } from '../../../gateways/email/mail/raw-mail.js';

/** A mail in memory, given in pieces of that size. */
export function rawMail(content: Buffer | string, pieceBytes = 65_536): RawMail {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  return {
    size: bytes.length,
    open: () => Readable.from(pieces(bytes, pieceBytes), { objectMode: false }),
    remove: async () => undefined,
  };
}

/** A mail of lines of text, ended as on the wire. */
export function mailOfLines(...lines: readonly string[]): RawMail {
  return rawMail(lines.map((line) => `${line}\r\n`).join(''));
}

function* pieces(bytes: Buffer, pieceBytes: number): Generator<Buffer> {
  for (let from = 0; from < bytes.length; from += pieceBytes) yield bytes.subarray(from, from + pieceBytes);
}
