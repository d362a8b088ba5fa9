import { databaseBytes } from '../harness/database-size.js';
import { memoryAtRest, memoryDuring } from '../harness/memory.js';
import type { SmsRig } from '../harness/sms-rig.js';
import { type LatencySummary, summarize } from '../harness/tally.js';
import { complete, percentiles } from './figures.js';
import type { Figure, Scale, SmsMeasurement } from './measurement.js';

const MICROS = 1_000_000;
const MICROS_PER_MS = 1_000;
const PER = 1_000;
const KIB = 1_024;
const PER_SECOND = 200;
/** How long the stub SMSC takes to report that a text has arrived. */
const REPORT_AFTER_MS = 200;
const REGISTERING = 100;
/** Texts of the warm-up, and of the flood, that wait for their receipt at a time. */
const WINDOW = 1_000;
const RATE_TOLERANCE = 0.99;
const MOST_GROWTH_PERCENT = 10;

/** 200 texts a second through one SMPP bind with receipts, 200 a second the other way, and as many as it can. */
export const texts: SmsMeasurement = { name: 'sms', network: 'sms', measure };

async function measure(rig: SmsRig, scale: Scale): Promise<readonly Figure[]> {
  const { textUsers: users, textPeople: people } = scale;
  await rig.users.call('register', { users, window: REGISTERING }, rig.stepMs);
  // Every user writes to all of his people once, which gives each conversation its number.
  const count = users * people;
  await rig.during(rig.users.call('flood', { users, people, count, window: WINDOW }, rig.stepMs));
  const before = await memoryAtRest(rig);
  const out = await outbound(rig, scale);
  const between = await memoryAtRest(rig);
  const others = [...(await inbound(rig, scale)), ...(await flood(rig, scale))];
  const after = await memoryAtRest(rig);
  const more = (scale.textSeconds * PER_SECOND + scale.textFlood).toLocaleString('en');
  const title = 'SMS, memory at rest';
  return [
    ...out,
    ...others,
    { title: `${title}: before all this`, unit: 'MiB', value: before / KIB },
    { title: `${title}: after the ${textsOut(scale)} at ${PER_SECOND}/s`, unit: 'MiB', value: between / KIB },
    { title: `${title}: after ${more} more`, unit: 'MiB', value: after / KIB },
    {
      title: `${title}: growth over these`,
      unit: '%',
      value: (after / between - 1) * 100,
      target: { value: 'at-most', bound: MOST_GROWTH_PERCENT },
    },
  ];
}

function textsOut({ textSeconds }: Scale): string {
  return (textSeconds * PER_SECOND).toLocaleString('en');
}

async function outbound(rig: SmsRig, scale: Scale): Promise<readonly Figure[]> {
  const { textUsers: users, textPeople: people, textSeconds } = scale;
  const count = textSeconds * PER_SECOND;
  await rig.settle();
  await rig.reset({ reportAfterMs: REPORT_AFTER_MS });
  const bytes = databaseBytes(rig.database);
  const cpu = rig.cpu();
  const { memory, result } = await memoryDuring(
    () => rig.memory(),
    () =>
      rig.during(
        Promise.all([
          rig.users.call('expectConfirmed', { count }, rig.stepMs),
          rig.users.call('send', { users, people, count, perSecond: PER_SECOND }, rig.stepMs),
        ]),
      ),
  );
  const [{ finishedAt }, { startedAt }] = result;
  const { start, middle, end } = memory;
  await rig.settle();
  const used = rig.cpu() - cpu;
  const times = await rig.centre.call('times', undefined, rig.stepMs);
  const confirmed = await rig.users.call('confirmed', undefined, rig.stepMs);
  const submitted = await rig.centre.call('latency', undefined, rig.stepMs);
  const counters = await counted(rig);
  const receivedAt = new Map(confirmed.map(({ sequence, receivedAt }) => [sequence, receivedAt]));
  const since = (from: 'submittedAt' | 'reportedAt'): LatencySummary =>
    summarize(times.map((text) => (receivedAt.get(text.sequence) ?? Number.NaN) - text[from]));
  const title = `SMS out at ${PER_SECOND}/s`;
  const submittedLast = times.reduce((last, { submittedAt }) => Math.max(last, submittedAt), startedAt);
  // From the first stanza, so that what falls behind shows, at the beginning as at the end.
  const rate = (until: number): number => count / ((until - startedAt) / MICROS);
  const sustained = { value: 'at-least', bound: PER_SECOND * RATE_TOLERANCE } as const;
  return [
    { title: `${title}: submitted`, unit: 'messages/s', value: rate(submittedLast), target: sustained },
    {
      title: `${title}: confirmed`,
      unit: 'messages/s',
      value: rate(finishedAt - REPORT_AFTER_MS * MICROS_PER_MS),
      target: sustained,
    },
    complete(`${title}: submitted once`, counters.submits - counters.repeats, count),
    complete(`${title}: confirmed once`, counters.confirmed - counters.confirmedAgain, count),
    ...percentiles(`${title}: stanza to submit_sm`, submitted),
    ...percentiles(
      `${title}: submit_sm to receipt stanza, ${REPORT_AFTER_MS} of it the SMSC's`,
      since('submittedAt'),
    ),
    ...percentiles(`${title}: receipt to receipt stanza`, since('reportedAt')),
    { title: `${title}: CPU per 1,000`, unit: 's', value: (used / count) * PER },
    { title: `${title}: memory at the start`, unit: 'MiB', value: start / KIB },
    { title: `${title}: memory in the middle`, unit: 'MiB', value: middle / KIB },
    { title: `${title}: memory at the end`, unit: 'MiB', value: end / KIB },
    {
      title: `${title}: database per 1,000`,
      unit: 'KiB',
      value: ((databaseBytes(rig.database) - bytes) / KIB / count) * PER,
    },
  ];
}

