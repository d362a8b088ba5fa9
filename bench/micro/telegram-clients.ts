/*
 * What idle Telegram accounts cost: each connected to the test server, in a process of its own, with 200 conversations
 * that it has heard of once, and then one message for each account.
 *
 *   npx tsc -p bench/micro/tsconfig.json && node --expose-gc dist/micro/bench/micro/telegram-clients.js [accounts]
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { TgClient } from '../../gateways/telegram/client/client.js';
import { createClient } from '../../gateways/telegram/client/gramjs/gramjs-client.js';
import { formatSession } from '../../gateways/telegram/client/gramjs/session.js';
import { DEFAULT_LIMITS } from '../../gateways/telegram/client/options.js';
import { Turns } from '../../gateways/telegram/client/turns.js';
import { TelegramServer } from '../../test/servers/telegram/telegram-server.js';
import { post } from '../../test/servers/telegram/world/posting.js';
import type { Person } from '../../test/servers/telegram/world/world.js';

const ACCOUNTS = 1_000;
const CONVERSATIONS = 200;
/** What they load and compile is not counted. */
const FIRST = 20;
const KIB = 1_024;
const MICROS = 1_000_000;
const REST_MS = 5_000;
/** Two signs of life of each. */
const IDLE_MS = 120_000;

interface Served {
  readonly port: number;
  readonly publicKey: string;
  readonly sessions: readonly string[];
}

async function serve(accounts: number): Promise<void> {
  const server = await TelegramServer.start({ centres: 1 });
  const friends = Array.from({ length: CONVERSATIONS }, (_, index) =>
    server.world.addPerson({ firstName: `Friend ${index}`, lastName: 'of many', username: `friend${index}` }),
  );
  const people = Array.from({ length: accounts }, (_, index) => {
    const person = server.world.addPerson({ firstName: `Person ${index}` });
    for (const friend of friends) post(server, friend, person, { text: 'hello' });
    return person;
  });
  const sessionOf = (person: Person): string =>
    formatSession({
      ...{ home: 1, me: `u${person.id}`, bot: false },
      keys: new Map([[1, { key: server.logIn(person), authorised: true }]]),
    });
  const port = server.centres[0]?.port ?? 0;
  process.send?.({ port, publicKey: server.key.pem, sessions: people.map(sessionOf) } satisfies Served);
  process.on('message', () => {
    for (const person of people) if (friends[0]) post(server, friends[0], person, { text: 'still there?' });
  });
  process.on('disconnect', () => process.exit());
}

async function watch({ port, publicKey, sessions }: Served, ask: () => void): Promise<void> {
  let heard = 0;
  const turns = new Turns({ atOnce: 100, perSecond: 1_000 });
  const quiet = (): void => undefined;
  const make = (session: string): TgClient =>
    createClient({
      ...{ api: { id: 1, hash: 'bench' }, session, proxies: [] },
      device: { model: 'bench', system: 'bench', app: '1', language: 'en' },
      hashes: { load: async () => undefined, save: async () => undefined },
      listener: {
        event: ({ type }) => {
          if (type === 'message') heard += 1;
          return undefined;
        },
        ...{ state: quiet, lost: quiet, session: quiet, reached: quiet, channelReached: quiet },
      },
      network: {
        servers: { endpoints: [{ centre: 1, host: '127.0.0.1', port }], publicKey },
        ...{ ipv6: false, limits: DEFAULT_LIMITS, turns, resolve: async (host) => host },
      },
    });
  const connect = async (some: readonly string[]): Promise<readonly TgClient[]> => {
    const clients: TgClient[] = [];
    for (const session of some) {
      const client = make(session);
      clients.push(client);
      await client.start(undefined, new Map());
      await client.dialogs(CONVERSATIONS);
    }
    return clients;
  };
  await connect(sessions.slice(0, FIRST));
  const count = sessions.length - FIRST;
  const before = await atRest();
  const started = Date.now();
  const clients = await connect(sessions.slice(FIRST));
  console.log(`${count} accounts connected, with their conversations, in ${seconds(started)} s`);
  const after = await atRest();
  for (const what of ['rss', 'heapUsed', 'external'] as const)
    console.log(`${what}: ${((after[what] - before[what]) / KIB / count).toFixed(1)} KiB per account`);
  const cpu = process.cpuUsage();
  await pause(IDLE_MS);
  const { user, system } = process.cpuUsage(cpu);
  const share = ((user + system) / MICROS / IDLE_MS) * 1_000 * 100;
  console.log(`CPU: ${share.toFixed(2)} % of a core while idle`);
  const asked = Date.now();
  ask();
  while (heard < sessions.length) await pause(10);
  console.log(`a message for each of ${sessions.length}: ${seconds(asked)} s`);
  console.log(`${clients.length} clients`);
  process.exit();
}

function seconds(since: number): string {
  return ((Date.now() - since) / 1_000).toFixed(1);
}

async function atRest(): Promise<NodeJS.MemoryUsage> {
  for (let round = 0; round < 3; round += 1) {
    globalThis.gc?.();
    await pause(REST_MS / 3);
  }
  return process.memoryUsage();
}

const [, , role, size] = process.argv;
if (role === 'serve') await serve(Number(size));
else {
  const accounts = Number(role ?? ACCOUNTS) + FIRST;
  const child = fork(fileURLToPath(import.meta.url), ['serve', String(accounts)], {
    serialization: 'advanced',
  });
  const [served] = (await once(child, 'message')) as [Served];
  await watch(served, () => child.send('ask'));
}
