import type { AccountId } from '../../../src/gateway/ids.js';

/** Whether the sender is who he says (RFC 8601 §2.7.1-2); `none`: his domain gives no way to tell. */
export type Authenticity = 'pass' | 'fail' | 'none';

/** How a mail came to an account. */
export interface MailOrigin {
  readonly account: AccountId;
  /** The account's mailbox, or the gateway's own domain. */
  readonly way: 'mailbox' | 'domain';
  /** The address that it was sent to, where known. */
  readonly recipient?: string;
  /**
   * The mail of the account that this is an answer of machines to, by its Message-ID: it came to that mail's return
   * path, which nobody else can know. Otherwise a report may be made up.
   */
  readonly reportOn?: string;
  /** Return path (RFC 5321 §4.4); empty: null, which nothing answers; undefined: not known. */
  readonly returnPath?: string;
  readonly authenticity: Authenticity;
  /** A filter takes it for spam. */
  readonly spam: boolean;
  /** The folder that it lies in; `sent`: the user wrote it himself. */
  readonly folder?: { readonly path: string; readonly use: 'inbox' | 'sent' | 'junk' | 'other' };
  /** Labels of the provider, such as Gmail's. */
  readonly labels?: readonly string[];
  /** UTC milliseconds when the server took it. */
  readonly receivedAt?: number;
  /** Not fresh: it came while nobody looked, or lay there; shown with its time (F07). */
  readonly late: boolean;
  /** Bytes that stayed in the mailbox because the mail is too large: only its headers and its text are here. */
  readonly leftBytes?: number;
}

/** What became of a mail: in both cases it need not come again. */
export type Disposition = 'delivered' | 'left-out';
