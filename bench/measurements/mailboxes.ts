import { pause } from '../harness/clock.js';
import type { EmailRig } from '../harness/email-rig.js';
import { memoryAtRest } from '../harness/memory.js';
import type { EmailMeasurement, Figure, Scale } from './measurement.js';

const MICROS = 1_000_000;
const MS = 1_000;
const KIB = 1_024;
const REGISTERING = 25;

/** What users' own mailboxes cost in which nothing happens. */
export const mailboxes: EmailMeasurement = {
  name: 'mailboxes',
  network: 'email',
  have: 'mailboxes',
  measure,
};

async function measure(rig: EmailRig, scale: Scale): Promise<readonly Figure[]> {
  const { mailboxes: count, mailboxSeconds: seconds } = scale;
  const empty = await memoryAtRest(rig);
  const { stepMs } = rig;
  const idle = (): Promise<unknown> => rig.mailboxes.call('expectIdle', { count }, stepMs);
  await rig.during(
    Promise.all([rig.users.call('register', { users: count, window: REGISTERING }, stepMs), idle()]),
  );
  const registered = await memoryAtRest(rig);
  // As it is on other days: nobody registers, all were here before.
  await rig.stop();
  await rig.reset();
  const { startedAt } = await rig.start();
  const { finishedAt } = await rig.during(rig.mailboxes.call('expectIdle', { count }, stepMs));
  const started = rig.cpu();
  const memory = await memoryAtRest(rig);
  const before = await rig.mailboxes.call('counters', undefined, stepMs);
  const cpu = rig.cpu();
  await rig.during(pause(seconds * MS));
  const used = rig.cpu() - cpu;
  const later = rig.memory();
  const { idle: idling, commands } = await rig.mailboxes.call('counters', undefined, stepMs);
  const title = `${count.toLocaleString('en')} idle mailboxes by TLS`;
  return [
    {
      title: `${title}: watched at the end`,
      unit: 'mailboxes',
      value: idling,
      target: { value: 'exactly', bound: count },
    },
    {
      title: `${title}: until all are watched after a start`,
      unit: 's',
      value: (finishedAt - startedAt) / MICROS,
    },
    { title: `${title}: CPU until then`, unit: 's', value: started },
    { title: `${title}: memory without users`, unit: 'MiB', value: empty / KIB },
    { title: `${title}: memory after the registrations`, unit: 'MiB', value: registered / KIB },
    { title: `${title}: memory after the start`, unit: 'MiB', value: memory / KIB },
    { title: `${title}: memory`, unit: 'KiB/mailbox', value: (memory - empty) / count },
    {
      title: `${title}: memory, ${seconds} s later`,
      unit: 'KiB/mailbox',
      value: (later - empty) / count,
    },
    { title: `${title}: idle CPU`, unit: '% of a core', value: (used / seconds) * 100 },
    {
      title: `${title}: commands while idle`,
      unit: '1/s',
      value: (commands - before.commands) / seconds,
    },
  ];
}
