import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import type { ServedFile } from '../../../src/http/media-routes.js';
import { type HttpLimits, httpLimits } from '../../../src/http/options.js';
import { type RunningHttp, startHttp } from '../../../src/http/server.js';
import { WebhookRegistry } from '../../../src/http/webhook-registry.js';
import { faultLog } from '../../support/fault-log.js';

/** The gateway's HTTP server on a free port. */
export interface HttpStage {
  readonly url: string;
  readonly webhooks: WebhookRegistry;
  readonly files: Map<string, ServedFile>;
  readonly faults: string[];
  states: Record<string, string>;
  relays: Record<string, number> | undefined;
  readonly server: RunningHttp;
  /** Sends bytes as they are and resolves with the whole answer. */
  raw(request: string): Promise<string>;
}

/** Where the outside is told that the server is. */
export const PUBLIC_URL = 'https://gateway.example.org/isthmus';

/** Starts it; the caller stops `server`. */
export async function startHttpStage(limits: Partial<HttpLimits> = {}): Promise<HttpStage> {
  const webhooks = new WebhookRegistry(PUBLIC_URL);
  const files = new Map<string, ServedFile>();
  const faults: string[] = [];
  const stage: Pick<HttpStage, 'states' | 'relays'> = { states: {}, relays: undefined };
  const server = await startHttp(
    {
      host: '127.0.0.1',
      port: 0,
      publicUrl: PUBLIC_URL,
      trustedProxies: ['127.0.0.1'],
      limits: { ...httpLimits, ...limits },
    },
    {
      ...{ webhooks, files: { find: (token: string) => files.get(token) } },
      ...{ states: () => stage.states, relays: () => stage.relays },
    },
    faultLog(faults),
  );
  return Object.assign(stage, {
    url: `http://127.0.0.1:${server.port}`,
    webhooks,
    files,
    faults,
    server,
    raw: async (request: string) => {
      const socket = connect(server.port, '127.0.0.1');
      socket.write(request);
      return text(socket);
    },
  });
}
