import { pause } from '../harness/clock.js';
import type { RelayRig } from '../harness/relay-rig.js';
import type { RoomCounters } from '../stubs/room-server.js';
import { complete } from './figures.js';
import type { Figure, RelayMeasurement, Scale } from './measurement.js';

const RELAY = 'split';
const ROOMS = 2;
const MOST = 50;
const PER_SECOND = 50;
const KIB = 1_024;
const MICROS = 1_000_000;
/** How long a server of a network stays cut off. */
const APART_MS = 5_000;

/** A channel of which the members are cut off and come back, with two rooms that hear of it. */
export const netsplit: RelayMeasurement = {
  name: 'netsplit',
  network: 'relay',
  setting: () => ({
    relays: [{ name: RELAY, rooms: ROOMS, channels: 1 }],
    options: { standIns: { most: MOST } },
  }),
  measure,
};

async function measure(rig: RelayRig, { netsplitMembers: members }: Scale): Promise<readonly Figure[]> {
  const channel = rig.channel(RELAY, 1);
  await rig.irc.call('people', { channel, count: members }, rig.stepMs);
  await rig.start();
  await rig.during(rig.irc.call('expectMember', { channel }, rig.stepMs));
  await rig.settle();
  const title = `netsplit of ${members.toLocaleString('en')}`;
  const before = await everybody(rig, MOST);
  const memory = rig.memory();
  const figures: Figure[] = [];
  for (const what of ['quit', 'rejoin'] as const) {
    const { counters, seconds, cpu } = await quietAfter(rig, async () => {
      await rig.irc.call(what, { channel }, rig.stepMs);
    });
    figures.push(
      { title: `${title}, ${what}: quiet after`, unit: 's', value: seconds },
      { title: `${title}, ${what}: CPU`, unit: 's', value: cpu },
      { title: `${title}, ${what}: words in the rooms`, unit: 'messages', value: counters.messages },
      { title: `${title}, ${what}: stand-ins that left`, unit: 'seats', value: counters.leaves },
      { title: `${title}, ${what}: stand-ins that came`, unit: 'seats', value: counters.joins },
    );
    if (what === 'quit') await pause(APART_MS);
  }
  const after = await everybody(rig, members);
  return [
    complete(`${title}: words before, came once to each room`, before.once, MOST * ROOMS),
    ...figures,
    complete(`${title}: one word of each afterwards, came once to each room`, after.once, members * ROOMS),
    {
      title: `${title}: joins when each has said one word`,
      unit: 'per room and s',
      value: after.joins / ROOMS / (members / PER_SECOND),
    },
    { title: `${title}: memory before`, unit: 'MiB', value: memory / KIB },
    { title: `${title}: memory afterwards`, unit: 'MiB', value: rig.memory() / KIB },
  ];
}

/** So many members say one word each. */
async function everybody(rig: RelayRig, count: number): Promise<RoomCounters> {
  const channel = rig.channel(RELAY, 1);
  await rig.rooms.call('reset', undefined, rig.stepMs);
  await rig.rooms.call('expectFrom', { source: channel, count }, rig.stepMs);
  await Promise.all([
    rig.during(rig.irc.call('talk', { channel, count, perSecond: PER_SECOND }, rig.stepMs)),
    rig.during(rig.rooms.call('expectCrossings', { count: count * ROOMS }, rig.stepMs)),
  ]);
  return rig.rooms.call('counters', undefined, rig.stepMs);
}

async function quietAfter(rig: RelayRig, work: () => Promise<void>) {
  await rig.settle();
  await rig.rooms.call('reset', undefined, rig.stepMs);
  const cpu = rig.cpu();
  await work();
  await rig.settle();
  await rig.during(rig.rooms.call('expectQuiet', undefined, rig.stepMs));
  const counters = await rig.rooms.call('counters', undefined, rig.stepMs);
  const { lastAt, resetAt } = counters;
  return { counters, seconds: lastAt === 0 ? 0 : (lastAt - resetAt) / MICROS, cpu: rig.cpu() - cpu };
}
