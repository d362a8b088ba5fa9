import type { Rig } from '../harness/rig.js';
import type { Figure, RoomMeasurement, Scale } from './measurement.js';

const CHANNEL = '#hidden';
const ROUND = 50;
// The self-test's relay, which keeps nothing, grows by 7 %: its heap is not collected to the last byte.
const MOST_GROWTH_PERCENT = 10;
const KIB_PER_MIB = 1_024;

/** Memory over joins and departures. */
export const churn: RoomMeasurement = { name: 'churn', network: 'irc', archive: true, measure };

async function measure(rig: Rig, scale: Scale): Promise<readonly Figure[]> {
  const rounds = Math.ceil(scale.churnJoins / ROUND);
  const samples = [rig.memory()];
  for (let round = 0; round < rounds; round += 1) {
    await rig.join(0, ROUND, [CHANNEL], ROUND);
    await rig.leave(0, ROUND, [CHANNEL], ROUND);
    samples.push(rig.memory());
  }
  const at = (share: number): number => (samples[Math.round(rounds * share)] ?? Number.NaN) / KIB_PER_MIB;
  const growth = (at(1) / at(0.5) - 1) * 100;
  const title = `memory over ${scale.churnJoins.toLocaleString('en')} joins and parts`;
  return [
    { title: `${title}: before`, unit: 'MiB', value: at(0) },
    { title: `${title}: a quarter through`, unit: 'MiB', value: at(0.25) },
    { title: `${title}: half through`, unit: 'MiB', value: at(0.5) },
    { title: `${title}: after`, unit: 'MiB', value: at(1) },
    {
      title: `${title}: growth in the second half`,
      unit: '%',
      value: growth,
      target: { value: 'at-most', bound: MOST_GROWTH_PERCENT },
    },
  ];
}
