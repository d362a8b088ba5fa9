import type { ParsedMail } from '../mail/parsed-mail.js';
import type { Reading } from './reading.js';

/** What a mail says and what it is. */
export async function readMail(mail: ParsedMail): Promise<Reading> {
  const [text] = mail.parts.filter((part) => part.type === 'text/plain' && part.disposition !== 'attachment');
  return {
    text: text?.text?.trim() ?? '',
    styled: false,
    subject: mail.subject,
    files: mail.parts.filter((part) => part !== text),
    remarks: [],
    automatic: false,
    bulk: false,
    encrypted: false,
  };
}
