import type { Readable } from 'node:stream';
import type { Mailbox } from './mail-address.js';

/**
 * A mail taken apart: bounded, decoded to Unicode, everything in it still the sender's word. Texts have `\n` line ends
 * and no NUL or other control characters but tabs; headers are one line each, unfolded.
 */
export interface ParsedMail {
  readonly headers: MailHeaders;
  /** Without angle brackets; undefined where there is none, or none that could be an id. */
  readonly messageId?: string;
  /** UTC milliseconds, as the sender claims. */
  readonly date?: number;
  readonly from?: Mailbox;
  /** Where answers go (Reply-To), else empty. */
  readonly replyTo: readonly Mailbox[];
  readonly to: readonly Mailbox[];
  readonly cc: readonly Mailbox[];
  readonly subject: string;
  /** Message-IDs without angle brackets, the nearest ancestor last (RFC 5322 §3.6.4); In-Reply-To included. */
  readonly references: readonly string[];
  readonly inReplyTo?: string;
  /** Leaves of the MIME tree in their order, `multipart/alternative` resolved by `alternatives`. */
  readonly parts: readonly MailPart[];
  /** The outermost type: `multipart/report`, `multipart/encrypted`, `text/plain`; lower case. */
  readonly type: string;
  /** Parameters of that type, such as `report-type`, `protocol`; lower-case names. */
  readonly typeParameters: Readonly<Record<string, string>>;
  /** Bounds that it went over; what is beyond them is left out. */
  readonly cut: readonly MailBound[];
}

/** Bounds of a mail (`ParseLimits`). */
export type MailBound = 'depth' | 'parts' | 'header' | 'text';

/** All values of a header in their order, RFC 2047 decoded; names in any case. */
export interface MailHeaders {
  first(name: string): string | undefined;
  all(name: string): readonly string[];
}

/** A leaf of the MIME tree. */
export interface MailPart {
  /** Of this part alone: chat mail puts a picture there, a reaction is told by Content-Disposition (RFC 9078 §2). */
  readonly headers: MailHeaders;
  /** Such as `text/plain`; lower case. */
  readonly type: string;
  readonly parameters: Readonly<Record<string, string>>;
  /** Content-Disposition, where it is one of the two. */
  readonly disposition?: 'inline' | 'attachment';
  readonly fileName?: string;
  /** Without angle brackets. */
  readonly contentId?: string;
  readonly description?: string;
  /** Path of the enclosing multiparts, outermost first: `multipart/mixed`, `multipart/alternative`. */
  readonly within: readonly string[];
  /** Number of the enclosing `multipart/alternative`, for choosing one of its leaves. */
  readonly alternative?: number;
  /** Which of the alternatives of that one it belongs to, from 0, the plainest first: one may have several leaves. */
  readonly branch?: number;
  /** Decoded bytes, where it was counted. */
  readonly size?: number;
  /**
   * Of text that is no attachment: decoded to Unicode, `format=flowed` undone (RFC 3676), within the limit. Also of
   * `message/delivery-status`, `message/disposition-notification`, `text/rfc822-headers`, their `message/global-…`
   * forms (RFC 6533), `text/calendar`, `text/vcard`, `text/x-vcard` and the headers of `message/rfc822` in a report.
   */
  readonly text?: string;
  /** Decoded bytes; reads the mail again. Rejects with GatewayError when it is gone. */
  open(): Promise<Readable>;
}
