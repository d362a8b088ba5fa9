import { compile, type DomNode, type FormatCallback } from 'html-to-text';
import { HTML_FORMATTERS, type HtmlState, newHtmlState } from './html-elements.js';
import { MARK } from './marks.js';

/** Elements within one another; what lies deeper is left out. */
const MAX_DEPTH = 200;
/** Tags of one mail; a newsletter has some thousand. The parser's cost per tag grows with what is open. */
const MAX_TAGS = 20_000;
/** What HTML takes for a space, and the invisible filling of hidden previews. */
const SPACES = ' \t\r\n\f\u00a0\u00ad\u034f\u2007\u200b\u2060\ufeff';

/** Elements by how they are written; all others are passed through. */
const ELEMENTS: Readonly<Record<keyof typeof HTML_FORMATTERS, string>> = {
  inline: '*',
  block:
    'address article aside center dd details dl dt fieldset figcaption figure footer form header main nav '.concat(
      'section summary div',
    ),
  paragraph: 'p',
  heading: 'h1 h2 h3 h4 h5 h6',
  bold: 'b strong',
  italic: 'i em',
  strike: 's strike del',
  code: 'code tt kbd samp',
  preformatted: 'pre listing',
  quotation: 'blockquote',
  list: 'ul ol menu dir',
  item: 'li',
  table: 'table',
  row: 'tr',
  cell: 'td th',
  lineBreak: 'br',
  rule: 'hr',
  image: 'img',
  link: 'a',
  nothing:
    'head title style script template object embed iframe audio video svg math canvas map input textarea select',
};

const convert = compile({
  wordwrap: false,
  baseElements: { selectors: [], returnDomByDefault: true },
  limits: { maxDepth: MAX_DEPTH, ellipsis: MARK.cut },
  whitespaceCharacters: SPACES,
  formatters: guarded(HTML_FORMATTERS),
  selectors: Object.entries(ELEMENTS).flatMap(([format, names]) =>
    names.split(' ').map((selector) => ({ selector, format })),
  ),
}) as (html: string, metadata: HtmlState) => string;

/** HTML as lines of text with `MARK`s. */
export interface HtmlText {
  readonly lines: readonly string[];
  /** Content-IDs of the inline pictures, by the numbers in the lines. */
  readonly pictures: readonly string[];
  /** It was too long or too deep. */
  readonly cut: boolean;
}

/**
 * HTML as text: what is hidden, what only a browser could run, and what tracks readers is left out. Bounded in time by
 * the number of tags and their depth; never throws.
 */
export function readHtml(html: string): HtmlText {
  const bounded = withinTags(html);
  const state = newHtmlState();
  const text = convert(bounded, state);
  return { lines: text.split('\n'), pictures: state.pictures, cut: bounded.length < html.length };
}

function withinTags(html: string): string {
  let at = -1;
  for (let tags = 0; tags < MAX_TAGS; tags++) {
    at = html.indexOf('<', at + 1);
    if (at < 0) return html;
  }
  return html.slice(0, at);
}

/** What is hidden from the reader is not for him: previews made for mailboxes, copies for other screens. */
function guarded(formatters: Readonly<Record<string, FormatCallback>>): Record<string, FormatCallback> {
  return Object.fromEntries(
    Object.entries(formatters).map(([name, format]) => [
      name,
      (elem, walk, builder, options) => {
        if (!isHidden(elem)) format(elem, walk, builder, options);
      },
    ]),
  );
}

const HIDING = /display ?: ?none|visibility ?: ?hidden|mso-hide ?: ?all|opacity ?: ?0(?:\.0+)? ?(?:;|$|!)/i;
const NO_HEIGHT = /max-height ?: ?0/i;
const CLIPPED = /overflow ?: ?hidden/i;
/** Longer styles are not looked at. */
const MAX_STYLE = 2_000;

function isHidden(elem: DomNode): boolean {
  const attributes: Readonly<Record<string, string | undefined>> = elem.attribs ?? {};
  if (attributes.hidden !== undefined) return true;
  const style = attributes.style;
  if (style === undefined || style.length > MAX_STYLE) return false;
  return HIDING.test(style) || (NO_HEIGHT.test(style) && CLIPPED.test(style));
}
