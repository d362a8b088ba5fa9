import {
  type AuthorizationServer,
  allowInsecureRequests,
  authorizationCodeGrantRequest,
  type Client,
  type ClientAuth,
  ClientSecretPost,
  calculatePKCECodeChallenge,
  customFetch,
  deviceAuthorizationRequest,
  deviceCodeGrantRequest,
  None,
  processAuthorizationCodeResponse,
  processDeviceAuthorizationResponse,
  processDeviceCodeResponse,
  processRefreshTokenResponse,
  processRevocationResponse,
  refreshTokenGrantRequest,
  revocationRequest,
  type TokenEndpointResponse,
  validateAuthResponse,
} from 'oauth4webapi';
import { Agent, request } from 'undici';
import { WAITING_BYTES } from '../discovery/documents.js';
import type { OAuthProvider } from '../provider/providers.js';
import type { OAuthOptions } from './options.js';

/** What a provider grants (RFC 6749 §5.1). */
export interface Tokens {
  readonly accessToken: string;
  /** UTC milliseconds; undefined: not told. */
  readonly expiresAt?: number;
  readonly refreshToken?: string;
}

/** What a user has to do elsewhere (RFC 8628 §3.2). */
export interface DeviceCode {
  readonly deviceCode: string;
  readonly userCode: string;
  readonly link: string;
  /** UTC milliseconds. */
  readonly expiresAt: number;
  readonly intervalMs: number;
}

/** RFC 8628 §3.2: where none is told. */
const DEFAULT_INTERVAL_S = 5;
/** Where a provider does not say what it is called. */
const UNNAMED = 'https://provider.invalid';

/** This program as it is registered with one provider (RFC 6749). Methods reject as `oauth4webapi` does. */
export class OAuthClient {
  readonly #agent: Agent;
  readonly #server: AuthorizationServer;
  readonly #client: Client;
  readonly #authentication: ClientAuth;

