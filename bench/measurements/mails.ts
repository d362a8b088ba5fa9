import { databaseBytes } from '../harness/database-size.js';
import type { EmailRig } from '../harness/email-rig.js';
import { memoryAtRest, memoryDuring } from '../harness/memory.js';
import { type LatencySummary, summarize } from '../harness/tally.js';
import { complete, percentiles } from './figures.js';
import type { EmailMeasurement, Figure, Scale } from './measurement.js';

const MICROS = 1_000_000;
const MS = 1_000;
const PER = 1_000;
const KIB = 1_024;
const PER_SECOND = 100;
/** How long the stub relay takes to report that a mail has arrived. */
const REPORT_AFTER_MS = 200;
const REGISTERING = 50;
const RATE_TOLERANCE = 0.99;
const MOST_GROWTH_PERCENT = 10;
const SUSTAINED = { value: 'at-least', bound: PER_SECOND * RATE_TOLERANCE } as const;

/** 100 mails a second to users of the gateway's domain, 100 from them, and both at once. */
export const mails: EmailMeasurement = { name: 'mails', network: 'email', have: 'addresses', measure };

/** Which ways mails go in a run; `reports`: the relay tells of those that users send. */
interface Run {
  readonly title: string;
  readonly into: boolean;
  readonly out: boolean;
  readonly reports?: boolean;
}

async function measure(rig: EmailRig, scale: Scale): Promise<readonly Figure[]> {
  const { mailUsers: users, mailPeople: people, mailSeconds } = scale;
  await rig.during(rig.users.call('register', { users, window: REGISTERING }, rig.stepMs));
  // Everybody writes to everybody once, as conversations begin.
  await run(rig, users * people, scale, { title: 'warm-up', into: true, out: true });
  const before = await memoryAtRest(rig);
  const count = mailSeconds * PER_SECOND;
  const rate = `at ${PER_SECOND}/s`;
  const first = [
    ...(await run(rig, count, scale, { title: `mails in ${rate}`, into: true, out: false })),
    ...(await run(rig, count, scale, { title: `mails out ${rate}`, into: false, out: true })),
  ];
  const between = await memoryAtRest(rig);
  const title = `mails out ${rate}, with reports`;
  const second = [
    ...(await run(rig, count, scale, { title: `mails in and out, each ${rate}`, into: true, out: true })),
    ...(await run(rig, count, scale, { title, into: false, out: true, reports: true })),
  ];
  const after = await memoryAtRest(rig);
  const mib = (of: string, kib: number): Figure => ({
    title: `mails, memory at rest: ${of}`,
    unit: 'MiB',
    value: kib / KIB,
  });
  return [
    ...first,
    ...second,
    mib('before all this', before),
    mib(`after ${(2 * count).toLocaleString('en')} mails`, between),
    mib(`after ${(3 * count).toLocaleString('en')} more and their reports`, after),
    {
      title: 'mails, memory at rest: growth over these',
      unit: '%',
      value: (after / between - 1) * 100,
      target: { value: 'at-most', bound: MOST_GROWTH_PERCENT },
    },
  ];
}

