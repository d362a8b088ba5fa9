import type { Readable } from 'node:stream';

/** A mail as it came, whole; bytes with CRLF line ends as on the wire (RFC 5322 §2.3), whatever else is in them. */
export interface RawMail {
  /** Bytes. */
  readonly size: number;
  /** Starts reading; may be called several times, also at once. */
  open(): Readable;
  /** Forgets it. Never rejects. */
  remove(): Promise<void>;
}
