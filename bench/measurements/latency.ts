import type { Rig } from '../harness/rig.js';
import type { Figure, RoomMeasurement, Scale } from './measurement.js';

const CHANNEL = '#hidden';
const PER_SECOND = 200;
const WARM_UP_SECONDS = 2;

/** Time from sending to receiving at 200 messages a second, in each direction. */
export function latency(archive: boolean): RoomMeasurement {
  return {
    name: `latency-archive-${archive ? 'on' : 'off'}`,
    network: 'irc',
    archive,
    measure: (rig, scale) => measure(rig, scale, archive),
  };
}

async function measure(rig: Rig, scale: Scale, archive: boolean): Promise<readonly Figure[]> {
  await rig.join(0, 1, [CHANNEL], 1);
  const figures: Figure[] = [];
  for (const direction of ['in', 'out'] as const) {
    await run(rig, direction, WARM_UP_SECONDS * PER_SECOND);
    const { p50, p99 } = await run(rig, direction, scale.latencySeconds * PER_SECOND);
    const way = direction === 'in' ? 'IRC → XMPP' : 'XMPP → IRC';
    const title = `${way} at ${PER_SECOND}/s, archive ${archive ? 'on' : 'off'}`;
    figures.push(
      { title: `${title}: p50`, unit: 'ms', value: p50 },
      { title: `${title}: p99`, unit: 'ms', value: p99, target: { ratio: 'at-most', bound: 1 } },
    );
  }
  return figures;
}

async function run(rig: Rig, direction: 'in' | 'out', count: number) {
  await rig.reset(true);
  const perSecond = PER_SECOND;
  if (direction === 'in') {
    await Promise.all([
      rig.xmpp.call('expectBodies', { count }, rig.stepMs),
      rig.irc.call('send', { channel: CHANNEL, count, perSecond }, rig.stepMs),
    ]);
    return rig.xmpp.call('latency', undefined, rig.stepMs);
  }
  await Promise.all([
    rig.irc.call('expectMessages', { count }, rig.stepMs),
    rig.xmpp.call('send', { room: rig.room(CHANNEL), count, perSecond }, rig.stepMs),
  ]);
  return rig.irc.call('latency', undefined, rig.stepMs);
}
