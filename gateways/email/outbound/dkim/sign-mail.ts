import { createHash, type KeyObject, sign } from 'node:crypto';
import { Readable } from 'node:stream';
import { promisify } from 'node:util';
import type { RawMail } from '../../mail/raw-mail.js';
import type { DkimKey } from './dkim-key.js';
import { RelaxedBodyHash } from './relaxed-body.js';

/**
 * Signed once more often than they are there, so that another one that somebody adds breaks the signature (RFC 6376
 * §8.15). The libraries for this cannot: they sign what is there.
 */
const OVERSIGNED = [
  ...['from', 'to', 'cc', 'subject', 'date', 'message-id', 'in-reply-to', 'references'],
  ...['mime-version', 'content-type', 'content-transfer-encoding'],
];
/** Signed where they are there. A mailing list may add its own, and the signature of its member's mail lives on. */
const SIGNED = [
  ...['sender', 'reply-to', 'auto-submitted', 'disposition-notification-to', 'chat-version', 'autocrypt'],
  ...['list-id', 'list-post', 'list-help', 'list-subscribe', 'list-unsubscribe', 'list-unsubscribe-post'],
  ...['list-owner', 'list-archive'],
];
/** A header longer than this is none of ours, in bytes. */
const MAX_HEADER = 1_048_576;
const END_OF_HEADER = '\r\n\r\n';
/** Of the lines of a signature, in characters. */
const LINE = 72;

const signAsync = promisify(
  (
    algorithm: string | null,
    data: Buffer,
    key: KeyObject,
    done: (error: Error | null, signature: Buffer) => void,
  ) => sign(algorithm, data, key, done),
);

/**
 * The mail with a signature of each key before it (RFC 6376, relaxed/relaxed; RFC 8463). Reads it once and keeps nothing
 * of it but its header. `now` is in UTC milliseconds.
 * @throws {Error} what reading fails with
 */
export async function signMail(mail: RawMail, keys: readonly DkimKey[], now: number): Promise<RawMail> {
  const { header, bodyHash } = await digest(mail);
  const signatures = await Promise.all(keys.map((key) => signature(header, bodyHash, key, now)));
  const before = Buffer.from(signatures.join(''));
  return {
    size: before.length + mail.size,
    open: () =>
      Readable.from(
        (async function* () {
          yield before;
          yield* mail.open();
        })(),
        { objectMode: false },
      ),
    remove: () => mail.remove(),
  };
}

async function digest(mail: RawMail): Promise<{ readonly header: string; readonly bodyHash: string }> {
  const body = new RelaxedBodyHash();
  let header: string | undefined;
  let start = '';
  for await (const chunk of mail.open() as AsyncIterable<Buffer>) {
    if (header !== undefined) {
      body.update(chunk);
      continue;
    }
    start += chunk.toString('latin1');
    const end = start.indexOf(END_OF_HEADER);
    if (end >= 0) {
      header = start.slice(0, end);
      body.update(Buffer.from(start.slice(end + END_OF_HEADER.length), 'latin1'));
    } else if (start.length > MAX_HEADER) throw new Error('the header of a mail does not end');
  }
  return { header: header ?? start, bodyHash: body.digest() };
}

/** One field with its line end. */
async function signature(
  header: string,
  bodyHash: string,
  { domain, selector, key }: DkimKey,
  now: number,
): Promise<string> {
  const { names, lines } = signedFields(header);
  const rsa = key.asymmetricKeyType === 'rsa';
  const tags = [
    `v=1; a=${rsa ? 'rsa' : 'ed25519'}-sha256; c=relaxed/relaxed; d=${domain}; s=${selector};`,
    `t=${Math.floor(now / 1_000)}; bh=${bodyHash};`,
    `h=${names.join(':')};`,
    'b=',
  ].join(' ');
  const field = folded(`DKIM-Signature: ${tags}`);
  // Without a line end, and with its own value empty (RFC 6376 §3.7).
  const data = Buffer.from(`${lines.join('')}${relaxed(field)}`, 'latin1');
  const value = rsa
    ? await signAsync('sha256', data, key)
    : await signAsync(null, createHash('sha256').update(data).digest(), key);
  return [field, ...(value.toString('base64').match(/.{1,70}/g) ?? [])].join('\r\n ').concat('\r\n');
}

/** Names for `h=`, and the canonical fields in that order, the last of a name first (RFC 6376 §5.4.2). */
function signedFields(header: string): {
  readonly names: readonly string[];
  readonly lines: readonly string[];
} {
  const fields = new Map<string, string[]>();
  for (const field of header.split(/\r\n(?![ \t])/)) {
    const name = field.slice(0, field.indexOf(':')).trim().toLowerCase();
    fields.set(name, [relaxed(field), ...(fields.get(name) ?? [])]);
  }
  const names: string[] = [];
  const lines: string[] = [];
  for (const name of [...OVERSIGNED, ...SIGNED]) {
    const there = fields.get(name) ?? [];
    lines.push(...there.map((line) => `${line}\r\n`));
    names.push(...there.map(() => name), ...(OVERSIGNED.includes(name) ? [name] : []));
  }
  return { names, lines };
}

/** A field in its canonical form (RFC 6376 §3.4.2). */
function relaxed(field: string): string {
  const colon = field.indexOf(':');
  const value = field
    .slice(colon + 1)
    .replace(/\r\n/g, '')
    .replace(/[ \t]+/g, ' ')
    .replace(/^ | $/g, '');
  return `${field.slice(0, colon).trim().toLowerCase()}:${value}`;
}

/** Broken at spaces, and within the list of names after a colon, where space does not count (RFC 6376 §3.5). */
function folded(field: string): string {
  const lines: string[] = [];
  let line = '';
  for (const word of field.match(/[^ :]+[ :]*|[ :]+/g) ?? []) {
    if (line.length + word.length > LINE) {
      lines.push(line.trimEnd());
      line = ' ';
    }
    line += word;
  }
  return [...lines, line].join('\r\n');
}
