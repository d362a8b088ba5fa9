import type { MessageStructureObject } from 'imapflow';

const MAX_DEPTH = 20;

/**
 * Number of the first text that is no attachment, plain before HTML (RFC 9051 §6.4.5.1); `TEXT` for a mail that is not
 * made of parts.
 */
export function textPart(root: MessageStructureObject | undefined): string | undefined {
  const plain: string[] = [];
  const html: string[] = [];
  const walk = (node: MessageStructureObject, depth: number): void => {
    if (depth > MAX_DEPTH) return;
    for (const child of node.childNodes ?? []) walk(child, depth + 1);
    if (node.childNodes || node.disposition === 'attachment') return;
    const part = root?.childNodes && node.part ? node.part : 'TEXT';
    if (node.type === 'text/plain') plain.push(part);
    else if (node.type === 'text/html') html.push(part);
  };
  if (root) walk(root, 0);
  return plain[0] ?? html[0];
}

/** Fields that describe the body as a whole (RFC 2045), which is not there. */
const BODY_FIELD = /^(content-[!-9;-~]*|mime-version)[ \t]*:/i;

/**
 * A mail of its own headers and one of its parts.
 * @param headers with or without the empty line at their end
 * @param partHeaders those of the part; undefined: it is the body itself, and the headers are its own
 */
export function partialMail(headers: Buffer, partHeaders: Buffer | undefined, text: Buffer): Buffer {
  const own = fieldsOf(headers);
  if (partHeaders === undefined) return Buffer.concat([latin1([...own, '', '']), text]);
  const described = fieldsOf(partHeaders).filter((field) => BODY_FIELD.test(field));
  const kept = own.filter((field) => !BODY_FIELD.test(field));
  return Buffer.concat([latin1([...kept, 'MIME-Version: 1.0', ...described, '', '']), text]);
}

/** Folded fields in one piece each. */
function fieldsOf(headers: Buffer): readonly string[] {
  const block = headers.toString('latin1').split(/\r?\n\r?\n/)[0] ?? '';
  return block
    .split(/\r?\n(?![ \t])/)
    .filter((field) => field.trim() !== '')
    .map((field) => field.replace(/\r?\n/g, '\r\n'));
}

function latin1(lines: readonly string[]): Buffer {
  return Buffer.from(lines.join('\r\n'), 'latin1');
}
