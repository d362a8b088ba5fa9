import type { WebhookRequest, WebhookResponse, Webhooks } from '../gateway/webhook.js';

/** First part of every webhook's path. */
export const HOOKS = '/hooks';

/** One address that a provider calls. */
export interface WebhookRoute {
  readonly handler: (request: WebhookRequest) => Promise<WebhookResponse>;
  /** Calls whose handler has not settled. */
  active: number;
}

/** Which addresses the networks of all domains serve. */
export class WebhookRegistry {
  readonly #routes = new Map<string, WebhookRoute>();
  /** Domains whose networks have not been started: their addresses will come. */
  readonly #starting = new Set<string>();

  /** @param publicUrl without a slash at the end */
  constructor(private readonly publicUrl: string | undefined) {}

  /** The part of one gateway domain. */
  forDomain(domain: string): Webhooks {
    this.#starting.add(domain);
    return {
      address: (path) =>
        this.publicUrl === undefined
          ? undefined
          : `${this.publicUrl}${HOOKS}/${encodeURIComponent(domain)}/${path}`,
      serve: (path, handler) => {
        const key = `${domain}/${path}`;
        if (this.#routes.has(key)) throw new Error(`the webhook ${key} is served already`);
        const route: WebhookRoute = { handler, active: 0 };
        this.#routes.set(key, route);
        return () => {
          if (this.#routes.get(key) === route) this.#routes.delete(key);
        };
      },
    };
  }

  /** The domain's network has been started: what it does not serve now does not exist. */
  started(domain: string): void {
    this.#starting.delete(domain);
  }

  /** `later`: not there yet. */
  find(domain: string, path: string): WebhookRoute | 'later' | undefined {
    return this.#routes.get(`${domain}/${path}`) ?? (this.#starting.has(domain) ? 'later' : undefined);
  }
}
