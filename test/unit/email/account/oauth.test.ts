import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Agreement, Agreements } from '../../../../gateways/email/account/oauth/agreements.js';
import { DeviceLogins } from '../../../../gateways/email/account/oauth/device-logins.js';
import { OAuthClient, type Tokens } from '../../../../gateways/email/account/oauth/oauth-client.js';
import { OAuthCredentials } from '../../../../gateways/email/account/oauth/oauth-credentials.js';
import { oauthOptions } from '../../../../gateways/email/account/oauth/options.js';
import { TokenVault } from '../../../../gateways/email/account/oauth/token-vault.js';
import type { AccountId } from '../../../../src/gateway/ids.js';
import type { WebhookResponse } from '../../../../src/gateway/webhook.js';
import { type OAuthProvider, startOAuthProvider } from '../../../servers/oauth-provider.js';
import { DirectWebhooks, MemoryState, testEnvironment } from '../../../support/gateway-environment.js';

const ALICE = 'alice@example.org';
const ACCOUNT = 7 as AccountId;
const options = oauthOptions.parse({ waitMs: 5_000 });
const SCOPES = ['mail'];

let provider: OAuthProvider;
let client: OAuthClient;
let webhooks: DirectWebhooks;

async function begin(more: Parameters<typeof startOAuthProvider>[0] = {}): Promise<void> {
  webhooks = new DirectWebhooks();
  provider = await startOAuthProvider({
    clientSecret: 'client-SECRET',
    redirects: [webhooks.address('oauth/callback')],
    ...more,
  });
  const { issuer, authorization, token, device, revocation } = provider;
  client = new OAuthClient(
    {
      ...{ issuer, authorization, token, device, revocation, scopes: SCOPES },
      ...{ clientId: 'isthmus', clientSecret: 'client-SECRET' },
    },
    options,
  );
}

afterEach(async () => {
  await client.close();
  await provider.stop();
});

/** Opens an address of the gateway, as a browser does. */
async function open(link: string, headers: Readonly<Record<string, string>> = {}): Promise<WebhookResponse> {
  const url = new URL(link);
  const handler = webhooks.handlers.get(url.pathname.split('/').slice(2).join('/'));
  if (!handler) throw new Error(`nothing at ${link}`);
  const query = Object.fromEntries(url.searchParams);
  return handler({ method: 'GET', url: link, headers, query, body: Buffer.alloc(0) });
}

function linkIn(page: WebhookResponse): string {
  return (/href="([^"]*)"/.exec(page.body ?? '')?.[1] ?? '').replaceAll('&amp;', '&');
}

const codeIn = (page: WebhookResponse): string => /<strong>(\d{6})</.exec(page.body ?? '')?.[1] ?? '';

