import type { Readable } from 'node:stream';
import type { AvatarPicture } from '../../xmpp/xep/0084-user-avatar/avatar.js';

/**
 * Small pictures of people, kept once however many users see them, up to a size beyond which the oldest go. Never
 * reject: a picture is worth no failure.
 */
export interface Pictures {
  /** Reads a picture, makes it small and keeps it; undefined for what is none, is damaged, or is too much to decode. */
  take(source: Readable): Promise<AvatarPicture | undefined>;
  /** By its SHA-1; undefined when it is not kept any more. */
  read(hash: string): Promise<AvatarPicture | undefined>;
  /** Removes pictures from the disk. */
  forget(hashes: readonly string[]): Promise<void>;
}
