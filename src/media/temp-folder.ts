import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { fileErrors } from '../core/media/file-errors.js';
import { GatewayError } from '../gateway/error.js';

/** How much of a file is looked at to see what it is (bytes). */
const SAMPLE_BYTES = 65_536;
/** Nobody else on the machine reads users' files. */
const PRIVATE_FILE = 0o600;
const PRIVATE_FOLDER = 0o700;

/** Bounds of one file on its way in. */
export interface IntakeOptions {
  /** Bytes. */
  readonly maxBytes: number;
  /** How long the source may be silent (ms). */
  readonly silenceTimeoutMs: number;
  /** How long it may take (ms). */
  readonly transferTimeoutMs: number;
  /** Whether the user may still move so many bytes; they count from then on. */
  take(bytes: number): boolean;
}

/** A file that has come in whole. */
export interface TempFile {
  /** Absolute. */
  readonly path: string;
  readonly size: number;
  /** SHA-256 in base64. */
  readonly sha256: string;
  /** Its beginning. */
  readonly sample: Buffer;
  /** Never rejects. */
  remove(): Promise<void>;
}

/** Files on their way, in a folder that lives as long as the process. */
export class TempFolder {
  #used = 0;
  readonly #stopped = new AbortController();

  private constructor(
    private readonly folder: string,
    private readonly maxBytes: number,
  ) {}

  /** What an earlier run has left is removed: nothing in it was finished. */
  static async open(dataFolder: string, maxBytes: number): Promise<TempFolder> {
    const folder = join(dataFolder, 'media', 'moving');
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true, mode: PRIVATE_FOLDER });
    return new TempFolder(folder, maxBytes);
  }

  /** Fires when the process stops. */
  get stopped(): AbortSignal {
    return this.#stopped.signal;
  }

  /**
   * Writes a stream to a file, never holding more than a piece of it; the stream is destroyed either way.
   * @throws {GatewayError} when a bound is reached, or the source fails or is silent too long
   */
  async receive(source: Readable, options: IntakeOptions): Promise<TempFile> {
    const path = join(this.folder, randomUUID());
    const hash = createHash('sha256');
    const beginning: Buffer[] = [];
    let size = 0;
    const remove = async (): Promise<void> => {
      await rm(path, { force: true }).catch(() => undefined);
      this.#used -= size;
      size = 0;
    };
    // A source that fails while nobody reads it must not end the process.
    source.on('error', () => undefined);
    const stop = () => source.destroy(fileErrors.unreadable());
    const silence = setTimeout(stop, options.silenceTimeoutMs);
    const deadline = setTimeout(stop, options.transferTimeoutMs);
    this.stopped.addEventListener('abort', stop);
    try {
      this.stopped.throwIfAborted();
      const file = await open(path, 'wx', PRIVATE_FILE);
      try {
        for await (const piece of source) {
          const bytes: Buffer = typeof piece === 'string' ? Buffer.from(piece) : piece;
          silence.refresh();
          if (size < SAMPLE_BYTES) beginning.push(bytes.subarray(0, SAMPLE_BYTES - size));
          size += bytes.length;
          this.#used += bytes.length;
          if (size > options.maxBytes) throw fileErrors.tooLarge(options.maxBytes);
          if (!options.take(bytes.length)) throw fileErrors.quota();
          if (this.#used > this.maxBytes) throw fileErrors.noSpace();
          hash.update(bytes);
          await file.writeFile(bytes);
        }
      } finally {
        await file.close();
      }
      const total = size;
      return {
        path,
        size: total,
        sha256: hash.digest('base64'),
        sample: Buffer.concat(beginning),
        remove,
      };
    } catch (error) {
      source.destroy();
      await remove();
      throw inWords(error);
    } finally {
      clearTimeout(silence);
      clearTimeout(deadline);
      this.stopped.removeEventListener('abort', stop);
    }
  }

  /** Ends what is under way and removes the folder. Never rejects. */
  async close(): Promise<void> {
    this.#stopped.abort(fileErrors.unreadable());
    await rm(this.folder, { recursive: true, force: true }).catch(() => undefined);
  }
}

function inWords(error: unknown): GatewayError {
  if (error instanceof GatewayError) return error;
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'ENOSPC' || code === 'EDQUOT' ? fileErrors.noSpace() : fileErrors.unreadable();
}
