import { lookup } from 'node:dns/promises';
import { readFile } from 'node:fs/promises';
import { connect as connectTcp, isIP, type OnReadOpts, type Socket } from 'node:net';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';
import { SocksClient } from 'socks';
import { type Endpoint, isPublicAddress, mayDial } from './target-policy.js';

/** SOCKS5 proxy (RFC 1928) that every connection of the gateway goes through. */
export interface Proxy {
  readonly host: string;
  readonly port: number;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
}

/** What may be dialled, and how long it may take. */
export interface DialPolicy {
  /** Ports a user may choose for a server that the operator has not listed. */
  readonly ports: readonly number[];
  readonly proxy?: Proxy | undefined;
  /** Milliseconds for one address: TCP and TLS together. */
  readonly timeoutMs: number;
  /** Addresses of a name that are tried, one after the other. */
  readonly maxAddresses: number;
}

/** Why there is no connection. `refused-target` is never told apart from `unreachable` to a user (S21). */
export class DialError extends Error {
  constructor(
    readonly kind: 'refused-target' | 'unreachable' | 'tls',
    message: string,
  ) {
    super(message);
    this.name = 'DialError';
  }
}

/**
 * Connects, with TLS where the endpoint says so and never without it then (S20). The address is resolved here,
 * checked and pinned, so that a name cannot change its meaning between check and use.
 * @throws DialError
 */
export async function dial(
  endpoint: Endpoint,
  policy: DialPolicy,
  onread: OnReadOpts,
  signal: AbortSignal,
): Promise<Socket> {
  if (!mayDial(endpoint, policy.ports)) throw new DialError('refused-target', 'target refused by policy');
  const ca = endpoint.caFile === undefined ? undefined : await readAuthorities(endpoint.caFile);
  if (policy.proxy !== undefined) {
    const socket = await throughProxy(endpoint, policy, policy.proxy);
    const tls = endpoint.tls ? connectTls({ socket, ...tlsOptions(endpoint, ca) }) : undefined;
    return tls === undefined ? socket : opened(tls, 'secureConnect', policy.timeoutMs, signal);
  }
  let failure = new DialError('unreachable', 'no address');
  for (const host of await resolve(endpoint, policy.maxAddresses)) {
    if (signal.aborted) break;
    try {
      const { port, localAddress } = endpoint;
      const way = { host, port, onread, ...(localAddress !== undefined && { localAddress }) };
      const socket = endpoint.tls
        ? connectTls({ ...way, ...tlsOptions(endpoint, ca) } as ConnectionOptions)
        : connectTcp(way);
      return await opened(socket, endpoint.tls ? 'secureConnect' : 'connect', policy.timeoutMs, signal);
    } catch (error) {
      failure = error instanceof DialError ? error : new DialError('unreachable', String(error));
    }
  }
  throw failure;
}

async function readAuthorities(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (error) {
    throw new DialError('tls', `authorities unreadable: ${String(error)}`);
  }
}

/** Addresses to try; for a server chosen by a user only public ones, and none at all if any is not. */
async function resolve(endpoint: Endpoint, most: number): Promise<string[]> {
  if (isIP(endpoint.host) !== 0) return [endpoint.host];
  let found: { address: string }[];
  try {
    found = await lookup(endpoint.host, { all: true });
  } catch (error) {
    throw new DialError('unreachable', `lookup failed: ${String(error)}`);
  }
  const addresses = found.map(({ address }) => address);
  if (!endpoint.listed && !addresses.every(isPublicAddress))
    throw new DialError('refused-target', 'name leads to an address that is not public');
  return addresses.slice(0, most);
}

function tlsOptions(endpoint: Endpoint, ca: Buffer | undefined): ConnectionOptions {
  return {
    rejectUnauthorized: endpoint.verify,
    minVersion: 'TLSv1.2',
    ...(ca === undefined ? {} : { ca }),
    ...(isIP(endpoint.host) === 0 ? { servername: endpoint.host } : {}),
  };
}

async function throughProxy(endpoint: Endpoint, policy: DialPolicy, proxy: Proxy): Promise<Socket> {
  try {
    const { socket } = await SocksClient.createConnection({
      proxy: {
        host: proxy.host,
        port: proxy.port,
        type: 5,
        ...(proxy.username === undefined ? {} : { userId: proxy.username }),
        ...(proxy.password === undefined ? {} : { password: proxy.password }),
      },
      command: 'connect',
      destination: { host: endpoint.host, port: endpoint.port },
      timeout: policy.timeoutMs,
    });
    return socket;
  } catch (error) {
    throw new DialError('unreachable', `proxy: ${String(error)}`);
  }
}

function opened(socket: Socket, event: string, timeoutMs: number, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolveOpen, reject) => {
    const settle = (): void => {
      clearTimeout(timer);
      socket.off('error', fail);
      socket.off('close', closed);
      signal.removeEventListener('abort', aborted);
    };
    const end = (error: DialError): void => {
      settle();
      // A late error of a socket nobody waits for must not end the process.
      socket.on('error', () => undefined);
      socket.destroy();
      reject(error);
    };
    const fail = (error: NodeJS.ErrnoException): void => end(new DialError(kindOf(error), error.message));
    const closed = (): void => end(new DialError('unreachable', 'closed'));
    const aborted = (): void => end(new DialError('unreachable', 'given up'));
    const timer = setTimeout(() => end(new DialError('unreachable', 'timed out')), timeoutMs);
    socket.once('error', fail);
    socket.once('close', closed);
    signal.addEventListener('abort', aborted, { once: true });
    socket.once(event, () => {
      settle();
      socket.setNoDelay(true);
      resolveOpen(socket);
    });
  });
}

/** TLS alerts, certificate trouble and a peer that speaks no TLS, as against no connection at all. */
function kindOf(error: NodeJS.ErrnoException): 'tls' | 'unreachable' {
  const code = error.code ?? '';
  const network = /^(ECONN|EHOST|ENET|EPIPE|ETIMEDOUT|EADDR|ENOTFOUND|EAI_|EACCES|EPERM)/.test(code);
  return network ? 'unreachable' : 'tls';
}
