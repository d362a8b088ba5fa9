import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { styledHtml } from '../../../../gateways/email/outbound/styling-html.js';

const body = (text: string) =>
  styledHtml(text)
    .replace(/^[\s\S]*<body>\r\n/, '')
    .replace(/\r\n<\/body>[\s\S]*$/, '');

describe('HTML from message styling (XEP-0393)', () => {
  it.each([
    ['*bold* and _soft_', '<p><strong>bold</strong> and <em>soft</em></p>'],
    ['~gone~ `a*b*`', '<p><s>gone</s> <code>a*b*</code></p>'],
    ['*both _of_ them*', '<p><strong>both <em>of</em> them</strong></p>'],
    ['2 * 3 * 4 and snake_case_name', '<p>2 * 3 * 4 and snake_case_name</p>'],
    ['*unclosed _here', '<p>*unclosed _here</p>'],
    ['* not* this *', '<p>* not* this *</p>'],
    ['**', '<p>**</p>'],
    ['a\nb\n\nc', '<p>a<br>\r\nb</p>\r\n<p>c</p>'],
    [
      '> said\n> > before\nmine',
      '<blockquote>\r\n<p>said</p>\r\n<blockquote>\r\n<p>before</p>\r\n</blockquote>\r\n</blockquote>\r\n<p>mine</p>',
    ],
    ['```js\n<*x*>\n```\nafter', '<pre><code>&lt;*x*&gt;</code></pre>\r\n<p>after</p>'],
    ['```\nnever closed', '<pre><code>never closed</code></pre>'],
    [
      'see https://example.org/?a=1&b=2.',
      '<p>see <a href="https://example.org/?a=1&amp;b=2">https://example.org/?a=1&amp;b=2</a>.</p>',
    ],
    ['<img src=x onerror="y">', '<p>&lt;img src=x onerror=&quot;y&quot;&gt;</p>'],
    ['javascript:alert(1)', '<p>javascript:alert(1)</p>'],
  ])('%j', (text, html) => {
    expect(body(text)).toBe(html);
  });

  it('F26 no text makes an element or an attribute of its own', () => {
    const pieces = fc.constantFrom(
      '<',
      '>',
      '"',
      "'",
      '&',
      '*',
      '_',
      '`',
      '```',
      '\n',
      ' ',
      'http://',
      'a',
      '> ',
      'onx=',
      '/',
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 60 }), (all) => {
        const rest = body(all.join(''))
          .replace(/<\/?(p|strong|em|s|code|pre|blockquote|a)>|<br>|<a href="[^"<>]*">/g, '')
          .replace(/&(amp|lt|gt|quot|#39);/g, '');
        expect(rest).not.toMatch(/[<>"'&]/);
      }),
    );
  });

  it('takes no time for marks that never close', () => {
    for (const text of [
      '*a '.repeat(30_000),
      '`x _y '.repeat(20_000),
      '> '.repeat(20_000),
      'http://'.repeat(10_000),
    ])
      expect(styledHtml(text).length).toBeGreaterThan(1_000);
  });
});
