import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { OUTPUT_FILE } from '../subjects/daemon.js';
import type { Running } from '../subjects/subject.js';
import { pause } from './clock.js';
import { cpuSeconds, forgetPeak, peakKib, residentKib } from './process-stats.js';

const POLL_MS = 250;
const BUSY_SHARE = 0.05;
const QUIET_POLLS = 3;
const OUTPUT_TAIL = 1_500;

/** A gateway with its data folder, which outlives the process; and what is read of the process. */
export class GatewayHost {
  readonly folder: string;
  readonly #stepMs: number;
  #running: Running | undefined;
  #ended: Promise<never> | undefined;

  /** `workFolder`: where the data folder is made; `stepMs`: longest wait for quiet. */
  constructor(workFolder: string, stepMs: number) {
    this.#stepMs = stepMs;
    this.folder = mkdtempSync(join(workFolder, 'isthmus-bench-'));
    process.once('exit', this.#removeFolder);
  }

  /** Takes a gateway that was just started in the data folder. */
  started(running: Running): void {
    this.#running = running;
    this.#ended = new Promise((_resolve, reject) => {
      void running.exited.then((how) => {
        if (this.#running === running) reject(new Error(`the gateway ended by itself (${how})`));
      });
    });
    // Looked at only while something is measured.
    this.#ended.catch(() => undefined);
  }

  /** The outcome of `work`, unless the gateway ends by itself meanwhile. */
  during<T>(work: Promise<T>): Promise<T> {
    return Promise.race([work, ...(this.#ended === undefined ? [] : [this.#ended])]);
  }

  /** Ends the process, in order or by force, and resolves when it is gone. */
  async end(how: 'stop' | 'kill'): Promise<void> {
    const running = this.#running;
    this.#running = undefined;
    if (how === 'stop') await running?.stop();
    else await running?.kill();
  }

  /** Ends everything and removes the data folder. */
  async close(): Promise<void> {
    await this.end('stop');
    this.#removeFolder();
    process.off('exit', this.#removeFolder);
  }

  /** CPU seconds that the gateway has used so far. */
  cpu(): number {
    return cpuSeconds(this.#pid);
  }

  /** Resident memory of the gateway in KiB. */
  memory(): number {
    return residentKib(this.#pid);
  }

  /** The most that `work` has resident at a time, in KiB, with its outcome. */
  async peakDuring<T>(work: () => Promise<T>): Promise<{ readonly peak: number; readonly result: T }> {
    forgetPeak(this.#pid);
    const result = await work();
    return { peak: peakKib(this.#pid), result };
  }

  /** Waits until the gateway uses next to no CPU, so that work it has put off is counted too. */
  async settle(): Promise<void> {
    const deadline = Date.now() + this.#stepMs;
    let quiet = 0;
    for (let before = this.cpu(); quiet < QUIET_POLLS && Date.now() < deadline; ) {
      await pause(POLL_MS);
      const now = this.cpu();
      quiet = now - before <= (BUSY_SHARE * POLL_MS) / 1_000 ? quiet + 1 : 0;
      before = now;
    }
  }

  /** The end of what the gateway has printed. */
  output(): string {
    const log = join(this.folder, OUTPUT_FILE);
    return existsSync(log) ? readFileSync(log, 'utf8').slice(-OUTPUT_TAIL) : '';
  }

  get #pid(): number {
    if (this.#running === undefined) throw new Error('the gateway does not run');
    return this.#running.pid;
  }

  readonly #removeFolder = (): void => {
    rmSync(this.folder, { recursive: true, force: true });
  };
}
