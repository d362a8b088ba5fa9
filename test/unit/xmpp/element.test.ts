import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { el, serialize, type XmlElement } from '../../../src/xmpp/element.js';
import { xmlAttr, xmlText } from '../../../src/xmpp/escape-xml.js';
import { NS } from '../../../src/xmpp/namespace.js';
import { StanzaParser } from '../../../src/xmpp/stream/parser.js';

const HEADER = `<stream:stream xmlns='${NS.COMPONENT}' xmlns:stream='${NS.STREAM}'>`;

/** Parses one stanza as our own strict parser would at the other end. */
function parse(xml: string): XmlElement {
  const found: XmlElement[] = [];
  const parser = new StanzaParser({
    streamOpen: () => undefined,
    element: (element) => found.push(element),
    streamClose: () => undefined,
  });
  const fault = parser.write(Buffer.from(HEADER + xml));
  if (fault) throw fault;
  const [first, ...rest] = found;
  if (first === undefined || rest.length > 0) throw new Error(`${found.length} stanzas`);
  return first;
}

/** What a receiver sees of a text after the filter and XML's own line end handling. */
function received(text: string): string {
  return text
    .replace(/\p{Surrogate}/gu, '\ufffd')
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd');
}

const anyText = fc.string({
  unit: fc.oneof(
    fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
    fc.constantFrom('<', '&', ']]>', '\ud800', '\udc00', '\0', '\ufffe', "'", '"', '\n'),
  ),
});

describe('escaping', () => {
  it('leaves text without special characters as it is', () => {
    expect(xmlText('plain Текст')).toBe('plain Текст');
    expect(xmlText(`a<b>&'"`)).toBe('a&lt;b&gt;&amp;&apos;&quot;');
    expect(xmlAttr('a\n\tb')).toBe('a&#10;&#9;b');
  });

  it('S08 replaces what XML forbids, and keeps whole surrogate pairs', () => {
    expect(xmlText('a\u0000\u0002\u000b\u001f\ufffe\uffff\ud800b😀\t\n')).toBe(
      'a\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffdb😀\t\n',
    );
  });

  it('S08 S09 any text in any place comes out of a strict parser as it went in', () => {
    fc.assert(
      fc.property(anyText, anyText, (text, value) => {
        const xml = serialize(
          el('message', NS.COMPONENT, { id: value }, el('body', NS.COMPONENT, null, text)),
          NS.COMPONENT,
        );
        const back = parse(xml);
        expect(back.attrs.id).toBe(received(value));
        expect(back.childText('body')).toBe(received(text).replace(/\r\n?/g, '\n'));
        expect(back.elements()).toHaveLength(1);
      }),
      { numRuns: 500 },
    );
  });
});

describe('XmlElement', () => {
  const message = parse(
    "<message id='1' xml:lang='de' x:y='z' xmlns:x='urn:x'><body>a</body>b<x xmlns='urn:one'/><x xmlns='urn:two'><p:q xmlns:p='urn:p'>t</p:q>u</x></message>",
  );

  it('finds children by name and namespace', () => {
    expect(message.child('x')?.ns).toBe('urn:one');
    expect(message.child('x', 'urn:two')?.text()).toBe('u');
    expect(message.child('x', 'urn:three')).toBeUndefined();
    expect(message.childrenNamed('x')).toHaveLength(2);
    expect(message.elements().map(({ name }) => name)).toEqual(['body', 'x', 'x']);
    expect(message.text()).toBe('b');
    expect(message.childText('body', NS.COMPONENT)).toBe('a');
    expect(message.childText('subject')).toBeUndefined();
  });

  it('keeps xml:lang, drops other prefixed attributes and declarations, resolves prefixed names', () => {
    expect({ ...message.attrs }).toEqual({ id: '1', 'xml:lang': 'de' });
    expect(message.child('x', 'urn:two')?.child('q', 'urn:p')?.text()).toBe('t');
    expect('constructor' in message.attrs).toBe(false);
  });

  it('serialises with the namespaces it was parsed with', () => {
    const again = parse(serialize(message, NS.COMPONENT));
    expect(again).toEqual(message);
    expect(serialize(message, NS.COMPONENT)).not.toContain(NS.COMPONENT);
  });

  it('el leaves out undefined attributes and absent children', () => {
    const built = el('a', 'urn:a', { b: undefined, c: 1 }, undefined, null, false, 'x');
    expect(built.toString()).toBe("<a xmlns='urn:a' c='1'>x</a>");
    expect(built.toString('urn:a')).toBe("<a c='1'>x</a>");
    expect(el('a', '').toString('urn:a')).toBe("<a xmlns=''/>");
  });
});
