import type { MailReport } from '../content/report.js';
import type { MailOrigin } from '../mail/origin.js';
import type { ParsedMail } from '../mail/parsed-mail.js';

/** Lines of it that are shown as the reason. */
const LINES = 3;
const SERVER = /^(?:mailer-?daemon|postmaster|mail-?daemon)@/;

/**
 * What a server has sent back to the return path of a mail in words of its own: a failure for reasons that only its
 * first lines tell. Undefined for anything that a person, or a program of his, may have sent there.
 */
export function unclearReport(
  { reportOn, returnPath }: Pick<MailOrigin, 'reportOn' | 'returnPath'>,
  mail: Pick<ParsedMail, 'from' | 'parts' | 'headers'>,
): MailReport | undefined {
  if (reportOn === undefined || returnPath !== '' || !SERVER.test(mail.from?.address ?? '')) return undefined;
  const text = mail.parts.find((part) => part.type === 'text/plain' && part.text !== undefined)?.text ?? '';
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const diagnostic = lines.slice(0, LINES).join(' ');
  // Of whom it speaks is for the mail to tell: it has one recipient, or nothing can be said.
  return { kind: 'delivery', recipients: [{ address: '', action: 'failed', diagnostic }] };
}
