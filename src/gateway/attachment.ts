import type { Readable } from 'node:stream';

/** What is known of a file before anybody has read it; any of it may be untrue. */
export interface FileFacts {
  /** Name without a path; unchecked where it comes from a network. */
  readonly name?: string;
  /** Such as `image/jpeg`. */
  readonly mediaType?: string;
  /** Bytes. */
  readonly size?: number;
  /** Pixels. */
  readonly width?: number;
  readonly height?: number;
}

/** A file that somebody on the network has sent. */
export interface InboundAttachment extends FileFacts {
  /** Starts reading; may be called again after a failure. Rejects with GatewayError. */
  open(): Promise<Readable>;
}

/** A file of the user on its way to the network; the core has checked name, type and size. */
export interface OutboundAttachment {
  readonly name: string;
  readonly mediaType: string;
  readonly size: number;
  readonly width?: number;
  readonly height?: number;
  /** Starts reading; may be called again for another try. */
  open(): Promise<Readable>;
  /** A link that the network's servers can fetch the file from for a while; undefined where there is none. */
  readonly link?: string;
}
