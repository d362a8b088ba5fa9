import { connect, createServer } from 'node:net';

/** Everything of the quick start is for this machine alone. */
export const LOOPBACK = '127.0.0.1';

/** Below the range from which outgoing connections take theirs. */
const PORT_RANGE = { first: 20_000, count: 12_000 };
/** Draws before giving up. */
const PORT_ATTEMPTS = 50;
/** Pause between two looks whether a server listens (ms). */
const POLL_MS = 50;

/** `preferred` if nothing listens there, else a free one. Never one of `taken`. */
export async function choosePort(preferred: number, taken: ReadonlySet<number>): Promise<number> {
  if (!taken.has(preferred) && (await isFree(preferred))) return preferred;
  for (let attempt = 0; attempt < PORT_ATTEMPTS; attempt += 1) {
    const port = PORT_RANGE.first + Math.floor(Math.random() * PORT_RANGE.count);
    if (!taken.has(port) && (await isFree(port))) return port;
  }
  throw new Error(`no free port found in ${PORT_ATTEMPTS} draws`);
}

/** Waits until something accepts connections; rejects when `signal` aborts. */
export async function untilListening(port: number, signal: AbortSignal): Promise<void> {
  while (!(await accepts(port))) {
    signal.throwIfAborted();
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

/** Whether this process can listen there. */
function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, LOOPBACK, () => server.close(() => resolve(true)));
  });
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, LOOPBACK);
    const finish = (open: boolean) => {
      socket.destroy();
      resolve(open);
    };
    socket.once('connect', () => finish(true));
    socket.once('error', () => finish(false));
  });
}
