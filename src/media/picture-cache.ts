import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { Pictures } from '../core/profile/pictures.js';
import type { Log } from '../gateway/gateway.js';
import type { AvatarPicture } from '../xmpp/xep/0084-user-avatar/avatar.js';
import { realMediaType } from './media-type.js';
import type { MediaLimits } from './options.js';
import type { PictureDesk } from './picture.js';
import type { TempFolder } from './temp-folder.js';

/** Nobody else on the machine looks at users' contacts. */
const PRIVATE_FILE = 0o600;
const PRIVATE_FOLDER = 0o700;

/** `<SHA-1>-<width>x<height>.png` */
const NAME = /^([0-9a-f]{40})-(\d{1,5})x(\d{1,5})\.png$/;

/** A picture on disk. */
interface Kept {
  readonly name: string;
  readonly size: number;
  readonly width: number;
  readonly height: number;
}

/** Small pictures of people in a folder, named by their content. */
export class PictureCache implements Pictures {
  /** Longest not asked for first. */
  readonly #kept = new Map<string, Kept>();
  #bytes = 0;

  private constructor(
    private readonly folder: string,
    private readonly limits: MediaLimits,
    private readonly temp: TempFolder,
    private readonly desk: PictureDesk,
    private readonly log: Log,
  ) {}

  /** Takes over what is there. @throws {Error} when the folder cannot be made or read */
  static async open(
    dataFolder: string,
    limits: MediaLimits,
    temp: TempFolder,
    desk: PictureDesk,
    log: Log,
  ): Promise<PictureCache> {
    const folder = join(dataFolder, 'media', 'pictures');
    await mkdir(folder, { recursive: true, mode: PRIVATE_FOLDER });
    const cache = new PictureCache(folder, limits, temp, desk, log);
    await cache.#takeOver();
    return cache;
  }

  async take(source: Readable): Promise<AvatarPicture | undefined> {
    try {
      const { avatarSourceBytes: maxBytes, silenceTimeoutMs, transferTimeoutMs } = this.limits;
      const file = await this.temp.receive(source, {
        maxBytes,
        silenceTimeoutMs,
        transferTimeoutMs,
        take: () => true,
      });
      try {
        const small = await this.desk.makeSmall(
          file.path,
          await realMediaType(file.sample, undefined),
          this.limits,
        );
        if (!small) return undefined;
        const picture = { ...small, hash: createHash('sha1').update(small.data).digest('hex') };
        await this.#keep(picture);
        return picture;
      } finally {
        await file.remove();
      }
    } catch (error) {
      this.log.debug({ err: error }, 'a picture could not be taken');
      return undefined;
    }
  }

  async read(hash: string): Promise<AvatarPicture | undefined> {
    const kept = this.#kept.get(hash);
    if (!kept) return undefined;
    try {
      const data = await readFile(join(this.folder, kept.name));
      if (createHash('sha1').update(data).digest('hex') !== hash) throw new Error('a picture has changed');
      if (this.#kept.delete(hash)) this.#kept.set(hash, kept);
      return { hash, data, width: kept.width, height: kept.height };
    } catch {
      await this.#remove(hash); // It is fetched again.
      return undefined;
    }
  }

  async forget(hashes: readonly string[]): Promise<void> {
    for (const hash of hashes) await this.#remove(hash);
  }

  /** A disk that is full costs the cache, not the picture. */
  async #keep({ hash, data, width, height }: AvatarPicture): Promise<void> {
    if (this.#kept.has(hash)) return;
    const name = `${hash}-${width}x${height}.png`;
    const part = join(this.folder, `${randomUUID()}.part`);
    try {
      await writeFile(part, data, { mode: PRIVATE_FILE });
      await rename(part, join(this.folder, name));
    } catch (error) {
      this.log.warn({ err: error }, 'a picture could not be kept on disk');
      await rm(part, { force: true }).catch(() => undefined);
      return;
    }
    this.#add(hash, { name, size: data.length, width, height });
    await this.#shrink();
  }

  #add(hash: string, kept: Kept): void {
    if (this.#kept.has(hash)) return;
    this.#kept.set(hash, kept);
    this.#bytes += kept.size;
  }

  async #shrink(): Promise<void> {
    for (const hash of this.#kept.keys()) {
      if (this.#bytes <= this.limits.avatarCacheBytes) return;
      await this.#remove(hash);
    }
  }

  async #remove(hash: string): Promise<void> {
    const kept = this.#kept.get(hash);
    if (!kept) return;
    this.#kept.delete(hash);
    this.#bytes -= kept.size;
    await rm(join(this.folder, kept.name), { force: true }).catch((error: unknown) => {
      this.log.warn({ err: error }, 'a picture could not be removed from disk');
    });
  }

  /** Oldest first; what a crash has left unfinished goes. */
  async #takeOver(): Promise<void> {
    const found: { readonly hash: string; readonly kept: Kept; readonly time: number }[] = [];
    for (const name of await readdir(this.folder)) {
      const [, hash, width, height] = NAME.exec(name) ?? [];
      const path = join(this.folder, name);
      if (hash === undefined) {
        await rm(path, { force: true, recursive: true });
        continue;
      }
      const { size, mtimeMs: time } = await stat(path);
      found.push({ hash, kept: { name, size, width: Number(width), height: Number(height) }, time });
    }
    for (const { hash, kept } of found.sort((a, b) => a.time - b.time)) this.#add(hash, kept);
    await this.#shrink();
  }
}
