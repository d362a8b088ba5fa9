import { connect, createServer, type Server, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** A proxy on a loopback port that leads to the test server's data centres. */
export abstract class ProxyServer {
  /** Connections that it took, and those that it has led on. */
  taken = 0;
  led = 0;
  /** Takes connections and says nothing. */
  silent = false;
  readonly #server: Server;
  readonly #sockets = new Set<Duplex>();

  protected constructor() {
    this.#server = createServer((socket) => {
      this.taken += 1;
      this.keep(socket);
      if (!this.silent) this.serve(socket);
    });
  }

  get port(): number {
    const address = this.#server.address();
    return typeof address === 'object' && address ? address.port : 0;
  }

  protected async listen(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return this;
  }

  /** Breaks off whatever is open. */
  drop(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async close(): Promise<void> {
    this.drop();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  protected abstract serve(socket: Socket): void;

  /** A connection to a loopback port, once it stands. */
  protected lead(port: number, ready: (upstream: Socket) => void, failed: () => void): void {
    const upstream = connect({ port, host: '127.0.0.1' }, () => {
      this.led += 1;
      ready(upstream);
    });
    upstream.once('error', failed);
    this.keep(upstream);
  }

  /** Two connections that end together. */
  protected tie(one: Duplex, other: Duplex): void {
    one.on('close', () => other.destroy());
    other.on('close', () => one.destroy());
  }

  protected keep(socket: Duplex): void {
    this.#sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.#sockets.delete(socket));
  }
}
