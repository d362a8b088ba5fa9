import { type Concatenation, readHeader } from '../../text/user-data-header.js';

/** One part in Gammu's backup format, which `inboxformat = detail` writes: all parts of a message in one file. */
export interface BackupPart {
  readonly pdu: 'deliver' | 'report' | 'other';
  readonly sender: string;
  /** Undefined for binary content and for what is for a program, not a reader. */
  readonly text: string | undefined;
  readonly concatenation?: Concatenation;
  /** UTC milliseconds, when the zone is known. */
  readonly time?: number;
}

/** Whether a file is in that format. */
export function isBackup(content: string): boolean {
  return /^\[SMSBackup\d+\]/m.test(content);
}

/** The parts in a file; texts in its comments mean nothing. */
export function parseBackup(content: string): readonly BackupPart[] {
  const parts: Map<string, string>[] = [];
  for (const line of content.split(/\r?\n/)) {
    if (/^\[SMSBackup\d+\]$/.test(line)) {
      parts.push(new Map());
      continue;
    }
    const match = /^([A-Za-z]+\d*) = (.*)$/.exec(line);
    if (match) parts.at(-1)?.set(match[1] ?? '', match[2] ?? '');
  }
  return parts.map(toPart);
}

function toPart(fields: ReadonlyMap<string, string>): BackupPart {
  const field = (name: string): string => fields.get(name) ?? '';
  const header = readHeader(Buffer.from(field('UDH'), 'hex'))?.header;
  const pdu = field('PDU');
  const time = timeOf(field('DateTime') || field('Sent'));
  return {
    pdu: pdu === 'Status_Report' ? 'report' : pdu === 'Submit' ? 'other' : 'deliver',
    sender: utf16(field('NumberUnicode')) || field('Number').replace(/^"|"$/g, ''),
    text: /^(?:Unicode|Default)/.test(field('Coding')) && !header?.forPrograms ? textOf(fields) : undefined,
    ...(header?.concatenation ? { concatenation: header.concatenation } : {}),
    ...(time === undefined ? {} : { time }),
  };
}

/** Long values go over several lines: Text00, Text01 and so on. */
function textOf(fields: ReadonlyMap<string, string>): string {
  let hex = '';
  for (let line = 0; ; line += 1) {
    const next = fields.get(`Text${String(line).padStart(2, '0')}`);
    if (next === undefined) return utf16(hex);
    hex += next;
  }
}

/** UTF-16BE as hexadecimal digits. */
function utf16(hex: string): string {
  const bytes = Buffer.from(hex, 'hex');
  return Buffer.from(bytes.subarray(0, bytes.length - (bytes.length % 2)))
    .swap16()
    .toString('utf16le');
}

function timeOf(value: string): number | undefined {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(value);
  if (!match) return undefined;
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = match.slice(1).map(Number);
  return Date.UTC(year, month - 1, day, hour, minute, second);
}
