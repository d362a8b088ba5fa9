import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { flowedText, plainText } from '../../../../gateways/email/outbound/flowed-text.js';

/** RFC 3676 §4.2-4.5, written from the standard: paragraphs with how deeply they are quoted. */
function decode(encoded: string): readonly { depth: number; text: string }[] {
  const paragraphs: { depth: number; text: string }[] = [];
  let open: { depth: number; text: string } | undefined;
  for (const line of encoded.split('\r\n')) {
    const marks = /^>*/.exec(line)?.[0] ?? '';
    const unstuffed = line.slice(marks.length).replace(/^ /, '');
    const flows = unstuffed.endsWith(' ') && unstuffed !== '-- ';
    if (open && open.depth === marks.length && unstuffed !== '-- ') open.text += unstuffed;
    else {
      open = { depth: marks.length, text: unstuffed };
      paragraphs.push(open);
    }
    if (!flows) open = undefined;
  }
  return paragraphs;
}

const line = fc
  .array(fc.constantFrom('word', 'a', '--', '>', 'From', 'слово', '>>', '`', '-', 'x'.repeat(90), '', ' '), {
    maxLength: 40,
  })
  .map((words) => words.join(' '));
const text = fc.array(line, { maxLength: 8 }).map((lines) => lines.join('\n'));

describe('format=flowed', () => {
  it('F26 every text comes back line by line, less the spaces at the ends of its lines', () => {
    fc.assert(
      fc.property(text, (original) => {
        const read = decode(flowedText(original, false));
        expect(read.every(({ depth }) => depth === 0)).toBe(true);
        expect(read.map((paragraph) => paragraph.text)).toEqual(
          original.split('\n').map((each) => (each === '-- ' ? each : each.replace(/ +$/, ''))),
        );
      }),
    );
  });

  it('quotations come back with their depth and words', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9 }), line, (depth, words) => {
        const content = words.replace(/^[> ]+/, '').replace(/`/g, "'");
        const [read, ...more] = decode(flowedText(`${'> '.repeat(depth)}${content}`, true));
        expect(read).toEqual({ depth, text: content === '-- ' ? content : content.replace(/ +$/, '') });
        expect(more).toEqual([]);
      }),
    );
  });

  it('lines have 78 characters at most where there are spaces', () => {
    const lines = flowedText(`${'some words '.repeat(100)}\n> ${'more of them '.repeat(50)}`, true).split(
      '\r\n',
    );
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(78);
    expect(lines.length).toBeGreaterThan(20);
  });

  it('code is not broken, and what looks like a quotation in it is none', () => {
    const code = `> ${'x '.repeat(60)}y`;
    expect(flowedText(`see\n\`\`\`\n  if\n${code}\n\`\`\``, true).split('\r\n')).toHaveLength(
      5 + Math.floor((code.length + 1) / 78),
    );
  });

  it('a signature separator stays one, and no line that is broken becomes one', () => {
    expect(flowedText('Bye\n-- \nBob', true)).toBe('Bye\r\n-- \r\nBob');
    const [first] = flowedText(`-- ${'y'.repeat(80)} end`, true).split('\r\n');
    expect(first).not.toBe('-- ');
  });

  it('F26 controls and halves of characters go, line ends become one kind', () => {
    expect(plainText('a\0b\u0007\r\nc\rd\ud800\te')).toBe('ab\nc\nd\ufffd\te');
  });
});
