import { monotonicMicros } from '../harness/clock.js';
import { memoryAtRest } from '../harness/memory.js';
import type { RelayRig } from '../harness/relay-rig.js';
import { complete } from './figures.js';
import type { Figure, RelayMeasurement, Scale } from './measurement.js';

const RELAY = 'large';
const MOST = 50;
const PER_SECOND = 50;
const KIB = 1_024;
const MICROS = 1_000_000;

/** A room with many people as a leg: coming in, and stand-ins coming in. */
export const largeRoom: RelayMeasurement = {
  name: 'large-room',
  network: 'relay',
  setting: () => ({
    relays: [{ name: RELAY, rooms: 2, channels: 0 }],
    options: { standIns: { most: MOST } },
  }),
  measure,
};

async function measure(rig: RelayRig, { largeRoom: people }: Scale): Promise<readonly Figure[]> {
  const [large, small] = [rig.room(RELAY, 1), rig.room(RELAY, 2)];
  await rig.rooms.call('people', { room: small, count: MOST, name: 's' }, rig.stepMs);
  await rig.start();
  const empty = await memoryAtRest(rig);
  await rig.stop();
  await rig.rooms.call('people', { room: large, count: people, name: 'l' }, rig.stepMs);
  await rig.start();
  // The first word of a person: the room has let the relay in, and then his stand-in.
  const startedAt = monotonicMicros();
  const [cpu] = [rig.cpu()];
  await say(rig, small, 1);
  const first = (monotonicMicros() - startedAt) / MICROS;
  await rig.settle();
  const joined = await memoryAtRest(rig);
  const used = rig.cpu() - cpu;
  const [before, cpuBefore] = [monotonicMicros(), rig.cpu()];
  const counters = await say(rig, small, MOST);
  const all = (monotonicMicros() - before) / MICROS;
  await rig.settle();
  const cpuOfAll = rig.cpu() - cpuBefore;
  const after = await memoryAtRest(rig);
  const title = `a room with ${people.toLocaleString('en')} people`;
  return [
    { title: `${title}: first word of a stand-in after the join`, unit: 's', value: first },
    { title: `${title}: CPU of two joins`, unit: 's', value: used },
    { title: `${title}: memory`, unit: 'KiB/person', value: (joined - empty) / people },
    complete(`${title}: words of ${MOST} more, came once`, counters.once, MOST),
    { title: `${title}: until ${MOST} stand-ins have spoken`, unit: 's', value: all },
    { title: `${title}: CPU of that`, unit: 's', value: cpuOfAll },
    { title: `${title}: memory with ${MOST} stand-ins`, unit: 'MiB', value: after / KIB },
  ];
}

async function say(rig: RelayRig, room: string, count: number) {
  await rig.rooms.call('reset', undefined, rig.stepMs);
  await rig.during(rig.rooms.call('oneWordOfEach', { room, count, perSecond: PER_SECOND }, rig.stepMs));
  await rig.during(rig.rooms.call('expectCrossings', { count }, rig.stepMs));
  return rig.rooms.call('counters', undefined, rig.stepMs);
}
