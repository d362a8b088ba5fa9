import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import type { Pictures } from '../../src/core/profile/pictures.js';
import type { AvatarPicture } from '../../src/xmpp/xep/0084-user-avatar/avatar.js';

/** Pictures without a disk or a decoder: whatever is there is one, unless it is empty. */
export class MemoryPictures implements Pictures {
  readonly #kept = new Map<string, AvatarPicture>();

  async take(source: Readable): Promise<AvatarPicture | undefined> {
    const pieces: Buffer[] = [];
    for await (const piece of source) pieces.push(Buffer.from(piece));
    const data = Buffer.concat(pieces);
    if (data.length === 0) return undefined;
    const picture = { hash: createHash('sha1').update(data).digest('hex'), data, width: 8, height: 8 };
    this.#kept.set(picture.hash, picture);
    return picture;
  }

  async read(hash: string): Promise<AvatarPicture | undefined> {
    return this.#kept.get(hash);
  }

  async forget(hashes: readonly string[]): Promise<void> {
    for (const hash of hashes) this.#kept.delete(hash);
  }
}
