import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Log } from '../gateway/gateway.js';
import type { WebhookRequest, WebhookResponse } from '../gateway/webhook.js';
import type { HttpOptions } from './options.js';
import { HOOKS, type WebhookRegistry, type WebhookRoute } from './webhook-registry.js';

/** When a provider that is told to come again should do so (seconds). */
const RETRY_AFTER_S = 5;

type HookRequest = FastifyRequest<{ Params: { domain: string; '*': string } }>;

/** Serves `/hooks/<domain>/<path>` from the registry. */
export function addWebhookRoutes(
  app: FastifyInstance,
  registry: WebhookRegistry,
  options: HttpOptions,
  log: Log,
): void {
  const { webhooksAtOnce, handlerTimeoutMs } = options.limits;
  const lookUp = ({ params }: HookRequest) => registry.find(params.domain, params['*']);

  app.route<{ Params: { domain: string; '*': string } }>({
    method: ['GET', 'POST'],
    url: `${HOOKS}/:domain/*`,
    // Before the body is read: nobody fills memory by way of addresses that do not exist.
    onRequest: async (request, reply) => {
      const route = lookUp(request);
      if (route === undefined) await reply.code(404).send('not found\n');
      else if (route === 'later') await comeAgain(reply);
    },
    handler: async (request, reply) => {
      const route = lookUp(request);
      if (route === undefined) return reply.code(404).send('not found\n');
      if (route === 'later' || route.active >= webhooksAtOnce) return comeAgain(reply);
      const path = `${request.params.domain}/${request.params['*']}`;
      try {
        const answer = await handle(route, toWebhookRequest(request, options.publicUrl), handlerTimeoutMs);
        return await reply
          .code(answer.status)
          .type(answer.contentType ?? 'text/plain; charset=utf-8')
          .send(answer.body ?? '');
      } catch (error) {
        log.warn({ path, caller: request.ip, err: error }, 'a webhook could not be handled');
        return reply.code(500).send('not handled; try again later\n');
      }
    },
  });
}

function comeAgain(reply: FastifyReply): FastifyReply {
  return reply.code(503).header('retry-after', RETRY_AFTER_S).send('busy; try again later\n');
}

/** A handler that takes too long keeps its place among those under way: whoever hangs must not pile up. */
async function handle(
  route: WebhookRoute,
  request: WebhookRequest,
  timeoutMs: number,
): Promise<WebhookResponse> {
  route.active += 1;
  // In a promise of its own, so that a handler that throws at once is no different.
  const handled = Promise.resolve(request)
    .then(route.handler)
    .finally(() => {
      route.active -= 1;
    });
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('the handler took too long')), timeoutMs);
  });
  try {
    return await Promise.race([handled, late]);
  } finally {
    clearTimeout(timer);
  }
}

function toWebhookRequest(request: HookRequest, publicUrl: string | undefined): WebhookRequest {
  const target = request.raw.url ?? '/';
  const at = target.indexOf('?');
  const query = new Map<string, string>();
  // Of equal names the first counts.
  for (const [name, value] of new URLSearchParams(at < 0 ? '' : target.slice(at + 1)))
    if (!query.has(name)) query.set(name, value);
  const headers = Object.entries(request.headers).map(([name, value]) => [
    name,
    Array.isArray(value) ? value.join(', ') : (value ?? ''),
  ]);
  return {
    method: request.method === 'POST' ? 'POST' : 'GET',
    // The words of the request line as they came: a signature covers them byte by byte.
    url: `${publicUrl ?? ''}${target}`,
    headers: Object.fromEntries(headers),
    query: Object.fromEntries(query),
    body: Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0),
  };
}
