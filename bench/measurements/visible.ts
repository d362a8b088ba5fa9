import { pause } from '../harness/clock.js';
import type { Rig } from '../harness/rig.js';
import type { Figure, RoomMeasurement, Scale } from './measurement.js';

const CHANNEL = '#visible';
const WINDOW = 50;
// Lets a collector of garbage finish before memory is read; idle crowds keep biboumi busy for ever.
const REST_MS = 5_000;
const MICROS = 1_000_000;

/** Users who all see each other in one channel: time until each has the presence of every other, memory. */
export const visible: RoomMeasurement = { name: 'visible', network: 'irc', archive: true, measure };

async function measure(rig: Rig, scale: Scale): Promise<readonly Figure[]> {
  const users = scale.visibleUsers;
  await rig.settle();
  await rig.reset(false);
  const before = rig.memory();
  const [seen, joined] = await Promise.all([
    rig.xmpp.call('expectPresences', { count: users * users }, rig.stepMs),
    rig.join(0, users, [CHANNEL], WINDOW),
  ]);
  const finishedAt = Math.max(seen.finishedAt, joined.finishedAt);
  await pause(REST_MS);
  const { presences } = await rig.xmpp.call('counters', undefined, rig.stepMs);
  const who = `${users.toLocaleString('en')} users who see each other`;
  return [
    {
      title: `${who}: occupants shown`,
      unit: '% of pairs',
      value: (presences / (users * users)) * 100,
      target: { value: 'exactly', bound: 100 },
    },
    {
      title: `${who}: time`,
      unit: 's',
      value: (finishedAt - joined.startedAt) / MICROS,
      target: { ratio: 'at-most', bound: 1 / 3 },
    },
    {
      title: `${who}: memory`,
      unit: 'KiB/user',
      value: (rig.memory() - before) / users,
      target: { ratio: 'at-most', bound: 1 / 4 },
    },
  ];
}
