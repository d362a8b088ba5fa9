import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Paths of the files under `folder` whose bytes hold `text` in UTF-8. */
export function filesHolding(folder: string, text: string): readonly string[] {
  const needle = Buffer.from(text);
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => readFileSync(path).includes(needle));
}
