import { type MessagePort, Worker } from 'node:worker_threads';
import type { Reply, Request } from './protocol.js';

/** The way to the thread that owns the database. */
export interface Link {
  post(request: Request): void;
  /** @param down called once when the thread has ended by itself */
  listen(reply: (message: Reply) => void, down: (reason: string) => void): void;
  end(): Promise<void>;
}

/** Starts a thread. @param url the built `worker.js` */
export function workerLink(url: URL): Link {
  const worker = new Worker(url, { name: 'store' });
  let reason = 'it ended';
  return {
    post: (request) => worker.postMessage(request),
    listen: (reply, down) => {
      worker.on('message', reply);
      worker.on('error', (error: unknown) => {
        reason = error instanceof Error ? error.message : String(error);
      });
      worker.once('exit', () => down(reason));
    },
    end: async () => {
      await worker.terminate();
    },
  };
}

/** Speaks over a port, such as to an engine in the same thread. */
export function portLink(port: MessagePort): Link {
  return {
    post: (request) => port.postMessage(request),
    listen: (reply, down) => {
      port.on('message', reply);
      port.once('close', () => down('the port was closed'));
    },
    end: async () => port.close(),
  };
}
