import { guessCharset, isTelling } from './charset.js';
import { cleanFileName } from './clean-text.js';
import { parseMessageId } from './field-values.js';
import { HeaderFields, parseStructured } from './header-fields.js';
import type { SectionBody, SectionVisitor } from './mime-splitter.js';
import type { ParseLimits } from './options.js';
import type { MailBound, MailPart } from './parsed-mail.js';
import { openPart } from './part-content.js';
import { PartText, readsText } from './part-text.js';
import type { RawMail } from './raw-mail.js';
import { type TransferDecoder, transferDecoder } from './transfer-encoding.js';

/** RFC 6838 §4.2. */
const TYPE = /^[a-z0-9][a-z0-9!#$&^_.+-]{0,126}\/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}$/;
/** RFC 2046 §5.1.1 allows 70. */
const MAX_BOUNDARY = 256;

const EMPTY = Buffer.alloc(0);

/** A header and what it says of the body. */
interface Section {
  readonly fields: HeaderFields;
  readonly type: string;
  readonly parameters: Readonly<Record<string, string>>;
}

interface Container extends Section {
  children: number;
  /** Number of the innermost `multipart/alternative`, itself included. */
  readonly alternative: number | undefined;
  /** Which child of that one it is in; undefined: it is that one. */
  readonly branch: number | undefined;
}

interface Leaf extends Section {
  readonly disposition: string;
  readonly encoding: string;
  readonly decoder: TransferDecoder;
  readonly within: readonly string[];
  readonly alternative: number | undefined;
  readonly branch: number | undefined;
  readonly start: number;
  end: number;
  size: number;
  readonly text: PartText | undefined;
  /** What stands in a multipart before its first delimiter; shown when none follows. */
  readonly preamble: boolean;
}

/** Keeps of the sections of a mail what is told of them, and their texts. */
export class MailTree implements SectionVisitor {
  readonly cut = new Set<MailBound>();
  root: Section | undefined;
  readonly #open: Container[] = [];
  readonly #leaves: Leaf[] = [];
  #leaf: Leaf | undefined;
  #sections = 0;
  #alternatives = 0;
  #headerBytes = 0;
  #textBytes = 0;
  #charset: string | undefined;

  constructor(
    private readonly mail: RawMail,
    private readonly limits: ParseLimits,
  ) {}

  /** Bytes that the next header may have: the mail's own, or what all parts' headers leave. */
  get headerRoom(): number {
    return this.limits.maxHeaderBytes - this.#headerBytes;
  }

  begin(header: Buffer, cut: boolean, offset: number): SectionBody | undefined {
    if (cut) this.cut.add('header');
    if (this.#sections >= this.limits.maxParts) {
      this.cut.add('parts');
      return undefined;
    }
    this.#sections++;
    const parent = this.#open.at(-1);
    if (parent !== undefined) this.#headerBytes += header.length;
    const fields = new HeaderFields(header, () => this.#charset);
    const section = { fields, ...contentType(fields, parent) };
    this.root ??= section;
    const branch = parent?.branch ?? (parent?.alternative === undefined ? undefined : parent.children);
    if (parent !== undefined) parent.children++;
    const boundary = section.parameters.boundary ?? '';
    const many = section.type.startsWith('multipart/');
    if (many && this.#open.length >= this.limits.maxDepth) {
      this.cut.add('depth');
      return { kind: 'skipped' };
    }
    if (!many || boundary === '' || boundary.length > MAX_BOUNDARY) {
      this.#beginLeaf(section, parent, branch, offset, false);
      return { kind: 'leaf' };
    }
    const chooses = section.type === 'multipart/alternative';
    const container = {
      ...section,
      children: 0,
      alternative: chooses ? ++this.#alternatives : parent?.alternative,
      branch: chooses ? undefined : branch,
    };
    this.#open.push(container);
    this.#beginLeaf(section, container, container.branch, offset, true);
    // The parameter is text by now; in the mail it is bytes.
    return { kind: 'multipart', boundary: Buffer.from(boundary).toString('latin1') };
  }

  content(bytes: Buffer): void {
    if (this.#leaf !== undefined) this.#take(this.#leaf, this.#leaf.decoder.write(bytes));
  }

  end(offset: number): void {
    const leaf = this.#leaf;
    this.#leaf = undefined;
    if (leaf === undefined) return;
    this.#take(leaf, leaf.decoder.end());
    leaf.end = offset;
    if (leaf.preamble && leaf.text?.isBlank !== false) return;
    this.#leaves.push(leaf);
    if (leaf.text === undefined) return;
    this.#textBytes += leaf.text.finish();
    if (leaf.text.cut) this.cut.add('text');
  }

  discard(): void {
    this.#leaf = undefined;
  }

  close(): void {
    this.#open.pop();
  }

  /** After the last section. */
  parts(): readonly MailPart[] {
    this.#charset = this.#likelyCharset();
    return this.#leaves.map((leaf) => this.#part(leaf));
  }

  #take(leaf: Leaf, decoded: Buffer): void {
    leaf.size += decoded.length;
    leaf.text?.add(decoded);
  }

  #beginLeaf(
    section: Section,
    parent: Container | undefined,
    branch: number | undefined,
    start: number,
    preamble: boolean,
  ): void {
    const many = section.type.startsWith('multipart/');
    const type = many ? 'text/plain' : section.type;
    const disposition = parseStructured(section.fields.raw('content-disposition')[0] ?? '');
    const encoding = section.fields.raw('content-transfer-encoding')[0] ?? '';
    const reading = readsText(type, disposition.value === 'attachment', parent?.type);
    this.#leaf = {
      fields: section.fields,
      type,
      parameters: many ? {} : section.parameters,
      disposition: disposition.value,
      encoding,
      decoder: transferDecoder(encoding),
      within: this.#open.map((container) => container.type),
      alternative: parent?.alternative,
      branch,
      start,
      end: start,
      size: 0,
      text:
        reading === undefined ? undefined : new PartText(reading, this.limits.maxTextBytes - this.#textBytes),
      preamble,
    };
  }

  /** Of headers that do not say: what a text of the mail is declared to be, else what all of them look like. */
  #likelyCharset(): string | undefined {
    const declared = [this.root, ...this.#leaves]
      .map((section) => section?.parameters.charset)
      .find(isTelling);
    if (declared !== undefined) return declared;
    const unclear = Buffer.concat(
      [this.root, ...this.#leaves].map((section) => section?.fields.unclear() ?? EMPTY),
    );
    return unclear.length === 0 ? undefined : guessCharset(unclear);
  }

  #part(leaf: Leaf): MailPart {
    const { fields, type, parameters, disposition, within, alternative, branch, start, end, size } = leaf;
    // Read again: now it is known what 8-bit bytes in it mean.
    const named = parseStructured(fields.raw('content-disposition')[0] ?? '').parameters.filename;
    const fileName = cleanFileName(named ?? contentType(fields, undefined).parameters.name ?? '');
    const contentId = parseMessageId(fields.raw('content-id')[0] ?? '');
    const description = fields.first('content-description');
    const text = leaf.text?.read(type, parameters);
    const place = { start, end, encoding: leaf.encoding };
    return {
      headers: fields,
      type,
      parameters,
      ...((disposition === 'inline' || disposition === 'attachment') && { disposition }),
      ...(fileName !== undefined && { fileName }),
      ...(contentId !== undefined && { contentId }),
      ...(description !== undefined && { description }),
      within,
      ...(alternative !== undefined && { alternative }),
      ...(branch !== undefined && { branch }),
      size,
      ...(text !== undefined && { text }),
      open: () => openPart(this.mail, place),
    };
  }
}

/** Of a section in a multipart; what is missing or no type is what RFC 2045 §5.2 and RFC 2046 §5.1.5 say. */
function contentType(fields: HeaderFields, parent: Section | undefined): Omit<Section, 'fields'> {
  const { value, parameters } = parseStructured(fields.raw('content-type')[0] ?? '');
  if (TYPE.test(value)) return { type: value, parameters };
  if (parent?.type === 'multipart/digest') return { type: 'message/rfc822', parameters };
  const attached = /^\s*attachment/i.test(fields.raw('content-disposition')[0] ?? '');
  return { type: attached ? 'application/octet-stream' : 'text/plain', parameters };
}
