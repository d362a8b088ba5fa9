/*
 * Everything that can go wrong with Telegram, one thing after the other, in real time, under traffic both ways, with
 * every message accounted for on both sides.
 *
 *   npm run soak:telegram -- --faults 1440 --every 2000
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { renderRows } from './ledger.js';
import { faultNames, runFaults } from './run.js';

const USAGE = `Usage: npm run soak:telegram -- [options]
  --faults <number>      so many, one after the other, over all kinds (default: 1440)
  --every <ms>           from one to the next (default: 2000)
  --per-second <number>  messages each way (default: 10)
  --patience <seconds>   for what is on its way in the end (default: 120)
  --only <words,…>       kinds whose name holds one of these
  --log <file>           the end of the gateway's log
  --list                 names of all kinds`;

const { values } = parseArgs({
  options: {
    faults: { type: 'string', default: '1440' },
    every: { type: 'string', default: '2000' },
    'per-second': { type: 'string', default: '10' },
    patience: { type: 'string', default: '120' },
    only: { type: 'string', default: '' },
    log: { type: 'string' },
    list: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

if (values.help || values.list) console.log(values.help ? USAGE : faultNames().join('\n'));
else {
  const outcome = await runFaults({
    faults: Number(values.faults),
    everyMs: Number(values.every),
    perSecond: Number(values['per-second']),
    patienceMs: Number(values.patience) * 1_000,
    only: values.only.split(',').filter((part) => part !== ''),
    progress: (text) => console.log(text),
  });
  console.log(`\n${renderRows(outcome.rows)}\n`);
  console.log(`${values.faults} faults in ${outcome.seconds} s`);
  if (outcome.lost.length > 0) console.log(`LOST: ${outcome.lost.slice(0, 50).join(' ')}`);
  if (outcome.wrong.length > 0) console.log(`WRONG: ${outcome.wrong.slice(0, 50).join(' ')}`);
  for (const [reason, count] of outcome.refusals) console.log(`REFUSED ${count}: ${reason}`);
  for (const login of outcome.refusedLogins) console.log(`LOGIN REFUSED AT FIRST: ${login}`);
  for (const said of outcome.hungStops) console.log(`HAD TO BE KILLED:\n${said}`);
  for (const error of outcome.errors.slice(0, 20)) console.log(`ERROR: ${error}`);
  if (values.log !== undefined) writeFileSync(values.log, outcome.log);
  process.exitCode = outcome.lost.length + outcome.wrong.length + outcome.hungStops.length > 0 ? 1 : 0;
}
