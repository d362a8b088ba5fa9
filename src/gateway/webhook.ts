/** An HTTP request of a provider; everything in it is hostile until its signature is checked. */
export interface WebhookRequest {
  readonly method: 'GET' | 'POST';
  /** The public address as the provider called it, query included: signatures cover it. */
  readonly url: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  /** At most the operator's limit of bytes; empty for GET. */
  readonly body: Buffer;
}

/** The answer to a provider. */
export interface WebhookResponse {
  readonly status: number;
  /** Default: text/plain. */
  readonly contentType?: string;
  readonly body?: string;
}

/** The gateway's own HTTP server, for providers that call back. */
export interface Webhooks {
  /** Address that `path` will be called at from outside; undefined when the operator has set up no HTTP. */
  address(path: string): string | undefined;
  /**
   * Serves `<domain>/<path>` from now on. The handler answers when what it accepted is durable; a rejection becomes
   * status 500, which makes providers call again. Returns what ends it.
   */
  serve(path: string, handler: (request: WebhookRequest) => Promise<WebhookResponse>): () => void;
}
