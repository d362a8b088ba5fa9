import type { Rig } from '../harness/rig.js';
import type { Sent } from '../harness/sender.js';
import type { Tallied } from '../harness/tally.js';
import type { Figure, RoomMeasurement, Scale, Target } from './measurement.js';

const CHANNEL = '#hidden';
const MICROS = 1_000_000;
const PER = 100_000;
// Runs that warm the gateway up and tell how many messages fill the time of the real one.
const PILOTS = [500, 5_000, 20_000];
const PILOT_ENOUGH_SECONDS = 1;

type Direction = 'in' | 'out';

/** Messages per second and CPU, from IRC to XMPP (`in`) or from XMPP to IRC (`out`). */
export function throughput(direction: Direction, archive: boolean): RoomMeasurement {
  return {
    name: `throughput-${direction}-archive-${archive ? 'on' : 'off'}`,
    network: 'irc',
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
  const { startedAt, finishedAt } = await transfer(rig, direction, count, scale.window);
  const stubsAfter = rig.stubCpu();
  const seconds = (finishedAt - startedAt) / MICROS;
  await rig.settle();
  const used = rig.cpu() - cpu;
  const arrived = await arrivedAfterwards(rig, direction);
  const title = `${direction === 'in' ? 'IRC → XMPP' : 'XMPP → IRC'}, archive ${archive ? 'on' : 'off'}`;
  const busiest = Math.max(stubsAfter.xmpp - stubs.xmpp, stubsAfter.irc - stubs.irc) / seconds;
  const target: Target = { ratio: 'at-least', bound: archive ? 15 : 0.7 };
  const figures: Figure[] = [
    { title: `${title}: throughput`, unit: 'messages/s', value: count / seconds, target },
    { title: `${title}: CPU per 100,000`, unit: 's', value: (used / count) * PER },
    {
      title: `${title}: delivered`,
      unit: '% of messages',
      value: (arrived / count) * 100,
      target: { value: 'exactly', bound: 100 },
    },
    { title: `${title}: busier stub`, unit: '% of a core', value: busiest * 100 },
  ];
  if (archive) {
    const stored = await rig.archived(sent + count);
    figures.push({
      title: `${title}: stored`,
      unit: '% of messages',
      value: (stored / (sent + count)) * 100,
      target: { value: 'exactly', bound: 100 },
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
    const { startedAt, finishedAt } = await transfer(rig, direction, messages, scale.window);
    const seconds = (finishedAt - startedAt) / MICROS;
    sent += messages;
    count = Math.min(scale.mostMessages, Math.ceil((messages / seconds) * scale.throughputSeconds));
    if (seconds > PILOT_ENOUGH_SECONDS) break;
  }
  return { count, sent };
}

/**
 * Sends `count` messages in segments of half the window, never more than the window ahead of what has
 * arrived: the gateway is always busy, but is measured on work, not on an ever growing backlog.
 */
async function transfer(
  rig: Rig,
  direction: Direction,
  count: number,
  window: number,
): Promise<Sent & Tallied> {
  const size = Math.ceil(window / 2);
  const segments = Math.ceil(count / size);
  const through = (segment: number): number => Math.min(count, (segment + 1) * size);
  const send = (segment: number): Promise<Sent> =>
    sendFrom(rig, direction, through(segment) - segment * size);
  const first = send(0);
  let last = segments > 1 ? send(1) : first;
  let arrived: Tallied | undefined;
  for (let segment = 0; segment < segments; segment += 1) {
    arrived = await arrivals(rig, direction, through(segment));
    await last;
    if (segment + 2 < segments) last = send(segment + 2);
  }
  const { startedAt } = await first;
  return { startedAt, finishedAt: arrived?.finishedAt ?? startedAt };
}

function sendFrom(rig: Rig, direction: Direction, count: number): Promise<Sent> {
  return direction === 'in'
    ? rig.irc.call('send', { channel: CHANNEL, count }, rig.stepMs)
    : rig.xmpp.call('send', { room: rig.room(CHANNEL), count }, rig.stepMs);
}

function arrivals(rig: Rig, direction: Direction, count: number): Promise<Tallied> {
  return direction === 'in'
    ? rig.xmpp.call('expectBodies', { count }, rig.stepMs)
    : rig.irc.call('expectMessages', { count }, rig.stepMs);
}

/** Messages that had arrived once the gateway was quiet: a repeat or a loss shows here. */
function arrivedAfterwards(rig: Rig, direction: Direction): Promise<number> {
  return direction === 'in'
    ? rig.xmpp.call('counters', undefined, rig.stepMs).then(({ bodies }) => bodies)
    : rig.irc.call('received', undefined, rig.stepMs);
}
