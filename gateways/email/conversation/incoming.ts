import type { AccountId } from '../../../src/gateway/ids.js';
import type { EmailSettings } from '../account/settings.js';
import { takesNoAnswer as isNoReply } from '../content/classify.js';
import type { Mailbox } from '../mail/mail-address.js';
import type { MailOrigin } from '../mail/origin.js';
import type { ParsedMail } from '../mail/parsed-mail.js';
import { type MailUser, ownAddresses } from './mail-user.js';
import type { Reading } from './reading.js';

/** RFC 6761 §6.4: stands for whoever does not say who he is. */
const NOBODY: Mailbox = { address: 'unknown@sender.invalid' };
/** Whose mail it is. */
export interface MailRecipient {
  readonly id: AccountId;
  readonly settings: Pick<EmailSettings, 'show' | 'rooms' | 'mailbox' | 'domainAddress'>;
  /** Undefined: he has no session just now. */
  readonly user: MailUser | undefined;
}

/** A mail that has come, and what is known of it before it is known where it belongs. */
export interface Incoming {
  readonly recipient: MailRecipient;
  readonly origin: MailOrigin;
  readonly mail: ParsedMail;
  readonly reading: Reading;
  readonly author: Mailbox;
  /** Who has written it by the word of the list that brings it, which counts in the list's own room and nowhere else. */
  readonly writer: Mailbox;
  /** The user's addresses. */
  readonly own: ReadonlySet<string>;
  /** The author's address is one of them. */
  readonly fromOwn: boolean;
  /** The user wrote it himself, elsewhere; not only somebody who says so. */
  readonly byUser: boolean;
}

export function toIncoming(
  recipient: MailRecipient,
  origin: MailOrigin,
  mail: ParsedMail,
  reading: Reading,
): Incoming {
  const { user, settings } = recipient;
  const listed = [settings.mailbox?.address, settings.domainAddress, origin.recipient];
  const own = new Set([
    ...(user ? ownAddresses(user) : []),
    ...listed.filter((address) => address !== undefined),
  ]);
  // What a list says of its author proves nothing of who he is: it is another domain that is vouched for.
  const author = mail.from ?? NOBODY;
  const writer = reading.nature.author ?? author;
  const fromOwn = mail.from !== undefined && own.has(mail.from.address);
  const byUser = origin.folder?.use === 'sent' || (fromOwn && origin.authenticity === 'pass');
  return { recipient, origin, mail, reading, author, writer, own, fromOwn, byUser };
}

/** Whether answers reach nobody (B18). */
export function takesNoAnswer(address: string): boolean {
  return isNoReply(address) || address === NOBODY.address;
}

/** The user's address that a mail came to. */
export function receivedAs({ mail, origin, own, recipient }: Incoming): string | undefined {
  const named = [...mail.to, ...mail.cc].find(({ address }) => own.has(address));
  return named?.address ?? recipient.user?.ways.find(({ kind }) => kind === origin.way)?.address;
}

/** When it came, in UTC milliseconds. */
export function receivedAt({ origin, mail }: Incoming, now: number): number {
  return Math.min(origin.receivedAt ?? mail.date ?? now, now);
}
