import type { ParsedMail } from '../mail/parsed-mail.js';
import type { DispositionReport } from './report.js';
import { addressOf, fieldGroups, idsIn } from './report-fields.js';

/** Mails that one report of a chat client tells of. */
const MAX_MAILS = 100;
const DISPOSITIONS = new Set<string>(['displayed', 'deleted', 'dispatched', 'processed', 'failed']);

/** Reads a disposition notification (RFC 8098 §3.2); undefined when it says nothing. */
export function readDisposition(mail: ParsedMail, text: string): DispositionReport | undefined {
  const fields = new Map(
    fieldGroups(text)
      .flatMap((group) => [...group].reverse())
      .reverse(),
  );
  const [mode = '', type = ''] = (fields.get('disposition') ?? '').toLowerCase().split(';');
  const disposition = type.trim().split(/[/\s,]/, 1)[0] ?? '';
  if (!DISPOSITIONS.has(disposition)) return undefined;
  const told = idsIn(
    `${fields.get('original-message-id') ?? ''} ${fields.get('additional-message-ids') ?? ''}`,
  );
  const originalIds = told.length > 0 ? told : mail.inReplyTo === undefined ? [] : [mail.inReplyTo];
  const recipient = addressOf(fields.get('original-recipient')) ?? addressOf(fields.get('final-recipient'));
  return {
    kind: 'disposition',
    originalIds: [...new Set(originalIds)].slice(0, MAX_MAILS),
    disposition: disposition as DispositionReport['disposition'],
    automatic: mode.includes('automatic-action'),
    ...(recipient !== undefined && { recipient }),
  };
}
