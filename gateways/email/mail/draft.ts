import type { OutboundAttachment } from '../../../src/gateway/attachment.js';
import type { Mailbox } from './mail-address.js';

/** A mail of a user that is about to be written. */
export interface Draft {
  /** Without angle brackets; the same at every try. */
  readonly messageId: string;
  readonly from: Mailbox;
  readonly to: readonly Mailbox[];
  readonly cc?: readonly Mailbox[];
  /** One line; made harmless by the writer all the same (F26). */
  readonly subject: string;
  /** With XEP-0393 styling as typed unless `unstyled`; `\n` line ends. */
  readonly text: string;
  readonly unstyled?: boolean;
  /** Also as HTML, by the user's setting. */
  readonly html?: boolean;
  readonly inReplyTo?: string;
  /** The nearest ancestor last. */
  readonly references?: readonly string[];
  readonly attachments: readonly OutboundAttachment[];
  /** UTC milliseconds. */
  readonly date: number;
  /**
   * More headers, such as those of chat mail; values made harmless by the writer, words longer than a line broken by
   * spaces (base64). Headers that every mail has, or that servers write, are left out.
   */
  readonly headers?: Readonly<Record<string, string>>;
  /** The user's out-of-office or another mail that no person has written (RFC 3834 §5). */
  readonly automatic?: boolean;
}

/** Where a mail goes on the way (RFC 5321 §2.3.1). */
export interface Envelope {
  /** Return path; for the gateway's own domain an address that finds the message again. */
  readonly from: string;
  readonly to: readonly string[];
}
