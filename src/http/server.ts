import { fastify } from 'fastify';
import type { Log } from '../gateway/gateway.js';
import { HttpStartError } from './error.js';
import { addHealthRoute, type ComponentStates, type RelayFigures } from './health-route.js';
import { addMediaRoutes, type ServedFiles } from './media-routes.js';
import type { HttpOptions } from './options.js';
import type { WebhookRegistry } from './webhook-registry.js';
import { addWebhookRoutes } from './webhook-routes.js';

/** Longest part of a path that is taken for a parameter (characters); names of files are cut before that. */
const MAX_PARAMETER = 1_024;

/** What the server shows to the outside. */
export interface HttpContent {
  readonly webhooks: WebhookRegistry;
  readonly files: ServedFiles;
  readonly states: ComponentStates;
  readonly relays?: RelayFigures;
}

/** The server while it listens. */
export interface RunningHttp {
  /** Where it listens. */
  readonly port: number;
  /** Takes no more requests and waits for those under way; bounded by `closeTimeoutMs`. */
  stop(): Promise<void>;
}

/** Starts listening. @throws {HttpStartError} when the address is taken or not ours */
export async function startHttp(options: HttpOptions, content: HttpContent, log: Log): Promise<RunningHttp> {
  const { limits } = options;
  const prefix =
    options.publicUrl === undefined ? '' : new URL(options.publicUrl).pathname.replace(/\/$/, '');
  const app = fastify({
    bodyLimit: limits.maxBodyBytes,
    requestTimeout: limits.requestTimeoutMs,
    keepAliveTimeout: limits.idleTimeoutMs,
    connectionTimeout: limits.idleTimeoutMs,
    forceCloseConnections: 'idle',
    exposeHeadRoutes: false,
    routerOptions: { maxParamLength: MAX_PARAMETER },
    trustProxy: options.trustedProxies.length > 0 ? [...options.trustedProxies] : false,
    // A proxy may hand on the path of the public address or cut it off.
    rewriteUrl: ({ url = '/' }) =>
      prefix !== '' && url.startsWith(`${prefix}/`) ? url.slice(prefix.length) : url,
  });
  // Signatures cover bodies as they came, so nothing is parsed here.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  // At once, before a body is read.
  app.addHook('onRequest', async (request, reply) => {
    if (request.is404) await reply.code(404).send('not found\n');
  });
  app.setErrorHandler((error, request, reply) => {
    const status = statusOf(error);
    if (status >= 500)
      log.error({ path: request.routeOptions.url, err: error }, 'a fault while answering over HTTP');
    return reply.code(status).send('request refused\n');
  });
  addWebhookRoutes(app, content.webhooks, options, log);
  addMediaRoutes(app, content.files, limits.downloadsAtOnce, log);
  addHealthRoute(app, content.states, content.relays);
  app.server.maxConnections = limits.maxConnections;
  try {
    await app.listen({ host: options.host, port: options.port });
  } catch (error) {
    await app.close();
    throw new HttpStartError(explain(error, options));
  }
  const address = app.server.address();
  return {
    port: typeof address === 'object' && address ? address.port : options.port,
    async stop() {
      const timer = setTimeout(() => app.server.closeAllConnections(), limits.closeTimeoutMs);
      await app.close();
      clearTimeout(timer);
    },
  };
}

function statusOf(error: unknown): number {
  const status = error instanceof Error && 'statusCode' in error ? error.statusCode : undefined;
  return typeof status === 'number' && status >= 400 && status < 600 ? status : 500;
}

function explain(error: unknown, { host, port }: HttpOptions): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  const where = `HTTP cannot listen on ${host} port ${port}`;
  if (code === 'EADDRINUSE')
    return `${where}: another program does. Choose another http.port, or stop that one.`;
  if (code === 'EACCES')
    return `${where}: ports below 1024 need a right; choose a higher http.port behind a proxy.`;
  if (code === 'EADDRNOTAVAIL') return `${where}: this machine has no such address; look at http.host.`;
  return `${where}: ${error instanceof Error ? error.message : String(error)}`;
}
