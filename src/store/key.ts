import { randomBytes } from 'node:crypto';
import { open, readFile, stat } from 'node:fs/promises';

/** Bytes of a key for AES-256. */
export const KEY_BYTES = 32;

/** Permission bits of group and others, none of which a key file may have. */
const FOREIGN_BITS = 0o077;

/** A key that cannot be used; the message says what to do. */
export class KeyError extends Error {
  override readonly name = 'KeyError';
}

/** Where a key comes from. */
export type KeySource =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'value'; readonly value: string };

/**
 * The key as text in base64 (or 64 hexadecimal digits).
 * @throws KeyError when it is not exactly 32 bytes.
 */
export function parseKey(text: string, origin: string): Buffer {
  const trimmed = text.trim();
  const encoding = /^[0-9a-f]{64}$/i.test(trimmed) ? 'hex' : 'base64';
  const valid = encoding === 'hex' || /^[A-Za-z0-9+/_-]{43}=?$/.test(trimmed);
  const key = valid ? Buffer.from(trimmed, encoding) : Buffer.alloc(0);
  if (key.length !== KEY_BYTES) {
    throw new KeyError(`${origin} holds no key: expected ${KEY_BYTES} bytes in base64 or hexadecimal`);
  }
  return key;
}

/**
 * Reads the key for stored secrets. Rejects with a KeyError when the file is missing, is readable by group or
 * others, or holds no key.
 */
export async function loadKey(source: KeySource): Promise<Buffer> {
  if (source.kind === 'value') return parseKey(source.value, 'The key in the environment');
  const { path } = source;
  const info = await stat(path).catch((error: NodeJS.ErrnoException) => {
    throw new KeyError(
      error.code === 'ENOENT'
        ? `The key file ${path} does not exist: make one with \`isthmus init\`, or put back the one that the database was written with`
        : `The key file ${path} cannot be read: ${error.message}`,
    );
  });
  if ((info.mode & FOREIGN_BITS) !== 0) {
    const mode = (info.mode & 0o777).toString(8).padStart(4, '0');
    throw new KeyError(
      `The key file ${path} has mode ${mode}: other users may read it. Run: chmod 600 ${path}`,
    );
  }
  const text = await readFile(path, 'utf8').catch((error: Error) => {
    throw new KeyError(`The key file ${path} cannot be read: ${error.message}`);
  });
  return parseKey(text, `The key file ${path}`);
}

/** Makes a file with a new random key, mode 0600. Rejects with EEXIST when the path exists. */
export async function createKeyFile(path: string): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(`${randomBytes(KEY_BYTES).toString('base64')}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
}
