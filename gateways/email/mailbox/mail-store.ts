import type { RawMail } from '../mail/raw-mail.js';
import type { MailFacts } from './mail-facts.js';

/** A folder as its server describes it. */
export interface FolderState {
  /** Decimal (RFC 9051 §2.3.1.1). */
  readonly uidValidity: string;
  /** Undefined where the server does not say. */
  readonly uidNext?: number;
  /** RFC 7162, decimal; undefined where the server has no such thing. */
  readonly modseq?: string;
}

/** A mail in the spool. */
export interface FetchedMail {
  readonly raw: RawMail;
  /** Bytes that were left where they are, as the mail is too large; what is there is its headers and its text. */
  readonly leftBytes?: number;
}

/** Mails that are marked as read, and up to which change of the folder that is so. */
export interface SeenMails {
  readonly messageIds: readonly string[];
  /** Decimal; undefined where the server has no such thing. */
  readonly modseq?: string;
}

/**
 * The folders of one mailbox, one command at a time. Everything but `open` and `status` is about the folder that was
 * opened last. Rejects with MailboxFailure. Nothing but `markSeen` marks anything as read.
 */
export interface MailStore {
  /** Opens a folder unless it is open; then what is known of it. */
  open(path: string): Promise<FolderState>;
  /** Lets the server say what it has to say of the open folder. */
  refresh(): Promise<void>;
  /** As `open`, without opening it. */
  status(path: string): Promise<FolderState>;
  /** The first mails from a UID on, in the order of UIDs, at most `limit`. */
  list(fromUid: number, limit: number): Promise<readonly MailFacts[]>;
  /** The last mails, in the order of UIDs. */
  newest(limit: number): Promise<readonly MailFacts[]>;
  /** UIDs of mails that came or were sent since then (UTC milliseconds) or up to a day before, ascending. */
  uidsSince(time: number): Promise<readonly number[]>;
  /**
   * Takes a mail into the spool; undefined when it is no more. `partly`: only its headers and its text. Rejects with
   * GatewayError as well, when the spool is full.
   */
  fetch(mail: MailFacts, partly: boolean): Promise<FetchedMail | undefined>;
  /** Among the mails from a UID to another those marked as read, and since a change (decimal) where one is given. */
  seenBetween(fromUid: number, toUid: number, since?: string): Promise<SeenMails>;
  /** UIDs of mails with that Message-ID. */
  find(messageId: string): Promise<readonly number[]>;
  markSeen(uids: readonly number[]): Promise<void>;
  /** Puts a mail into any folder, marked as read. */
  append(path: string, mail: Buffer): Promise<void>;
  create(path: string): Promise<void>;
}
