import { setTimeout as pause } from 'node:timers/promises';
import { FAULT_KINDS } from './fault-kinds.js';
import { Ledger, type Row } from './ledger.js';
import { FaultStage } from './stage.js';
import { Traffic } from './traffic.js';

/** How a run goes. */
export interface FaultRun {
  /** One after the other, over and over. */
  readonly faults: number;
  /** From the beginning of one to that of the next, in milliseconds; longer where one takes longer. */
  readonly everyMs: number;
  /** Messages a second, each way. */
  readonly perSecond: number;
  /** How long what is still on its way may take in the end (ms). */
  readonly patienceMs: number;
  /** Only kinds whose name holds one of these. */
  readonly only?: readonly string[];
  progress?(text: string): void;
}

/** What a run has come to. */
export interface FaultOutcome {
  readonly rows: ReadonlyMap<string, Row>;
  /** Messages that came to nothing, and to more than they should have. */
  readonly lost: readonly string[];
  readonly wrong: readonly string[];
  readonly refusals: ReadonlyMap<string, number>;
  /** What the gateway logged as faults of its own. */
  readonly errors: readonly string[];
  readonly seconds: number;
  /** What it said when it had to be killed instead of stopped. */
  readonly hungStops: readonly string[];
  /** Logins that were refused at first. */
  readonly refusedLogins: readonly string[];
  /** The end of its log. */
  readonly log: string;
}

const PROGRESS_EVERY = 20;
const LOOK_MS = 200;
const ERROR_LEVEL = 50;

/** Everything goes wrong, one thing after the other, while words go both ways; then every word is accounted for. */
export async function runFaults(run: FaultRun): Promise<FaultOutcome> {
  const { only = [] } = run;
  const kinds = FAULT_KINDS.filter(
    ({ name }) => only.length === 0 || only.some((part) => name.includes(part)),
  );
  const began = Date.now();
  const stage = await FaultStage.start();
  const ledger = new Ledger();
  try {
    const traffic = new Traffic(stage, ledger);
    await traffic.prepare();
    traffic.begin(run.perSecond);
    for (let index = 0; index < run.faults; index += 1) {
      const kind = kinds[index % kinds.length];
      if (!kind) throw new Error('no such fault');
      const next = pause(run.everyMs);
      const start = Date.now();
      ledger.fault(kind.name);
      await kind.happen(stage, traffic);
      ledger.took(Date.now() - start);
      await next;
      if (index % PROGRESS_EVERY === PROGRESS_EVERY - 1)
        run.progress?.(
          `${index + 1} faults, ${Math.round((Date.now() - began) / 1_000)} s; ` +
            `on the way ${ledger.open.length}, wrong ${ledger.wrong.length}`,
        );
    }
    traffic.end();
    const deadline = Date.now() + run.patienceMs;
    await pause(LOOK_MS * 10);
    await traffic.lookIntoArchives();
    while (ledger.open.length > 0 && Date.now() < deadline) {
      await pause(LOOK_MS * 10);
      await traffic.lookIntoArchives();
    }
    // What comes twice may come later.
    await pause(LOOK_MS * 10);
    traffic.close();
    return {
      ...{ rows: ledger.rows(), lost: ledger.open, wrong: ledger.wrong, refusals: ledger.refusals },
      errors: stage.gateway
        .entries()
        .filter(({ level }) => Number(level) >= ERROR_LEVEL)
        .map((entry) => JSON.stringify(entry)),
      seconds: Math.round((Date.now() - began) / 1_000),
      ...{ hungStops: stage.hungStops, refusedLogins: stage.refusedLogins },
      log: stage.gateway.logs().slice(-20_000),
    };
  } finally {
    await stage.close();
  }
}

/** Names of all kinds. */
export function faultNames(): readonly string[] {
  return FAULT_KINDS.map(({ name }) => name);
}
