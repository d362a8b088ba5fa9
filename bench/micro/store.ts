/**
 * Rows per second into the archive and the inbox through the store's thread, and the CPU that takes on the main
 * thread and in the process.
 *
 * npm run build && npx tsc -p bench/micro/tsconfig.json && node dist/micro/bench/micro/store.js [postgres URL]
 */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { v7 as uuidv7 } from 'uuid';
import { openStore } from '../../src/store/client.js';
import type { ArchiveEntry, Store } from '../../src/store/store.js';

const ROWS = 200_000;
const ROOMS = 20;
const ACCOUNTS = 5_000;
const INBOX_ROWS = 20_000;
const PAGES = 500;
const DOMAIN = 'irc.example.org';
const PAYLOAD = `<body>${'lorem ipsum dolor '.repeat(8)}</body><occupant-id xmlns="urn:xmpp:occupant-id:0" id="0123456789abcdef"/>`;

interface Figures {
  readonly perSecond: number;
  /** Microseconds per row of the whole process. */
  readonly cpu: number;
  /** Milliseconds in which the main thread was busy or blocked. */
  readonly busy: number;
}

async function measure(name: string, rows: number, work: () => Promise<void>): Promise<Figures> {
  const loop = performance.eventLoopUtilization();
  const cpu = process.cpuUsage();
  const start = performance.now();
  await work();
  const elapsed = performance.now() - start;
  const { user, system } = process.cpuUsage(cpu);
  const figures = {
    perSecond: Math.round((rows / elapsed) * 1_000),
    cpu: (user + system) / rows,
    busy: performance.eventLoopUtilization(loop).active,
  };
  console.log(
    `${name.padEnd(34)} ${String(figures.perSecond).padStart(8)}/s  ${figures.cpu.toFixed(1).padStart(6)} µs CPU each` +
      `  main thread ${((figures.busy / rows) * 1_000).toFixed(1).padStart(5)} µs each`,
  );
  return figures;
}

async function appendAll(store: Store, entries: readonly ArchiveEntry[]): Promise<void> {
  for (const entry of entries) if (!store.archive.append(entry)) await store.archive.drained();
  await store.archive.flushed();
}

async function run(store: Store): Promise<void> {
  const owners = Array.from({ length: ACCOUNTS }, (_, index) => `user${index}@example.org`);
  let accounts: readonly number[] = [];
  await measure('accounts made', ACCOUNTS, async () => {
    accounts = (await Promise.all(owners.map((owner) => store.accounts.ensure(DOMAIN, owner)))).map(
      ({ id }) => id,
    );
  });
  const rooms = await Promise.all(
    Array.from({ length: ROOMS }, (_, index) => store.archive.roomKey(DOMAIN, `#room${index}`)),
  );
  const first = uuidv7();
  await measure('spans opened', ACCOUNTS * 2, async () => {
    for (const account of accounts)
      for (const room of rooms.slice(0, 2)) store.archive.openSpan(account, room, first);
    await store.archive.flushed();
  });
  const entries = Array.from({ length: ROWS }, (_, index): ArchiveEntry => {
    const room = rooms[index % ROOMS] ?? 0;
    return {
      ...{ id: uuidv7(), room, time: Date.now(), nick: `nick${index % 50}`, type: 'message' },
      ...{ messageId: `message${index}`, payload: PAYLOAD },
    };
  });
  await measure('archive rows', ROWS, () => appendAll(store, entries));
  const rows = Array.from({ length: INBOX_ROWS }, (_, index) => ({
    ...{ id: `inbox${index}`, account: accounts[0] ?? 0, domain: DOMAIN, stanza: PAYLOAD },
  }));
  await measure('inbox rows, all at once', INBOX_ROWS, async () => {
    await Promise.all(rows.map((row) => store.inbox.append(row)));
  });
  await measure('inbox rows confirmed', INBOX_ROWS, async () => {
    store.inbox.confirm(rows.map(({ id }) => id));
    await store.archive.flushed();
  });
  await measure('inbox rows, one after the other', 1_000, async () => {
    for (const row of rows.slice(0, 1_000)) await store.inbox.append(row);
  });
  const account = accounts[0] ?? 0;
  const room = rooms[0] ?? 0;
  await measure('pages of 50, last first', PAGES, async () => {
    let before = '';
    for (let index = 0; index < PAGES; index += 1) {
      const page = await store.archive.page({ account, room, limit: 50, before });
      before = page?.entries[0]?.id ?? '';
    }
  });
}

const url = process.argv[2];
const folder = mkdtempSync(join(tmpdir(), 'isthmus-bench-'));
const store = await openStore({
  database: url ? { kind: 'postgres', url } : { kind: 'sqlite', path: join(folder, 'isthmus.db') },
  key: randomBytes(32),
  domains: [DOMAIN],
  // of the ordinary build
  workerUrl: new URL('../../../src/store/worker.js', import.meta.url),
});
await run(store);
await store.close();
rmSync(folder, { recursive: true, force: true });
