import type { DomNode, FormatCallback } from 'html-to-text';
import { linkTarget, saysTarget } from './html-link.js';
import { isDataTable } from './html-table.js';
import { MARK, unmarked } from './marks.js';

type Builder = Parameters<FormatCallback>[2];

/** What is remembered while one document is read. */
export interface HtmlState {
  /** Content-IDs. */
  readonly pictures: string[];
  readonly lists: { readonly ordered: boolean; next: number }[];
  /** Whether the enclosing tables hold data. */
  readonly tables: boolean[];
  quotes: number;
  /** The link that was written last: a picture, a title and a button often have the same. */
  lastLink: string;
}

export function newHtmlState(): HtmlState {
  return { pictures: [], lists: [], tables: [], quotes: 0, lastLink: '' };
}

/** Quotations and lists within one another that are shown as such: each makes every line within longer. */
const MAX_SHOWN_DEPTH = 10;
const MAX_PICTURES = 200;
const MAX_ALT = 200;
/** Pixels up to which a picture is for counting readers, or a spacer. */
const TRACKING_PIXELS = 3;

/** The library hands it through to its builder, which its types do not say. */
function stateOf(builder: Builder): HtmlState {
  return (builder as Builder & { readonly metadata: HtmlState }).metadata;
}

const attribute = (elem: DomNode, name: string): string | undefined => {
  const value: unknown = elem.attribs?.[name];
  return typeof value === 'string' ? value : undefined;
};

const block =
  (breaks: number): FormatCallback =>
  (elem, walk, builder) => {
    builder.openBlock({ leadingLineBreaks: breaks });
    walk(elem.children, builder);
    builder.closeBlock({ trailingLineBreaks: breaks });
  };

const marked =
  (mark: string): FormatCallback =>
  (elem, walk, builder) => {
    builder.addLiteral(mark);
    walk(elem.children, builder);
    builder.addLiteral(MARK.end);
  };

/** Outlook's paragraphs, and those without a margin, are lines. */
const paragraph: FormatCallback = (elem, walk, builder, options) => {
  const tight =
    attribute(elem, 'class')?.startsWith('Mso') === true ||
    /^margin ?: ?0/i.test(attribute(elem, 'style') ?? '');
  block(tight ? 1 : 2)(elem, walk, builder, options);
};

const heading: FormatCallback = (elem, walk, builder) => {
  builder.openBlock({ leadingLineBreaks: 2 });
  builder.addLiteral(MARK.bold);
  walk(elem.children, builder);
  builder.addLiteral(MARK.end);
  builder.closeBlock({ trailingLineBreaks: 2 });
};

/** What would end a block too early, or be lost in it. */
const KEEPS_OPEN = new RegExp(`\`\`\`|${MARK.picture}`);

/** Mail clients put whole plain texts into it; what else is in it is code (XEP-0393 §5.1.2). */
const preformatted: FormatCallback = (elem, walk, builder) => {
  const state = stateOf(builder);
  const fenced = !/moz-|wrap/.test(`${attribute(elem, 'class') ?? ''} ${attribute(elem, 'wrap') ?? ''}`);
  builder.openBlock({ leadingLineBreaks: 2, isPre: true });
  walk(elem.children, builder);
  builder.closeBlock({
    trailingLineBreaks: 2,
    blockTransform: (text) => {
      const code = withoutOuterBreaks(text).trimEnd();
      const fits = fenced && state.lists.length === 0 && code.includes('\n') && !KEEPS_OPEN.test(code);
      return fits ? `${MARK.fence}\n${unmarked(code)}\n${MARK.fence}` : code;
    },
  });
};

/** Without a border it is used for indenting. */
const quotation: FormatCallback = (elem, walk, builder) => {
  const state = stateOf(builder);
  const plain =
    state.quotes >= MAX_SHOWN_DEPTH || /border ?: ?none/i.test(attribute(elem, 'style')?.slice(0, 500) ?? '');
  builder.openBlock({ leadingLineBreaks: plain ? 1 : 2 });
  if (!plain) state.quotes++;
  walk(elem.children, builder);
  if (!plain) state.quotes--;
  builder.closeBlock({
    trailingLineBreaks: plain ? 1 : 2,
    ...(!plain && { blockTransform: (text) => trimmedLines(text).map(quoted).join('\n') }),
  });
};

const quoted = (line: string): string => (line.startsWith('>') ? `>${line}` : `> ${line}`);

const trimmedLines = (text: string): string[] => withoutOuterBreaks(text).split('\n');

/** By hand: a pattern that looks for the end takes quadratic time on line breaks in the middle. */
function withoutOuterBreaks(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && text[start] === '\n') start++;
  while (end > start && text[end - 1] === '\n') end--;
  return text.slice(start, end);
}

