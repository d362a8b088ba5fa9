import { createCipheriv, createDecipheriv, randomBytes, randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { GatewayError } from '../../../src/gateway/error.js';
import type { RawMail } from './raw-mail.js';

const CIPHER = 'aes-256-ctr';
const PRIVATE_FILE = 0o600;
const PRIVATE_FOLDER = 0o700;

/** Bounds of what is on its way, in bytes. */
export interface SpoolLimits {
  /** One mail. */
  readonly maxBytes: number;
  /** All mails together. */
  readonly totalBytes: number;
  /** A mail up to this size stays in memory. */
  readonly memoryBytes: number;
}

/**
 * Mails on their way. Large ones lie on disk, encrypted by a key that is gone with the process: what a crash leaves
 * behind is nobody's to read.
 */
export class Spool {
  #used = 0;
  #ready: Promise<void> | undefined;

  constructor(
    private readonly folder: string,
    private readonly limits: SpoolLimits,
  ) {}

  /** Bytes of all mails that lie here. */
  get used(): number {
    return this.#used;
  }

  /**
   * Takes a stream in; it is destroyed when it is refused.
   * @throws {GatewayError} `too-long` over the limit of one mail, `limit` (retryable) when the spool or the disk is full
   *   or cannot be written; else what made the source fail
   */
  async receive(source: Readable): Promise<RawMail> {
    const pieces: Buffer[] = [];
    let size = 0;
    const count = (piece: Buffer): void => {
      size += piece.length;
      this.#used += piece.length;
      if (size > this.limits.maxBytes) throw new GatewayError('too-long', { key: 'email-mail-too-large' });
      if (this.#used > this.limits.totalBytes) throw spoolFull();
    };
    const iterator = source[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
    try {
      for (;;) {
        const next = await iterator.next();
        if (next.done) return this.#inMemory(pieces, size);
        count(next.value);
        pieces.push(next.value);
        if (size > this.limits.memoryBytes) break;
      }
      const rest = async function* (): AsyncGenerator<Buffer> {
        yield* pieces.splice(0);
        for (let next = await iterator.next(); !next.done; next = await iterator.next()) {
          count(next.value);
          yield next.value;
        }
      };
      return await this.#onDisk(rest(), () => size);
    } catch (error) {
      this.#used -= size;
      source.destroy();
      throw error;
    }
  }

  #inMemory(pieces: readonly Buffer[], size: number): RawMail {
    let whole: Buffer | undefined = Buffer.concat(pieces);
    return {
      size,
      open: () =>
        Readable.from(whole === undefined || whole.length === 0 ? [] : [whole], { objectMode: false }),
      remove: async () => {
        if (whole !== undefined) this.#used -= size;
        whole = undefined;
      },
    };
  }

  async #onDisk(source: AsyncIterable<Buffer>, sizeOf: () => number): Promise<RawMail> {
    const path = join(this.folder, randomUUID());
    const key = randomBytes(32);
    const start = randomBytes(16);
    let broken: { readonly error: unknown } | undefined;
    const watched = async function* (): AsyncGenerator<Buffer> {
      try {
        yield* source;
      } catch (error) {
        broken = { error };
        throw error;
      }
    };
    try {
      await this.#prepare();
      await pipeline(
        watched,
        createCipheriv(CIPHER, key, start),
        createWriteStream(path, { mode: PRIVATE_FILE }),
      );
    } catch (error) {
      await rm(path, { force: true }).catch(() => undefined);
      // What the disk refuses says nothing of the mail: it is to come again.
      throw broken?.error === error ? error : spoolFull();
    }
    const size = sizeOf();
    let there = true;
    return {
      size,
      open: () => {
        const plain = createDecipheriv(CIPHER, key, start);
        const file = createReadStream(path);
        file.once('error', (error) => plain.destroy(error));
        plain.once('close', () => file.destroy());
        return file.pipe(plain);
      },
      remove: async () => {
        if (there) this.#used -= size;
        there = false;
        await rm(path, { force: true }).catch(() => undefined);
      },
    };
  }

  /** What an earlier run has left cannot be read any more. */
  #prepare(): Promise<void> {
    this.#ready ??= (async () => {
      await rm(this.folder, { recursive: true, force: true });
      await mkdir(this.folder, { recursive: true, mode: PRIVATE_FOLDER });
    })();
    this.#ready.catch(() => {
      this.#ready = undefined;
    });
    return this.#ready;
  }
}

function spoolFull(): GatewayError {
  return new GatewayError('limit', { key: 'email-spool-full' }, 'not-sent', true);
}
