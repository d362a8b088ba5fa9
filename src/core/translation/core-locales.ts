import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { LocaleSources } from './fluent-translator.js';

const EXTENSION = '.ftl';

/** The core's own sentences, from the files beside the code. Blocks: call it at the start. @throws {Error} of the file system */
export function loadCoreLocales(): LocaleSources {
  return loadLocales(new URL('../locales/', import.meta.url));
}

/** Every `<language>.ftl` of a folder, by language. @throws {Error} of the file system */
function loadLocales(folder: URL): LocaleSources {
  const names = readdirSync(folder).filter((name) => name.endsWith(EXTENSION));
  return Object.fromEntries(
    names.map((name) => [basename(name, EXTENSION), readFileSync(new URL(name, folder), 'utf8')]),
  );
}
