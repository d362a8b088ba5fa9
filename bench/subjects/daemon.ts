import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import type { Running } from './subject.js';

/** File in the data folder that takes the output of the process. */
export const OUTPUT_FILE = 'output.log';
const STOP_MS = 10_000;

/** A process under test, with its output in a log file of the data folder. */
export class Daemon implements Running {
  readonly #child: ChildProcess;
  readonly exited: Promise<string>;

  constructor(dataFolder: string, command: string, args: readonly string[], environment: NodeJS.ProcessEnv) {
    const log = openSync(join(dataFolder, OUTPUT_FILE), 'a');
    this.#child = spawn(command, args, {
      cwd: dataFolder,
      env: { ...process.env, ...environment },
      stdio: ['ignore', log, log],
    });
    closeSync(log);
    this.exited = new Promise((resolve) => {
      this.#child.once('exit', (code, signal) => resolve(signal ?? `exit code ${code}`));
      this.#child.once('error', ({ message }) => resolve(message));
    });
    process.once('exit', this.#kill);
  }

  /** Process id; throws when the process could not be started. */
  get pid(): number {
    const { pid } = this.#child;
    if (pid === undefined) throw new Error('the gateway could not be started');
    return pid;
  }

  /** Asks the process to end, and ends it by force when it does not in time. */
  async stop(): Promise<void> {
    const force = setTimeout(this.#kill, STOP_MS);
    this.#child.kill('SIGTERM');
    await this.exited;
    clearTimeout(force);
    process.off('exit', this.#kill);
  }

  async kill(): Promise<void> {
    this.#kill();
    await this.exited;
    process.off('exit', this.#kill);
  }

  readonly #kill = (): void => {
    this.#child.kill('SIGKILL');
  };
}