  constructor(
    readonly provider: OAuthProvider,
    private readonly limits: Pick<OAuthOptions, 'answerMs' | 'answerBytes'>,
  ) {
    const { issuer = UNNAMED, authorization, token, device, revocation, clientId, clientSecret } = provider;
    this.#agent = new Agent({
      pipelining: 0,
      headersTimeout: limits.answerMs,
      bodyTimeout: limits.answerMs,
      connect: { timeout: limits.answerMs },
    });
    this.#server = {
      issuer,
      token_endpoint: token,
      ...(authorization !== undefined && { authorization_endpoint: authorization }),
      ...(device !== undefined && { device_authorization_endpoint: device }),
      ...(revocation !== undefined && { revocation_endpoint: revocation }),
    };
    this.#client = { client_id: clientId };
    this.#authentication = clientSecret === undefined ? None() : ClientSecretPost(clientSecret);
  }

  /** Where the user agrees (RFC 6749 §4.1.1, with PKCE: RFC 7636 §4.3). */
  async authorizationLink(asked: {
    readonly state: string;
    readonly verifier: string;
    readonly redirect: string;
    readonly address: string;
  }): Promise<string> {
    const { authorization, clientId, scopes, parameters } = this.provider;
    const url = new URL(authorization ?? '');
    const query: Readonly<Record<string, string>> = {
      ...parameters,
      response_type: 'code',
      client_id: clientId,
      redirect_uri: asked.redirect,
      scope: scopes.join(' '),
      state: asked.state,
      code_challenge: await calculatePKCECodeChallenge(asked.verifier),
      code_challenge_method: 'S256',
      login_hint: asked.address,
    };
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    return url.href;
  }

  /** Takes what came back by the user's browser. */
  async redeem(
    answer: Readonly<Record<string, string>>,
    asked: { readonly state: string; readonly verifier: string; readonly redirect: string },
  ): Promise<Tokens> {
    const parameters = new URLSearchParams(answer);
    // Without a name to compare with there is nothing that it could tell.
    if (this.provider.issuer === undefined) parameters.delete('iss');
    const checked = validateAuthResponse(this.#server, this.#client, parameters, asked.state);
    const response = await authorizationCodeGrantRequest(
      this.#server,
      this.#client,
      this.#authentication,
      checked,
      asked.redirect,
      asked.verifier,
      this.#transport(),
    );
    return tokensOf(await processAuthorizationCodeResponse(this.#server, this.#client, response));
  }

  /** RFC 8628 §3.1. */
  async deviceCode(): Promise<DeviceCode> {
    const response = await deviceAuthorizationRequest(
      this.#server,
      this.#client,
      this.#authentication,
      { scope: this.provider.scopes.join(' ') },
      this.#transport(),
    );
    const told = await processDeviceAuthorizationResponse(this.#server, this.#client, response);
    const { device_code, user_code, verification_uri, expires_in, interval } = told;
    return {
      deviceCode: device_code,
      userCode: user_code,
      link: verification_uri,
      expiresAt: Date.now() + expires_in * 1_000,
      intervalMs: (interval ?? DEFAULT_INTERVAL_S) * 1_000,
    };
  }

  /** One look whether the user has agreed (RFC 8628 §3.4). */
  async poll(deviceCode: string): Promise<Tokens> {
    const response = await deviceCodeGrantRequest(
      this.#server,
      this.#client,
      this.#authentication,
      deviceCode,
      this.#transport(),
    );
    return tokensOf(await processDeviceCodeResponse(this.#server, this.#client, response));
  }

  /** RFC 6749 §6. */
  async refresh(refreshToken: string): Promise<Tokens> {
    const response = await refreshTokenGrantRequest(
      this.#server,
      this.#client,
      this.#authentication,
      refreshToken,
      this.#transport(),
    );
    return tokensOf(await processRefreshTokenResponse(this.#server, this.#client, response));
  }

  /** Gives a token back (RFC 7009), where the provider takes it. */
  async revoke(refreshToken: string): Promise<void> {
    if (this.provider.revocation === undefined) return;
    const response = await revocationRequest(
      this.#server,
      this.#client,
      this.#authentication,
      refreshToken,
      this.#transport(),
    );
    await processRevocationResponse(response);
  }

  /** Ends what is under way. */
  close(): Promise<void> {
    return this.#agent.destroy();
  }

  #transport() {
    return {
      // Which addresses may be without TLS is checked with the options: only those of this machine.
      [allowInsecureRequests]: true,
      [customFetch]: (
        url: string,
        { method, headers, body }: { method: 'POST'; headers: Record<string, string>; body: URLSearchParams },
      ) => this.#fetch(url, method, headers, body.toString()),
    };
  }

  async #fetch(
    url: string,
    method: 'POST',
    headers: Readonly<Record<string, string>>,
    body: string,
  ): Promise<Response> {
    const signal = AbortSignal.timeout(this.limits.answerMs);
    const answer = await request(url, {
      ...{ method, headers, body, signal },
      dispatcher: this.#agent,
      highWaterMark: WAITING_BYTES,
    });
    const pieces: Buffer[] = [];
    let bytes = 0;
    for await (const piece of answer.body as AsyncIterable<Buffer>) {
      bytes += piece.length;
      if (bytes > this.limits.answerBytes) throw new Error('the answer is too long');
      pieces.push(piece);
    }
    const type = answer.headers['content-type'];
    return new Response(bytes === 0 ? null : Buffer.concat(pieces), {
      status: answer.statusCode,
      headers: typeof type === 'string' ? { 'content-type': type } : {},
    });
  }
}

function tokensOf({ access_token, expires_in, refresh_token }: TokenEndpointResponse): Tokens {
  return {
    accessToken: access_token,
    ...(expires_in !== undefined && { expiresAt: Date.now() + expires_in * 1_000 }),
    ...(refresh_token !== undefined && { refreshToken: refresh_token }),
  };
}
