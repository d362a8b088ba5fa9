/**
 * Child processes for scenarios: each lives in its own process group and its own temporary folder, and both
 * go away with the test process however that ends.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer, type Socket, connect as tcpConnect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** Address every test server listens on. */
export const LOOPBACK = '127.0.0.1';

/** How long a server may take to become ready, in milliseconds. */
const READY_TIMEOUT_MS = 30_000;
/** How long a server may take to end after SIGTERM before it is killed, in milliseconds. */
const STOP_TIMEOUT_MS = 10_000;
/** Pause between two attempts to connect to a port that is not open yet, in milliseconds. */
const PORT_POLL_MS = 25;
/** Ports are drawn from below the ephemeral range (32768 up), so that no outgoing connection takes one first. */
const PORT_RANGE = { first: 20_000, count: 12_000 };
/** How many ports are tried before giving up. */
const PORT_ATTEMPTS = 50;
/** How much of a log an error message quotes, in characters. */
const LOG_TAIL = 4_000;
/** How much of a log is kept, in characters. */
const LOG_CAP = 16_000_000;

/** Servers live in sbin, which an ordinary user's PATH leaves out. */
const PATH = `${process.env.PATH ?? ''}:/usr/local/sbin:/usr/sbin:/sbin`;

/** The outcome of {@link run}. */
export interface CommandOutput {
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command to its end. Rejects, quoting its output, when it exits with another code than 0. */
export async function run(
  command: string,
  args: readonly string[],
  options: {
    readonly cwd?: string;
    readonly uid?: number;
    readonly gid?: number;
    readonly env?: NodeJS.ProcessEnv;
  } = {},
): Promise<CommandOutput> {
  return promisify(execFile)(command, [...args], {
    encoding: 'utf8',
    ...options,
    env: { ...process.env, PATH, ...options.env },
  });
}

/** A loopback TCP port on which nothing listens. Throws when none of a number of draws was free. */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < PORT_ATTEMPTS; attempt += 1) {
    const port = PORT_RANGE.first + Math.floor(Math.random() * PORT_RANGE.count);
    if (await canListen(port)) return port;
  }
  throw new Error(`no free port found in ${PORT_ATTEMPTS} attempts`);
}

function canListen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, LOOPBACK, () => server.close(() => resolve(true)));
  });
}

/** Resolves as soon as something accepts connections on `port`; rejects after `timeoutMs`, or on `signal`. */
export async function waitForPort(
  port: number,
  options: { readonly timeoutMs?: number; readonly signal?: AbortSignal } = {},
): Promise<void> {
  const deadline = Date.now() + (options.timeoutMs ?? READY_TIMEOUT_MS);
  while (!(await canConnect(port))) {
    options.signal?.throwIfAborted();
    if (Date.now() > deadline) throw new Error(`nothing listens on port ${port}`);
    await new Promise((resolve) => setTimeout(resolve, PORT_POLL_MS));
  }
}

function canConnect(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket: Socket = tcpConnect(port, LOOPBACK);
    const finish = (open: boolean) => {
      socket.destroy();
      resolve(open);
    };
    socket.once('connect', () => finish(true));
    socket.once('error', () => finish(false));
  });
}

/** A temporary folder with the process groups that work in it. */
export interface Workspace {
  /** Absolute path of the folder. */
  readonly path: string;
  /** Absolute path of `name` inside the folder. */
  file(name: string): string;
  /** Writes a file into the folder and returns its absolute path. */
  write(name: string, content: string): string;
  /** Notes a process group as living in this folder; the returned function strikes it off. */
  adopt(groupId: number): () => void;
}

/**
 * Kills the groups listed in the folder and removes it once its standard input ends, which happens when the
 * test process is gone, even by SIGKILL: no exit hook of Node's would run then.
 */
const WATCHDOG = `
read -r _
for group in $(cat "$1/.groups" 2>/dev/null); do kill -s KILL -- "-$group" 2>/dev/null; done
for attempt in 1 2 3 4 5; do rm -rf "$1" 2>/dev/null && break; sleep 1; done
`;

