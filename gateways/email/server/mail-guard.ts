import { Transform, type TransformCallback } from 'node:stream';
import { HeaderBlock } from './header-block.js';
import { SmtpRefusal } from './refusal.js';

const CR = 0x0d;
const LF = 0x0a;
const HEADER_END = Buffer.from('\r\n\r\n');

/**
 * Lets a mail through on its way into the spool and keeps its header. Refuses CR and LF that stand alone
 * (RFC 5321 §2.3.8): where one server takes them for line ends and the next one does not, a second mail can be
 * smuggled in. Emits an SmtpRefusal as its error.
 */
export class MailGuard extends Transform {
  #last: number | undefined;
  #pieces: Buffer[] = [];
  #kept = 0;
  #lines = 0;
  /** Where the end of the header may have begun; a mail without a header begins with its empty line. */
  #tail = Buffer.from('\r\n');
  #header: HeaderBlock | undefined;

  constructor(private readonly limits: { readonly headerBytes: number; readonly headerLines: number }) {
    super();
  }

  /** Known when the stream has ended. */
  get header(): HeaderBlock {
    return this.#header ?? this.#take();
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    const refusal = this.#wellFormed(chunk) ? this.#keep(chunk) : bareLineEnd();
    this.#last = chunk[chunk.length - 1] ?? this.#last;
    if (refusal) done(refusal);
    else done(null, chunk);
  }

  override _flush(done: TransformCallback): void {
    done(this.#last === CR ? bareLineEnd() : null);
  }

  #wellFormed(chunk: Buffer): boolean {
    if (this.#last === CR && chunk.length > 0 && chunk[0] !== LF) return false;
    for (let at = chunk.indexOf(LF); at !== -1; at = chunk.indexOf(LF, at + 1))
      if ((at === 0 ? this.#last : chunk[at - 1]) !== CR) return false;
    for (let at = chunk.indexOf(CR); at !== -1 && at < chunk.length - 1; at = chunk.indexOf(CR, at + 1))
      if (chunk[at + 1] !== LF) return false;
    return true;
  }

  #keep(chunk: Buffer): SmtpRefusal | undefined {
    if (this.#header !== undefined) return undefined;
    const window = Buffer.concat([this.#tail, chunk]);
    const found = window.indexOf(HEADER_END);
    const end = found === -1 ? chunk.length : found + HEADER_END.length - this.#tail.length;
    const piece = chunk.subarray(0, end);
    this.#tail = window.subarray(1 - HEADER_END.length);
    this.#pieces.push(piece);
    this.#kept += piece.length;
    this.#lines += linesOf(piece);
    if (this.#kept > this.limits.headerBytes || this.#lines > this.limits.headerLines)
      return new SmtpRefusal(552, '5.3.4 the header of this mail is too large');
    if (found !== -1) this.#take();
    return undefined;
  }

  #take(): HeaderBlock {
    const header = new HeaderBlock(Buffer.concat(this.#pieces));
    this.#header = header;
    this.#pieces = [];
    return header;
  }
}

function linesOf(bytes: Buffer): number {
  let lines = 0;
  for (let at = bytes.indexOf(LF); at !== -1; at = bytes.indexOf(LF, at + 1)) lines += 1;
  return lines;
}

function bareLineEnd(): SmtpRefusal {
  return new SmtpRefusal(554, '5.6.0 CR and LF must not stand alone (RFC 5321 section 2.3.8)');
}
