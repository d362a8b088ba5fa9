import { databaseBytes } from '../harness/database-size.js';
import { memoryAtRest, memoryDuring } from '../harness/memory.js';
import type { RelayRig } from '../harness/relay-rig.js';
import { complete, percentiles } from './figures.js';
import type { Figure, RelayMeasurement, Scale } from './measurement.js';

const RELAY = 'club';
const LEGS = 3;
const PER_SECOND = 200;
const WARM_UP_SECONDS = 3;
/** Each leg hears two thirds of them, as many as may have stand-ins there. */
const ACTIVE = 75;
const MOST = 50;
const KIB = 1_024;
const IDLE_MS = 10_000;
const SWEEP_MS = 2_000;

/** Three rooms as one conversation, of whose many people some talk at a time. */
export const relay: RelayMeasurement = {
  name: 'relay',
  network: 'relay',
  setting: () => ({
    relays: [{ name: RELAY, rooms: LEGS, channels: 0 }],
    options: { standIns: { most: MOST, idleMs: IDLE_MS }, limits: { pingMs: SWEEP_MS } },
  }),
  measure,
};

async function measure(rig: RelayRig, scale: Scale): Promise<readonly Figure[]> {
  const rooms = Array.from({ length: LEGS }, (_, index) => rig.room(RELAY, index + 1));
  for (const [index, room] of rooms.entries()) {
    const count = Math.ceil(scale.relayPeople / LEGS);
    await rig.rooms.call('people', { room, count, name: `p${index}n` }, rig.stepMs);
  }
  await rig.start();
  const empty = await memoryAtRest(rig);
  await talk(rig, rooms, WARM_UP_SECONDS * PER_SECOND);
  await rig.rooms.call('reset', undefined, rig.stepMs);
  const [cpu, stub, bytes] = [rig.cpu(), rig.stubCpu(), databaseBytes(rig.database)];
  const count = scale.relaySeconds * PER_SECOND;
  const { memory } = await memoryDuring(
    () => rig.memory() / KIB,
    () => talk(rig, rooms, count),
  );
  const [used, busy] = [rig.cpu() - cpu, rig.stubCpu() - stub];
  const counters = await rig.rooms.call('counters', undefined, rig.stepMs);
  const after = await memoryAtRest(rig);
  const grown = databaseBytes(rig.database) - bytes;
  const title = `relay of ${LEGS} rooms, ${scale.relayPeople} people, ${PER_SECOND}/s`;
  const crossings = count * (LEGS - 1);
  return [
    complete(`${title}: came once to each other room`, counters.once, crossings),
    exactly(`${title}: out of order`, counters.disordered),
    ...percentiles(`${title}: from one room to another`, counters.latency),
    { title: `${title}: longest`, unit: 'ms', value: counters.latency.max },
    { title: `${title}: CPU`, unit: '% of a core', value: (used / scale.relaySeconds) * 100 },
    { title: `${title}: joins of stand-ins`, unit: '1/s', value: counters.joins / scale.relaySeconds },
    {
      title: `${title}: stanzas to the gateway`,
      unit: '1/s',
      value: counters.delivered / scale.relaySeconds,
    },
    { title: `${title}: busier stub`, unit: '% of a core', value: (busy / scale.relaySeconds) * 100 },
    { title: `${title}: memory before`, unit: 'MiB', value: empty / KIB },
    { title: `${title}: memory at the start`, unit: 'MiB', value: memory.start },
    { title: `${title}: memory at the end`, unit: 'MiB', value: memory.end },
    { title: `${title}: memory at rest afterwards`, unit: 'MiB', value: after / KIB },
    { title: `${title}: database`, unit: 'bytes/message', value: grown / count },
  ];
}

async function talk(rig: RelayRig, rooms: readonly string[], count: number): Promise<void> {
  const said = { rooms, count, perSecond: PER_SECOND, active: ACTIVE, turnover: PER_SECOND };
  const before = await rig.rooms.call('counters', undefined, rig.stepMs);
  await rig.during(rig.rooms.call('talk', said, rig.stepMs));
  const target = before.once + before.again + count * (rooms.length - 1);
  await rig.during(rig.rooms.call('expectCrossings', { count: target }, rig.stepMs));
}

function exactly(title: string, value: number): Figure {
  return { title, unit: 'messages', value, target: { value: 'exactly', bound: 0 } };
}