/** `count` mails each way. */
async function run(rig: EmailRig, count: number, scale: Scale, way: Run): Promise<readonly Figure[]> {
  const { into, out, reports = false, title } = way;
  const { mailUsers: users, mailPeople: people } = scale;
  const { stepMs } = rig;
  await rig.reset(reports ? { reportAfterMs: REPORT_AFTER_MS } : {});
  if (into) await rig.world.call('prepare', { users, people, count }, stepMs);
  await rig.settle();
  const bytes = databaseBytes(rig.database);
  const cpu = rig.cpu();
  const stubs = rig.stubCpu();
  const sends = () => [
    ...(into ? [rig.world.call('send', { perSecond: PER_SECOND }, stepMs)] : []),
    ...(out ? [rig.users.call('send', { users, people, count, perSecond: PER_SECOND }, stepMs)] : []),
  ];
  const ends = () => [
    ...(into
      ? [rig.users.call('expectTexts', { count }, stepMs), rig.world.call('expectTaken', { count }, stepMs)]
      : []),
    ...(out ? [rig.world.call('expectSubmitted', { count }, stepMs)] : []),
    ...(reports ? [rig.users.call('expectConfirmed', { count }, stepMs)] : []),
  ];
  const { memory, result } = await memoryDuring(
    () => rig.memory(),
    () => rig.during(Promise.all([Promise.all(sends()), Promise.all(ends())])),
  );
  const [started, ended] = result;
  const { start, middle, end } = memory;
  const seconds =
    (Math.max(...ended.map(({ finishedAt }) => finishedAt)) -
      Math.min(...started.map(({ startedAt }) => startedAt))) /
    MICROS;
  const stubShare = (rig.stubCpu() - stubs) / seconds;
  await rig.settle();
  const used = rig.cpu() - cpu;
  const mailsInAll = count * started.length;
  return [
    {
      title: `${title}: rate, from the first to the last arrival`,
      unit: 'mails/s',
      value: count / (seconds - (reports ? REPORT_AFTER_MS / MS : 0)),
      target: SUSTAINED,
    },
    ...(await checks(rig, count, way)),
    ...(into ? percentiles(`${title}: to the stanza`, await inbound(rig)) : []),
    ...(out ? percentiles(`${title}: stanza to the end of DATA`, await outbound(rig)) : []),
    { title: `${title}: CPU per mail`, unit: 'ms', value: (used / mailsInAll) * MS },
    { title: `${title}: memory at the start`, unit: 'MiB', value: start / KIB },
    { title: `${title}: memory in the middle`, unit: 'MiB', value: middle / KIB },
    { title: `${title}: memory at the end`, unit: 'MiB', value: end / KIB },
    {
      title: `${title}: database per 1,000`,
      unit: 'KiB',
      value: ((databaseBytes(rig.database) - bytes) / KIB / mailsInAll) * PER,
    },
    { title: `${title}: busiest stub`, unit: '% of a core', value: stubShare * 100 },
  ];
}

/** Neither lost nor repeated: each mail has its number and is looked for by it. */
async function checks(
  rig: EmailRig,
  count: number,
  { title, into, out, reports }: Run,
): Promise<readonly Figure[]> {
  const users = await rig.users.call('counters', undefined, rig.stepMs);
  const world = await rig.world.call('counters', undefined, rig.stepMs);
  if (users.errors > 0) console.log(`  ${users.errors} errors, the first: ${users.firstError}`);
  if (world.refused > 0) console.log(`  ${world.refused} refusals, the first: ${world.firstRefusal}`);
  return [
    ...(into ? [complete(`${title}: shown once`, users.texts - users.textsAgain, count)] : []),
    ...(into ? [{ title: `${title}: put off by the gateway`, unit: 'mails', value: world.refused }] : []),
    ...(out
      ? [complete(`${title}: sent once`, world.submitted - world.submittedAgain - users.errors, count)]
      : []),
    ...(reports ? [complete(`${title}: confirmed once`, users.confirmed - users.confirmedAgain, count)] : []),
  ];
}

/** From the moment in which a mail was to be handed in. */
async function inbound(rig: EmailRig): Promise<LatencySummary> {
  const due = await rig.world.call('due', undefined, rig.stepMs);
  const arrived = await rig.users.call('arrived', undefined, rig.stepMs);
  const receivedAt = new Map(arrived.map((arrival) => [arrival.sequence, arrival.receivedAt]));
  return summarize(due.map(({ sequence, at }) => (receivedAt.get(sequence) ?? Number.NaN) - at));
}

async function outbound(rig: EmailRig): Promise<LatencySummary> {
  const submissions = await rig.world.call('submissions', undefined, rig.stepMs);
  return summarize(submissions.map(({ takenAt, writtenAt }) => takenAt - writtenAt));
}
