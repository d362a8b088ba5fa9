import { createHash, randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { LOOPBACK } from './process.js';

/** How it treats this program and its users. */
export interface OAuthProviderOptions {
  readonly clientId?: string;
  /** Undefined: a public client, without one. */
  readonly clientSecret?: string;
  /** Addresses that its authorization endpoint may send browsers back to. */
  readonly redirects?: readonly string[];
  /** Seconds for which an access token is good. */
  readonly expiresIn?: number;
  /** Each refresh gives another refresh token, and an old one that comes again ends all (RFC 9700 §4.14.2). */
  readonly rotates?: boolean;
  /** Seconds between two questions of a device. */
  readonly interval?: number;
}

/**
 * A stand-in for a provider's OAuth 2: authorization code with PKCE (RFC 6749, RFC 7636), devices (RFC 8628), refresh
 * with rotation, revocation (RFC 7009), and introspection for mail servers.
 */
export interface OAuthProvider {
  readonly issuer: string;
  readonly authorization: string;
  readonly token: string;
  readonly device: string;
  readonly revocation: string;
  /** For mail servers: `GET <address><token>` gives `{"email": …}` or 401. */
  readonly introspection: string;
  /** A user in a browser who follows the link and agrees, or not; gives where he is sent. */
  browse(link: string, user: string, agrees?: boolean): Promise<string>;
  /** A user who types the code of a device; resolves when he has decided. */
  decide(userCode: string, user: string, agrees?: boolean): void;
  /** Whose access token that is, while it is good. */
  userOf(accessToken: string): string | undefined;
  /** All tokens of a user are no more, as when he takes his agreement back. */
  forget(user: string): void;
  /** Access tokens end before their time. */
  expire(): void;
  /** So many requests from now on are answered with 503. */
  failing: number;
  /** Grant types that were asked for, in their order, and `revoke`. */
  readonly requests: readonly string[];
  stop(): Promise<void>;
}

interface Grant {
  readonly user: string;
  readonly family: string;
}
interface Code extends Grant {
  readonly challenge: string;
  readonly redirect: string;
}
interface Device {
  readonly deviceCode: string;
  readonly expiresAt: number;
  lastAsked: number;
  interval: number;
  decision: 'open' | 'denied' | { readonly user: string };
}

const secret = (): string => randomBytes(24).toString('base64url');

/** Starts it on a free port. */
export async function startOAuthProvider(options: OAuthProviderOptions = {}): Promise<OAuthProvider> {
  const { clientId = 'isthmus', clientSecret, redirects = [], expiresIn = 3600, rotates = true } = options;
  const codes = new Map<string, Code>();
  const access = new Map<string, Grant & { readonly expiresAt: number }>();
  const refresh = new Map<string, Grant>();
  const spent = new Map<string, Grant>();
  const devices = new Map<string, Device>();
  const requests: string[] = [];
  let base = '';

  const grant = ({ user, family }: Grant, keep?: string): Record<string, unknown> => {
    const accessToken = secret();
    access.set(accessToken, { user, family, expiresAt: Date.now() + expiresIn * 1_000 });
    const refreshToken = keep ?? secret();
    refresh.set(refreshToken, { user, family });
    return {
      access_token: accessToken,
      token_type: 'Bearer',
      expires_in: expiresIn,
      ...(keep === undefined && { refresh_token: refreshToken }),
    };
  };
  const endFamily = (family: string): void => {
    for (const tokens of [access, refresh])
      for (const [token, entry] of tokens) if (entry.family === family) tokens.delete(token);
  };

  const authorize = (url: URL, response: ServerResponse): void => {
    const query = url.searchParams;
    const redirect = query.get('redirect_uri') ?? '';
    const wrong =
      query.get('client_id') !== clientId ||
      !redirects.includes(redirect) ||
      query.get('response_type') !== 'code' ||
      query.get('code_challenge_method') !== 'S256' ||
      !query.get('code_challenge') ||
      !query.get('scope');
    if (wrong) {
      response.writeHead(400).end('bad request');
      return;
    }
    const back = new URL(redirect);
    back.searchParams.set('state', query.get('state') ?? '');
    back.searchParams.set('iss', base);
    const user = query.get('user') ?? '';
    if (query.get('agrees') === 'no') back.searchParams.set('error', 'access_denied');
    else {
      const code = secret();
      const challenge = query.get('code_challenge') ?? '';
      codes.set(code, { user, family: secret(), challenge, redirect });
      back.searchParams.set('code', code);
    }
    response.writeHead(302, { location: back.href }).end();
  };

  const byCode = (form: URLSearchParams): Record<string, unknown> | string => {
    const code = codes.get(form.get('code') ?? '');
    codes.delete(form.get('code') ?? '');
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url');
    const good = code?.challenge === challenge && code.redirect === form.get('redirect_uri');
    return good ? grant(code) : 'invalid_grant';
  };
  const byRefresh = (form: URLSearchParams): Record<string, unknown> | string => {
    const token = form.get('refresh_token') ?? '';
    const known = refresh.get(token);
    const reused = spent.get(token);
    if (reused) endFamily(reused.family);
    if (!known) return 'invalid_grant';
    if (!rotates) return grant(known, token);
    refresh.delete(token);
    spent.set(token, known);
    return grant(known);
  };
  const byDevice = (form: URLSearchParams): Record<string, unknown> | string => {
    const device = [...devices.values()].find(({ deviceCode }) => deviceCode === form.get('device_code'));
    if (!device) return 'invalid_grant';
    const now = Date.now();
    if (now > device.expiresAt) return 'expired_token';
    // Clocks and timers are not exact.
    const early = now - device.lastAsked < device.interval * 1_000 - 50;
    device.lastAsked = now;
    if (early) {
      device.interval += 5;
      return 'slow_down';
    }
    if (device.decision === 'open') return 'authorization_pending';
    return device.decision === 'denied' ? 'access_denied' : grant({ ...device.decision, family: secret() });
  };
  const tokenFor = (form: URLSearchParams): Record<string, unknown> | string => {
    switch (form.get('grant_type')) {
      case 'authorization_code':
        return byCode(form);
      case 'refresh_token':
        return byRefresh(form);
      case 'urn:ietf:params:oauth:grant-type:device_code':
        return byDevice(form);
      default:
        return 'unsupported_grant_type';
    }
  };

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? '/', base);
    const json = (status: number, value: unknown): void => {
      response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
      response.end(JSON.stringify(value));
    };
    if (provider.failing > 0) {
      provider.failing -= 1;
      return json(503, { error: 'temporarily_unavailable' });
    }
    if (url.pathname === '/authorize') return authorize(url, response);
    if (url.pathname === '/introspect') {
      const user = provider.userOf(url.searchParams.get('token') ?? '');
      return user === undefined ? json(401, { error: 'invalid_token' }) : json(200, { email: user });
    }
    let body = '';
    for await (const piece of request) body += String(piece);
    const form = new URLSearchParams(body);
    const secretGiven = form.get('client_secret') ?? undefined;
    if (form.get('client_id') !== clientId || secretGiven !== clientSecret)
      return json(401, { error: 'invalid_client' });
    if (url.pathname === '/device') {
      const userCode = randomBytes(4).toString('hex').toUpperCase();
      const interval = options.interval ?? 5;
      const deviceCode = secret();
      devices.set(userCode, {
        deviceCode,
        interval,
        expiresAt: Date.now() + 600_000,
        lastAsked: 0,
        decision: 'open',
      });
      return json(200, {
        device_code: deviceCode,
        user_code: userCode,
        verification_uri: `${base}/pair`,
        expires_in: 600,
        interval,
      });
    }
    if (url.pathname === '/revoke') {
      requests.push('revoke');
      const known = refresh.get(form.get('token') ?? '');
      if (known) endFamily(known.family);
      response.writeHead(200).end();
      return;
    }
    requests.push(form.get('grant_type') ?? '');
    const given = tokenFor(form);
    return typeof given === 'string' ? json(400, { error: given }) : json(200, given);
  };

  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, LOOPBACK, resolve));
  base = `http://${LOOPBACK}:${(server.address() as AddressInfo).port}`;

  const provider: OAuthProvider = {
    issuer: base,
    authorization: `${base}/authorize`,
    token: `${base}/token`,
    device: `${base}/device`,
    revocation: `${base}/revoke`,
    introspection: `${base}/introspect?token=`,
    failing: 0,
    requests,
    async browse(link, user, agrees = true) {
      const url = new URL(link);
      url.searchParams.set('user', user);
      url.searchParams.set('agrees', agrees ? 'yes' : 'no');
      const response = await fetch(url, { redirect: 'manual' });
      const location = response.headers.get('location');
      if (location === null) throw new Error(`refused: ${await response.text()}`);
      return location;
    },
    decide(userCode, user, agrees = true) {
      const device = devices.get(userCode);
      if (!device) throw new Error('no such code');
      device.decision = agrees ? { user } : 'denied';
    },
    userOf(accessToken) {
      const known = access.get(accessToken);
      return known && known.expiresAt > Date.now() ? known.user : undefined;
    },
    forget(user) {
      for (const { user: whose, family } of [...refresh.values()]) if (whose === user) endFamily(family);
    },
    expire() {
      access.clear();
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return provider;
}