describe('agreement by browser', () => {
  let agreements: Agreements;
  let agreement: Agreement;

  const ask = (): Agreement => {
    const asked = agreements.ask({ client, provider: 'house', address: ALICE, asker: 'ally@xmpp.example' });
    if (!asked) throw new Error('no agreement');
    return asked;
  };
  const agree = async (agrees = true): Promise<WebhookResponse> =>
    open(await provider.browse(linkIn(await open(agreement.link)), ALICE, agrees));

  beforeEach(async () => {
    await begin();
    agreements = new Agreements(webhooks, options, 'mail.example.org');
    agreements.start();
    agreement = ask();
  });

  it('gives tokens to who types the code that the browser has shown, once', async () => {
    expect(agreement.outcome('').kind).toBe('open');
    const page = await agree();
    expect(page.status).toBe(200);
    expect(agreement.outcome('nonsense').kind).toBe('wrong-code');
    const outcome = agreement.outcome(codeIn(page));
    expect(outcome.kind === 'agreed' && provider.userOf(outcome.tokens.accessToken)).toBe(ALICE);
    expect(outcome.kind === 'agreed' && outcome.tokens.refreshToken).toBeTruthy();
    expect(agreement.outcome(codeIn(page))).toEqual({ kind: 'over', reason: 'expired' });
  });

  it('says on its first page who asks, and for what, without letting it become HTML', async () => {
    const page = await open(agreement.link);
    expect(page.contentType).toContain('text/html');
    for (const shown of ['ally@xmpp.example', ALICE, 'mail.example.org']) expect(page.body).toContain(shown);
    const odd = agreements.ask({ client, provider: 'house', address: ALICE, asker: '<script>"\'&@x' });
    expect((await open(odd?.link ?? '')).body).not.toContain('<script>');
    expect((await open(agreement.link, { 'accept-language': 'ru-RU,ru;q=0.9' })).body).toContain('просит');
  });

  it('takes the answer of the provider but once', async () => {
    const back = await provider.browse(linkIn(await open(agreement.link)), ALICE);
    const page = await open(back);
    expect((await open(back)).status).toBe(404);
    expect((await open(agreement.link)).status).toBe(404);
    expect(agreement.outcome(codeIn(page)).kind).toBe('agreed');
  });

  it('gives nothing to who guesses codes', async () => {
    await agree();
    const outcomes = ['1', '2', '3', '4', '5', '6'].map((code) => agreement.outcome(code).kind);
    expect(outcomes).toEqual(['wrong-code', 'wrong-code', 'wrong-code', 'wrong-code', 'over', 'over']);
  });

  it('ends when the user does not agree, and when the answer is forged', async () => {
    await agree(false);
    expect(agreement.outcome('')).toEqual({ kind: 'over', reason: 'denied' });
    agreement = ask();
    const state = new URL(agreement.link).searchParams.get('state');
    await open(`${webhooks.address('oauth/callback')}?state=${state}&code=invented`);
    expect(agreement.outcome('')).toEqual({ kind: 'over', reason: 'failed' });
    agreement = ask();
    const back = new URL(await provider.browse(linkIn(await open(agreement.link)), ALICE));
    back.searchParams.set('iss', 'https://other.example');
    await open(back.href);
    expect(agreement.outcome('')).toEqual({ kind: 'over', reason: 'failed' });
  });

  it('knows no state that it has not given, and forgets all when it stops', async () => {
    expect((await open(`${webhooks.address('oauth/begin')}?state=unknown`)).status).toBe(404);
    expect((await open(`${webhooks.address('oauth/callback')}?state=unknown&code=x`)).status).toBe(404);
    agreements.stop();
    expect(webhooks.handlers.size).toBe(0);
    expect(agreement.outcome('').kind).toBe('over');
  });

  it('lets no more wait than the operator allows', () => {
    const few = new Agreements(webhooks, { ...options, agreeAtOnce: 1 }, 'mail.example.org');
    const wish = { client, provider: 'house', address: ALICE, asker: 'ally@xmpp.example' };
    expect(few.ask(wish)).toBeDefined();
    expect(few.ask(wish)).toBeUndefined();
  });
});

describe('agreement on another device (RFC 8628)', () => {
  let logins: DeviceLogins;

  beforeEach(async () => {
    await begin({ interval: 1 });
    logins = new DeviceLogins(options);
  });
  afterEach(() => logins.stop());

  it('shows a code and a link, asks at the pace it is told, and gets tokens', async () => {
    const login = await logins.ask(client);
    expect(login?.link).toBe(`${provider.issuer}/pair`);
    provider.decide(login?.userCode ?? '', ALICE);
    const outcome = await login?.outcome();
    expect(outcome?.kind === 'agreed' && provider.userOf(outcome.tokens.accessToken)).toBe(ALICE);
    expect(provider.requests.filter((grant) => grant.endsWith('device_code'))).toHaveLength(1);
  });

  it('ends when the user does not agree', async () => {
    const login = await logins.ask(client);
    provider.decide(login?.userCode ?? '', ALICE, false);
    expect(await login?.outcome()).toEqual({ kind: 'over', reason: 'denied' });
  });

  it('goes on asking when the provider is away for a while', async () => {
    const login = await logins.ask(client);
    provider.failing = 1;
    provider.decide(login?.userCode ?? '', ALICE);
    expect((await login?.outcome())?.kind).toBe('agreed');
    expect(provider.failing).toBe(0);
  });

  it('is over when the gateway stops', async () => {
    const login = await logins.ask(client);
    const outcome = login?.outcome();
    logins.stop();
    expect(await outcome).toEqual({ kind: 'over', reason: 'expired' });
  });
});

