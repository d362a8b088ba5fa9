import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readHtml } from '../../../../gateways/email/content/html.js';
import { finish } from '../../../../gateways/email/content/marks.js';

const shown = (html: string): string => finish(readHtml(html).lines).text;

describe('HTML as text', () => {
  it('F27 has paragraphs, lines and headings', () => {
    expect(shown('<h2>News</h2><p>One<br>two</p><p>Three</p>')).toBe('*News*\n\nOne\ntwo\n\nThree');
    expect(shown('<p class="MsoNormal">One</p><p class="MsoNormal">Two</p>')).toBe('One\nTwo');
  });

  it('F24 makes directives where they would be read as such, and only there', () => {
    expect(shown('a <b>bold </b>and <i>it</i>, <s>gone</s> <code>x=1</code>')).toBe(
      'a *bold* and _it_, ~gone~ `x=1`',
    );
    expect(shown('un<b>believ</b>able <b>a*b</b> <b> </b>')).toBe('unbelievable a*b');
    expect(shown('<b>one<br>two</b>')).toBe('*one*\n*two*');
    expect(shown('<b><i>both</i></b>')).toBe('*both*');
    expect(finish(readHtml('<p>2 * 3</p>').lines).styled).toBe(false);
    expect(finish(readHtml('<b>x</b>').lines).styled).toBe(true);
  });

  it('fences code, but not the plain text that clients put into pre', () => {
    expect(shown('<pre>if (x)\n    y(  1);\n</pre>')).toBe('```\nif (x)\n    y(  1);\n```');
    expect(shown('<pre class="moz-quote-pre" wrap="">One\ntwo\n</pre>')).toBe('One\ntwo');
    expect(shown('<pre>a\n``` b</pre>')).toBe('a\n``` b');
  });

  it('says where links lead, once, and drops what nobody could follow', () => {
    expect(shown('<a href="https://example.org/a">the page</a>.')).toBe('the page <https://example.org/a>.');
    expect(shown('<a href="https://example.org/">example.org</a>')).toBe('example.org');
    expect(shown('<a href="mailto:a@example.org">a@example.org</a>')).toBe('a@example.org');
    expect(shown('<a href="javascript:alert(1)">click</a> <a href="#top">top</a>')).toBe('click top');
    expect(
      shown(
        '<a href="https://e.org/x"><img src="https://e.org/b.png" alt="Logo"></a><a href="https://e.org/x">More</a>',
      ),
    ).toBe('Logo <https://e.org/x>More');
    expect(shown('<a href="https://evil.example/">https://bank.example/</a>')).toBe(
      'https://bank.example/ <https://evil.example/>',
    );
  });

  it('drops hidden previews, tracking pixels, scripts and styles', () => {
    expect(
      shown(
        '<title>T</title><style>p{}</style><div style="display:none;max-height:0">preview</div>' +
          '<p>Text&nbsp;&#847;&zwnj;</p><img src="https://t.example/p.gif" width="1" height="1" alt="x"><script>1</script>',
      )
        .replace('\u200c', '')
        .trimEnd(),
    ).toBe('Text');
    expect(shown('<td style="font-size:0px"><div style="font-size:13px">kept</div></td>')).toBe('kept');
  });

  it('flattens tables that lay out a page, and keeps the rows of data', () => {
    expect(
      shown(
        '<table><tr><td><table><tr><td>Left</td><td><p>Right</p></td></tr></table></td></tr><tr><td>Foot</td></tr></table>',
      ),
    ).toBe('Left\n\nRight\n\nFoot');
    expect(
      shown(
        '<table><tr><th>Item</th><th>Price</th></tr><tr><td>Tea</td><td>3</td></tr><tr><td>Cake</td><td>4</td></tr></table>',
      ),
    ).toBe('Item | Price\nTea | 3\nCake | 4');
  });

  it('writes lists and quotations', () => {
    expect(shown('<ul><li>a</li><li>b<ol start="3"><li>c</li><li>d</li></ol></li></ul>')).toBe(
      '• a\n• b\n  3. c\n  4. d',
    );
    expect(shown('<blockquote>one<blockquote>two</blockquote></blockquote>three')).toBe(
      '> one\n>\n>> two\n\nthree',
    );
    expect(shown('<blockquote style="margin:0 0 0 40px;border:none">indented</blockquote>')).toBe('indented');
  });

  it('names inline pictures by their numbers', () => {
    const { lines, pictures } = readHtml('<p>a <img src="cid:p%40x" alt="no"> b</p>');
    expect(pictures).toEqual(['p@x']);
    expect(finish(lines)).toMatchObject({ text: 'a b', pictures: [0] });
  });

  it.each([
    ['deep nesting', '<div>'.repeat(100_000)],
    ['nesting that is never closed', `${'<a>'.repeat(40_000)}${'</b>'.repeat(40_000)}`],
    ['deep quotations', '<blockquote>x<br>'.repeat(50_000)],
    ['deep lists', '<ul><li>x'.repeat(50_000)],
    ['deep tables', '<table><tr><td>x'.repeat(20_000)],
    ['a table that claims to be wide', '<table><tr><td colspan=999999999 rowspan=999999999>x<td>y</table>'],
    ['a long table', `<table>${'<tr><td>a<td>b'.repeat(20_000)}</table>`],
    ['a huge attribute', `<p style="${'display:'.repeat(50_000)}">x</p>`],
    ['many attributes', `<p ${'a b=c '.repeat(50_000)}>x</p>`],
    ['entities', '&amp;&#x10ffff;&#99999999;&lt'.repeat(10_000)],
    ['blanks in pre', `<pre>${' '.repeat(200_000)}x${'\n'.repeat(50_000)}y</pre>`],
    ['line breaks', `<blockquote>${'<br>'.repeat(50_000)}x</blockquote>`],
    ['open links', '<a href="https://e.org/">w '.repeat(10_000)],
    ['unfinished comments', '<!--'.repeat(50_000)],
    ['own signs', '\ufdd0\ufdd8\ufdd5\ufdd4&#xfdd8;1&#xfdd9;'.repeat(10_000)],
  ])('bears %s within its bounds', (_, html) => {
    const read = readHtml(html);
    expect(finish(read.lines).text.length).toBeLessThan(html.length * 12);
  });

  it('never throws, and shows the words of text without markup', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.constantFrom(
            '<b>',
            '</b>',
            '<p>',
            '<ul><li>',
            '</ul>',
            '<pre>',
            '</pre>',
            '<table><tr><td>',
            '</table>',
            '<a href="https://x.org">',
            '</a>',
            '<blockquote>',
            '</blockquote>',
            'word',
            ' ',
            '\n',
            '<img src=cid:a>',
            '&',
            '<',
            '"',
          ),
        ),
        (pieces) => {
          const { text } = finish(readHtml(pieces.join('')).lines);
          expect(text).not.toMatch(/[\ufdd0-\ufdef]/);
        },
      ),
    );
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^[a-z]{1,8}$/), { minLength: 1 }), (words) => {
        expect(shown(words.join(' '))).toBe(words.join(' '));
      }),
    );
  });
});
