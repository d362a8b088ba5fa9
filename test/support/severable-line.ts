import { connect, createServer, type Socket } from 'node:net';

/** A line to a server that can be cut: what is on its way in either direction is lost. */
export interface SeverableLine {
  /** Port on loopback to connect to instead. */
  readonly port: number;
  /** Cuts all connections. */
  cut(): void;
  /** While it is off the hook nobody gets through. */
  hang(on: boolean): void;
  close(): void;
}

/** Puts a line between clients and a server. */
export async function severableLine(host: string, port: number): Promise<SeverableLine> {
  const sockets = new Set<Socket>();
  let broken = false;
  const server = createServer((near) => {
    if (broken) {
      near.destroy();
      return;
    }
    const far = connect({ host, port });
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(one);
      one.pipe(other);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        sockets.delete(one);
        other.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: address.port,
    cut,
    hang(on) {
      broken = on;
      if (on) cut();
    },
    close() {
      cut();
      server.close();
    },
  };
}
