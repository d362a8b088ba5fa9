import { request } from 'node:http';
import { connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { SocksClient } from 'socks';
import { parseMtproxySecret } from '../../mtproxy-secret.js';
import type { TgProxy } from '../../options.js';
import { fakeTls } from './fake-tls.js';
import { PacketStream } from './packet-stream.js';

/** Where a data centre is to be reached. */
export interface Target {
  readonly host: string;
  readonly port: number;
  readonly centre: number;
}

/** What dialling needs besides. */
export interface DialServices {
  /** Address of a proxy's name. Rejects for one that may not be connected to. */
  resolve(host: string): Promise<string>;
  /** Until one way has led to a connection (ms). */
  readonly timeoutMs: number;
  /** UTC milliseconds. */
  now(): number;
}

/** Sign of life of the kernel's own, for networks that forget quiet connections (ms). */
const KEEP_ALIVE_MS = 30_000;

/** What has been opened on the way; when that is given up, all of it is closed, also what comes later. */
class Opened {
  readonly #streams: Duplex[] = [];
  #abandoned = false;

  add(stream: Duplex): void {
    if (this.#abandoned) stream.destroy();
    else this.#streams.push(stream);
  }

  abandon(): void {
    this.#abandoned = true;
    for (const stream of this.#streams) stream.destroy();
  }
}

/**
 * Connects to a data centre on one way. Rejects when it did not lead there in time; nothing is left open then.
 */
export async function dial(target: Target, way: TgProxy, services: DialServices): Promise<PacketStream> {
  const opened = new Opened();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('no connection in time')), services.timeoutMs);
  });
  try {
    return await Promise.race([open(target, way, services, opened), late]);
  } catch (error) {
    opened.abandon();
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

async function open(
  target: Target,
  way: TgProxy,
  services: DialServices,
  opened: Opened,
): Promise<PacketStream> {
  const { centre } = target;
  if (way.kind === 'direct') return new PacketStream(await tcp(target.host, target.port, opened), { centre });
  const host = await services.resolve(way.host);
  if (way.kind === 'mtproxy') {
    const secret = parseMtproxySecret(way.secret);
    if (!secret) throw new Error('no secret of an MTProxy');
    const socket = await tcp(host, way.port, opened);
    const { key, domain } = secret;
    const stream = domain === undefined ? socket : await fakeTls(socket, key, domain, services.now());
    return new PacketStream(stream, { centre, secret: key });
  }
  const stream =
    way.kind === 'http'
      ? await httpTunnel(target, way, host, opened)
      : await socks(target, way, host, opened);
  return new PacketStream(stream, { centre });
}

function tcp(host: string, port: number, opened: Opened): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({
      host,
      port,
      noDelay: true,
      keepAlive: true,
      keepAliveInitialDelay: KEEP_ALIVE_MS,
    });
    opened.add(socket);
    // Errors after that are followed by `close`, to which whoever has it listens.
    socket.on('error', reject);
    socket.once('close', () => reject(new Error('closed')));
    socket.once('connect', () => resolve(socket));
  });
}

type NamedProxy = Extract<TgProxy, { kind: 'socks5' | 'http' }>;

async function socks(target: Target, way: NamedProxy, host: string, opened: Opened): Promise<Duplex> {
  const existing = await tcp(host, way.port, opened);
  const { socket } = await SocksClient.createConnection({
    command: 'connect',
    destination: { host: target.host, port: target.port },
    existing_socket: existing,
    proxy: {
      ...{ host, port: way.port, type: 5 },
      ...(way.user !== undefined && { userId: way.user, password: way.password ?? '' }),
    },
  });
  return socket;
}

/** RFC 9110 §9.3.6. */
function httpTunnel(target: Target, way: NamedProxy, host: string, opened: Opened): Promise<Duplex> {
  const path = `${target.host.includes(':') ? `[${target.host}]` : target.host}:${target.port}`;
  const login = `${way.user ?? ''}:${way.password ?? ''}`;
  return new Promise((resolve, reject) => {
    const asking = request({
      ...{ method: 'CONNECT', host, port: way.port, path, agent: false },
      headers: {
        host: path,
        ...(way.user !== undefined && {
          'proxy-authorization': `Basic ${Buffer.from(login).toString('base64')}`,
        }),
      },
    });
    asking.on('socket', (socket) => opened.add(socket));
    asking.on('error', reject);
    asking.on('response', () => reject(new Error('the proxy does not tunnel')));
    asking.on('connect', ({ statusCode = 0 }, socket, head) => {
      if (statusCode < 200 || statusCode > 299) {
        socket.destroy();
        reject(new Error(`the proxy answers ${statusCode}`));
        return;
      }
      if (head.length > 0) socket.unshift(head);
      resolve(socket);
    });
    asking.end();
  });
}
