import { createHash } from 'node:crypto';
import type { CarrierInbound } from '../carrier.js';
import type { InboxName } from './file-name.js';
import { type BackupPart, isBackup, parseBackup } from './smsbackup.js';

/** A file of the inbox with what is in it. */
export interface InboxFile extends InboxName {
  readonly content: Buffer;
  /** When it was written, UTC milliseconds. */
  readonly written: number;
}

/** Stands where a part never came. */
const GAP = '[…]';

/**
 * The message that the files of one name make, parts in their order; `report` for a delivery report, `unusable` for
 * what is no text. Its id comes from the time that the centre gave it, the sender and the words: gammu-smsd that is
 * killed between storing a message and deleting it in the modem stores it again, under the same name or another one.
 */
export function toInbound(
  files: readonly InboxFile[],
  number: string,
): CarrierInbound | 'report' | 'unusable' {
  const [first] = files;
  if (!first || files.some(({ binary }) => binary)) return 'unusable';
  const head = first.content.toString('utf8');
  const read = isBackup(head) ? fromBackup(parseBackup(head)) : fromTexts(files);
  if (typeof read === 'string') return read;
  const from = read.from || first.sender;
  const id = createHash('sha256').update(JSON.stringify([first.stamp, from, read.text]));
  return { id: id.digest('base64url'), from, to: number, text: read.text, time: read.time ?? first.written };
}

interface Read {
  readonly from: string;
  readonly text: string;
  readonly time?: number;
}

function fromBackup(parts: readonly BackupPart[]): Read | 'report' | 'unusable' {
  const [first] = parts;
  if (!first || parts.some(({ pdu }) => pdu === 'other')) return 'unusable';
  if (parts.some(({ pdu }) => pdu === 'report')) return 'report';
  const texts: string[] = [];
  for (const [index, { text, concatenation }] of parts.entries()) {
    if (text === undefined) return 'unusable';
    texts[concatenation ? concatenation.sequence - 1 : index] = text;
  }
  const total = Math.max(texts.length, first.concatenation?.total ?? 1);
  const text = Array.from({ length: total }, (_, index) => texts[index] ?? GAP).join('');
  return { from: first.sender, text, ...(first.time === undefined ? {} : { time: first.time }) };
}

function fromTexts(files: readonly InboxFile[]): Read {
  const ordered = [...files].sort((a, b) => a.sequence - b.sequence);
  return { from: '', text: ordered.map(({ content }) => decode(content)).join('') };
}

/** UTF-16 with its mark, or the character set of gammu-smsd's locale, which has to be UTF-8. */
function decode(content: Buffer): string {
  if (content[0] !== 0xfe || content[1] !== 0xff) return content.toString('utf8');
  const text = Buffer.from(content.subarray(2, content.length - (content.length % 2)))
    .swap16()
    .toString('utf16le');
  // gammu-smsd up to 1.42 counts bytes of its locale and writes what lies behind the text in memory.
  const end = text.indexOf('\0');
  return end < 0 ? text : text.slice(0, end);
}
