import { chmodSync, mkdirSync, rmSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { join, relative } from 'node:path';
import { UserError } from './user-error.js';

/**
 * A socket in the data folder. Whoever listens on it owns the folder: the kernel takes it from a process that
 * dies in any way, so no lock is ever left behind. It tells its state to whoever connects (`isthmus check`,
 * health checks), without touching the connection to the XMPP server.
 */
const SOCKET_NAME = 'isthmus.sock';
/** `sun_path` of unix(7), less the final NUL (bytes). */
const MAX_SOCKET_PATH_BYTES = 107;
/** Longest wait for the answer of a running gateway (ms). */
const ANSWER_TIMEOUT_MS = 5_000;
/** Longest answer that is read (characters). */
const MAX_ANSWER = 65_536;

/** What a running gateway says of itself. */
export interface GatewayStatus {
  readonly pid: number;
  readonly version: string;
  /** State of each component by domain. */
  readonly domains: Readonly<Record<string, string>>;
}

/** A data folder held. */
export interface FolderLock {
  release(): Promise<void>;
}

/** Takes the data folder (made if missing). Rejects with a UserError when another process has it, or when it cannot be used. */
export async function lockFolder(folder: string, status: () => GatewayStatus): Promise<FolderLock> {
  try {
    return await takeFolder(folder, status);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    throw new UserError(
      `The data folder ${folder} cannot be used (${error.message}): it must be a folder that this user may write to`,
    );
  }
}

async function takeFolder(folder: string, status: () => GatewayStatus): Promise<FolderLock> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = socketPath(folder);
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.end(JSON.stringify(status()));
  });
  try {
    await listen(server, path);
  } catch (error) {
    if (!isCode(error, 'EADDRINUSE')) throw error;
    const holder = await askGateway(folder);
    if (holder !== undefined)
      throw new UserError(`${folder} is in use by a running gateway (process ${holder.pid}).`);
    rmSync(path, { force: true });
    await listen(server, path);
  }
  chmodSync(path, 0o600);
  return {
    release: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

/** The state of the gateway that holds a data folder; undefined if none does. */
export function askGateway(folder: string): Promise<GatewayStatus | undefined> {
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect(socketPath(folder));
    socket.setTimeout(ANSWER_TIMEOUT_MS, () => socket.destroy());
    socket.setEncoding('utf8');
    socket.on('data', (text: string) => {
      answer += text;
      if (answer.length > MAX_ANSWER) socket.destroy();
    });
    socket.on('error', () => resolve(undefined));
    socket.on('close', () => resolve(parseStatus(answer)));
  });
}

function parseStatus(answer: string): GatewayStatus | undefined {
  try {
    const value: unknown = JSON.parse(answer);
    if (typeof value !== 'object' || value === null || !('pid' in value) || !('domains' in value))
      return undefined;
    return value as GatewayStatus;
  } catch {
    return undefined;
  }
}

function socketPath(folder: string): string {
  const absolute = join(folder, SOCKET_NAME);
  const fromHere = relative(process.cwd(), absolute);
  const path = fromHere.length < absolute.length ? fromHere : absolute;
  if (Buffer.byteLength(path) > MAX_SOCKET_PATH_BYTES)
    throw new UserError(`data.folder is too long a path: ${folder}`);
  return path;
}

function listen(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
