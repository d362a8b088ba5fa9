import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { transferDecoder } from '../../../../gateways/email/mail/transfer-encoding.js';

function decode(encoding: string, encoded: Buffer | string, pieceBytes = 1_000_000): Buffer {
  const bytes = Buffer.from(encoded);
  const decoder = transferDecoder(encoding);
  const pieces: Buffer[] = [];
  for (let from = 0; from < bytes.length; from += pieceBytes) {
    pieces.push(Buffer.from(decoder.write(bytes.subarray(from, from + pieceBytes))));
  }
  return Buffer.concat([...pieces, decoder.end()]);
}

const text = (encoding: string, encoded: string, pieceBytes?: number) =>
  decode(encoding, encoded, pieceBytes).toString('latin1');

const anyBytes = fc.uint8Array({ maxLength: 600 }).map((bytes) => Buffer.from(bytes));
const pieceBytes = fc.integer({ min: 1, max: 200 });

/** RFC 2045 §6.7, as a careful encoder writes it: breaks anywhere, and blanks that the transport appended to lines. */
function quotedPrintable(bytes: Buffer, lineBytes: number): string {
  const units = [...bytes].map((byte) =>
    byte > 0x20 && byte < 0x7f && byte !== 0x3d
      ? String.fromCharCode(byte)
      : `=${byte.toString(16).padStart(2, '0').toUpperCase()}`,
  );
  let encoded = '';
  for (const [index, unit] of units.entries())
    encoded += index % lineBytes === lineBytes - 1 ? `${unit}= \t\r\n` : unit;
  return encoded;
}

describe('base64', () => {
  it('gives back any bytes, whatever the lines and the pieces', () => {
    fc.assert(
      fc.property(anyBytes, pieceBytes, fc.integer({ min: 1, max: 80 }), (bytes, size, lineBytes) => {
        const lines = bytes.toString('base64').replace(new RegExp(`.{${lineBytes}}`, 'g'), '$&\r\n');
        expect(decode('base64', lines, size)).toEqual(bytes);
      }),
    );
  });

  it('skips what is not of the alphabet', () => {
    expect(text('BASE64 (RFC 2045)', '!aGV*s\u0000 bG8-_', 2)).toBe('hello');
  });

  it('keeps what is whole of an unfinished end', () => {
    expect(text('base64', 'aGVsbG8gd29ybGQhI')).toBe('hello world!');
  });

  it.each([1, 3, 1_000])('goes on after lines that are padded each, in pieces of %i', (size) => {
    expect(text('base64', 'YQ==\r\nYmM=\r\nZGVm\r\nZw==', size)).toBe('abcdefg');
  });

  it.each([1, 3, 1_000])('leaves out plain text behind it, in pieces of %i', (size) => {
    const footer = '\r\n-- \r\nTo unsubscribe: write to us\r\nThanks\r\n';
    expect(text('base64', `YQ==\r\n${footer}`, size)).toBe('a');
    expect(text('base64', `YWJj\r\n${footer}`, size)).toBe('abc');
  });

  it('takes an empty line before it for nothing', () => {
    expect(text('base64', '\r\n\r\nYW\r\nJj\r\n')).toBe('abc');
  });

  it('does not keep an endless line behind its end', () => {
    expect(text('base64', `YQ==\r\n${'A'.repeat(100_000)}\r\nYg==\r\n`, 1_000)).toBe('ab');
  });
});

describe('quoted-printable', () => {
  it('gives back any bytes, whatever the lines and the pieces', () => {
    fc.assert(
      fc.property(anyBytes, pieceBytes, fc.integer({ min: 1, max: 80 }), (bytes, size, lineBytes) => {
        expect(decode('quoted-printable', quotedPrintable(bytes, lineBytes), size)).toEqual(bytes);
      }),
    );
  });

  it.each([
    ['blanks at the end of a line', 'a \t\r\nb  \nc ', 'a\r\nb\nc'],
    ['soft line breaks', 'a=\r\nb=\nc= \t\r\nd', 'abcd'],
    ['a break at the end', 'a=', 'a'],
    ['no hexadecimal', '=XY =4 ==41 =', '=XY =4 =A '],
    ['small letters', '=c3=a4', '\u00c3\u00a4'],
    ['8-bit bytes', '\u00e4=E4', '\u00c3\u00a4\u00e4'],
    ['a bare CR', 'a \rb', 'a \rb'],
  ])('reads %s', (_, encoded, decoded) => {
    for (const size of [1, 2, 3, 100]) expect(text('quoted-printable', encoded, size)).toBe(decoded);
  });

  it('does not keep an endless run of blanks', () => {
    const decoder = transferDecoder('quoted-printable');
    let given = 0;
    for (let piece = 0; piece < 100; piece++) given += decoder.write(Buffer.alloc(10_000, ' ')).length;
    expect(given).toBeGreaterThan(990_000);
  });
});

it.each(['7bit', '8bit', 'binary', 'x-uuencode', '', 'gzip'])('takes %s as it is', (encoding) => {
  expect(text(encoding, 'a=41\r\n')).toBe('a=41\r\n');
});
