import { type ChildProcess, fork } from 'node:child_process';

/** Operations that a stub offers to the process that runs the benchmark: name → function of one argument. */
export type Operations = Record<string, (argument: never) => unknown>;

interface Request {
  readonly id: number;
  readonly operation: string;
  readonly argument: unknown;
}

interface Response {
  readonly id: number;
  readonly result?: unknown;
  readonly error?: string;
}

/** Serves operations over the IPC channel of a forked process, and ends the process with its parent. */
export function serve(operations: Operations): void {
  process.on('disconnect', () => process.exit(0));
  process.on('message', async (request: Request) => {
    const response = await answer(operations, request);
    process.send?.(response);
  });
}

async function answer(operations: Operations, request: Request): Promise<Response> {
  try {
    const operation = operations[request.operation];
    if (operation === undefined) throw new Error(`no operation ${request.operation}`);
    return { id: request.id, result: await operation(request.argument as never) };
  } catch (error) {
    return { id: request.id, error: error instanceof Error ? error.message : String(error) };
  }
}

type Result<O extends Operations, K extends keyof O> = Awaited<ReturnType<O[K]>>;

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** A stub in a process of its own, called through IPC. */
export class StubProcess<O extends Operations> {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, Waiting>();
  #nextId = 1;

  constructor(module: URL) {
    this.#child = fork(module, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    this.#child.on('message', (response: Response) => this.#settle(response));
    this.#child.on('exit', (code, signal) => this.#fail(new Error(`stub ended: ${code ?? signal}`)));
  }

  /** Process id, for the CPU the stub used. */
  get pid(): number {
    const { pid } = this.#child;
    if (pid === undefined) throw new Error('the stub did not start');
    return pid;
  }

  /** Calls an operation; rejects when it fails, when the stub ends, or after `timeoutMs`. */
  call<K extends keyof O & string>(
    operation: K,
    argument: Parameters<O[K]>[0] | undefined,
    timeoutMs: number,
  ): Promise<Result<O, K>> {
    const id = this.#nextId;
    this.#nextId += 1;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(id);
        reject(new Error(`${operation} was not done within ${timeoutMs / 1_000} s`));
      }, timeoutMs);
      const finish = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(id);
      };
      this.#waiting.set(id, {
        resolve: (value) => {
          finish();
          resolve(value as Result<O, K>);
        },
        reject: (error) => {
          finish();
          reject(error);
        },
      });
      const request: Request = { id, operation, argument };
      this.#child.send(request);
    });
  }

  /** Ends the process. */
  stop(): void {
    this.#child.kill('SIGKILL');
  }

  #settle(response: Response): void {
    const waiting = this.#waiting.get(response.id);
    if (response.error === undefined) waiting?.resolve(response.result);
    else waiting?.reject(new Error(response.error));
  }

  #fail(error: Error): void {
    for (const waiting of this.#waiting.values()) waiting.reject(error);
  }
}
