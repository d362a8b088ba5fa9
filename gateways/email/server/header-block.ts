/** One field of a header as it came. */
export interface HeaderField {
  /** Lower case; empty for a line that is no field. */
  readonly name: string;
  /** Latin-1, with its folds and the line end. */
  readonly original: string;
}

/**
 * The header of a mail before anything has judged it: enough to see over what it came and who claims what. Taking it
 * apart for people is for `mail/parse-mail.ts`.
 */
export class HeaderBlock {
  readonly fields: readonly HeaderField[];

  constructor(
    /** With the empty line that ends it, where there is one. */
    readonly bytes: Buffer,
  ) {
    this.fields = split(bytes.toString('latin1'));
  }

  /** Values in their order, unfolded and without space around them. */
  all(name: string): readonly string[] {
    return this.fields.filter((field) => field.name === name).map(fieldValue);
  }

  first(name: string): string | undefined {
    const field = this.fields.find((candidate) => candidate.name === name);
    return field && fieldValue(field);
  }
}

/** The value of a field, unfolded. */
export function fieldValue({ original }: HeaderField): string {
  return original
    .slice(original.indexOf(':') + 1)
    .replace(/\r\n/g, '')
    .trim();
}

function split(text: string): readonly HeaderField[] {
  const fields: HeaderField[] = [];
  for (let from = 0; from < text.length; ) {
    let to = from;
    // A line that begins with space goes on with the field (RFC 5322 §2.2.3).
    do {
      const end = text.indexOf('\r\n', to);
      to = end === -1 ? text.length : end + 2;
    } while (to < text.length && (text[to] === ' ' || text[to] === '\t'));
    const original = text.slice(from, to);
    from = to;
    if (original === '\r\n') break;
    const name = /^([!-9;-~]+)[ \t]*:/.exec(original)?.[1]?.toLowerCase() ?? '';
    fields.push({ name, original });
  }
  return fields;
}