describe('credentials by tokens', () => {
  const state = new MemoryState();

  async function granted(): Promise<Tokens & { readonly refreshToken: string }> {
    const asked = { state: 'S', verifier: 'v'.repeat(43), redirect: webhooks.address('oauth/callback') };
    const link = await client.authorizationLink({ ...asked, address: ALICE });
    const back = new URL(await provider.browse(link, ALICE));
    const tokens = await client.redeem(Object.fromEntries(back.searchParams), asked);
    return { ...tokens, refreshToken: tokens.refreshToken ?? '' };
  }
  const credentials = (refreshToken: string, vault = new TokenVault(state), aheadMs = 300_000) =>
    new OAuthCredentials({
      ...{ id: ACCOUNT, user: ALICE, refreshToken, client, vault, aheadMs },
      log: testEnvironment().log,
    });
  const tokenOf = async (login: ReturnType<OAuthCredentials['login']>): Promise<string> => {
    const said = await login;
    return 'accessToken' in said ? said.accessToken : '';
  };

  it('renews once for all who ask, and then only when the end is near', async () => {
    await begin();
    const alice = credentials((await granted()).refreshToken);
    const [first, second] = await Promise.all([tokenOf(alice.login()), tokenOf(alice.login(true))]);
    expect(first).toBe(second);
    expect(provider.userOf(first)).toBe(ALICE);
    expect(await tokenOf(alice.login())).toBe(first);
    expect(provider.requests.filter((grant) => grant === 'refresh_token')).toHaveLength(1);
    provider.expire();
    const renewed = await tokenOf(alice.login(true));
    expect(provider.userOf(renewed)).toBe(ALICE);
  });

  it('renews ahead of the end', async () => {
    await begin({ expiresIn: 200 });
    const alice = credentials((await granted()).refreshToken);
    const first = await tokenOf(alice.login());
    expect(await tokenOf(alice.login())).not.toBe(first);
  });

  it('keeps rotated tokens over a restart, and never uses one twice', async () => {
    await begin();
    const { refreshToken } = await granted();
    await credentials(refreshToken).login();
    const vault = new TokenVault(state);
    // Two sessions at once, as around a change of the registration.
    const [a, b] = [credentials(refreshToken, vault), credentials(refreshToken, vault)];
    const tokens = await Promise.all([tokenOf(a.login()), tokenOf(b.login())]);
    for (const token of tokens) expect(provider.userOf(token)).toBe(ALICE);
  });

  it('takes the token of a new registration, not a successor of the old one', async () => {
    await begin();
    await credentials((await granted()).refreshToken).login();
    const again = await granted();
    provider.forget('nobody');
    const alice = credentials(again.refreshToken);
    expect(provider.userOf(await tokenOf(alice.login()))).toBe(ALICE);
  });

  it('S18 does not ask again once the provider has refused', async () => {
    await begin();
    const alice = credentials((await granted()).refreshToken);
    provider.forget(ALICE);
    await expect(alice.login()).rejects.toMatchObject({ code: 'bad-credentials' });
    const asked = provider.requests.length;
    await expect(alice.login(true)).rejects.toMatchObject({ code: 'bad-credentials' });
    expect(provider.requests).toHaveLength(asked);
  });

  it('comes again when the provider is away', async () => {
    await begin();
    const alice = credentials((await granted()).refreshToken);
    provider.failing = 1;
    await expect(alice.login()).rejects.toMatchObject({ code: 'network-unreachable', retryable: true });
    expect(provider.userOf(await tokenOf(alice.login()))).toBe(ALICE);
  });

  it('gives its tokens back', async () => {
    await begin();
    const alice = credentials((await granted()).refreshToken);
    const token = await tokenOf(alice.login());
    await alice.revoke();
    expect(provider.userOf(token)).toBeUndefined();
    expect(await state.get('tokens', String(ACCOUNT))).toBeUndefined();
    await provider.stop();
    await alice.revoke();
  });
});
