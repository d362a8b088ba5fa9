const LF = 0x0a;
const CR = 0x0d;
const DASH = 0x2d;
const SPACE = 0x20;
const TAB = 0x09;
/** RFC 2046 §5.1.1 allows 70; what is longer is no delimiter. */
const MAX_BOUNDARY = 256;
/** The longest line that is looked at for a delimiter, its dashes and padding included. */
const MAX_DELIMITER_LINE = 2 * MAX_BOUNDARY;
/** RFC 5322 §2.2; blanks before the colon are obsolete (§4.5.8) but seen. */
const FIELD = /^[!-9;-~]+[ \t]*:/;
/** What the beginning of a header's line shows. */
const FIELD_NAME_BYTES = 80;
const NONE = Buffer.alloc(0);

/** How the body of a section is read. */
export type SectionBody =
  | { readonly kind: 'leaf' }
  /** Other sections follow, each after a delimiter; the bytes of latin1. */
  | { readonly kind: 'multipart'; readonly boundary: string }
  /** Nobody wants it. */
  | { readonly kind: 'skipped' };

/** What is told of the sections of a mail, in their order. Bytes are valid during the call alone. */
export interface SectionVisitor {
  /**
   * A header is complete; `cut`: it was longer than it may be. The body starts at the offset. Undefined: no more is
   * wanted.
   */
  begin(header: Buffer, cut: boolean, offset: number): SectionBody | undefined;
  /** Bytes of a leaf, or of what stands before the first delimiter of a multipart. */
  content(bytes: Buffer): void;
  /** The leaf ends at the offset; or the multipart, and it had no section in it. */
  end(offset: number): void;
  /** What stood before the first delimiter of the multipart is no content. */
  discard(): void;
  /** The innermost multipart ends. */
  close(): void;
}

interface Delimiter {
  /** Of the multipart, 0 is the outermost. */
  readonly level: number;
  readonly closes: boolean;
}

/**
 * Takes the stream of a mail apart at its boundaries (RFC 2046 §5.1), in constant memory: it keeps the header that it
 * reads and less than one line. All enclosing multiparts' delimiters are known at any place, so that an inner one that
 * never ends takes nothing from the outer one.
 */
export class MimeSplitter {
  #state: 'header' | 'content' | 'nothing' = 'header';
  /** What may yet belong to a delimiter: a line end and the beginning of a line. */
  #carry: Buffer = NONE;
  /** Of the carry's first byte, from the beginning of the mail. */
  #base = 0;
  /** Where the line starts in the carry. */
  #lineAt = 0;
  /** The carry goes on in the middle of a line. */
  #midLine = false;
  /** First byte that is not handed on, in what is scanned. */
  #run = 0;

  #header: Buffer[] = [];
  #headerBytes = 0;
  #headerCut = false;
  #headerFrom = 0;
  #fields = 0;
  /** Where the first line in the header that is no field starts, in the header. */
  #strangeAt = -1;

  readonly #boundaries: string[] = [];
  #delimiters = new Map<string, Delimiter>();
  /** The multipart has had no delimiter yet. */
  #preamble = false;
  #done = false;

  constructor(
    private readonly visitor: SectionVisitor,
    /** Bytes that one header may have. */
    private readonly maxHeaderBytes: () => number,
  ) {}

  /** Nothing more is wanted. */
  get done(): boolean {
    return this.#done;
  }

