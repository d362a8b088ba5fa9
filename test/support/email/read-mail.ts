import { parseLimits } from '../../../gateways/email/mail/options.js';
import { parseMail } from '../../../gateways/email/mail/parse-mail.js';
import type { ParsedMail } from '../../../gateways/email/mail/parsed-mail.js';
import { rawMail } from './raw-mail.js';

/** A mail taken apart, from its source with any line ends. */
function readMail(source: string): Promise<ParsedMail> {
  return parseMail(rawMail(source.replace(/\r?\n/g, '\r\n')), parseLimits.parse({}));
}

/** A mail of one text. */
export function textMail(
  text: string,
  headers: Readonly<Record<string, string>> = {},
  type = 'text/plain',
): Promise<ParsedMail> {
  return readMail(mailSource(headers, { type: `${type}; charset=utf-8`, body: text }));
}

/** One part; `body` may be parts again. */
export interface PartSource {
  readonly type: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string | readonly PartSource[];
}

/** The source of a mail from Alice to Bob. */
function mailSource(headers: Readonly<Record<string, string>>, part: PartSource): string {
  const own = {
    From: 'Alice <alice@example.org>',
    To: 'bob@example.net',
    Subject: 'Hello',
    'Message-ID': '<1@example.org>',
    Date: 'Mon, 4 May 2026 10:00:00 +0000',
    ...headers,
  };
  return lines(own) + partSource(part, 'b');
}

/** A mail of several parts. */
export function partsMail(
  part: PartSource,
  headers: Readonly<Record<string, string>> = {},
): Promise<ParsedMail> {
  return readMail(mailSource(headers, part));
}

function partSource({ type, headers = {}, body }: PartSource, boundary: string): string {
  if (typeof body === 'string') {
    const encoding = { 'Content-Transfer-Encoding': '8bit' };
    return `${lines({ 'Content-Type': type, ...encoding, ...headers })}\n${body}`;
  }
  const parts = body.map((one, at) => `--${boundary}\n${partSource(one, `${boundary}${at}`)}\n`);
  return `${lines({ 'Content-Type': `${type}; boundary="${boundary}"`, ...headers })}\n${parts.join('')}--${boundary}--\n`;
}

function lines(headers: Readonly<Record<string, string>>): string {
  return Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}\n`)
    .join('');
}
