import { pause } from '../harness/clock.js';
import { writeContacts } from '../harness/contact-rows.js';
import type { SmsRig } from '../harness/sms-rig.js';
import type { StanzaCounts } from '../stubs/stanza-counts.js';
import type { Figure, Scale, SmsMeasurement } from './measurement.js';

const MICROS = 1_000_000;
const REGISTERING = 100;
const REST_MS = 3_000;
const MOST_PRESENCES_PER_USER = 2;

/** Registered users with contacts: what a restart of the gateway costs, and what it sends. */
export const restart: SmsMeasurement = { name: 'restart', network: 'sms', measure };

async function measure(rig: SmsRig, scale: Scale): Promise<readonly Figure[]> {
  const { restartUsers: users, restartPeople: people } = scale;
  await rig.settle();
  const empty = rig.memory();
  await rig.users.call('register', { users, window: REGISTERING }, rig.stepMs);
  await rig.settle();
  await rig.users.call('reset', { latency: false }, rig.stepMs);
  await rig.end('stop');
  const goodbye = await rig.users.call('counters', undefined, rig.stepMs);
  writeContacts(rig.database, people);
  const who = `${users.toLocaleString('en')} users with ${people} contacts`;
  const figures: Figure[] = [
    {
      title: `${who}, stop: presences`,
      unit: 'per user',
      value: presences(goodbye.stanzas) / users,
      target: { value: 'at-most', bound: 1 },
    },
  ];
  for (const how of ['restart', 'start after kill -9'] as const) {
    const title = `${who}, ${how}`;
    if (how !== 'restart') await rig.end('kill');
    figures.push(...(await start(rig, users, title, empty)), ...(await afterwards(rig, scale, title)));
  }
  return figures;
}

/** From the start of the process until nothing happens any more. */
async function start(rig: SmsRig, users: number, title: string, empty: number): Promise<readonly Figure[]> {
  await rig.reset();
  const [{ startedAt }, seen] = await Promise.all([
    rig.start(),
    rig.users.call('expectSeeing', { count: users }, rig.stepMs),
  ]);
  await rig.settle();
  await pause(REST_MS);
  const { stanzas, seeing } = await rig.users.call('counters', undefined, rig.stepMs);
  return [
    {
      title: `${title}: users who see the gateway`,
      unit: '%',
      value: (seeing / users) * 100,
      target: { value: 'exactly', bound: 100 },
    },
    { title: `${title}: all of them after`, unit: 's', value: (seen.finishedAt - startedAt) / MICROS },
    { title: `${title}: last stanza after`, unit: 's', value: (stanzas.lastAt - startedAt) / MICROS },
    { title: `${title}: CPU until quiet`, unit: 's', value: rig.cpu() },
    { title: `${title}: memory`, unit: 'KiB/user', value: (rig.memory() - empty) / users },
    {
      title: `${title}: presences`,
      unit: 'per user',
      value: presences(stanzas) / users,
      target: { value: 'at-most', bound: MOST_PRESENCES_PER_USER },
    },
    {
      title: `${title}: most presences to one user`,
      unit: 'presences',
      value: stanzas.mostPresences,
      target: { value: 'at-most', bound: MOST_PRESENCES_PER_USER },
    },
    nothing(`${title}: presences of contacts`, presences(stanzas, 'person')),
    nothing(`${title}: stanzas other than presence`, others(stanzas)),
    { title: `${title}: within the busiest second`, unit: 'stanzas', value: stanzas.busiestSecond },
  ];
}

/** What says nothing new is answered by nothing; a server that asks is answered. */
async function afterwards(rig: SmsRig, scale: Scale, title: string): Promise<readonly Figure[]> {
  const { restartUsers: users, probingUsers, restartPeople: people } = scale;
  await rig.reset();
  await rig.users.call('leaveDesk', { users }, rig.stepMs);
  await rig.settle();
  const away = await rig.users.call('counters', undefined, rig.stepMs);
  await rig.reset();
  const cpu = rig.cpu();
  const { startedAt, finishedAt } = await rig.during(
    rig.users.call('probe', { users: probingUsers, people }, rig.stepMs),
  );
  await rig.settle();
  const used = rig.cpu() - cpu;
  const { stanzas } = await rig.users.call('counters', undefined, rig.stepMs);
  const asked = probingUsers * people;
  const probes = `${title}, ${asked.toLocaleString('en')} contacts probed`;
  return [
    nothing(`${title}, all users go away: answers`, presences(away.stanzas) + others(away.stanzas)),
    {
      title: `${probes}: answers`,
      unit: '%',
      value: (presences(stanzas, 'person') / asked) * 100,
      target: { value: 'exactly', bound: 100 },
    },
    nothing(`${probes}: anything else`, presences(stanzas, 'gateway') + others(stanzas)),
    { title: `${probes}: time`, unit: 's', value: (finishedAt - startedAt) / MICROS },
    { title: `${probes}: CPU`, unit: 's', value: used },
  ];
}

function presences({ kinds }: StanzaCounts, from: 'gateway' | 'person' | '' = ''): number {
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