const list: FormatCallback = (elem, walk, builder) => {
  const { lists } = stateOf(builder);
  const first = Number.parseInt(attribute(elem, 'start') ?? '1', 10);
  lists.push({ ordered: elem.name === 'ol', next: first >= 0 && first < 10_000 ? first : 1 });
  block(lists.length > 1 ? 1 : 2)(elem, walk, builder, {});
  lists.pop();
};

const item: FormatCallback = (elem, walk, builder) => {
  const { lists } = stateOf(builder);
  const own = lists.at(-1);
  const sign = own?.ordered === true ? `${own.next++}. ` : '• ';
  const indented = lists.length <= MAX_SHOWN_DEPTH;
  builder.openBlock({ leadingLineBreaks: 1 });
  walk(elem.children, builder);
  builder.closeBlock({
    trailingLineBreaks: 1,
    blockTransform: (text) => (text === '' ? '' : sign + trimmedLines(text).join(indented ? '\n  ' : '\n')),
  });
};

const table: FormatCallback = (elem, walk, builder) => {
  const { tables } = stateOf(builder);
  tables.push(isDataTable(elem));
  block(tables.at(-1) === true ? 2 : 1)(elem, walk, builder, {});
  tables.pop();
};

/** A row of data is a line, `a | b`; in a table that lays out a page every cell is a block. */
const row: FormatCallback = (elem, walk, builder, options) => {
  if (stateOf(builder).tables.at(-1) !== true) {
    block(1)(elem, walk, builder, options);
    return;
  }
  builder.openBlock({ leadingLineBreaks: 1 });
  const cells = elem.children.filter(({ name }) => name === 'td' || name === 'th');
  for (const [number, cell] of cells.entries()) {
    if (number > 0) builder.addInline(' | ');
    walk(cell.children, builder);
  }
  const oneLine = (text: string): string =>
    trimmedLines(text)
      .filter((line) => line !== '')
      .join(' ');
  builder.closeBlock({ trailingLineBreaks: 1, blockTransform: oneLine });
};

const image: FormatCallback = (elem, _walk, builder) => {
  const tiny = ['width', 'height'].some(
    (side) => Number.parseInt(attribute(elem, side) ?? '', 10) <= TRACKING_PIXELS,
  );
  if (tiny) return;
  const source = attribute(elem, 'src')?.trim() ?? '';
  const { pictures } = stateOf(builder);
  if (/^cid:/i.test(source)) {
    if (pictures.length < MAX_PICTURES)
      builder.addLiteral(MARK.picture + (pictures.push(contentId(source.slice(4))) - 1) + MARK.pictureEnd);
    return;
  }
  const alternative = attribute(elem, 'alt')?.replace(/\s+/g, ' ').trim().slice(0, MAX_ALT) ?? '';
  if (alternative !== '') builder.addInline(alternative);
};

/** RFC 2392 §2: percent-encoded. */
function contentId(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The words, and behind them where they lead, unless they say so. */
const link: FormatCallback = (elem, walk, builder) => {
  const state = stateOf(builder);
  const target = linkTarget(attribute(elem, 'href'));
  if (target === undefined) {
    walk(elem.children, builder);
    return;
  }
  let words = '';
  const pictures = state.pictures.length;
  builder.pushWordTransform((word) => {
    words += words === '' ? word : ` ${word}`;
    return word;
  });
  walk(elem.children, builder);
  builder.popWordTransform();
  const again = target === state.lastLink;
  state.lastLink = target;
  if (again || saysTarget(words, target)) return;
  if (words === '' && state.pictures.length > pictures) return;
  builder.addInline(words === '' ? target : ` <${target}>`, { noWordTransform: true });
};

/** How elements become text, by the names that `html.ts` gives to them. */
export const HTML_FORMATTERS = {
  inline: (elem, walk, builder) => walk(elem.children, builder),
  nothing: () => undefined,
  block: block(1),
  paragraph,
  heading,
  bold: marked(MARK.bold),
  italic: marked(MARK.italic),
  strike: marked(MARK.strike),
  code: marked(MARK.code),
  preformatted,
  quotation,
  list,
  item,
  table,
  row,
  cell: block(1),
  lineBreak: (_elem, _walk, builder) => builder.addLineBreak(),
  rule: (_elem, _walk, builder) => {
    builder.openBlock({ leadingLineBreaks: 1 });
    builder.addInline('———');
    builder.closeBlock({ trailingLineBreaks: 1 });
  },
  image,
  link,
} satisfies Record<string, FormatCallback>;
