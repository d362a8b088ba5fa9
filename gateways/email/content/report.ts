import type { MailOrigin } from '../mail/origin.js';
import type { ParsedMail } from '../mail/parsed-mail.js';
import { isNullPath } from './classify.js';
import { readDisposition } from './disposition.js';
import { readable, statusIn } from './failure.js';
import { type OldReport, readOldReport } from './old-report.js';
import { addressOf, fieldGroups, idsIn } from './report-fields.js';

/** What became of a mail for one recipient (RFC 3464 §2.3.3). */
export type ReportAction = 'failed' | 'delayed' | 'delivered' | 'relayed' | 'expanded';

/** A recipient of a mail in a report on it. */
export interface RecipientReport {
  /** As the sender wrote it, in its one form. */
  readonly address: string;
  readonly action: ReportAction;
  /** RFC 3463, such as `5.1.1`. */
  readonly status?: string;
  /** The server's words on one line, bounded; unchecked. */
  readonly diagnostic: string;
}

/** A report on delivery, or on what the recipient did with a mail. Anybody may have written it. */
export type MailReport =
  | {
      readonly kind: 'delivery';
      /** Message-ID of the mail that it is about. */
      readonly originalId?: string;
      /** ENVID of the mail (RFC 3461 §4.4). */
      readonly envelopeId?: string;
      readonly recipients: readonly RecipientReport[];
    }
  | DispositionReport;

/** RFC 8098. */
export interface DispositionReport {
  readonly kind: 'disposition';
  /** Message-IDs of the mails that it is about; chat clients tell of several at once. */
  readonly originalIds: readonly string[];
  readonly disposition: 'displayed' | 'deleted' | 'dispatched' | 'processed' | 'failed';
  /** A program did it, not the person (§3.2.6.1). */
  readonly automatic: boolean;
  /** Who got the mail, in its one form. */
  readonly recipient?: string;
}

/** Recipients of one report that are looked at. */
const MAX_RECIPIENTS = 100;
const ACTIONS = new Set<string>(['failed', 'delayed', 'delivered', 'relayed', 'expanded']);

/**
 * Reads a report: RFC 3464 and RFC 8098, and those of qmail, Exim and others that are only written for people.
 * Undefined: the mail is none. Never throws. Whether the original was ever sent is for the caller to see.
 */
export function readReport(mail: ParsedMail, origin?: MailOrigin): MailReport | undefined {
  const disposition = textOf(mail, /^message\/(?:global-)?disposition-notification$/);
  if (disposition !== undefined) return readDisposition(mail, disposition);
  const status = textOf(mail, /^message\/(?:global-)?delivery-status$/);
  if (status !== undefined) return structured(mail, status);
  const old = isBounce(mail, origin) ? readOldReport(mail) : undefined;
  return old && { kind: 'delivery', ...originalOf(mail), recipients: recipientsOf(old) };
}

function structured(mail: ParsedMail, text: string): MailReport {
  const [message, ...groups] = fieldGroups(text);
  const envelopeId = message?.get('original-envelope-id');
  const recipients: RecipientReport[] = [];
  // Some servers leave out the empty line behind the fields of the message.
  for (const group of message?.has('action') ? [message, ...groups] : groups) {
    if (recipients.length >= MAX_RECIPIENTS) break;
    const address = addressOf(group.get('original-recipient')) ?? addressOf(group.get('final-recipient'));
    const action = group.get('action')?.trim().toLowerCase() ?? '';
    if (address === undefined || !ACTIONS.has(action)) continue;
    const diagnostic = readable(group.get('diagnostic-code') ?? '');
    const told = group.get('status')?.trim().split(/\s/, 1)[0];
    const status = statusIn(told ?? '');
    // `5.0.0` says less than the words.
    const better = status === undefined || /\.0\.0$/.test(status) ? (statusIn(diagnostic) ?? status) : status;
    recipients.push({
      address,
      action: action as ReportAction,
      ...(better !== undefined && { status: better }),
      diagnostic,
    });
  }
  return {
    kind: 'delivery',
    ...originalOf(mail),
    ...(envelopeId !== undefined && envelopeId !== '' && { envelopeId: envelopeId.slice(0, 200) }),
    recipients,
  };
}

function recipientsOf({ action, recipients }: OldReport): RecipientReport[] {
  return recipients.slice(0, MAX_RECIPIENTS).map(({ address, words }) => {
    const diagnostic = readable(words);
    const status = statusIn(diagnostic);
    return { address, action, ...(status !== undefined && { status }), diagnostic };
  });
}

/** By the headers that the report gives back, else by those of the report itself, else by its words. */
function originalOf(mail: ParsedMail): { readonly originalId?: string } {
  const returned = textOf(mail, /^(?:text\/rfc822-headers|message\/(?:rfc822|global|global-headers))$/);
  const body = textOf(mail, /^text\/plain$/);
  const id =
    idIn(returned) ??
    mail.inReplyTo ??
    mail.references.at(-1) ??
    mail.headers.first('x-original-message-id')?.replace(/^<|>$/g, '') ??
    idIn(body);
  return id === undefined ? {} : { originalId: id };
}

const idIn = (text: string | undefined): string | undefined =>
  text === undefined
    ? undefined
    : idsIn(/^(?:>|\s){0,8}message-id:\s{0,8}(<[^<>\s]{1,900}>)/im.exec(text)?.[1])[0];

function textOf(mail: ParsedMail, type: RegExp): string | undefined {
  return mail.parts.find((part) => part.text !== undefined && type.test(part.type))?.text;
}

/** Reports come from nobody, or from the server's own addresses (RFC 5321 §4.5.5, RFC 2142 §5). */
function isBounce(mail: ParsedMail, origin: MailOrigin | undefined): boolean {
  const sender = mail.from?.address.split('@', 1)[0] ?? '';
  return isNullPath(mail, origin) || /^(?:mailer-?daemon|postmaster|mail-?daemon|mail)$/.test(sender);
}
