import { randomBytes } from 'node:crypto';
import { link, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { fileErrors } from '../core/media/file-errors.js';
import type { ServedFile, ServedFiles } from '../http/media-routes.js';

/** 192 bits: nobody finds a file by trying. */
const TOKEN_BYTES = 24;
const TOKEN = /^[A-Za-z0-9_-]{32}$/;
const SIDECAR = '.json';
const PRIVATE_FILE = 0o600;
const PRIVATE_FOLDER = 0o700;
/** How often what has expired is removed (ms). */
const SWEEP_EVERY_MS = 600_000;
const HOUR_MS = 3_600_000;

/** What stands beside each file. */
const sidecar = z.object({
  name: z.string(),
  mediaType: z.string(),
  size: z.number().int().min(0),
  /** Whose conversation it is of: it goes with his registration. */
  domain: z.string(),
  owner: z.string(),
  createdAt: z.number(),
  expiresAt: z.number(),
});

/** A file to be served, with whose it is. */
export interface NewLink {
  readonly name: string;
  readonly mediaType: string;
  readonly size: number;
  /** Gateway domain. */
  readonly domain: string;
  /** Prepared bare JID. */
  readonly owner: string;
}

/** Bounds of what is served. */
export interface LinkLimits {
  readonly linkHours: number;
  /** Beyond it the oldest goes. */
  readonly linkBytes: number;
}

type Entry = z.infer<typeof sidecar> & { readonly path: string };

/** Files that the gateway serves itself, by unguessable tokens, until they expire; they outlive a restart. */
export class LinkStore implements ServedFiles {
  /** Oldest first. */
  readonly #entries = new Map<string, Entry>();
  #bytes = 0;
  #sweeping: NodeJS.Timeout | undefined;

  private constructor(
    private readonly folder: string,
    private readonly limits: LinkLimits,
  ) {}

  /** Reads what is there; what has expired or is not whole is removed. */
  static async open(dataFolder: string, limits: LinkLimits): Promise<LinkStore> {
    const folder = join(dataFolder, 'media', 'links');
    await mkdir(folder, { recursive: true, mode: PRIVATE_FOLDER });
    const store = new LinkStore(folder, limits);
    await store.#load();
    await store.#sweep();
    store.#sweeping = setInterval(() => void store.#sweep(), SWEEP_EVERY_MS);
    store.#sweeping.unref();
    return store;
  }

  find(token: string): ServedFile | undefined {
    const entry = TOKEN.test(token) ? this.#entries.get(token) : undefined;
    return entry && entry.expiresAt > Date.now() ? entry : undefined;
  }

  /**
   * Keeps a second name of the file at `path`, which must lie on the same disk; returns the token.
   * @throws {GatewayError} when there is no room
   */
  async add(path: string, file: NewLink): Promise<string> {
    if (file.size > this.limits.linkBytes) throw fileErrors.noSpace();
    await this.#makeRoom(file.size);
    const token = randomBytes(TOKEN_BYTES).toString('base64url');
    const target = join(this.folder, token);
    const createdAt = Date.now();
    const entry = { ...file, createdAt, expiresAt: createdAt + this.limits.linkHours * HOUR_MS };
    try {
      await link(path, target);
      // Renamed into place: a sidecar that is there is whole.
      await writeFile(`${target}.new`, JSON.stringify(entry), { mode: PRIVATE_FILE });
      await rename(`${target}.new`, target + SIDECAR);
    } catch {
      for (const end of ['', '.new']) await rm(target + end, { force: true }).catch(() => undefined);
      throw fileErrors.noSpace();
    }
    this.#entries.set(token, { ...entry, path: target });
    this.#bytes += file.size;
    return token;
  }

  /** Removes everything of one user. */
  async forget(domain: string, owner: string): Promise<void> {
    for (const [token, entry] of this.#entries)
      if (entry.owner === owner && entry.domain === domain) await this.#remove(token, entry);
  }

  /** Stops the clock; the files stay. */
  close(): void {
    clearInterval(this.#sweeping);
  }

  async #load(): Promise<void> {
    const names = await readdir(this.folder);
    const found: [string, Entry][] = [];
    for (const name of names) {
      const token = name.slice(0, -SIDECAR.length);
      if (!name.endsWith(SIDECAR) || !TOKEN.test(token)) continue;
      const entry = await readEntry(join(this.folder, token));
      if (entry) found.push([token, entry]);
    }
    found.sort(([, a], [, b]) => a.createdAt - b.createdAt);
    for (const [token, entry] of found) {
      this.#entries.set(token, entry);
      this.#bytes += entry.size;
    }
    for (const name of names) {
      const token = name.endsWith(SIDECAR) ? name.slice(0, -SIDECAR.length) : name;
      if (!this.#entries.has(token)) await rm(join(this.folder, name), { recursive: true, force: true });
    }
  }

  async #sweep(): Promise<void> {
    const now = Date.now();
    for (const [token, entry] of this.#entries) if (entry.expiresAt <= now) await this.#remove(token, entry);
    await this.#makeRoom(0);
  }

  async #makeRoom(bytes: number): Promise<void> {
    for (const [token, entry] of this.#entries) {
      if (this.#bytes + bytes <= this.limits.linkBytes) return;
      await this.#remove(token, entry);
    }
  }

  async #remove(token: string, entry: Entry): Promise<void> {
    if (!this.#entries.delete(token)) return;
    this.#bytes -= entry.size;
    // A download under way keeps its open file. What cannot be removed now goes at the next start.
    for (const end of [SIDECAR, '']) await rm(entry.path + end, { force: true }).catch(() => undefined);
  }
}

async function readEntry(path: string): Promise<Entry | undefined> {
  try {
    const entry = sidecar.parse(JSON.parse(await readFile(path + SIDECAR, 'utf8')));
    const { size } = await stat(path);
    return size === entry.size ? { ...entry, path } : undefined;
  } catch {
    return undefined;
  }
}
