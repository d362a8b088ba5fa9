import { existsSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import type { Config } from '../../config/schema.js';
import { createKeyFile, loadKey, parseKey } from '../../store/key.js';
import { withStore } from '../open-store.js';
import type { Terminal } from '../terminal.js';
import { UserError } from '../user-error.js';

/** Encrypts stored secrets with a new key. The old one is kept beside it, since older backups need it. */
export async function rotateKey(config: Config, terminal: Terminal): Promise<number> {
  const { key } = config.data;
  if (key.kind === 'value') return rotateInEnvironment(config, terminal);
  const next = `${key.path}.new`;
  // One that is there is of a rotation cut short: the database may be encrypted with either.
  if (!existsSync(next)) await createKeyFile(next);
  const newKey = await loadKey({ kind: 'file', path: next });
  const count = await withStore(config, (store) => store.rotateKey(newKey), [newKey]);
  const old = `${key.path}.${new Date().toISOString().replaceAll(/[-:.]/g, '')}.old`;
  await rename(key.path, old);
  await rename(next, key.path);
  terminal.print(`Done: the secrets of ${count} accounts are encrypted with the new key in ${key.path}.`);
  terminal.print(`The old key is ${old}; destroy it when no backup needs it any more.`);
  return 0;
}

async function rotateInEnvironment(config: Config, terminal: Terminal): Promise<number> {
  const text = process.env.ISTHMUS_NEW_KEY;
  if (text === undefined) {
    throw new UserError(
      'The key is in the environment: put a new one into ISTHMUS_NEW_KEY (openssl rand -base64 32) and run this again.',
    );
  }
  const newKey = parseKey(text, 'ISTHMUS_NEW_KEY');
  const count = await withStore(config, (store) => store.rotateKey(newKey), [newKey]);
  terminal.print(
    `Done: the secrets of ${count} accounts are encrypted with the new key. Make it ISTHMUS_KEY now.`,
  );
  return 0;
}
