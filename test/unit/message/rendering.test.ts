import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readMessage, withoutQuotation } from '../../../src/core/message/read-message.js';
import {
  displayedMarker,
  type MessageContent,
  reaction,
  renderMessage,
  renderStanza,
  retraction,
} from '../../../src/core/message/render-message.js';
import { shortenText, splitText } from '../../../src/core/message/split-text.js';
import type { XmlElement } from '../../../src/xmpp/element.js';
import { NS } from '../../../src/xmpp/namespace.js';
import { StanzaParser } from '../../../src/xmpp/stream/parser.js';
import { splitFallback } from '../../../src/xmpp/xep/0428-fallback-indication/fallback.js';
import { stageTranslator } from '../../fuzz/stanza/stage.js';

const HEADER = `<stream:stream xmlns='${NS.COMPONENT}' xmlns:stream='${NS.STREAM}'>`;

/** Parses exactly one stanza, as a server would. */
function parse(xml: string): XmlElement {
  const found: XmlElement[] = [];
  const parser = new StanzaParser({
    streamOpen: () => undefined,
    element: (element) => found.push(element),
    streamClose: () => undefined,
  });
  const fault = parser.write(Buffer.from(HEADER + xml));
  const [first, ...rest] = found;
  if (fault || !first || rest.length > 0) throw new Error(`${found.length} stanzas: ${xml}`);
  return first;
}

const hostile = fc.string({
  unit: fc.oneof(
    fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
    fc.constantFrom(
      '<',
      '&',
      ']]>',
      '</body>',
      '\ud800',
      '\udc00',
      '\0',
      '\ufffe',
      "'",
      '"',
      '\n',
      '> ',
      '👩‍👩‍👧',
      'e\u0301',
      ' ',
    ),
  ),
  maxLength: 60,
});

const content: fc.Arbitrary<MessageContent> = fc.record(
  {
    text: hostile,
    styled: fc.boolean(),
    subject: hostile,
    thread: hostile,
    nick: hostile,
    delay: fc.record({ from: hostile, time: fc.oneof(fc.integer(), fc.double(), fc.constant(Number.NaN)) }),
    reply: fc.record({ to: hostile, id: hostile }),
    quote: hostile,
    replaces: hostile,
    markable: fc.boolean(),
    active: fc.boolean(),
  },
  { requiredKeys: ['text', 'styled'] },
);

describe('messages as stanzas', () => {
  it('S08 S09 are one well-formed stanza each, whatever the network says', () => {
    fc.assert(
      fc.property(content, hostile, hostile, fc.array(hostile), (made, from, id, emojis) => {
        const envelope = { from, to: 'romeo@example.org', id };
        const stanza = parse(renderMessage(envelope, made));
        expect(stanza.name).toBe('message');
        expect(stanza.childrenNamed('body')).toHaveLength(1);
        expect(stanza.attrs.to).toBe('romeo@example.org');
        for (const inside of [retraction(id, made.text), reaction(id, emojis), displayedMarker(id)])
          expect(parse(renderStanza(envelope, inside)).elements().length).toBeGreaterThan(0);
      }),
    );
  });

  it('are bounded by their text', () => {
    const long = 'x'.repeat(100_000);
    const xml = renderMessage(
      { from: 'a@b', to: 'c@d', id: '1' },
      { text: 'y', styled: true, subject: long, thread: long, nick: long, quote: long },
    );
    expect(xml.length).toBeLessThan(4_000);
    expect(
      reaction('1', [long, ...Array.from({ length: 1000 }, (_, index) => `${index}`)]).length,
    ).toBeLessThan(2_000);
  });

  it('F21 the quotation is cut away again by whoever knows replies', () => {
    const translator = stageTranslator();
    fc.assert(
      fc.property(hostile, hostile, (text, quote) => {
        fc.pre(text.trim() !== '' && quote !== '' && !text.startsWith('/me ') && !/\?OTR|aesgcm/.test(text));
        const shown = parse(
          renderMessage(
            { from: 'a@b', to: 'c@d', id: '1' },
            { text, styled: true, quote, reply: { to: 'c@d', id: '2' } },
          ),
        );
        const read = readMessage(shown, translator, 'en');
        const alone = parse(renderMessage({ from: 'a@b', to: 'c@d', id: '1' }, { text, styled: true }));
        expect(withoutQuotation(read).text).toBe(alone.childText('body'));
      }),
    );
  });
});

describe('cutting', () => {
  const range = fc.record({ start: fc.nat(80), end: fc.nat(80) });

  it('F21 takes exactly the code points of the ranges, and never breaks a pair', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.array(range, { maxLength: 4 }), (text, ranges) => {
        const expected = [...text].filter(
          (_, at) => !ranges.some(({ start, end }) => at >= start && at < end),
        );
        expect(splitFallback(text, ranges).kept).toBe(expected.join(''));
      }),
    );
  });

  it('S11 parts are within the length, in order, and lose nothing but a space between them', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 300 }),
        fc.integer({ min: 8, max: 40 }),
        (text, length) => {
          const parts = splitText(text, length, Number.POSITIVE_INFINITY);
          let rest = text;
          for (const part of parts) {
            expect(part.length).toBeLessThanOrEqual(length);
            if (!rest.startsWith(part)) rest = rest.slice(1);
            expect(rest.startsWith(part)).toBe(true);
            rest = rest.slice(part.length);
          }
          expect(rest.trim()).toBe('');
          for (const part of parts) expect(part).not.toMatch(/\p{Surrogate}/u);
        },
      ),
    );
  });

  it('S11 there are no more parts than allowed, and the last says that something is missing', () => {
    const parts = splitText('word '.repeat(1_000), 50, 3);
    expect(parts).toHaveLength(3);
    expect(parts[2]).toMatch(/\[…\]$/);
    expect(shortenText('short', 50)).toBe('short');
  });

  it('F25 no grapheme is torn', () => {
    const family = '👩‍👩‍👧';
    expect(splitText(family.repeat(4), family.length * 2 + 1, 9)).toEqual([
      family.repeat(2),
      family.repeat(2),
    ]);
  });
});
