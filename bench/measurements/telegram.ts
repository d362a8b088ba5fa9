import { memoryAtRest } from '../harness/memory.js';
import type { TelegramRig } from '../harness/telegram-rig.js';
import { complete } from './figures.js';
import type { Figure, Scale, TelegramMeasurement } from './measurement.js';

const MICROS = 1_000_000;
const PER = 1_000;
const KIB = 1_024;
const PEOPLE = 5;
const MANY = 200;
/** Messages under way at a time. */
const WINDOW = 400;

/** Messages each way through one account and through 200, as many as can be. */
export const telegram: TelegramMeasurement = {
  name: 'telegram',
  network: 'telegram',
  unlimited: true,
  measure,
};

async function measure(rig: TelegramRig, scale: Scale): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  const empty = await memoryAtRest(rig);
  await rig.end('stop');
  await rig.add({ accounts: MANY, people: PEOPLE, contacts: PEOPLE });
  await rig.start();
  await rig.during(
    Promise.all([
      rig.telegram.call('expectOnline', { count: MANY }, rig.stepMs),
      rig.users.call('expectSeeing', { count: MANY }, rig.stepMs),
    ]),
  );
  await rig.settle();
  // Everybody has said something both ways: what begins with a first word is not measured.
  await into(rig, MANY, MANY * PEOPLE);
  await out(rig, MANY, MANY * PEOPLE);
  const { telegramMessages: count } = scale;
  for (const accounts of [1, MANY])
    figures.push(...(await into(rig, accounts, count)), ...(await out(rig, accounts, count)));
  const after = await memoryAtRest(rig);
  return [
    ...figures,
    { title: 'Telegram: memory without users', unit: 'MiB', value: empty / KIB },
    { title: `Telegram: memory of ${MANY} users after all this`, unit: 'MiB', value: after / KIB },
  ];
}

/** Words of people, not more of them on their way than the window. */
async function into(rig: TelegramRig, accounts: number, count: number): Promise<readonly Figure[]> {
  await rig.settle();
  await rig.reset();
  const [cpu, stubs] = [rig.cpu(), rig.stubCpu()];
  let startedAt: number | undefined;
  let finishedAt = 0;
  for (let said = 0; said < count; ) {
    const piece = Math.min(WINDOW / 2, count - said);
    const begun = await rig.during(rig.telegram.call('say', { accounts, count: piece }, rig.stepMs));
    startedAt ??= begun.startedAt;
    said += piece;
    const awaited = said < count ? Math.max(0, said - WINDOW / 2) : count;
    const arrived = await rig.during(rig.users.call('expectTexts', { count: awaited }, rig.stepMs));
    finishedAt = arrived.finishedAt;
  }
  await rig.settle();
  const [used, stub] = [rig.cpu() - cpu, rig.stubCpu() - stubs];
  const counters = await rig.users.call('counters', undefined, rig.stepMs);
  const seconds = (finishedAt - (startedAt ?? finishedAt)) / MICROS;
  const title = titleOf('Telegram → XMPP', accounts);
  return [
    { title: `${title}: throughput`, unit: 'messages/s', value: count / seconds },
    complete(`${title}: shown once`, counters.texts - counters.textsAgain, count),
    { title: `${title}: CPU per 1,000`, unit: 's', value: (used / count) * PER },
    { title: `${title}: busier stub`, unit: '% of a core', value: (stub / seconds) * 100 },
  ];
}

/** Words of users, each with a request for a receipt, not more of them without one than the window. */
async function out(rig: TelegramRig, accounts: number, count: number): Promise<readonly Figure[]> {
  await rig.settle();
  await rig.reset();
  const [cpu, stubs] = [rig.cpu(), rig.stubCpu()];
  const { startedAt, finishedAt } = await rig.during(
    rig.users.call('flood', { users: accounts, people: PEOPLE, count, window: WINDOW }, rig.stepMs),
  );
  await rig.settle();
  const [used, stub] = [rig.cpu() - cpu, rig.stubCpu() - stubs];
  const { said, saidAgain } = await rig.telegram.call('counters', undefined, rig.stepMs);
  const { confirmed, confirmedAgain } = await rig.users.call('counters', undefined, rig.stepMs);
  const seconds = (finishedAt - startedAt) / MICROS;
  const title = titleOf('XMPP → Telegram', accounts);
  return [
    { title: `${title}: throughput`, unit: 'messages/s', value: count / seconds },
    complete(`${title}: said once`, said - saidAgain, count),
    complete(`${title}: confirmed once`, confirmed - confirmedAgain, count),
    { title: `${title}: CPU per 1,000`, unit: 's', value: (used / count) * PER },
    { title: `${title}: busier stub`, unit: '% of a core', value: (stub / seconds) * 100 },
  ];
}

function titleOf(way: string, accounts: number): string {
  return `${way}, ${accounts === 1 ? 'one account' : `${accounts} accounts`}`;
}