/** Makes a temporary folder that vanishes, with every process adopted by it, when this process ends. */
export function createWorkspace(name: string): Workspace {
  const path = mkdtempSync(join(tmpdir(), `isthmus-${name}-`));
  const watchdog = spawn('sh', ['-c', WATCHDOG, 'watchdog', path], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  watchdog.unref();
  // The pipe must not keep the test process alive: its closing at exit is the signal.
  if (watchdog.stdin && 'unref' in watchdog.stdin && typeof watchdog.stdin.unref === 'function') {
    watchdog.stdin.unref();
  }
  const groups = new Set<number>();
  const record = () => writeFileSync(join(path, '.groups'), [...groups].join('\n'));
  return {
    path,
    file: (fileName) => join(path, fileName),
    write(fileName, content) {
      const file = join(path, fileName);
      writeFileSync(file, content);
      return file;
    },
    adopt(groupId) {
      groups.add(groupId);
      record();
      return () => {
        groups.delete(groupId);
        record();
      };
    },
  };
}

/** What to start, and how to tell that it is ready. */
export interface DaemonSpec {
  /** Name for error messages. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly workspace: Workspace;
  readonly env?: NodeJS.ProcessEnv;
  /** User and group to run as; only root can set them. */
  readonly uid?: number;
  readonly gid?: number;
  /** Signal that asks for an orderly end; SIGTERM by default. */
  readonly stopSignal?: NodeJS.Signals;
  /** Milliseconds until start-up counts as failed. */
  readonly readyTimeoutMs?: number;
  /** Resolves once the process serves; `signal` aborts when it ended first or took too long. */
  ready(daemon: Daemon, signal: AbortSignal): Promise<unknown>;
}

/** A long-running child process that can be stopped, killed and started again with the same files. */
export class Daemon {
  readonly #spec: DaemonSpec;
  readonly #listeners = new Set<() => void>();
  #child: ChildProcess | undefined;
  #exited: Promise<void> = Promise.resolve();
  #log = '';
  #startOfRun = 0;

  private constructor(spec: DaemonSpec) {
    this.#spec = spec;
  }

  /** Starts the process and waits until it is ready. Rejects, quoting its log, when it does not get there. */
  static async start(spec: DaemonSpec): Promise<Daemon> {
    const daemon = new Daemon(spec);
    await daemon.start();
    return daemon;
  }

  /** Process id; undefined while it does not run. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Resolves when the current process has ended; at once when none runs. */
  get exited(): Promise<void> {
    return this.#exited;
  }

  /** Everything that the process wrote to standard output and error, over all its runs. */
  logs(): string {
    return this.#log;
  }

  /** Starts the process again after {@link stop} or {@link kill}. Rejects when it runs. */
  async start(): Promise<void> {
    if (this.#child) throw new Error(`${this.#spec.name} already runs`);
    this.#spawn();
    const ended = new AbortController();
    const timeoutMs = this.#spec.readyTimeoutMs ?? READY_TIMEOUT_MS;
    const timer = setTimeout(() => ended.abort(new Error(`not ready after ${timeoutMs} ms`)), timeoutMs);
    void this.#exited.then(() => ended.abort(new Error('ended before it was ready')));
    try {
      await Promise.race([this.#spec.ready(this, ended.signal), rejectOn(ended.signal)]);
    } catch (error) {
      await this.kill();
      const reason = error instanceof Error ? error.message : String(error);
      throw new Error(`${this.#spec.name}: ${reason}\n${this.#log.slice(-LOG_TAIL)}`, { cause: error });
    } finally {
      clearTimeout(timer);
    }
  }

  /** Asks the process to end, kills it when it does not, and resolves when it is gone. */
  async stop(): Promise<void> {
    if (!this.#child) return;
    const timer = setTimeout(() => this.#signalGroup('SIGKILL'), STOP_TIMEOUT_MS);
    this.#child.kill(this.#spec.stopSignal ?? 'SIGTERM');
    await this.#exited;
    clearTimeout(timer);
  }

  /** Kills the process and its descendants with SIGKILL, as a power cut would, and waits until it is gone. */
  async kill(): Promise<void> {
    this.#signalGroup('SIGKILL');
    await this.#exited;
  }

  /** Stops the process and starts it again on the same files and ports. */
  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  /** Sends any signal to the process, such as SIGHUP or SIGSTOP. */
  signal(signal: NodeJS.Signals): void {
    this.#child?.kill(signal);
  }

  /**
   * Resolves with the first match of `pattern` in what the current run wrote, now or later. Rejects after
   * `timeoutMs` or when `signal` aborts.
   */
  async waitForLog(
    pattern: RegExp,
    options: { readonly timeoutMs?: number; readonly signal?: AbortSignal } = {},
  ): Promise<RegExpExecArray> {
    const signal = AbortSignal.any([
      AbortSignal.timeout(options.timeoutMs ?? READY_TIMEOUT_MS),
      ...(options.signal ? [options.signal] : []),
    ]);
    const findMatch = () => pattern.exec(this.#log.slice(this.#startOfRun));
    const early = findMatch();
    if (early) return early;
    let listener = () => {};
    const later = new Promise<RegExpExecArray>((resolve) => {
      listener = () => {
        const match = findMatch();
        if (match) resolve(match);
      };
      this.#listeners.add(listener);
    });
    try {
      return await Promise.race([later, rejectOn(signal)]);
    } catch (error) {
      throw new Error(`${this.#spec.name}: no log matching ${pattern}\n${this.#log.slice(-LOG_TAIL)}`, {
        cause: error,
      });
    } finally {
      this.#listeners.delete(listener);
    }
  }

  #spawn(): void {
    const { command, args, workspace, env, uid, gid } = this.#spec;
    this.#startOfRun = this.#log.length;
    const child = spawn(command, args, {
      cwd: workspace.path,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, PATH, LC_ALL: 'C.UTF-8', ...env },
      ...(uid === undefined ? {} : { uid }),
      ...(gid === undefined ? {} : { gid }),
    });
    const release = child.pid === undefined ? () => {} : workspace.adopt(child.pid);
    this.#child = child;
    const append = (text: string) => {
      this.#log += text;
      if (this.#log.length > LOG_CAP) {
        const excess = this.#log.length - LOG_CAP / 2;
        this.#log = this.#log.slice(excess);
        this.#startOfRun = Math.max(0, this.#startOfRun - excess);
      }
      for (const listener of [...this.#listeners]) listener();
    };
    child.stdout.setEncoding('utf8').on('data', append);
    child.stderr.setEncoding('utf8').on('data', append);
    this.#exited = new Promise((resolve) => {
      const finish = () => {
        // Descendants that outlived the leader of their group.
        this.#signalGroup('SIGKILL');
        this.#child = undefined;
        release();
        resolve();
      };
      child.once('exit', finish);
      child.once('error', (error) => {
        append(`${error.message}\n`);
        if (child.pid === undefined) finish();
      });
    });
  }

  #signalGroup(signal: NodeJS.Signals): void {
    const pid = this.#child?.pid;
    if (pid === undefined) return;
    try {
      process.kill(-pid, signal);
    } catch (error) {
      // ESRCH: the group ended between the look and the signal.
      if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
    }
  }
}

function rejectOn(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}
