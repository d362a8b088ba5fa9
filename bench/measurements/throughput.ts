import type { Rig } from '../harness/rig.js';
import type { Sent } from '../harness/sender.js';
import type { Tallied } from '../harness/tally.js';
import type { Figure, Measurement, Scale, Target } from './measurement.js';

const CHANNEL = '#hidden';
const MICROS = 1_000_000;
const PER = 100_000;
// Runs that warm the gateway up and tell how many messages fill the time of the real one.
const PILOTS = [500, 5_000, 20_000];
const PILOT_ENOUGH_SECONDS = 1;

type Direction = 'in' | 'out';

/** Messages per second and CPU, from IRC to XMPP (`in`) or from XMPP to IRC (`out`). */
export function throughput(direction: Direction, archive: boolean): Measurement {
  return {
    name: `throughput-${direction}-archive-${archive ? 'on' : 'off'}`,
    archive,
    measure: (rig, scale) => measure(rig, scale, direction, archive),
  };
}

async function measure(
  rig: Rig,
  scale: Scale,
  direction: Direction,
  archive: boolean,
): Promise<readonly Figure[]> {
  await rig.join(0, 1, [CHANNEL], 1);
  const { count, sent } = await pilot(rig, scale, direction);
  await rig.settle();
  await rig.reset(false);
  const cpu = rig.cpu();
  const stubs = rig.stubCpu();
  const { startedAt, finishedAt } = await transfer(rig, direction, count);
  const stubsAfter = rig.stubCpu();
  const seconds = (finishedAt - startedAt) / MICROS;
  await rig.settle();
  const used = rig.cpu() - cpu;
  const title = `${direction === 'in' ? 'IRC → XMPP' : 'XMPP → IRC'}, archive ${archive ? 'on' : 'off'}`;
  const busiest = Math.max(stubsAfter.xmpp - stubs.xmpp, stubsAfter.irc - stubs.irc) / seconds;
  const target: Target = { ratio: 'at-least', bound: archive ? 15 : 0.7 };
  const figures: Figure[] = [
    { title: `${title}: throughput`, unit: 'messages/s', value: count / seconds, target },
    { title: `${title}: CPU per 100,000`, unit: 's', value: (used / count) * PER },
    { title: `${title}: busier stub`, unit: '% of a core', value: busiest * 100 },
  ];
  if (archive) {
    const stored = await rig.archived(sent + count);
    figures.push({
      title: `${title}: stored`,
      unit: '% of messages',
      value: (stored / (sent + count)) * 100,
    });
  }
  return figures;
}

async function pilot(
  rig: Rig,
  scale: Scale,
  direction: Direction,
): Promise<{ readonly count: number; readonly sent: number }> {
  let count = 0;
  let sent = 0;
  for (const messages of PILOTS) {
    await rig.reset(false);
    const { startedAt, finishedAt } = await transfer(rig, direction, messages);
    const seconds = (finishedAt - startedAt) / MICROS;
    sent += messages;
    count = Math.min(scale.mostMessages, Math.ceil((messages / seconds) * scale.throughputSeconds));
    if (seconds > PILOT_ENOUGH_SECONDS) break;
  }
  return { count, sent };
}

async function transfer(rig: Rig, direction: Direction, count: number): Promise<Sent & Tallied> {
  const [sent, finished] = await Promise.all(
    direction === 'in'
      ? [
          rig.irc.call('send', { channel: CHANNEL, count }, rig.stepMs),
          rig.xmpp.call('expectBodies', { count }, rig.stepMs),
        ]
      : [
          rig.xmpp.call('send', { room: rig.room(CHANNEL), count }, rig.stepMs),
          rig.irc.call('expectMessages', { count }, rig.stepMs),
        ],
  );
  return { ...sent, ...finished };
}
