import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { openStore } from '../../src/store/client.js';
import type { LoggedIn } from '../stubs/telegram-world.js';
import { databaseOf, keyOf } from '../subjects/isthmus.js';
import { SERVER_DOMAIN, TELEGRAM_DOMAIN } from '../subjects/subject.js';

/** As built, like the program that is measured. */
const STORE_THREAD = 'dist/src/store/worker.js';

/**
 * Gives users accounts, as if each had logged in: a thousand logins by number and code would take longer than all the
 * rest. Written by the program's own store, while the gateway does not run.
 */
export async function writeAccounts(
  dataFolder: string,
  first: number,
  accounts: readonly LoggedIn[],
): Promise<void> {
  const store = await openStore({
    workerUrl: pathToFileURL(resolve(STORE_THREAD)),
    database: { kind: 'sqlite', path: databaseOf(dataFolder) },
    key: Buffer.from(keyOf(dataFolder), 'hex'),
  });
  try {
    for (const [index, { user, session }] of accounts.entries()) {
      const { id } = await store.accounts.ensure(TELEGRAM_DOMAIN, `u${first + index}@${SERVER_DOMAIN}`);
      const settings = { user, bot: false };
      await store.accounts.update(id, { registered: true, settings, secrets: { session } });
    }
  } finally {
    await store.close();
  }
}
