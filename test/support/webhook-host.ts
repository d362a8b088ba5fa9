import type { Webhooks } from '../../src/gateway/webhook.js';
import { httpLimits } from '../../src/http/options.js';
import { startHttp } from '../../src/http/server.js';
import { WebhookRegistry } from '../../src/http/webhook-registry.js';
import { freePort, LOOPBACK } from '../servers/process.js';

/** The gateway's HTTP server with nothing but webhooks, for one domain. */
export interface WebhookHost {
  readonly webhooks: Webhooks;
  /** As providers call it. */
  readonly publicUrl: string;
  /** The domain's network is about to start again: what it does not serve yet is answered with 503. */
  starting(): void;
  stop(): Promise<void>;
}

/** Starts it on a free port. */
export async function startWebhookHost(domain = 'sms.example.test'): Promise<WebhookHost> {
  const port = await freePort();
  const publicUrl = `http://${LOOPBACK}:${port}`;
  const registry = new WebhookRegistry(publicUrl);
  const quiet = () => undefined;
  const running = await startHttp(
    { host: LOOPBACK, port, publicUrl, trustedProxies: [], limits: httpLimits },
    {
      webhooks: registry,
      files: { find: () => undefined },
      states: () => ({}),
    },
    { debug: quiet, info: quiet, warn: quiet, error: quiet },
  );
  const webhooks = registry.forDomain(domain);
  registry.started(domain);
  return {
    webhooks,
    publicUrl,
    starting: () => void registry.forDomain(domain),
    stop: () => running.stop(),
  };
}
