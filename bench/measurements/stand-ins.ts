import { memoryAtRest } from '../harness/memory.js';
import type { RelayRig } from '../harness/relay-rig.js';
import { complete } from './figures.js';
import type { Figure, RelayMeasurement, Scale } from './measurement.js';

const MOST = 100;
const ROOMS = 2;
const PER_RELAY = MOST * ROOMS;
const PER_SECOND = 50;
const KIB = 1_024;

/** What stand-ins cost that are in rooms and silent. */
export const standIns: RelayMeasurement = {
  name: 'stand-ins',
  network: 'relay',
  setting: ({ standIns: counts }) => ({
    relays: numbers(Math.max(...counts) / PER_RELAY).map((number) => ({
      name: nameOf(number),
      rooms: ROOMS,
      channels: 0,
    })),
    options: { standIns: { most: MOST } },
  }),
  measure,
};

async function measure(rig: RelayRig, { standIns: counts }: Scale): Promise<readonly Figure[]> {
  const relays = Math.max(...counts) / PER_RELAY;
  for (const number of numbers(relays))
    for (const side of numbers(ROOMS)) {
      const room = rig.room(nameOf(number), side);
      await rig.rooms.call('people', { room, count: MOST, name: `r${number}s${side}n` }, rig.stepMs);
    }
  await rig.start();
  const empty = await memoryAtRest(rig);
  const figures: Figure[] = [{ title: 'no stand-ins: memory', unit: 'MiB', value: empty / KIB }];
  let done = 0;
  for (const count of counts) {
    await rig.rooms.call('reset', undefined, rig.stepMs);
    const wanted = count / PER_RELAY;
    for (; done < wanted; done += 1) {
      const talks = numbers(ROOMS).map((side) => rig.room(nameOf(done + 1), side));
      for (const room of talks) {
        const said = { room, count: MOST, perSecond: PER_SECOND };
        await rig.during(rig.rooms.call('oneWordOfEach', said, rig.stepMs));
      }
    }
    const seats = count + relays * ROOMS;
    await rig.during(rig.rooms.call('expectSeats', { count: seats }, rig.stepMs));
    const memory = await memoryAtRest(rig);
    const counters = await rig.rooms.call('counters', undefined, rig.stepMs);
    const title = `${count.toLocaleString('en')} stand-ins, ${MOST} in each room`;
    figures.push(
      complete(`${title}: there`, counters.seats, seats),
      { title: `${title}: memory`, unit: 'MiB', value: memory / KIB },
      { title: `${title}: memory of each`, unit: 'KiB/stand-in', value: (memory - empty) / count },
    );
  }
  return figures;
}

function nameOf(number: number): string {
  return `r${number}x`;
}

function numbers(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}
