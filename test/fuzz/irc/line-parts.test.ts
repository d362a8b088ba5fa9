import fc from 'fast-check';
import { expect, it } from 'vitest';
import { plainText } from '../../../gateways/irc/text/format.js';
import { splitMessage } from '../../../gateways/irc/text/split.js';
import { encodingFor, isUsableEncoding } from '../../../gateways/irc/wire/encoding.js';
import {
  emptyFrame,
  frame,
  nickOf,
  paramsOf,
  serverTimeOf,
  userHostOf,
} from '../../../gateways/irc/wire/line.js';
import { LineReader, maxLineBytes } from '../../../gateways/irc/wire/line-reader.js';
import { cleanLine, lineBytes as wireBytes } from '../../../gateways/irc/wire/sanitise.js';
import { runs } from '../runs.js';
import { hostileText } from '../stanza/arbitraries.js';
import { lineBytes } from './arbitraries.js';

const MAX_PARAMS = 15;
const utf8 = encodingFor(undefined, undefined);
const outgoing = fc.constantFrom(
  ...[
    undefined,
    'utf-8',
    'latin1',
    'windows-1251',
    'koi8-r',
    'gb18030',
    'shift_jis',
    'euc-kr',
    'big5',
  ].filter((name) => name === undefined || isUsableEncoding(name)),
);

it('S08 any bytes, cut anywhere, are read as the same lines, none longer than the protocol allows', () => {
  const input = fc.record({
    chunks: fc.array(lineBytes, { maxLength: 8 }),
    cuts: fc.array(fc.nat(400), { maxLength: 6 }),
  });
  fc.assert(
    fc.property(input, ({ chunks, cuts }) => {
      const bytes = Buffer.concat(chunks);
      const whole = readAll([bytes]);
      const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
      const pieces = places.slice(1).map((end, index) => bytes.subarray(places[index], end));
      expect(readAll(pieces)).toEqual(whole);
      for (const line of whole.lines) {
        expect(line.length).toBeLessThanOrEqual(maxLineBytes);
        expect(line).not.toContain('\n');
      }
    }),
    runs('line reader', 4),
  );
});

it('S10 a line without end is given up, and never held beyond the longest line', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5000 }), (size) => {
      const reader = new LineReader();
      const chunk = Buffer.alloc(size, 'x');
      let taken = 0;
      while (reader.read(chunk, utf8, () => expect.unreachable('a line'))) taken += size;
      expect(taken).toBeLessThanOrEqual(maxLineBytes);
    }),
    runs('endless line', 0.2),
  );
});

it('a frame of any text has bounded parts', () => {
  const text = fc.oneof(
    hostileText,
    lineBytes.map((bytes) => bytes.toString('latin1')),
  );
  fc.assert(
    fc.property(text, (line) => {
      const found = frame(line, emptyFrame());
      if (found === undefined) return;
      expect(found.command).not.toBe('');
      expect(paramsOf(found).length).toBeLessThanOrEqual(MAX_PARAMS);
      expect(line).toContain(nickOf(found));
      expect(line).toContain(userHostOf(found) ?? '');
      const time = serverTimeOf(found.tags);
      if (time !== undefined) expect(Number.isFinite(time)).toBe(true);
      // What the core writes of it must not throw, whatever the server's clock says.
      if (time !== undefined) expect(() => new Date(time).toISOString()).not.toThrow();
    }),
    runs('frame', 6),
  );
});

it('S08 plain text of any line holds no control character but what it is made of', () => {
  fc.assert(
    fc.property(hostileText, (text) => {
      // biome-ignore lint/suspicious/noControlCharactersInRegex: their absence is the point
      expect(plainText(text)).not.toMatch(/[\x00-\x1f\x7f]/);
    }),
    runs('formatting', 6),
  );
});

it('F25 F26 whatever a user writes, in any encoding, what goes to the wire are single lines that fit', () => {
  const input = fc.record({
    text: hostileText,
    head: hostileText,
    outgoing,
    budget: fc.integer({ min: 1, max: 450 }),
  });
  fc.assert(
    fc.property(input, ({ text, head, outgoing: name, budget }) => {
      const { encode, byteLength } = encodingFor(undefined, name);
      const parts = splitMessage(text.slice(0, 800), { budget, maxLines: 10_000, byteLength });
      for (const line of [...parts.map((part) => `PRIVMSG #tea :${part}`), `TOPIC ${head} :${text}`, text]) {
        const clean = cleanLine(line, byteLength);
        const bytes = encode === undefined ? Buffer.from(clean) : encode(clean);
        expect(bytes.length).toBeLessThanOrEqual(wireBytes);
        for (const forbidden of [0, 10, 13]) expect(bytes.includes(forbidden)).toBe(false);
      }
      const squeezed = (whole: string): string => whole.replace(/\s+/g, '');
      expect(squeezed(parts.join(''))).toBe(squeezed(text.slice(0, 800)));
    }),
    runs('outgoing lines', 6),
  );
});

function readAll(chunks: readonly Buffer[]): { readonly lines: string[]; readonly whole: boolean } {
  const reader = new LineReader();
  const lines: string[] = [];
  for (const chunk of chunks) {
    if (!reader.read(chunk, utf8, (line) => lines.push(line))) return { lines, whole: false };
  }
  return { lines, whole: true };
}
