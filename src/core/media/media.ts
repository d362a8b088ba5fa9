import type { FileFacts, InboundAttachment, OutboundAttachment } from '../../gateway/attachment.js';
import type { MediaFacet } from '../../gateway/session.js';
import type { Text } from '../../gateway/text.js';
import type { Pictures } from '../profile/pictures.js';

/** Whose file it is: limits are per user. */
export interface FileOwner {
  /** Prepared bare JID. */
  readonly owner: string;
}

/** A small picture of a file, inside the stanza itself. */
export interface Thumbnail {
  /** A `data:` URI. */
  readonly uri: string;
  readonly mediaType: string;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
}

/** A file of the network that the user's clients can fetch. */
export interface PublishedFile {
  readonly kind: 'file';
  /** Plain ASCII, as it goes into the body. */
  readonly url: string;
  /** Harmless: no path, no control or direction characters, an extension that fits the type. */
  readonly name: string;
  /** What the file really is, as far as its content tells. */
  readonly mediaType: string;
  /** Bytes. */
  readonly size: number;
  /** SHA-256 in base64 (XEP-0300). */
  readonly sha256: string;
  /** Pixels, upright as a viewer turns it. */
  readonly width?: number;
  readonly height?: number;
  readonly thumbnail?: Thumbnail;
}

/** In place of a file that cannot be shown. */
export interface FileNotice {
  readonly kind: 'notice';
  /** What came. */
  readonly text: Text;
  /** Why it cannot be shown. */
  readonly reason: Text;
}

/** A link that the user has sent, with what his client says of the file; all of it unchecked. */
export interface LinkedFile extends FileFacts {
  readonly url: string;
}

/** Files that lie ready for the network. */
export interface OpenedFiles {
  readonly attachments: readonly OutboundAttachment[];
  /** Removes them; to be called when sending has ended either way. Never rejects. */
  close(): Promise<void>;
}

/** Files both ways. Nothing is held in memory whole; limits per user are kept inside. */
export interface Media {
  /** Pictures of people. */
  readonly pictures: Pictures;
  /**
   * Takes a file over from the network and puts it where the user's clients can fetch it: on his server
   * (XEP-0363), else on the gateway's own HTTP server.
   * @throws {GatewayError} only when the gateway stops: nothing has been done, the network should bring it again
   */
  publish(account: FileOwner, attachment: InboundAttachment): Promise<PublishedFile | FileNotice>;
  /**
   * Fetches what the user's links lead to; `network` is what it takes, by what the files really are.
   * @throws {GatewayError} for the first that cannot be had, may not be asked for (G05) or is too large; nothing
   *   is left behind then, and the links can be sent as text
   */
  openFiles(account: FileOwner, files: readonly LinkedFile[], network?: MediaFacet): Promise<OpenedFiles>;
  /** Removes what the gateway itself serves for the user: his registration is gone. */
  forget(account: FileOwner): Promise<void>;
}