  write(chunk: Buffer): void {
    if (this.#done) return;
    const buffer = this.#carry.length > 0 ? Buffer.concat([this.#carry, chunk]) : chunk;
    const line = this.#scan(buffer, false);
    const isLong = !this.#midLine && buffer.length - line > MAX_DELIMITER_LINE;
    if (!this.#done && isLong && this.#state === 'header') this.#headerLine(buffer, line);
    if (this.#done) return;
    const keep = this.#keepFrom(buffer, line);
    this.#hand(buffer, keep);
    this.#midLine = this.#midLine || keep > line;
    this.#lineAt = Math.max(0, line - keep);
    this.#carry = Buffer.from(buffer.subarray(keep));
    this.#base += keep;
  }

  end(): void {
    if (this.#done) return;
    const buffer = this.#carry;
    this.#scan(buffer, true);
    if (this.#done) return;
    this.#hand(buffer, buffer.length);
    this.#finish(this.#base + buffer.length);
    while (!this.#done && this.#boundaries.length > 0) this.#pop();
  }

  /** Goes through the whole lines, and the last one as well at the end; where the next line starts. */
  #scan(buffer: Buffer, last: boolean): number {
    this.#run = 0;
    let line = this.#lineAt;
    while (!this.#done && line < buffer.length) {
      const found = buffer.indexOf(LF, line);
      if (found < 0 && !last) break;
      const next = found < 0 ? buffer.length : found + 1;
      if (!this.#midLine) this.#line(buffer, line, next);
      this.#midLine = false;
      line = next;
    }
    return line;
  }

  /** What stands before it can be handed on now. */
  #keepFrom(buffer: Buffer, line: number): number {
    const pending = buffer.length - line;
    const decided = this.#midLine || pending > MAX_DELIMITER_LINE;
    if (decided) return buffer[buffer.length - 1] === CR ? buffer.length - 1 : buffer.length;
    return Math.max(this.#run, beforeLineEnd(buffer, line));
  }

  #line(buffer: Buffer, start: number, next: number): void {
    const dashes = buffer[start] === DASH && buffer[start + 1] === DASH;
    if (dashes && this.#delimiterLine(buffer, start, next)) return;
    if (this.#state !== 'header') return;
    if (isBlank(buffer, start, next)) {
      this.#blankLine(buffer, start, next);
    } else {
      this.#headerLine(buffer, start);
      if (dashes && !this.#done) this.#delimiterLine(buffer, start, next);
    }
  }

  /** Whether it was one. */
  #delimiterLine(buffer: Buffer, start: number, next: number): boolean {
    const delimiter = this.#boundaries.length > 0 ? this.#delimiterIn(buffer, start, next) : undefined;
    if (delimiter === undefined) return false;
    this.#hand(buffer, Math.max(this.#run, beforeLineEnd(buffer, start)));
    this.#cross(delimiter, this.#base + this.#run, this.#base + next);
    this.#run = next;
    return true;
  }

  #blankLine(buffer: Buffer, start: number, next: number): void {
    if (this.#headerBytes === 0 && this.#run === start && this.#boundaries.length === 0) {
      // Before the first field of the mail.
      this.#run = next;
      this.#headerFrom = this.#base + next;
      return;
    }
    this.#hand(buffer, start);
    const noHeader = this.#fields === 0 && this.#strangeAt >= 0;
    if (!noHeader) this.#run = next;
    this.#beginBody(this.#base + this.#run, noHeader);
  }

  #delimiterIn(buffer: Buffer, start: number, next: number): Delimiter | undefined {
    let end = next;
    if (next - start - (buffer[next - 1] === LF ? 1 : 0) > MAX_DELIMITER_LINE) return undefined;
    while (end > start && isSpace(buffer[end - 1])) end--;
    if (end - start > MAX_BOUNDARY + 4) return undefined;
    const delimiter = this.#delimiters.get(buffer.toString('latin1', start + 2, end));
    if (delimiter === undefined) return undefined;
    // Before its first section a multipart cannot end.
    const innermost = delimiter.level === this.#boundaries.length - 1;
    return delimiter.closes && innermost && this.#preamble ? undefined : delimiter;
  }

  /** Over a delimiter: what it ends ended at `end`, what it begins begins at `next`. */
  #cross(delimiter: Delimiter, end: number, next: number): void {
    if (this.#state === 'content' && this.#preamble && delimiter.level === this.#boundaries.length - 1) {
      this.visitor.discard();
      this.#preamble = false;
    } else {
      this.#finish(end);
    }
    while (!this.#done && this.#boundaries.length > delimiter.level + 1) this.#pop();
    if (this.#done) return;
    if (delimiter.closes) {
      this.#pop();
      this.#state = 'nothing';
    } else {
      this.#state = 'header';
      this.#headerFrom = next;
    }
  }

  /** Ends what is being read, at a delimiter or at the end of the mail. */
  #finish(end: number): void {
    if (this.#state === 'header') this.#beginBody(end, true);
    if (this.#done) return;
    if (this.#state === 'content') this.visitor.end(end);
    this.#preamble = false;
    this.#state = 'nothing';
  }

  #pop(): void {
    this.#boundaries.pop();
    this.#index();
    this.visitor.close();
  }

  /** `lenient`: there was no empty line, or no field, so that the first line that is no field begins the body. */
  #beginBody(offset: number, lenient: boolean): void {
    const header = Buffer.concat(this.#header);
    const from = lenient && this.#strangeAt >= 0 && !this.#headerCut ? this.#strangeAt : header.length;
    const bodyAt = from < header.length ? this.#headerFrom + from : offset;
    const body = this.visitor.begin(header.subarray(0, from), this.#headerCut, bodyAt);
    this.#header = [];
    this.#headerBytes = 0;
    this.#headerCut = false;
    this.#fields = 0;
    this.#strangeAt = -1;
    if (body === undefined) {
      this.#done = true;
      return;
    }
    this.#state = body.kind === 'skipped' ? 'nothing' : 'content';
    this.#preamble = body.kind === 'multipart';
    if (body.kind === 'multipart') {
      this.#boundaries.push(body.boundary.trimEnd());
      this.#index();
    }
    if (this.#state === 'content' && from < header.length) this.visitor.content(header.subarray(from));
  }

  /** The inner of two equal delimiters counts. */
  #index(): void {
    this.#delimiters = new Map();
    for (const [level, boundary] of this.#boundaries.entries()) {
      this.#delimiters.set(boundary, { level, closes: false });
      this.#delimiters.set(`${boundary}--`, { level, closes: true });
    }
  }

  /** At least the beginning of a line that is not blank. */
  #headerLine(buffer: Buffer, start: number): void {
    const first = buffer[start];
    if (first === SPACE || first === TAB) return;
    if (first === DASH && buffer[start + 1] === DASH && this.#fields > 0) {
      // No field: the empty line before the first delimiter of a multipart is missing.
      this.#hand(buffer, start);
      this.#beginBody(this.#base + start, false);
      return;
    }
    const at = this.#headerBytes + start - this.#run;
    const beginning = buffer.toString('latin1', start, start + FIELD_NAME_BYTES);
    if (FIELD.test(beginning)) this.#fields++;
    else if (this.#strangeAt < 0 && !(at === 0 && /^>?From /.test(beginning))) this.#strangeAt = at;
  }

  /** Hands on what stands before `to`. */
  #hand(buffer: Buffer, to: number): void {
    if (to <= this.#run) return;
    const bytes = buffer.subarray(this.#run, to);
    this.#run = to;
    if (this.#state === 'content') this.visitor.content(bytes);
    if (this.#state !== 'header') return;
    const room = this.maxHeaderBytes() - this.#headerBytes;
    if (bytes.length > room) this.#headerCut = true;
    const kept = Buffer.from(bytes.subarray(0, Math.max(0, room)));
    if (kept.length > 0) this.#header.push(kept);
    this.#headerBytes += kept.length;
  }
}

/** The line end before a delimiter belongs to it (RFC 2046 §5.1.1). */
function beforeLineEnd(buffer: Buffer, line: number): number {
  if (line === 0 || buffer[line - 1] !== LF) return line;
  return line > 1 && buffer[line - 2] === CR ? line - 2 : line - 1;
}

function isBlank(buffer: Buffer, start: number, next: number): boolean {
  return buffer[start] === LF || (buffer[start] === CR && buffer[start + 1] === LF && start + 2 === next);
}

function isSpace(byte: number | undefined): boolean {
  return byte === SPACE || byte === TAB || byte === CR || byte === LF;
}
