/** Directives of spans (XEP-0393 §5.2) as elements. */
const SPANS: Readonly<Record<string, string>> = { '*': 'strong', _: 'em', '~': 's', '`': 'code' };
const MONOSPACE = '`';
const FENCE = '```';
/** Deeper quotations are shown as text. */
const MAX_DEPTH = 8;
const LINK = /\b(?:https?:\/\/|mailto:|xmpp:)[^\s<>"]+/giu;
/** More likely of the sentence than of the link. */
const AFTER_LINK = /(?:[.,;:!?'”’»]|\)(?![^(]*$))+$/u;
const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text with message styling (XEP-0393) as an HTML document with CRLF line ends; everything of the text is escaped. */
export function styledHtml(text: string): string {
  const body = blocks(text.split('\n'), 0).join('\r\n');
  return `<!DOCTYPE html>\r\n<html><head><meta charset="utf-8"></head><body>\r\n${body}\r\n</body></html>\r\n`;
}

function blocks(lines: readonly string[], depth: number): readonly string[] {
  const out: string[] = [];
  let paragraph: string[] = [];
  const endParagraph = (): void => {
    if (paragraph.length > 0) out.push(`<p>${paragraph.join('<br>\r\n')}</p>`);
    paragraph = [];
  };
  for (let at = 0; at < lines.length; ) {
    const line = lines[at] ?? '';
    if (line.startsWith(FENCE)) {
      endParagraph();
      const end = lines.indexOf(FENCE, at + 1);
      const code = lines.slice(at + 1, end < 0 ? undefined : end);
      out.push(`<pre><code>${code.map(escaped).join('\r\n')}</code></pre>`);
      at = end < 0 ? lines.length : end + 1;
    } else if (line.startsWith('>') && depth < MAX_DEPTH) {
      endParagraph();
      const quoted: string[] = [];
      for (; lines[at]?.startsWith('>'); at += 1) quoted.push((lines[at] ?? '').replace(/^> ?/, ''));
      out.push(`<blockquote>\r\n${blocks(quoted, depth + 1).join('\r\n')}\r\n</blockquote>`);
    } else {
      if (line.trim() === '') endParagraph();
      else paragraph.push(spans(line));
      at += 1;
    }
  }
  endParagraph();
  return out;
}

/** One line: a directive opens after a space and before none, and closes at the first one after no space (§6.1). */
function spans(line: string): string {
  const unclosed = new Set<string>();
  let out = '';
  let done = 0;
  for (let at = 0; at < line.length; ) {
    const mark = line[at] ?? '';
    const element = SPANS[mark];
    const opens = element !== undefined && !unclosed.has(mark) && /^\s?$/.test(line[at - 1] ?? '');
    const end = opens && /\S/.test(line[at + 1] ?? '') ? closing(line, mark, at + 2) : undefined;
    if (end === undefined) {
      at += 1;
      continue;
    }
    if (end < 0) {
      unclosed.add(mark);
      at += 1;
      continue;
    }
    const inner = line.slice(at + 1, end);
    out += `${linked(line.slice(done, at))}<${element}>${mark === MONOSPACE ? escaped(inner) : spans(inner)}</${element}>`;
    at = end + 1;
    done = at;
  }
  return out + linked(line.slice(done));
}

/** Where a directive closes; below 0 if nowhere. */
function closing(line: string, mark: string, from: number): number {
  let end = line.indexOf(mark, from);
  while (end >= 0 && /\s/.test(line[end - 1] ?? '')) end = line.indexOf(mark, end + 1);
  return end;
}

function linked(text: string): string {
  let out = '';
  let done = 0;
  for (const match of text.matchAll(LINK)) {
    const address = match[0].replace(AFTER_LINK, '');
    out += `${escaped(text.slice(done, match.index))}<a href="${escaped(address)}">${escaped(address)}</a>`;
    done = match.index + address.length;
  }
  return out + escaped(text.slice(done));
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? '');
}
