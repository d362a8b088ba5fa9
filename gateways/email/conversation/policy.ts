import type { EmailSettings } from '../account/settings.js';
import { domainOf } from '../mail/mail-address.js';
import type { MailOrigin } from '../mail/origin.js';

/** Whether the operator keeps mail of that address from all users: itself, its domain, or one above that. */
export function isRefusedSender(refused: readonly string[], address: string): boolean {
  if (refused.length === 0) return false;
  const domain = domainOf(address);
  return refused.some((one) => one === address || one === domain || domain.endsWith(`.${one}`));
}

/** What decides whether a mail becomes chat. */
export interface MailFacts {
  readonly origin: Pick<MailOrigin, 'way' | 'authenticity' | 'folder'>;
  /** The user wrote it himself. */
  readonly byUser: boolean;
  /** A filter takes it for spam. */
  readonly spam: boolean;
  /** Newsletters, notices to many (RFC 3834 §2, RFC 2369). */
  readonly bulk: boolean;
  /** No person wrote it just now (RFC 3834 §5). */
  readonly automatic: boolean;
  /** Of a mailing list. */
  readonly list: boolean;
  /** The user has gone to that list's room, or has written to it. */
  readonly listWanted: boolean;
  /** It answers something of the user's. */
  readonly answer: boolean;
  /** The user has written to the author, or to the group, before. */
  readonly correspondent: boolean;
}

/**
 * Whether the user wants to see a mail as chat. What is left out stays in his mailbox, unread.
 *
 * | `show` | shown |
 * |---|---|
 * | `everything` | all but spam; spam of the gateway's own domain too, marked: it lies nowhere else |
 * | `conversations` | what people write: no newsletters, no notices of programs unless they answer the user or come from somebody whom he has written to, lists only where he is in their rooms |
 * | `contacts` | only from those whom he has written to, or as an answer; never from somebody who may be another |
 *
 * Mail to the gateway's own domain can be read nowhere else, so `conversations` means everything but spam there.
 */
export function isShown(show: EmailSettings['show'], facts: MailFacts): boolean {
  const { origin, byUser, spam, bulk, automatic, list, listWanted, answer, correspondent } = facts;
  if (byUser) return !automatic;
  const only = origin.way === 'domain';
  if (spam || origin.folder?.use === 'junk') return only && show === 'everything';
  if (show === 'everything') return true;
  const known = correspondent && origin.authenticity !== 'fail';
  if (show === 'contacts') return list ? listWanted : known || answer;
  if (only) return true;
  if (list) return listWanted;
  return (!bulk && !automatic) || known || answer;
}
