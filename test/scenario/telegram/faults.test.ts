import { expect, it } from 'vitest';
import { faultNames, runFaults } from '../../soak/telegram-faults/run.js';

/** The same run as `npm run soak:telegram`, with each kind once; a loaded machine may take long for it. */
const LONGEST_MS = 900_000;

it(
  'F08 F30 S23 accounts for every message on both sides, whatever goes wrong',
  async () => {
    const { rows, lost, wrong, errors, hungStops } = await runFaults({
      faults: faultNames().length,
      ...{ everyMs: 300, perSecond: 20, patienceMs: 300_000 },
    });
    expect({ lost, wrong, errors, hungStops }).toEqual({ lost: [], wrong: [], errors: [], hungStops: [] });
    expect([...rows.keys()].sort()).toEqual([...faultNames()].sort());
  },
  LONGEST_MS,
);
