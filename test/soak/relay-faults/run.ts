import { setTimeout as pause } from 'node:timers/promises';
import { hasBody, WordFlow } from '../../support/relay/word-flow.js';
import { type FaultStage, faultStage } from './stage.js';

/** What a run is made of. */
export interface RunOptions {
  /** So many, one after the other. */
  readonly faults: number;
  /** From one to the next (ms). */
  readonly everyMs: number;
  /** Words of each person between two faults, and while one lasts. */
  readonly words: number;
  /** How long what is on its way in the end may take (ms). */
  readonly patienceMs: number;
  /** By which faults are chosen. */
  readonly seed: number;
  readonly entryPoint?: URL;
  progress?(text: string): void;
}

/** What has come of it. */
export interface RunOutcome {
  /** How often each fault happened. */
  readonly faults: ReadonlyMap<string, number>;
  /** Words said, by who said them. */
  readonly said: ReadonlyMap<string, number>;
  /** What should not have been: words lost, repeated, or out of order. */
  readonly wrong: readonly string[];
  /** Words that IRC has had twice, and those that it may have had and was not told again. */
  readonly ircRepeated: number;
  readonly ircMissed: number;
  readonly log: string;
}

/** Longest time for which a line is dead (ms). */
const AWAY_MS = 2_000;

/** What can go wrong. `doubts`: what is just being told on IRC may be told twice, or not at all. */
const FAULTS: Readonly<
  Record<
    string,
    { readonly doubts: boolean; cause(stage: FaultStage, lasting: () => Promise<void>): Promise<void> }
  >
> = {
  'the line to the XMPP server is cut': {
    doubts: false,
    async cause({ xmppLine }, lasting) {
      xmppLine.cut();
      await lasting();
    },
  },
  'the XMPP server is not reachable': {
    doubts: false,
    async cause({ xmppLine }, lasting) {
      xmppLine.hang(true);
      await lasting();
      xmppLine.hang(false);
    },
  },
  'the line to the IRC server is cut': {
    doubts: true,
    async cause({ ircLine }, lasting) {
      ircLine.cut();
      await lasting();
    },
  },
  'the IRC server is not reachable': {
    doubts: true,
    async cause({ ircLine }, lasting) {
      ircLine.hang(true);
      await lasting();
      ircLine.hang(false);
    },
  },
  'the gateway is killed': {
    doubts: true,
    async cause({ gateway }, lasting) {
      await gateway.kill();
      await lasting();
      await gateway.start();
    },
  },
  'the gateway is started again': {
    doubts: true,
    async cause({ gateway }, lasting) {
      await gateway.stop();
      await lasting();
      await gateway.start();
    },
  },
};

/** Makes things go wrong under traffic, and accounts for every word on every leg. */
export async function runFaults(options: RunOptions): Promise<RunOutcome> {
  const stage = await faultStage(options.entryPoint);
  try {
    return await run(stage, options);
  } finally {
    await stage.close();
  }
}

async function run(stage: FaultStage, options: RunOptions): Promise<RunOutcome> {
  const { alice, bob, carol, room, channel } = stage;
  const a = new WordFlow('a', (text) => alice.message(room, text, 'groupchat'));
  const b = new WordFlow('b', (text) => bob.message('second@rooms.localhost', text, 'groupchat'));
  const c = new WordFlow('c', (text) => carol.say(channel, text));
  const talk = async (): Promise<void> => {
    await Promise.all([a, b, c].map((flow) => flow.more(options.words)));
  };
  await settle(stage, [a, b, c], options.patienceMs);
  for (const flow of [a, b, c]) flow.begin();
  const faults = new Map<string, number>();
  const names = Object.keys(FAULTS);
  let doubts = 0;
  for (let index = 0; index < options.faults; index += 1) {
    // Each once first, then by chance.
    const name = names[index < names.length ? index : chance(options.seed + index) % names.length] ?? '';
    const fault = FAULTS[name];
    if (!fault) continue;
    faults.set(name, (faults.get(name) ?? 0) + 1);
    if (fault.doubts) doubts += 1;
    options.progress?.(`${index + 1}: ${name}`);
    await talk();
    await fault.cause(stage, async () => {
      await talk();
      await pause(chance(options.seed + index + 1) % AWAY_MS);
    });
    await talk();
    await pause(options.everyMs);
  }
  await settle(stage, [a, b, c], options.patienceMs);

  const wrong = [
    ...compare('b', 'the first room', b.heardBy(alice), b.all),
    ...compare('a', 'the second room', a.heardBy(bob), a.all),
    // What is said on IRC while nobody listens is not heard: the same is in both rooms.
    ...compare('c', 'the second room', c.heardBy(bob), c.heardBy(alice)),
    ...compare('c', 'the first room', c.heardBy(alice), ascending(c.heardBy(alice))),
  ];
  let [ircRepeated, ircMissed] = [0, 0];
  for (const flow of [a, b]) {
    const heard = flow.heardBy(carol);
    const first = [...new Set(heard)];
    ircRepeated += heard.length - first.length;
    ircMissed += flow.all.length - first.length;
    wrong.push(...compare(flow.name, 'the channel', first, ascending(first)));
  }
  if (ircRepeated > doubts) wrong.push(`${ircRepeated} words twice on IRC after ${doubts} faults`);
  if (ircMissed > doubts) wrong.push(`${ircMissed} words missing on IRC after ${doubts} faults`);
  const said = new Map([a, b, c].map((flow) => [flow.name, flow.all.length]));
  return { faults, said, wrong, ircRepeated, ircMissed, log: stage.gateway.logs() };
}

/** Resolves when words go everywhere. */
async function settle(
  { alice, bob, carol }: FaultStage,
  flows: readonly WordFlow[],
  patienceMs: number,
): Promise<void> {
  const [a, b, c] = flows;
  if (!a || !b || !c) return;
  const until = Date.now() + patienceMs;
  for (const [flow, listeners] of [
    [a, [bob, carol]],
    [b, [alice, carol]],
    [c, [alice, bob]],
  ] as const)
    for (;;) {
      // One may be said to nobody, while the relay is coming in.
      await flow.more(1);
      const word = flow.last;
      const within = { timeoutMs: Math.max(1, Math.min(10_000, until - Date.now())) };
      try {
        for (const listener of listeners)
          await ('waitForLine' in listener
            ? listener.waitForLine(new RegExp(`\\b${word}$`), word, within)
            : listener.waitFor(hasBody(word), word, within));
        break;
      } catch (error) {
        if (Date.now() >= until) throw error;
      }
    }
}

function compare(name: string, where: string, heard: readonly number[], wanted: readonly number[]): string[] {
  const wrong: string[] = [];
  const counts = new Map<number, number>();
  for (const number of heard) counts.set(number, (counts.get(number) ?? 0) + 1);
  for (const number of wanted) if (!counts.has(number)) wrong.push(`${name} ${number} is not in ${where}`);
  for (const [number, count] of counts)
    if (count > 1) wrong.push(`${name} ${number} is ${count} times in ${where}`);
  const before = heard.findIndex((number, index) => number < (heard[index - 1] ?? 0));
  if (before > 0) wrong.push(`${name} ${heard[before]} is behind ${heard[before - 1]} in ${where}`);
  return wrong;
}

function ascending(numbers: readonly number[]): readonly number[] {
  return [...new Set(numbers)].sort((one, other) => one - other);
}

/** A number that looks random, the same for the same seed (the mix of MurmurHash3). */
function chance(seed: number): number {
  let value = Math.imul(seed ^ (seed >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
}

/** How many kinds there are. */
export const FAULT_KINDS = Object.keys(FAULTS).length;
