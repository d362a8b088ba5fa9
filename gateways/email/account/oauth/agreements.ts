import { randomBytes, randomInt, timingSafeEqual } from 'node:crypto';
import type { WebhookRequest, WebhookResponse, Webhooks } from '../../../../src/gateway/webhook.js';
import type { OAuthClient, Tokens } from './oauth-client.js';
import { oauthError } from './oauth-failure.js';
import type { OAuthOptions } from './options.js';
import { agreedPage, askPage, failedPage } from './pages.js';

/** Where the user's browser begins, and where the provider sends it. */
const BEGIN = 'oauth/begin';
const CALLBACK = 'oauth/callback';

const STATE_BYTES = 32;
/** Decimal digits of the code that a user reads in his browser and types in the dialogue. */
const CODE_DIGITS = 6;

/** Who is to agree to what. */
export interface AgreementWish {
  readonly client: OAuthClient;
  /** Name of the provider among those of the operator. */
  readonly provider: string;
  /** The mailbox. */
  readonly address: string;
  /** Who asks for it: shown to whoever follows the link. */
  readonly asker: string;
}

/** What has become of it. */
export type AgreementOutcome =
  | { readonly kind: 'open' }
  | { readonly kind: 'agreed'; readonly tokens: Tokens }
  | { readonly kind: 'wrong-code' }
  | { readonly kind: 'over'; readonly reason: 'denied' | 'failed' | 'expired' };

/** A user's agreement by browser that is waited for. */
export interface Agreement {
  /** For the user to open. */
  readonly link: string;
  /** What has come of it, given the code that the browser has shown. Each result but once. */
  outcome(code: string): AgreementOutcome;
}

interface Pending extends AgreementWish {
  readonly state: string;
  readonly verifier: string;
  readonly redirect: string;
  readonly expiresAt: number;
  /** The provider has called back: its answer counts but once. */
  answered: boolean;
  tries: number;
  result?: { readonly tokens: Tokens; readonly code: string } | { readonly failure: 'denied' | 'failed' };
}

/**
 * Agreements by browser (RFC 6749 §4.1). Whoever ends the way in the browser is shown a code, which must be typed in the
 * dialogue that began it: else a stranger could be sent the link, and his mailbox would be somebody else's.
 */
export class Agreements {
  readonly #pending = new Map<string, Pending>();
  #stops: readonly (() => void)[] = [];

  constructor(
    private readonly webhooks: Webhooks,
    private readonly options: OAuthOptions,
    /** Shown with the asker. */
    private readonly gateway: string,
  ) {}

  /** Whether browsers can come back to this gateway. */
  get possible(): boolean {
    return this.webhooks.address(CALLBACK) !== undefined;
  }

  /** Serves the pages from now on. */
  start(): void {
    if (!this.possible) return;
    this.#stops = [
      this.webhooks.serve(BEGIN, (request) => this.#begin(request)),
      this.webhooks.serve(CALLBACK, (request) => this.#callback(request)),
    ];
  }

  /** Forgets everybody. */
  stop(): void {
    for (const stop of this.#stops) stop();
    this.#stops = [];
    this.#pending.clear();
  }

  /** Undefined without HTTP, and when too many wait. */
  ask(wish: AgreementWish): Agreement | undefined {
    this.#sweep();
    const redirect = this.webhooks.address(CALLBACK);
    const begin = this.webhooks.address(BEGIN);
    if (redirect === undefined || begin === undefined || this.#pending.size >= this.options.agreeAtOnce)
      return undefined;
    const state = randomBytes(STATE_BYTES).toString('base64url');
    const pending: Pending = {
      ...wish,
      state,
      redirect,
      verifier: randomBytes(STATE_BYTES).toString('base64url'),
      expiresAt: Date.now() + this.options.agreeMinutes * 60_000,
      answered: false,
      tries: 0,
    };
    this.#pending.set(state, pending);
    return {
      link: `${begin}?state=${state}`,
      outcome: (code) => this.#outcome(pending, code),
    };
  }

  #outcome(pending: Pending, code: string): AgreementOutcome {
    this.#sweep();
    if (this.#pending.get(pending.state) !== pending) return { kind: 'over', reason: 'expired' };
    const { result } = pending;
    if (result === undefined) return { kind: 'open' };
    if ('failure' in result) {
      this.#pending.delete(pending.state);
      return { kind: 'over', reason: result.failure };
    }
    if (same(code.replace(/\s/g, ''), result.code)) {
      this.#pending.delete(pending.state);
      return { kind: 'agreed', tokens: result.tokens };
    }
    pending.tries += 1;
    if (pending.tries < this.options.codeTries) return { kind: 'wrong-code' };
    this.#pending.delete(pending.state);
    return { kind: 'over', reason: 'expired' };
  }

  async #begin(request: WebhookRequest): Promise<WebhookResponse> {
    const pending = this.#find(request);
    if (pending === undefined || pending.answered) return failedPage(request, 'expired');
    const link = await pending.client.authorizationLink(pending);
    const { address, asker, provider } = pending;
    return askPage(request, { address, asker, provider, gateway: this.gateway, link });
  }

  async #callback(request: WebhookRequest): Promise<WebhookResponse> {
    const pending = this.#find(request);
    if (pending === undefined || pending.answered) return failedPage(request, 'expired');
    pending.answered = true;
    try {
      const tokens = await pending.client.redeem(request.query, pending);
      const code = String(randomInt(10 ** CODE_DIGITS)).padStart(CODE_DIGITS, '0');
      pending.result = { tokens, code };
      return agreedPage(request, { code, asker: pending.asker });
    } catch (error) {
      const failure = oauthError(error) === 'access_denied' ? 'denied' : 'failed';
      pending.result = { failure };
      return failedPage(request, failure);
    }
  }

  #find({ method, query }: WebhookRequest): Pending | undefined {
    this.#sweep();
    return method === 'GET' ? this.#pending.get(query.state ?? '') : undefined;
  }

  /** The oldest are first. */
  #sweep(): void {
    const now = Date.now();
    for (const [state, { expiresAt }] of this.#pending) {
      if (expiresAt > now) return;
      this.#pending.delete(state);
    }
  }
}

function same(typed: string, code: string): boolean {
  const [a, b] = [Buffer.from(typed), Buffer.from(code)];
  return a.length === b.length && timingSafeEqual(a, b);
}
