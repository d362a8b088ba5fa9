/**
 * Rows per second into the archive and the inbox, and messages per second through the outbox, through the store's
 * thread, and the CPU that takes on the main thread and in the process.
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
import type { ContactRecord } from '../../src/store/contact-store.js';
import type { MessageRecord, OutboxEntry } from '../../src/store/message-store.js';
import type { ArchiveEntry, Store } from '../../src/store/store.js';

const ROWS = 200_000;
const ROOMS = 20;
const ACCOUNTS = 5_000;
const INBOX_ROWS = 20_000;
const PAGES = 500;
const MESSAGES = 20_000;
/** Messages on their way at the same time. */
const MESSAGES_AT_ONCE = 200;
const CONTACTS_EACH = 100;
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

const DAY_MS = 86_400_000;

function message(account: number, index: number): readonly [MessageRecord, OutboxEntry] {
  const now = Date.now();
  const common = { id: uuidv7(), account, domain: DOMAIN, contact: `+1555${index % 10_000}` };
  const record: MessageRecord = {
    ...{
      ...common,
      kind: 'contact',
      direction: 'out',
      xmppIds: [`x${index}`, uuidv7()],
      networkIds: [],
      receipt: true,
    },
    ...{ author: `user${account}@example.org/phone`, state: 'waiting', detail: '' },
    ...{ createdAt: now, changedAt: now },
  };
  return [record, { ...common, payload: PAYLOAD, attempts: 0, nextAt: now, expiresAt: now + DAY_MS }];
}

/** What becomes of one message of a user on a network with delivery reports. */
async function cycle(store: Store, account: number, index: number): Promise<void> {
  const [record, entry] = message(account, index);
  await store.messages.submit(record, entry);
  const changedAt = Date.now();
  const networkId = `n${index}`;
  await store.messages.change(record.id, {
    ...{ state: 'sent', addNetworkIds: [networkId], changedAt, outbox: 'done' },
  });
  await store.messages.report(DOMAIN, networkId, { outcome: 'delivered', detail: '', time: changedAt });
  await store.messages.change(record.id, { state: 'delivered', changedAt });
}

/** Runs `count` pieces of work, so many at a time. */
async function inLanes(count: number, lanes: number, work: (index: number) => Promise<void>): Promise<void> {
  let next = 0;
  const lane = async () => {
    while (next < count) {
      const index = next;
      next += 1;
      await work(index);
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}

async function runMessages(store: Store): Promise<void> {
  const accounts = await Promise.all(
    Array.from({ length: ACCOUNTS }, async (_, index) => {
      return (await store.accounts.ensure(DOMAIN, `user${index}@example.org`)).id;
    }),
  );
  const owner = (index: number) => accounts[index % ACCOUNTS] ?? 0;
  for (const lanes of [1, MESSAGES_AT_ONCE]) {
    const count = lanes === 1 ? 1_000 : MESSAGES;
    await measure(`messages, ${lanes} at a time`, count, () =>
      inLanes(count, lanes, (index) => cycle(store, owner(index), lanes * MESSAGES + index)),
    );
  }
  await measure(`messages of people, ${MESSAGES_AT_ONCE} at a time`, MESSAGES, () =>
    inLanes(MESSAGES, MESSAGES_AT_ONCE, async (index) => {
      const [record] = message(owner(index), index);
      const { id, account } = record;
      await store.messages.accept(
        { ...record, direction: 'in', state: 'received', networkIds: [`i${index}`] },
        [{ id, account, domain: DOMAIN, stanza: PAYLOAD }],
      );
      store.inbox.confirm([id]);
    }),
  );
  await store.archive.flushed();
  const nobody: Omit<ContactRecord, 'account' | 'contact' | 'name'> = {
    ...{ listed: true, groups: ['Friends'], avatar: '', photo: '', noReply: false, to: true, from: true },
    ...{ pending: '', suggested: false, blocked: false, mutedUntil: 0, approved: true, lastSeen: 0 },
  };
  await measure('contacts put', ACCOUNTS * CONTACTS_EACH, () =>
    inLanes(ACCOUNTS, MESSAGES_AT_ONCE, (index) =>
      store.contacts.put(
        Array.from({ length: CONTACTS_EACH }, (_, at) => {
          return { ...nobody, account: owner(index), contact: `+1555${at}`, name: `Person ${at}` };
        }),
      ),
    ),
  );
  await measure('contacts listed', ACCOUNTS * CONTACTS_EACH, () =>
    inLanes(ACCOUNTS, 1, async (index) => {
      await store.contacts.list(owner(index));
    }),
  );
  await measure('states put once', MESSAGES, () =>
    inLanes(MESSAGES, MESSAGES_AT_ONCE, async (index) => {
      await store.states.putIfAbsent(DOMAIN, 'seen', { key: `k${index}`, value: '1' });
    }),
  );
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
await runMessages(store);
await run(store);
await store.close();
rmSync(folder, { recursive: true, force: true });
