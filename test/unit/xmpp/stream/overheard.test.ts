import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { serialize } from '../../../../src/xmpp/element.js';
import { NS } from '../../../../src/xmpp/namespace.js';
import { findStanza } from '../../../../src/xmpp/stream/overheard.js';
import { StanzaParser } from '../../../../src/xmpp/stream/parser.js';

const HEADER = `<?xml version='1.0'?><stream:stream xmlns='${NS.COMPONENT}' xmlns:stream='${NS.STREAM}' id='1'>`;

/** What is handed on of a stream, where everything to `nobody` is ignored. */
function parsed(text: string, cuts: readonly number[]): readonly string[] {
  const stanzas: string[] = [];
  const parser = new StanzaParser({
    streamOpen: () => undefined,
    element: (element) => stanzas.push(serialize(element, NS.COMPONENT)),
    streamClose: () => undefined,
    ignores: ({ to }) => to === 'nobody',
  });
  const bytes = Buffer.from(HEADER + text);
  const places = [...new Set(cuts.map((cut) => cut % bytes.length))].sort((one, other) => one - other);
  for (const [index, place] of [0, ...places].entries())
    expect(parser.write(bytes.subarray(place, places[index] ?? bytes.length))).toBeUndefined();
  return stanzas;
}

describe('stanzas that nobody wants', () => {
  it('are passed over without being parsed, and nothing else is', () => {
    const some = [
      `<message from='a' to='nobody'><body>one</body></message>`,
      `<message to="somebody" from="x to='nobody'"><body>two</body></message>`,
      `<presence from='a' to='nobody'/>`,
      ' ',
      `<iq from='a' to='nobody' type='get'><query/></iq>`,
      `<message from='a>b' to='nobody'><body>a &lt;/message&gt; é</body></message>`,
      `<presence from='a' to='somebody'/>`,
    ];
    expect(parsed(some.join(''), [HEADER.length])).toEqual([
      `<message to='somebody' from='x to=&apos;nobody&apos;'><body>two</body></message>`,
      `<iq from='a' to='nobody' type='get'><query/></iq>`,
      `<presence from='a' to='somebody'/>`,
    ]);
  });

  it.each([
    ['one of another in it', `<message to='n' from='a'><message/></message>`],
    ['a CDATA section', `<message to='n' from='a'><![CDATA[</message>]]></message>`],
    ['no end yet', `<message to='n' from='a'><body>`],
    ['no end of its tag yet', `<message to='n' from='a`],
    ['another name', `<iq to='n' from='a'/>`],
    ['a name that only begins so', `<messages to='n' from='a'/>`],
    ['a value without quotes', `<message to=n from='a'/>`],
  ])('are not those with %s', (_, text) => {
    expect(findStanza(text, 0)).toBeUndefined();
  });

  it('have an end, but are to be parsed, where something in their addresses is escaped', () => {
    const text = `<message from='a&amp;b' to='nobody'/>`;
    expect(findStanza(text, 0)).toEqual({ end: text.length, stanza: undefined });
  });

  it('change nothing of the others, however the stream is cut', () => {
    const to = fc.constantFrom('nobody', 'somebody', `x to='nobody'`, 'a/>b', 'é');
    const inside = fc.constantFrom(
      ...[
        '',
        'text',
        '<body>b</body>',
        `<x xmlns='u'><message to='nobody'/></x>`,
        `<y a='>'/>`,
        '&amp;&#233;',
      ],
      ...['<![CDATA[</message><message to="nobody"/>]]>', `<presence/>`, 'éж😀'],
    );
    const stanza = fc
      .tuple(fc.constantFrom('message', 'presence', 'iq'), to, inside)
      .map(([name, target, content]) => ({
        target,
        xml: `<${name} from='a' to="${target.replace('>', '&gt;')}">${content}</${name}>`,
      }));
    fc.assert(
      fc.property(
        fc.array(stanza, { maxLength: 12 }),
        fc.array(fc.nat(5_000), { maxLength: 8 }),
        (all, cuts) => {
          const wanted = parsed(
            all
              .filter(({ target }) => target !== 'nobody')
              .map(({ xml }) => xml)
              .join(''),
            [],
          );
          const read = parsed(all.map(({ xml }) => xml).join(''), cuts);
          expect(read.filter((xml) => !/^<\w+ from='a' to='nobody'/.test(xml))).toEqual(wanted);
        },
      ),
      { numRuns: 500 },
    );
  });
});
