import { pause } from '../harness/clock.js';
import type { Rig } from '../harness/rig.js';
import type { Figure, RoomMeasurement, Scale } from './measurement.js';

const CHANNELS = ['#hidden-a', '#hidden-b'];
const WINDOW = 200;
// The user and the operator: who else is there is hidden, and a gateway that shows it betrays it.
const OCCUPANTS_SHOWN = 2;
const MICROS = 1_000_000;
const FAN_OUT_RUNS = 3;
// Idle crowds keep biboumi busy, so that waiting for quiet would not end.
const REST_MS = 2_000;
const MOST_IDLE_CPU_PERCENT = 2;
const MOST_KIB_PER_USER = 60;

/** Users in two channels each that hide their members: joins, memory, CPU while idle, and one line to all. */
export function crowd(users: number, largest: boolean): RoomMeasurement {
  return {
    name: `crowd-${users}`,
    network: 'irc',
    archive: true,
    measure: (rig, scale) => measure(rig, scale, users, largest),
  };
}

async function measure(rig: Rig, scale: Scale, users: number, largest: boolean): Promise<readonly Figure[]> {
  await rig.settle();
  const before = rig.memory();
  const { startedAt, finishedAt } = await rig.join(0, users, CHANNELS, WINDOW);
  const seconds = (finishedAt - startedAt) / MICROS;
  const idleCpu = await idle(rig, scale.idleSeconds);
  const perUser = (rig.memory() - before) / users;
  const { presences } = await rig.xmpp.call('counters', undefined, rig.stepMs);
  const lineSeconds = await fanOut(rig, users);
  const who = `${users.toLocaleString('en')} users in two channels`;
  const idleTarget = { value: 'at-most', bound: MOST_IDLE_CPU_PERCENT } as const;
  const memoryTarget = { value: 'at-most', bound: MOST_KIB_PER_USER } as const;
  return [
    {
      title: `${who}: joins`,
      unit: 'joins/s',
      value: (users * CHANNELS.length) / seconds,
      target: { ratio: 'at-least', bound: 1 },
    },
    {
      title: `${who}: occupants shown at a join`,
      unit: 'presences',
      value: presences / (users * CHANNELS.length),
      target: { value: 'exactly', bound: OCCUPANTS_SHOWN },
    },
    { title: `${who}: memory`, unit: 'KiB/user', value: perUser, ...(largest && { target: memoryTarget }) },
    {
      title: `${who}: idle CPU`,
      unit: '% of a core',
      value: idleCpu,
      ...(largest && { target: idleTarget }),
    },
    {
      title: `one message to ${users.toLocaleString('en')} users`,
      unit: 's',
      value: lineSeconds,
      ...(largest && { target: { ratio: 'at-most', bound: 0.1 } as const }),
    },
  ];
}

async function idle(rig: Rig, seconds: number): Promise<number> {
  await pause(REST_MS);
  const cpu = rig.cpu();
  const startedAt = performance.now();
  await pause(seconds * 1_000);
  return ((rig.cpu() - cpu) / (performance.now() - startedAt)) * 1_000 * 100;
}

async function fanOut(rig: Rig, users: number): Promise<number> {
  const times: number[] = [];
  for (let run = 0; run < FAN_OUT_RUNS; run += 1) {
    await rig.reset(false);
    const [finished, sent] = await Promise.all([
      rig.xmpp.call('expectBodies', { count: users }, rig.stepMs),
      rig.irc.call('say', { channel: CHANNELS[0] ?? '' }, rig.stepMs),
    ]);
    times.push((finished.finishedAt - sent.startedAt) / MICROS);
    await pause(REST_MS);
  }
  return times.sort((a, b) => a - b)[Math.floor(FAN_OUT_RUNS / 2)] ?? Number.NaN;
}
