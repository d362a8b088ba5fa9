import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const FOLDER = new URL('../../unit/email/corpus/', import.meta.url);

/** Names of the ugly mails (`test/unit/email/corpus/README.md`), without `.eml`. */
export const corpusNames: readonly string[] = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.eml'))
  .map((name) => name.slice(0, -'.eml'.length))
  .sort();

/** Bytes of one of them. */
export function corpusBytes(name: string): Buffer {
  return readFileSync(new URL(`${name}.eml`, FOLDER));
}

/** Where the expected result lies beside it. */
export function expectedFile(name: string, kind: string): string {
  return fileURLToPath(new URL(`${name}.${kind}.json`, FOLDER));
}
