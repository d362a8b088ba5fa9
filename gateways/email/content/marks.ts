/**
 * Signs that stand in text made of HTML until it is known what of it is shown: noncharacters, which Unicode keeps for
 * such inner use (chapter 23.7). A mail that has them itself gets styling, nothing worse.
 */
export const MARK = {
  bold: '\ufdd0',
  italic: '\ufdd1',
  strike: '\ufdd2',
  code: '\ufdd3',
  end: '\ufdd4',
  /** Alone on a line, around preformatted text. */
  fence: '\ufdd5',
  /** Something too deep was left out here. */
  cut: '\ufdd6',
  /** Around the number of an inline picture. */
  picture: '\ufdd8',
  pictureEnd: '\ufdd9',
} as const;

const ANY = /[\ufdd0-\ufdef]/;
const EACH = /\ufdd8\d{0,4}\ufdd9|[\ufdd0-\ufdef]/g;
const PICTURE = /\ufdd8(\d{1,4})\ufdd9/g;
/** XEP-0393 §5.3. */
const DIRECTIVES: Readonly<Record<string, string>> = {
  [MARK.bold]: '*',
  [MARK.italic]: '_',
  [MARK.strike]: '~',
  [MARK.code]: '`',
};
const FENCE = '```';
/** Joiners without anything to join are the filling of hidden previews. */
const BLANK = /^[\s\u200c\u200d]*$/;
/** Where a line's own text begins: behind quotation marks, the dot or the number of a list. */
const LINE_PREFIX = /^(?:>{1,20} ?)?(?: {0,32}(?:• |\d{1,4}\. ))?/;

/** Text with {@link MARK}s, finished. */
export interface Styled {
  readonly text: string;
  /** There are XEP-0393 directives in it. */
  readonly styled: boolean;
  /** Numbers of the inline pictures in it. */
  readonly pictures: readonly number[];
  /** Something was left out of it. */
  readonly cut: boolean;
}

/** The line without marks, for looking at its words. */
export function unmarked(line: string): string {
  return ANY.test(line) ? line.replace(EACH, '') : line;
}

/** Makes directives of the marks where they would be read as such (XEP-0393 §5.3.1), and drops the others. */
export function finish(lines: readonly string[]): Styled {
  const state = new StyleState();
  const out: string[] = [];
  for (const line of lines) {
    const done = state.line(line);
    const blank = BLANK.test(done);
    if (!blank || state.fenced || (out.length > 0 && out.at(-1) !== '')) out.push(blank ? '' : done);
  }
  return {
    text: out.join('\n').trimEnd(),
    styled: state.styled,
    pictures: [...new Set(state.pictures)],
    cut: state.cut,
  };
}

class StyleState {
  styled = false;
  cut = false;
  fenced = false;
  readonly pictures: number[] = [];
  /** Open marks, outermost first: only that one is shown. */
  readonly #open: string[] = [];

  line(line: string): string {
    if (!ANY.test(line)) {
      if (/^>/.test(line)) this.styled = true;
      return this.#open.length === 0 || this.fenced ? line.trimEnd() : this.#styledLine(line);
    }
    for (const [, number] of line.matchAll(PICTURE)) this.pictures.push(Number(number));
    const bare = unmarked(line);
    if (line.includes(MARK.cut)) this.cut = true;
    if (line.includes(MARK.fence)) {
      this.fenced = !this.fenced;
      this.styled = true;
      return bare.trimEnd() + FENCE;
    }
    if (this.fenced) return bare.trimEnd();
    if (bare.startsWith('>')) this.styled = true;
    return this.#styledLine(line.replace(PICTURE, ''));
  }

  #styledLine(line: string): string {
    const prefix = LINE_PREFIX.exec(line)?.[0] ?? '';
    let out = prefix;
    let span = '';
    let mark = this.#open[0];
    const close = (following: string): void => {
      out += this.#spanned(span, mark, out.slice(prefix.length), following);
      span = '';
    };
    for (let at = prefix.length; at < line.length; at++) {
      const sign = line.charAt(at);
      if (sign === MARK.cut) span += '…';
      else if (sign in DIRECTIVES) this.#open.push(sign);
      else if (sign === MARK.end) this.#open.pop();
      else if (sign < MARK.bold || sign > '\ufdef') span += sign;
      if (mark === this.#open[0]) continue;
      close(line.charAt(at + 1));
      mark = this.#open[0];
    }
    close('');
    return tidied(out, prefix.length);
  }

  #spanned(span: string, mark: string | undefined, before: string, after: string): string {
    const directive = mark === undefined ? undefined : DIRECTIVES[mark];
    const core = span.trim();
    if (directive === undefined || core === '' || core.includes(directive)) return span;
    const start = span.indexOf(core);
    const opens = start > 0 || before === '' || /[\s(["'«„“]$/.test(before);
    const closes = start + core.length < span.length || !/^[\p{L}\p{N}_]/u.test(after);
    if (!opens || !closes) return span;
    this.styled = true;
    return `${span.slice(0, start)}${directive}${core}${directive}${span.slice(start + core.length)}`;
  }
}

/** One space where marks have left several. */
function tidied(line: string, from: number): string {
  return (
    line.slice(0, from) +
    line
      .slice(from)
      .replace(/(\S) {2,}/g, '$1 ')
      .trimEnd()
  );
}