async function inbound(rig: SmsRig, scale: Scale): Promise<readonly Figure[]> {
  const count = scale.textSeconds * PER_SECOND;
  await rig.reset({ latency: true });
  const cpu = rig.cpu();
  const [sent, , arrived] = await rig.during(
    Promise.all([
      rig.centre.call('send', { count, perSecond: PER_SECOND }, rig.stepMs),
      rig.centre.call('expectTaken', { count }, rig.stepMs),
      rig.users.call('expectTexts', { count }, rig.stepMs),
    ]),
  );
  await rig.settle();
  const used = rig.cpu() - cpu;
  const latency = await rig.users.call('latency', undefined, rig.stepMs);
  const counters = await counted(rig);
  const title = `SMS in at ${PER_SECOND}/s`;
  return [
    {
      title: `${title}: shown`,
      unit: 'messages/s',
      value: count / ((arrived.finishedAt - sent.startedAt) / MICROS),
      target: { value: 'at-least', bound: PER_SECOND * RATE_TOLERANCE },
    },
    complete(`${title}: shown once`, counters.texts, count),
    ...percentiles(`${title}: deliver_sm to stanza`, latency),
    { title: `${title}: put off by the gateway`, unit: 'deliver_sm', value: counters.refused },
    { title: `${title}: CPU per 1,000`, unit: 's', value: (used / count) * PER },
  ];
}

async function flood(rig: SmsRig, scale: Scale): Promise<readonly Figure[]> {
  const { textUsers: users, textPeople: people, textFlood: count } = scale;
  await rig.reset();
  const cpu = rig.cpu();
  const stubs = rig.stubCpu();
  const { startedAt, finishedAt } = await rig.during(
    rig.users.call('flood', { users, people, count, window: WINDOW }, rig.stepMs),
  );
  const seconds = (finishedAt - startedAt) / MICROS;
  const busiest = (rig.stubCpu() - stubs) / seconds;
  await rig.settle();
  const used = rig.cpu() - cpu;
  const counters = await counted(rig);
  const title = 'SMS out as fast as it can';
  return [
    { title: `${title}: throughput`, unit: 'messages/s', value: count / seconds },
    complete(`${title}: submitted once`, counters.submits - counters.repeats, count),
    complete(`${title}: confirmed once`, counters.confirmed - counters.confirmedAgain, count),
    { title: `${title}: CPU per 1,000`, unit: 's', value: (used / count) * PER },
    { title: `${title}: busier stub`, unit: '% of a core', value: busiest * 100 },
  ];
}

async function counted(rig: SmsRig) {
  const users = await rig.users.call('counters', undefined, rig.stepMs);
  if (users.errors > 0) console.log(`  ${users.errors} errors, the first: ${users.firstError}`);
  return { ...users, ...(await rig.centre.call('counters', undefined, rig.stepMs)) };
}
