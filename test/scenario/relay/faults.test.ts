import { expect, it } from 'vitest';
import { FAULT_KINDS, runFaults } from '../../soak/relay-faults/run.js';

/** The same run as `npm run soak:relay`, with each kind once; a loaded machine may take long for it. */
const LONGEST_MS = 600_000;

it(
  'a relay accounts for every word on every leg, whatever goes wrong',
  async () => {
    const { wrong, faults } = await runFaults({
      faults: FAULT_KINDS,
      ...{ everyMs: 0, words: 5, patienceMs: 120_000, seed: 1 },
    });
    expect(wrong).toEqual([]);
    expect(faults.size).toBe(FAULT_KINDS);
  },
  LONGEST_MS,
);
