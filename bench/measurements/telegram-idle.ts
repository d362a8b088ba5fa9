import { pause } from '../harness/clock.js';
import { databaseBytes } from '../harness/database-size.js';
import { memoryAtRest } from '../harness/memory.js';
import type { TelegramRig } from '../harness/telegram-rig.js';
import type { StanzaCounts } from '../stubs/stanza-counts.js';
import type { Figure, Scale, TelegramMeasurement } from './measurement.js';

const MICROS = 1_000_000;
const MS = 1_000;
const KIB = 1_024;
const REST_MS = 3_000;
/** A probe, and that the gateway is there. */
const MOST_PRESENCES_PER_USER = 2;
/** All contacts are said to be gone, then half of them to be there. */
const MOST_AFTER_CRASH = 3;

/** What accounts of Telegram cost in which nothing happens, and what a start of all of them sends. */
export const telegramIdle: TelegramMeasurement = {
  name: 'telegram-idle',
  network: 'telegram',
  unlimited: false,
  measure,
};

async function measure(rig: TelegramRig, scale: Scale): Promise<readonly Figure[]> {
  const { telegramAccounts: accounts, telegramPeople: people, telegramContacts: contacts } = scale;
  const { telegramSeconds: seconds } = scale;
  const empty = await memoryAtRest(rig);
  await rig.end('stop');
  await rig.add({ accounts, people, contacts });
  const who = `${accounts.toLocaleString('en')} accounts of Telegram with ${people} conversations`;
  const first = await start(rig, accounts, `${who}, first start`);
  const figures: Figure[] = [...first.figures];
  for (const how of ['restart', 'start after kill -9'] as const) {
    await rig.end(how === 'restart' ? 'stop' : 'kill');
    const title = `${who}, ${how}`;
    const { figures: more, stanzas } = await start(rig, accounts, title);
    figures.push(
      ...more,
      {
        title: `${title}: presences of the gateway`,
        unit: 'per user',
        value: presences(stanzas, 'gateway') / accounts,
        target: { value: 'at-most', bound: MOST_PRESENCES_PER_USER },
      },
      // The stop has said that all are gone; a crash has not, so what is shown wrongly has to be put right first.
      {
        title: `${title}: presences of contacts, of which half are there`,
        unit: 'per contact that is there',
        value: presences(stanzas, 'person') / (accounts * Math.ceil(contacts / 2)),
        target: { value: 'at-most', bound: how === 'restart' ? 1 : MOST_AFTER_CRASH },
      },
      nothing(`${title}: stanzas other than presence`, others(stanzas)),
    );
  }
  const memory = await memoryAtRest(rig);
  await rig.reset();
  const cpu = rig.cpu();
  await rig.during(pause(seconds * MS));
  const used = rig.cpu() - cpu;
  const { requests } = await rig.telegram.call('counters', undefined, rig.stepMs);
  return [
    ...figures,
    { title: `${who}: memory without users`, unit: 'MiB', value: empty / KIB },
    { title: `${who}: memory`, unit: 'KiB/account', value: (memory - empty) / accounts },
    { title: `${who}: idle CPU`, unit: '% of a core', value: (used / seconds) * 100 },
    { title: `${who}: requests while idle`, unit: '1/s', value: requests / seconds },
    { title: `${who}: database`, unit: 'KiB/account', value: databaseBytes(rig.database) / KIB / accounts },
  ];
}

/** From the start of the process until nothing happens any more. */
async function start(
  rig: TelegramRig,
  accounts: number,
  title: string,
): Promise<{ readonly figures: readonly Figure[]; readonly stanzas: StanzaCounts }> {
  await rig.reset();
  const { startedAt } = await rig.start();
  const { finishedAt } = await rig.during(rig.telegram.call('expectOnline', { count: accounts }, rig.stepMs));
  await rig.during(rig.users.call('expectSeeing', { count: accounts }, rig.stepMs));
  await rig.settle();
  await pause(REST_MS);
  await rig.settle();
  const { stanzas } = await rig.users.call('counters', undefined, rig.stepMs);
  const { requests } = await rig.telegram.call('counters', undefined, rig.stepMs);
  const kinds = Object.entries(stanzas.kinds).map(([kind, count]) => `${kind}: ${count}`);
  console.log(`  ${title}: ${kinds.join(', ')}`);
  return {
    stanzas,
    figures: [
      { title: `${title}: all connected after`, unit: 's', value: (finishedAt - startedAt) / MICROS },
      { title: `${title}: last stanza after`, unit: 's', value: (stanzas.lastAt - startedAt) / MICROS },
      { title: `${title}: CPU until quiet`, unit: 's', value: rig.cpu() },
      { title: `${title}: requests`, unit: 'per account', value: requests / accounts },
      { title: `${title}: memory`, unit: 'MiB', value: rig.memory() / KIB },
      {
        title: `${title}: stanzas`,
        unit: 'per user',
        value: (presences(stanzas, '') + others(stanzas)) / accounts,
      },
    ],
  };
}

function presences({ kinds }: StanzaCounts, from: 'gateway' | 'person' | ''): number {
  return sum(kinds, (kind) => kind.startsWith('presence ') && kind.endsWith(from));
}

function others({ kinds }: StanzaCounts): number {
  return sum(kinds, (kind) => !kind.startsWith('presence '));
}

function sum(kinds: StanzaCounts['kinds'], counts: (kind: string) => boolean): number {
  return Object.entries(kinds).reduce((total, [kind, count]) => total + (counts(kind) ? count : 0), 0);
}

function nothing(title: string, value: number): Figure {
  return { title, unit: 'stanzas', value, target: { value: 'exactly', bound: 0 } };
}
