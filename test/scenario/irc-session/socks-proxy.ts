import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';

/** A SOCKS5 proxy (RFC 1928) without authentication, for IPv4 targets, that counts what went through it. */
export class SocksProxy {
  readonly #server: Server;
  connections = 0;

  private constructor() {
    this.#server = createServer((client) => {
      client.on('error', () => client.destroy());
      client.once('data', () => {
        client.write(Uint8Array.of(5, 0));
        client.once('data', (request: Buffer) => {
          const host = [...request.subarray(4, 8)].join('.');
          const target = connect(request.readUInt16BE(8), host, () => {
            this.connections++;
            client.write(Uint8Array.of(5, 0, 0, 1, 0, 0, 0, 0, 0, 0));
            client.pipe(target).pipe(client);
          });
          target.on('error', () => client.destroy());
        });
      });
    });
  }

  static async start(): Promise<SocksProxy> {
    const proxy = new SocksProxy();
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  stop(): void {
    this.#server.close();
  }
}
