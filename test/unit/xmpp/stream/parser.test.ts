import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { serialize } from '../../../../src/xmpp/element.js';
import { NS } from '../../../../src/xmpp/namespace.js';
import { PARSER_LIMITS, type ParserLimits, StanzaParser } from '../../../../src/xmpp/stream/parser.js';
import type { StreamFault } from '../../../../src/xmpp/stream/stream-fault.js';

const HEADER = `<?xml version='1.0'?><stream:stream xmlns='${NS.COMPONENT}' xmlns:stream='${NS.STREAM}' id='1'>`;

interface Outcome {
  readonly stanzas: string[];
  readonly fault: StreamFault | undefined;
  readonly closed: boolean;
}

function parse(chunks: Iterable<Buffer>, limits: Partial<ParserLimits> = {}): Outcome {
  const stanzas: string[] = [];
  let closed = false;
  const parser = new StanzaParser(
    {
      streamOpen: () => undefined,
      element: (element) => stanzas.push(serialize(element, NS.COMPONENT)),
      streamClose: () => {
        closed = true;
      },
    },
    { ...PARSER_LIMITS, ...limits },
  );
  let fault: StreamFault | undefined;
  for (const chunk of chunks) fault = parser.write(chunk);
  return { stanzas, fault, closed };
}

const parseText = (xml: string, limits?: Partial<ParserLimits>): Outcome =>
  parse([Buffer.from(HEADER + xml)], limits);

describe('StanzaParser', () => {
  it.each([
    ['a bare ampersand', '<message>a & b;</message>', 'not-well-formed'],
    ['a control character', '<message>\u0001</message>', 'not-well-formed'],
    ['a reference to a control character', '<message>&#1;</message>', 'not-well-formed'],
    ['a duplicate attribute', "<message a='1' a='2'/>", 'not-well-formed'],
    ['an undeclared prefix', '<p:message/>', 'not-well-formed'],
    ['a prefix declared elsewhere', "<message><a xmlns:p='urn:p'/><p:b/></message>", 'not-well-formed'],
    ['crossed tags', '<message><a></message></a>', 'not-well-formed'],
    ['a comment', '<!-- -->', 'restricted-xml'],
    ['a processing instruction', '<?php ?>', 'restricted-xml'],
    ['a DOCTYPE', '<!DOCTYPE x>', 'restricted-xml'],
    ['an unknown entity', '<message>&nbsp;</message>', 'restricted-xml'],
    ['an entity named like an inherited property', '<message>&toString;</message>', 'restricted-xml'],
    ['text between stanzas', 'text<message/>', 'bad-format'],
  ])('S10 refuses %s', (_, xml, condition) => {
    const { fault, stanzas } = parseText(`${xml}<message/>`);
    expect(fault?.condition).toBe(condition);
    expect(stanzas).toEqual([]);
  });

  it('S10 refuses a DOCTYPE before the stream, and a root that is no stream', () => {
    expect(parse([Buffer.from(`<!DOCTYPE a [<!ENTITY b 'c'>]>${HEADER}`)]).fault?.condition).toBe(
      'restricted-xml',
    );
    expect(parse([Buffer.from('<html>')]).fault?.condition).toBe('invalid-namespace');
    expect(parse([Buffer.from('HTTP/1.1 400 Bad Request\r\n')]).fault?.condition).toBe('not-well-formed');
  });

  it.each([
    ['depth', '<a>'.repeat(11), { maxDepth: 10 }],
    ['elements', `<a>${'<b/>'.repeat(10)}</a>`, { maxElements: 10 }],
    [
      'attributes',
      `<a ${Array.from({ length: 11 }, (_, i) => `a${i}=''`).join(' ')}/>`,
      { maxAttributes: 10 },
    ],
    ['length of text', `<a>${'x'.repeat(200)}`, { maxStanzaLength: 100 }],
    ['length of an attribute', `<a b='${'x'.repeat(200)}`, { maxStanzaLength: 100 }],
    ['length of a comment', `<!--${'x'.repeat(200)}`, { maxStanzaLength: 100 }],
    ['length of a name', `<${'x'.repeat(200)}`, { maxStanzaLength: 100 }],
  ])('S10 limits the %s', (_, xml, limits) => {
    expect(parseText(xml, limits).fault?.condition).toBe('policy-violation');
  });

  it('limits each stanza, not their sum, and takes what is just within', () => {
    const stanza = `<a>${'<b/>'.repeat(9)}</a>`;
    const { fault, stanzas } = parseText(`${stanza}\n`.repeat(100), {
      maxElements: 10,
      maxStanzaLength: stanza.length + 1,
    });
    expect(fault).toBeUndefined();
    expect(stanzas).toHaveLength(100);
  });

  it('S08 bytes that are no UTF-8 become U+FFFD', () => {
    const bytes = Buffer.concat([
      Buffer.from(`${HEADER}<a>x`),
      Buffer.from([0xff, 0xc0, 0x80]),
      Buffer.from('y</a>'),
    ]);
    const { stanzas, fault } = parse([bytes]);
    expect(fault).toBeUndefined();
    expect(stanzas).toEqual(['<a>x\ufffd\ufffd\ufffdy</a>']);
  });

  it('reads CDATA as text, sees the end tag, ignores what follows', () => {
    const { stanzas, closed, fault } = parseText('<a>1<![CDATA[<&]]>2</a></stream:stream>garbage <');
    expect(stanzas).toEqual(['<a>1&lt;&amp;2</a>']);
    expect(closed).toBe(true);
    expect(fault).toBeUndefined();
  });

  it('gives the same wherever the bytes are cut', () => {
    const text = `${HEADER}<m a='ж😀' xmlns:p='urn:p'><p:b>€&amp;&#x416;\r\n</p:b><![CDATA[x]]></m> <iq/>`;
    const bytes = Buffer.from(text);
    const whole = parse([bytes]);
    expect(whole.stanzas).toHaveLength(2);
    fc.assert(
      fc.property(fc.array(fc.nat(bytes.length), { maxLength: 8 }), (cuts) => {
        const ends = [...cuts.sort((a, b) => a - b), bytes.length];
        expect(parse(ends.map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end)))).toEqual(whole);
      }),
    );
  });

  it('S10 never throws, whatever comes', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        '<',
        '>',
        '/',
        '&',
        ';',
        "'",
        '=',
        '<a',
        '</a>',
        '<!',
        '<![CDATA[',
        ']]>',
        '<?',
        'xmlns:',
        '&#',
        'x',
        '\0',
        ':',
      ),
      fc.string({ unit: 'binary', maxLength: 3 }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), fc.boolean(), (pieces, header) => {
        expect(() =>
          parse([Buffer.from((header ? HEADER : '') + pieces.join('')), Buffer.from('<b/>')]),
        ).not.toThrow();
      }),
      { numRuns: 2_000 },
    );
  });
});
