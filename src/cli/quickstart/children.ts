import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { untilListening } from './ports.js';

/** How long a server may take until it listens (ms). */
const READY_TIMEOUT_MS = 60_000;
/** How long it may take to end before it is killed (ms). */
const STOP_TIMEOUT_MS = 10_000;
/** Pause between two looks whether a killed process is gone (ms). */
const GONE_POLL_MS = 20;
/** How much of its log an error shows (lines). */
const LOG_TAIL_LINES = 15;

/** A server to start. */
export interface ChildSpec {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** What its command line tells it by; default the folder of the quick start. */
  readonly folder?: string;
  /** Started when this accepts connections. */
  readonly port?: number;
  /** Or when this says so. */
  ready?(signal: AbortSignal): Promise<void>;
  /** Gets each line that it writes to standard output, besides the log. */
  onLine?(line: string): void;
  /** Whether it can be told something: {@link Children.say}. */
  readonly listens?: boolean;
}

/** The servers of one quick start, stopped in the opposite order of their start. */
export class Children {
  readonly #folder: string;
  readonly #running: {
    readonly name: string;
    readonly child: ChildProcess;
    readonly folder: string;
    readonly ended: Promise<void>;
  }[] = [];
  #onEnd: (name: string) => void = () => {};
  #stopping = false;

  /** `folder`: where logs and the list of processes go. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Called when a server ends although nobody asked it to. */
  onUnexpectedEnd(listener: (name: string) => void): void {
    this.#onEnd = listener;
  }

  /** Where a server's output goes. */
  logFile(name: string): string {
    return join(this.#folder, 'logs', `${name}.log`);
  }

  /** Rejects, quoting the server's log, when it ends or does not listen in time, and after `stop`. */
  async start(spec: ChildSpec): Promise<void> {
    // Ctrl-C may come while a server is being prepared; what started then would stay behind.
    if (this.#stopping) throw new Error(`${spec.name}: not started, everything is being stopped`);
    const log = openSync(this.logFile(spec.name), 'w', 0o600);
    // A group of its own: Ctrl-C reaches this process alone, which then stops the servers in order.
    const child = spawn(spec.command, [...spec.args], {
      cwd: this.#folder,
      detached: true,
      stdio: [spec.listens ? 'pipe' : 'ignore', spec.onLine ? 'pipe' : log, log],
      env: { ...process.env, ...spec.environment },
    });
    if (child.stdout) this.#follow(child.stdout, log, spec);
    else closeSync(log);
    // Whoever has ended hears no more.
    child.stdin?.on('error', () => undefined);
    const failed = new AbortController();
    const ended = new Promise<void>((resolve) => {
      const finish = (reason: string) => {
        failed.abort(new Error(reason));
        const index = this.#running.findIndex((entry) => entry.child === child);
        if (index >= 0) this.#running.splice(index, 1);
        if (!this.#stopping && index >= 0) this.#onEnd(spec.name);
        resolve();
      };
      child.once('exit', (code, signal) => finish(`ended with ${signal ?? `code ${code}`}`));
      child.once('error', (error) => finish(error.message));
    });
    this.#running.push({ name: spec.name, child, folder: spec.folder ?? this.#folder, ended });
    this.#record();
    const timer = setTimeout(
      () => failed.abort(new Error(`not ready after ${READY_TIMEOUT_MS} ms`)),
      READY_TIMEOUT_MS,
    );
    try {
      if (spec.port !== undefined) await untilListening(spec.port, failed.signal);
      await spec.ready?.(failed.signal);
      failed.signal.throwIfAborted();
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new Error(`${spec.name}: ${reason}\n${this.tail(spec.name)}`, { cause: error });
    } finally {
      clearTimeout(timer);
    }
  }

  /** A line for a server that listens. */
  say(name: string, line: string): void {
    this.#running.find((entry) => entry.name === name)?.child.stdin?.write(`${line}\n`);
  }

  /** The last lines that a server wrote. */
  tail(name: string): string {
    const file = this.logFile(name);
    if (!existsSync(file)) return '';
    return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-LOG_TAIL_LINES).join('\n');
  }

  /** Ends all of them, by SIGKILL what does not end by SIGTERM. */
  async stop(): Promise<void> {
    this.#stopping = true;
    for (const { child, ended } of [...this.#running].reverse()) {
      signalGroup(child.pid, 'SIGTERM');
      const timer = setTimeout(() => signalGroup(child.pid, 'SIGKILL'), STOP_TIMEOUT_MS);
      await ended;
      clearTimeout(timer);
    }
    rmSync(this.#listFile, { force: true });
  }

  /** Ends what an earlier run left behind because it was killed itself; resolves when it is gone. */
  async clearLeftovers(): Promise<void> {
    if (!existsSync(this.#listFile)) return;
    // A number may belong to another process by now: only one started from its folder is ours.
    const isOurs = ({ pid, folder }: ListedProcess) => pid > 1 && commandLine(pid).includes(folder);
    const left = readFileSync(this.#listFile, 'utf8').split('\n').map(readListed).filter(isOurs);
    for (const { pid } of left) signalGroup(pid, 'SIGKILL');
    while (left.some(isOurs)) await new Promise((resolve) => setTimeout(resolve, GONE_POLL_MS));
    rmSync(this.#listFile, { force: true });
  }

  #follow(output: Readable, log: number, spec: ChildSpec): void {
    const lines = createInterface({ input: output });
    lines.on('line', (line) => {
      writeSync(log, `${line}\n`);
      spec.onLine?.(line);
    });
    lines.once('close', () => closeSync(log));
  }

  get #listFile(): string {
    return join(this.#folder, 'processes');
  }

  #record(): void {
    const lines = this.#running.map(({ child, folder }) => `${child.pid ?? 0} ${folder}`);
    writeFileSync(this.#listFile, lines.join('\n'));
  }
}

/** A process as the list has it. */
interface ListedProcess {
  readonly pid: number;
  readonly folder: string;
}

/** A line that is none is process 0, which nobody ends. */
function readListed(line: string): ListedProcess {
  const [, pid = '0', folder = ''] = /^(\d+) (.+)$/.exec(line) ?? [];
  return { pid: Number(pid), folder };
}

function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

function signalGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch (error) {
    // ESRCH: it ended between the look and the signal.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
