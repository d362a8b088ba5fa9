import type { Mailbox } from '../mail/mail-address.js';
import type { MailOrigin } from '../mail/origin.js';
import type { ParsedMail } from '../mail/parsed-mail.js';
import {
  listedAuthor,
  type MailingList,
  readList,
  readUnsubscribe,
  type Unsubscribe,
} from './mailing-list.js';

/** What kind of mail it is, by its headers: as true as whoever wrote them. */
export interface MailNature {
  /**
   * - `personal`: somebody has written it
   * - `list`: of a mailing list where people write
   * - `bulk`: a newsletter, an offer
   * - `auto-reply`: an answer of a program, such as an absence (RFC 3834)
   * - `auto-generated`: anything else that a program has written, such as a receipt or a report
   */
  readonly kind: 'personal' | 'list' | 'bulk' | 'auto-reply' | 'auto-generated';
  /** No person has sent it just to the user: nothing answers it by itself (F28). */
  readonly automatic: boolean;
  /** A filter on the way took it for spam. */
  readonly spam: boolean;
  /** Answers reach nobody. */
  readonly noReply: boolean;
  readonly list?: MailingList;
  /** Also of bulk mail without a list. */
  readonly unsubscribe?: Unsubscribe;
  /** Who wrote it: From, or behind a list's own address the author. */
  readonly author?: Mailbox;
}

const NO_REPLY =
  /^(?:(?:no|non?|not|do[-_.]?not|dont|kein|keine|ne|niet)[-_.]?(?:reply|replies|answer|respond|responder|response|antwort|repondre|otvechat)|mailer-daemon|bounces?)(?:[-+._].*)?$|[-_.+]no-?reply$/;
/** Subjects of absences in the languages that servers write them in. */
const ABSENCE =
  /^(?:automatic reply|auto(?:matic)?[- ]?reply|auto:|auto response|out of (?:the )?office|abwesen|automatische antwort|réponse automatique|absence|respuesta automática|risposta automatica|automatisch antwoord|автоматический ответ|автоответ|автоматична відповідь|自动回复|自動回覆|自動返信)/i;

/** Tells people's mail from that of programs; never throws. */
export function classify(mail: ParsedMail, origin?: MailOrigin): MailNature {
  const list = readList(mail);
  const unsubscribe = list?.unsubscribe ?? readUnsubscribe(mail);
  const author = listedAuthor(mail, list) ?? mail.from;
  const kind = kindOf(mail, origin, list, unsubscribe);
  return {
    kind,
    automatic: kind !== 'personal' || suppressed(mail) || list !== undefined,
    spam: origin?.spam === true || isSpam(mail),
    noReply: isNoReply(mail),
    ...(list && { list }),
    ...(unsubscribe && { unsubscribe }),
    ...(author && { author }),
  };
}

function kindOf(
  mail: ParsedMail,
  origin: MailOrigin | undefined,
  list: MailingList | undefined,
  unsubscribe: Unsubscribe | undefined,
): MailNature['kind'] {
  const submitted = first(mail, 'auto-submitted').split(/[\s;(]/, 1)[0];
  const precedence = first(mail, 'precedence');
  const byProgram = submitted !== undefined && submitted !== '' && submitted !== 'no';
  const nobody = isNullPath(mail, origin);
  // Many servers call their reports answers.
  if (isReport(mail)) return 'auto-generated';
  if (
    submitted === 'auto-replied' ||
    precedence === 'auto_reply' ||
    has(mail, 'x-autoreply', 'x-autorespond')
  )
    return 'auto-reply';
  if ((byProgram || nobody || suppressed(mail)) && ABSENCE.test(mail.subject.trim())) return 'auto-reply';
  if (list?.post !== undefined) return 'list';
  if (list || unsubscribe || precedence === 'bulk' || precedence === 'junk' || has(mail, 'feedback-id'))
    return 'bulk';
  if (precedence === 'list') return 'bulk';
  return byProgram || nobody ? 'auto-generated' : 'personal';
}

/** RFC 6522, and what Exim marks by a header of its own. */
function isReport(mail: ParsedMail): boolean {
  if (mail.type === 'multipart/report' || has(mail, 'x-failed-recipients')) return true;
  return mail.parts.some(({ within }) => within.includes('multipart/report'));
}

/** The null return path of reports and answers of programs (RFC 5321 §4.5.5). */
export function isNullPath(mail: ParsedMail, origin?: MailOrigin): boolean {
  return origin?.returnPath === '' || /^<\s*>$/.test(first(mail, 'return-path'));
}

/** Exchange asks that nothing answers (MS-OXCMAIL §2.2.3.2.14). */
function suppressed(mail: ParsedMail): boolean {
  return /\b(?:all|oof|autoreply)\b/.test(first(mail, 'x-auto-response-suppress'));
}

function isSpam(mail: ParsedMail): boolean {
  const level = Number.parseInt(first(mail, 'x-ms-exchange-organization-scl') || '-1', 10);
  return (
    /^(?:yes|true)/.test(first(mail, 'x-spam-flag')) ||
    /^yes/.test(first(mail, 'x-spam-status')) ||
    /^(?:yes|true)/.test(first(mail, 'x-spam')) ||
    /^yes/.test(first(mail, 'x-barracuda-spam-flag')) ||
    level >= 5
  );
}

/** Where answers go decides. */
function isNoReply(mail: ParsedMail): boolean {
  const targets = mail.replyTo.length > 0 ? mail.replyTo : mail.from ? [mail.from] : [];
  return targets.length > 0 && targets.every(({ address }) => takesNoAnswer(address));
}

/** Whether answers to an address reach nobody, by its name (B18). */
export function takesNoAnswer(address: string): boolean {
  return NO_REPLY.test(address.slice(0, address.lastIndexOf('@')));
}

const first = (mail: ParsedMail, name: string): string =>
  mail.headers.first(name)?.slice(0, 300).trim().toLowerCase() ?? '';

const has = (mail: ParsedMail, ...names: string[]): boolean =>
  names.some((name) => !['', 'no'].includes(first(mail, name)));
