import { connect, type Socket } from 'node:net';
import { ByteQueue } from './byte-queue.js';
import { Listening, tie } from './listening.js';

/** A SOCKS5 proxy (RFC 1928, RFC 1929) that leads wherever it is told to. */
export class Socks5Proxy {
  /** Connections that it has led somewhere. */
  led = 0;
  #listening: Listening | undefined;

  private constructor(
    private readonly login: { readonly user: string; readonly password: string } | undefined,
  ) {}

  static async start(login?: { readonly user: string; readonly password: string }): Promise<Socks5Proxy> {
    const proxy = new Socks5Proxy(login);
    proxy.#listening = await Listening.on((socket) => {
      proxy.#serve(socket).catch(() => socket.destroy());
    });
    return proxy;
  }

  get port(): number {
    return this.#listening?.port ?? 0;
  }

  async close(): Promise<void> {
    await this.#listening?.close();
  }

  async #serve(socket: Socket): Promise<void> {
    const queue = new ByteQueue(socket);
    const [, count = 0] = await queue.take(2);
    const offered = await queue.take(count);
    const method = this.login ? 2 : 0;
    if (!offered.includes(method)) {
      socket.end(Buffer.from([5, 0xff]));
      return;
    }
    socket.write(Buffer.from([5, method]));
    if (this.login && !(await this.#admits(queue, this.login))) {
      socket.end(Buffer.from([1, 1]));
      return;
    }
    if (this.login) socket.write(Buffer.from([1, 0]));
    const [, , , kind] = await queue.take(4);
    if (kind !== 1) throw new Error('only IPv4 here');
    const host = [...(await queue.take(4))].join('.');
    const port = (await queue.take(2)).readUInt16BE();
    const onwards = connect(port, host);
    tie(socket, onwards);
    onwards.once('connect', () => {
      this.led += 1;
      socket.write(Buffer.from([5, 0, 0, 1, 0, 0, 0, 0, 0, 0]));
      queue.handOver((bytes) => onwards.write(bytes));
      onwards.on('data', (bytes) => socket.write(bytes));
    });
  }

  async #admits(
    queue: ByteQueue,
    login: { readonly user: string; readonly password: string },
  ): Promise<boolean> {
    const [, userLength = 0] = await queue.take(2);
    const user = String(await queue.take(userLength));
    const [length = 0] = await queue.take(1);
    return String(await queue.take(length)) === login.password && user === login.user;
  }
}
