import { createServer, type Server, type Socket } from 'node:net';

/** A TCP server on a free port of the loopback address that can be ended with all its connections. */
export class Listening {
  readonly #sockets = new Set<Socket>();

  private constructor(private readonly server: Server) {}

  static async on(serve: (socket: Socket) => void): Promise<Listening> {
    const server = createServer();
    const listening = new Listening(server);
    server.on('connection', (socket) => {
      listening.#sockets.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => listening.#sockets.delete(socket));
      serve(socket);
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(0, '127.0.0.1', resolve);
    });
    return listening;
  }

  get port(): number {
    const address = this.server.address();
    return typeof address === 'object' && address ? address.port : 0;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

/** Ends both when one ends. */
export function tie(one: Socket, other: Socket): void {
  one.on('close', () => other.destroy());
  other.on('error', () => other.destroy());
  other.on('close', () => one.destroy());
}
