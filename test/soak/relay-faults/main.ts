/*
 * What can go wrong between a relay and its rooms, one thing after the other by chance, under traffic on all legs, with
 * every word accounted for on each.
 *
 *   npm run soak:relay -- --faults 300 --every 1000
 */
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { runFaults } from './run.js';

const USAGE = `Usage: npm run soak:relay -- [options]
  --faults <number>      so many, one after the other (default: 300)
  --every <ms>           from one to the next (default: 1000)
  --words <number>       of each person, three times for each fault (default: 10)
  --patience <seconds>   for what is on its way in the end (default: 120)
  --seed <number>        by which faults are chosen (default: 1)
  --log <file>           the gateway's log`;

const { values } = parseArgs({
  options: {
    faults: { type: 'string', default: '300' },
    every: { type: 'string', default: '1000' },
    words: { type: 'string', default: '10' },
    patience: { type: 'string', default: '120' },
    seed: { type: 'string', default: '1' },
    log: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) console.log(USAGE);
else {
  const outcome = await runFaults({
    faults: Number(values.faults),
    everyMs: Number(values.every),
    words: Number(values.words),
    patienceMs: Number(values.patience) * 1_000,
    seed: Number(values.seed),
    entryPoint: pathToFileURL(resolve('dist/src/main.js')),
    progress: (text) => console.log(text),
  });
  for (const [name, count] of outcome.faults) console.log(`${count} × ${name}`);
  for (const [name, count] of outcome.said) console.log(`${count} words of ${name}`);
  console.log(`${outcome.ircRepeated} words twice on IRC, ${outcome.ircMissed} not at all`);
  for (const wrong of outcome.wrong.slice(0, 50)) console.log(`WRONG: ${wrong}`);
  if (values.log !== undefined) writeFileSync(values.log, outcome.log);
  process.exitCode = outcome.wrong.length > 0 ? 1 : 0;
}
