import { createServer, type Server } from 'node:http';
import { connect, type Socket } from 'node:net';
import { tie } from './listening.js';

/** An HTTP proxy for CONNECT (RFC 9110 §9.3.6), with basic authentication where a login is given. */
export class HttpConnectProxy {
  /** Connections that it has led somewhere. */
  led = 0;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(login: { readonly user: string; readonly password: string } | undefined) {
    const expected = login && `Basic ${Buffer.from(`${login.user}:${login.password}`).toString('base64')}`;
    this.#server = createServer((_request, response) => response.writeHead(405).end());
    this.#server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
      socket.on('error', () => socket.destroy());
    });
    this.#server.on('connect', ({ url = '', headers }, socket: Socket, head) => {
      if (expected !== undefined && headers['proxy-authorization'] !== expected) {
        socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
        return;
      }
      const { hostname, port } = new URL(`http://${url}`);
      const onwards = connect(Number(port), hostname);
      tie(socket, onwards);
      onwards.once('connect', () => {
        this.led += 1;
        socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
        onwards.write(head);
        socket.pipe(onwards);
        onwards.pipe(socket);
      });
    });
  }

  static async start(login?: {
    readonly user: string;
    readonly password: string;
  }): Promise<HttpConnectProxy> {
    const proxy = new HttpConnectProxy(login);
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get port(): number {
    const address = this.#server.address();
    return typeof address === 'object' && address ? address.port : 0;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
