import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openStore } from '../../../src/store/client.js';
import { newKey, open } from './engines.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'isthmus-store-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('a thread that cannot be started rejects and leaves the process alive', async () => {
  const database = { kind: 'sqlite', path: join(folder, 'isthmus.db') } as const;
  const missing = openStore({ database, key: newKey(), workerUrl: new URL('file:///nowhere/worker.js') });
  await expect(missing).rejects.toMatchObject({ code: 'unavailable' });
});

it('a folder that cannot be made rejects with what is wrong', async () => {
  writeFileSync(join(folder, 'file'), '');
  const database = { kind: 'sqlite', path: join(folder, 'file', 'isthmus.db') } as const;
  await expect(open(database, newKey())).rejects.toMatchObject({ name: 'StoreError', code: 'unavailable' });
});

it('a key of the wrong length is refused', async () => {
  const database = { kind: 'sqlite', path: join(folder, 'isthmus.db') } as const;
  await expect(open(database, Buffer.alloc(16))).rejects.toMatchObject({ code: 'wrong-key' });
  const store = await open(database, newKey());
  await store.close();
});
