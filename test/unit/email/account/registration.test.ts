import { afterEach, describe, expect, it } from 'vitest';
import { AccountServices } from '../../../../gateways/email/account/account-services.js';
import type { Login } from '../../../../gateways/email/account/credentials.js';
import type { LoginCheck } from '../../../../gateways/email/account/registration/login-check.js';
import { register } from '../../../../gateways/email/account/registration/register.js';
import type { RegistrationContext } from '../../../../gateways/email/account/registration/registrant.js';
import { registrationForm } from '../../../../gateways/email/account/registration/registration-form.js';
import { settingsOf } from '../../../../gateways/email/account/settings.js';
import type { MailServer } from '../../../../gateways/email/mail/server-options.js';
import { serverUnreachable } from '../../../../gateways/email/mail/target.js';
import { optionsSchema } from '../../../../gateways/email/options.js';
import { AddressBook } from '../../../../gateways/email/server/addresses.js';
import { GatewayError } from '../../../../src/gateway/error.js';
import type { Step } from '../../../../src/gateway/form.js';
import type { AccountChange, AccountView } from '../../../../src/gateway/gateway.js';
import type { AccountId } from '../../../../src/gateway/ids.js';
import { type OAuthProvider, startOAuthProvider } from '../../../servers/oauth-provider.js';
import { DirectWebhooks, testEnvironment } from '../../../support/gateway-environment.js';

const USER = { suggestedName: 'Ally', userAddress: 'ally@xmpp.example' };
const HOUSE = {
  domains: ['house.example'],
  imap: { host: '10.0.0.5', port: 143, security: 'none' },
  smtp: { host: '10.0.0.5', port: 587, security: 'none' },
} as const;
const DOMAIN = { name: 'mail.example.org', relay: { host: '127.0.0.1', port: 25, security: 'none' } };

interface Tried {
  readonly server: MailServer;
  readonly listed: boolean;
  readonly login: Login;
}

interface Stage {
  readonly context: RegistrationContext;
  readonly tried: Tried[];
  submit(values: Readonly<Record<string, string>>, account?: AccountView): Promise<Step<AccountChange>>;
}

/** Accepts who `right` says. */
function stage(
  options: object,
  right: (login: Login, kind: 'imap' | 'smtp') => boolean | 'away' = () => true,
  webhooks = new DirectWebhooks(),
): Stage {
  const environment = testEnvironment({ webhooks });
  const checked = optionsSchema.parse(options);
  const tried: Tried[] = [];
  const check =
    (kind: 'imap' | 'smtp'): LoginCheck =>
    async (server, listed, login) => {
      tried.push({ server, listed, login });
      const answer = right(login, kind);
      if (answer === 'away') throw serverUnreachable(server.host);
      if (!answer) throw new GatewayError('bad-credentials', { key: 'email-imap-refused' });
    };
  const accounts = new AccountServices(checked.accounts, environment, {
    imap: check('imap'),
    smtp: check('smtp'),
  });
  accounts.start();
  const addresses = checked.domain && new AddressBook(checked.domain, environment.state, Date.now);
  const context = { options: checked, environment, accounts, addresses };
  return { context, tried, submit: (values, account) => register(context, values, account, USER) };
}

function accountOf(step: Step<AccountChange>, id = 1): AccountView {
  if (step.kind !== 'done') throw new Error(`no end: ${step.problem?.key ?? step.form.title.key}`);
  const { settings = {}, secrets = {} } = step.result;
  return { ...USER, id: id as AccountId, registered: true, language: 'en', settings, secrets };
}

const problemOf = (step: Step<AccountChange>): string | undefined =>
  step.kind === 'form' ? step.problem?.key : undefined;
const formOf = (step: Step<AccountChange>) => {
  if (step.kind !== 'form') throw new Error('no form');
  return step;
};

describe('registration with a mailbox', () => {
  const own = { accounts: { providers: { house: HOUSE } } };

  it('finds the servers, tries both and keeps the password among the secrets', async () => {
    const { submit, tried } = stage(own);
    const account = accountOf(
      await submit({ address: 'Alice@House.example', password: 'pass-WORD', name: 'Alice L.' }),
    );
    expect(settingsOf(account)).toMatchObject({
      mailbox: { address: 'alice@house.example', user: 'alice@house.example', provider: 'house' },
      name: 'Alice L.',
    });
    expect(JSON.stringify(account.settings)).not.toContain('WORD');
    expect(account.secrets).toEqual({ password: 'pass-WORD' });
    expect(tried.map(({ server, listed }) => [server.port, listed])).toEqual([
      [143, true],
      [587, true],
    ]);
  });

  it('C06 says which of both has refused, and shows what was typed but for the password', async () => {
    const imap = await stage(own, () => false).submit({
      address: 'alice@house.example',
      password: 'pass-WORD',
    });
    expect(problemOf(imap)).toBe('email-imap-refused');
    expect(JSON.stringify(imap)).not.toContain('pass-WORD');
    expect(JSON.stringify(imap)).toContain('alice@house.example');
    const smtp = await stage(own, (_, kind) => kind === 'imap').submit({
      address: 'alice@house.example',
      password: 'pass-WORD',
    });
    expect(problemOf(smtp)).toBe('email-smtp-refused');
  });

  it('C06 a form that came back is taken with the right password', async () => {
    const { submit } = stage(own, (login) => 'password' in login && login.password === 'right');
    const again = formOf(await submit({ address: 'alice@house.example', password: 'wrong' }));
    const account = accountOf(await again.submit({ address: 'alice@house.example', password: 'right' }));
    expect(account.secrets).toEqual({ password: 'right' });
  });

  it('C07 throws what is another error when a server cannot be reached', async () => {
    await expect(
      stage(own, () => 'away').submit({ address: 'alice@house.example', password: 'x' }),
    ).rejects.toMatchObject({ code: 'network-unreachable', retryable: true });
  });

  it.each([
    ['anna@gmail.com', 'email-refused-app-password', 'https://myaccount.google.com/apppasswords'],
    ['anna@gmx.de', 'email-refused-switch-on', 'https://hilfe.gmx.net/pop-imap/einschalten.html'],
    ['anna@yandex.ru', 'email-refused-app-password', 'https://id.yandex.ru/security/app-passwords'],
    ['anna@outlook.com', 'email-refused-oauth-only', undefined],
  ])('tells %s why the usual password is refused', async (address, key, link) => {
    const step = formOf(await stage({}, () => false).submit({ address, password: 'x' }));
    expect(step.problem).toMatchObject({ key, args: link === undefined ? {} : { link } });
  });

  it('tries what stands before the @ where the address is refused, if nobody says which it is', async () => {
    const { submit, tried } = stage({}, ({ user }) => user === 'anna');
    const manual = formOf(await submit({ address: 'anna@example.org', password: 'x', manual: '1' }));
    const account = accountOf(
      await manual.submit({ imap: 'imap.example.org', smtp: 'smtp.example.org', user: 'anna' }),
    );
    expect(settingsOf(account).mailbox).toMatchObject({
      imap: { host: 'imap.example.org', port: 993, security: 'tls' },
      smtp: { host: 'smtp.example.org', port: 465, security: 'tls' },
      user: 'anna',
    });
    expect(tried.every(({ listed }) => !listed)).toBe(true);
  });

  it('asks for the servers again when they cannot be reached or are none', async () => {
    const { submit } = stage({}, () => 'away');
    const manual = formOf(await submit({ address: 'anna@example.org', password: 'x', manual: '1' }));
    const servers = { imap: 'imap.example.org', smtp: 'smtp.example.org' };
    const away = formOf(await manual.submit(servers));
    expect(away.problem?.key).toBe('email-server-unreachable');
    expect(away.form.fields.find(({ name }) => name === 'imap')?.value).toBe('imap.example.org');
    expect(problemOf(await manual.submit({ ...servers, imap: 'http://x/' }))).toBe('email-bad-server');
    expect(problemOf(await manual.submit({ ...servers, 'imap-port': '0x1' }))).toBe('email-bad-server');
    expect(problemOf(await manual.submit({ ...servers, 'smtp-security': 'none' }))).toBe('email-bad-server');
  });

  it('S21 goes to what the operator has listed only by its very name and port', async () => {
    const { submit, tried } = stage(own);
    const manual = formOf(await submit({ address: 'anna@example.org', password: 'x', manual: '1' }));
    await manual.submit({ imap: '10.0.0.5', 'imap-port': '22', smtp: '10.0.0.5', 'smtp-port': '25' });
    expect(tried.map(({ listed }) => listed)).toEqual([false, false]);
  });

  it('S17 ends after a few wrong passwords, whatever the stage', async () => {
    const { submit, tried } = stage({ accounts: { providers: { house: HOUSE }, tries: 3 } }, () => false);
    let step = formOf(await submit({ address: 'alice@house.example', password: 'a' }));
    step = formOf(await step.submit({ address: 'alice@house.example', password: 'b', manual: '1' }));
    const servers = { imap: 'imap.example.org', smtp: 'smtp.example.org' };
    step = formOf(await step.submit(servers));
    step = formOf(await step.submit({ ...servers, password: 'c' }));
    await expect(step.submit({ ...servers, password: 'd' })).rejects.toMatchObject({ code: 'limit' });
    expect(tried).toHaveLength(3);
  });

  it('offers nothing where the operator does not', async () => {
    const { submit, context } = stage({ accounts: { allowed: false } });
    expect(registrationForm(context, undefined).fields.map(({ name }) => name)).toEqual(['name']);
    expect(problemOf(await submit({}))).toBe('email-way-not-offered');
  });

  it('C13 keeps the password on record for the same mailbox, and for no other', async () => {
    const { submit } = stage(own, (login) => 'password' in login && login.password === 'first');
    const account = accountOf(await submit({ address: 'alice@house.example', password: 'first' }));
    const changed = accountOf(await submit({ address: 'alice@house.example', name: 'A.' }, account));
    expect(changed.secrets).toEqual({ password: 'first' });
    expect(settingsOf(changed).name).toBe('A.');
    expect(problemOf(await submit({ address: 'bob@house.example' }, account))).toBe('email-password-needed');
  });

  it('keeps what commands have set', async () => {
    const { submit } = stage(own);
    const first = accountOf(await submit({ address: 'alice@house.example', password: 'x' }));
    const chosen = { ...first, settings: { ...first.settings, show: 'everything', joinSeconds: 20 } };
    const changed = accountOf(await submit({ address: 'alice@house.example' }, chosen));
    expect(settingsOf(changed)).toMatchObject({ show: 'everything', joinSeconds: 20 });
  });

  it('refuses what is no address, and an address of its own domain', async () => {
    const { submit } = stage({ ...own, domain: DOMAIN });
    expect(problemOf(await submit({ way: 'mailbox', address: 'no address' }))).toBe('email-bad-address');
    expect(problemOf(await submit({ way: 'mailbox', address: `x@${DOMAIN.name}`, password: 'x' }))).toBe(
      'email-mailbox-of-domain',
    );
    expect(problemOf(await submit({ way: 'mailbox' }))).toBe('email-address-needed');
    expect(problemOf(await submit({ way: 'elsewhere' }))).toBe('email-way-not-offered');
  });
});

describe('registration with an address of the gateway', () => {
  it('gives what was chosen, or the name that the user has, when it is free', async () => {
    const { submit, context } = stage({ accounts: { allowed: false }, domain: DOMAIN });
    expect(settingsOf(accountOf(await submit({}))).domainAddress).toBe('ally@mail.example.org');
    const step = await submit({ local: 'Alice.L' });
    expect(settingsOf(accountOf(step)).domainAddress).toBe('alice.l@mail.example.org');
    await context.addresses?.claim('alice.l@mail.example.org', {
      ...{ id: 2 as AccountId, userAddress: 'bob@example.org' },
    });
    await expect(submit({ local: 'alice.l' })).rejects.toMatchObject({ code: 'nick-in-use' });
    const owner = accountOf(step, 2);
    expect(settingsOf(accountOf(await submit({}, owner))).domainAddress).toBe('alice.l@mail.example.org');
    for (const local of ['postmaster', 'a+b', 'ä', 'x@elsewhere.example', '.a'])
      expect(problemOf(await submit({ local }))).toBe('email-bad-local');
  });

  it('gives the XMPP address where the operator says so', async () => {
    const domain = { ...DOMAIN, name: 'xmpp.example', addresses: 'jid' };
    const { submit, context } = stage({ accounts: { allowed: false }, domain });
    expect(registrationForm(context, undefined).fields.map(({ name }) => name)).toEqual(['name']);
    expect(settingsOf(accountOf(await submit({}))).domainAddress).toBe('ally@xmpp.example');
  });

  it('gives both', async () => {
    const { submit } = stage({ accounts: { providers: { house: HOUSE } }, domain: DOMAIN });
    const account = accountOf(
      await submit({ way: 'both', address: 'alice@house.example', password: 'x', local: 'alice' }),
    );
    expect(settingsOf(account)).toMatchObject({
      mailbox: { address: 'alice@house.example' },
      domainAddress: 'alice@mail.example.org',
    });
    const less = accountOf(await submit({ way: 'domain' }, account));
    expect(settingsOf(less).mailbox).toBeUndefined();
    expect(less.secrets).toEqual({});
  });
});

describe('registration by OAuth', () => {
  let provider: OAuthProvider;
  let webhooks: DirectWebhooks;
  afterEach(() => provider.stop());

  async function begin(more: object = {}, device = false): Promise<Stage> {
    webhooks = new DirectWebhooks();
    provider = await startOAuthProvider({
      redirects: [webhooks.address('oauth/callback')],
      interval: 1,
    });
    const { authorization, token } = provider;
    const endpoints = device ? { device: provider.device } : { authorization };
    return stage(
      {
        accounts: {
          oauth: more,
          providers: {
            house: { ...HOUSE, oauth: { clientId: 'isthmus', token, scopes: ['mail'], ...endpoints } },
          },
        },
      },
      (login) => 'accessToken' in login && provider.userOf(login.accessToken) === login.user,
      webhooks,
    );
  }
  const open = async (link: string): Promise<string> => {
    const url = new URL(link);
    const handler = webhooks.handlers.get(url.pathname.split('/').slice(2).join('/'));
    const query = Object.fromEntries(url.searchParams);
    const page = await handler?.({ method: 'GET', url: link, headers: {}, query, body: Buffer.alloc(0) });
    return page?.body ?? '';
  };
  const linkOf = (step: Step<AccountChange>): string =>
    String(formOf(step).form.instructions?.args?.link ?? '');
  const agree = async (step: Step<AccountChange>, user: string): Promise<string> => {
    const next = /href="([^"]*)"/.exec(await open(linkOf(step)))?.[1]?.replaceAll('&amp;', '&') ?? '';
    return /<strong>(\d+)</.exec(await open(await provider.browse(next, user)))?.[1] ?? '';
  };

  it('has the user agree in his browser, tries the servers by token and keeps the refresh token', async () => {
    const { submit } = await begin();
    const step = formOf(await submit({ address: 'alice@house.example' }));
    expect(problemOf(await step.submit({ code: '000000' }))).toBe('email-agree-open');
    const code = await agree(step, 'alice@house.example');
    const account = accountOf(await step.submit({ code }));
    expect(settingsOf(account).mailbox).toMatchObject({ auth: 'oauth', provider: 'house' });
    expect(Object.keys(account.secrets)).toEqual(['refresh-token']);
    expect(JSON.stringify(account.settings)).not.toContain(account.secrets['refresh-token']);
  });

  it('lets nobody in who has agreed as somebody else', async () => {
    const { submit } = await begin();
    const step = formOf(await submit({ address: 'alice@house.example' }));
    const code = await agree(step, 'mallory@house.example');
    await expect(step.submit({ code })).rejects.toMatchObject({ text: { key: 'email-agree-refused' } });
  });

  it('does not ask again while the agreement holds, and asks when it is taken back', async () => {
    const { submit } = await begin();
    const step = formOf(await submit({ address: 'alice@house.example' }));
    const account = accountOf(await step.submit({ code: await agree(step, 'alice@house.example') }));
    const changed = accountOf(await submit({ name: 'Alice' }, account));
    expect(settingsOf(changed)).toMatchObject({ name: 'Alice', mailbox: { auth: 'oauth' } });
    provider.forget('alice@house.example');
    expect(linkOf(await submit({ name: 'Alice' }, changed))).toContain('/oauth/begin?state=');
  });

  it('shows a code for another device where there is no way by browser', async () => {
    const { submit } = await begin({ waitMs: 5_000 }, true);
    const step = formOf(await submit({ address: 'alice@house.example' }));
    provider.decide(String(step.form.instructions?.args?.code), 'alice@house.example');
    expect(settingsOf(accountOf(await step.submit({}))).mailbox?.auth).toBe('oauth');
  });

  it('says so when the user does not agree', async () => {
    const { submit } = await begin({ waitMs: 5_000 }, true);
    const step = formOf(await submit({ address: 'alice@house.example' }));
    provider.decide(String(step.form.instructions?.args?.code), 'alice@house.example', false);
    await expect(step.submit({})).rejects.toMatchObject({ text: { key: 'email-agree-denied' } });
  });
});

describe('providers of the operator', () => {
  it('must be whole, unless they are known', () => {
    const wrong = optionsSchema.safeParse({ accounts: { providers: { house: { domains: ['a.example'] } } } });
    expect(wrong.error?.issues.map(({ path }) => path.join('.'))).toEqual([
      'accounts.providers.house.imap',
      'accounts.providers.house.smtp',
    ]);
    const oauth = { clientId: 'x', clientSecret: 'y' };
    expect(optionsSchema.safeParse({ accounts: { providers: { gmail: { oauth } } } }).success).toBe(true);
    expect(optionsSchema.safeParse({ accounts: { providers: { house: { ...HOUSE, oauth } } } }).success).toBe(
      false,
    );
    const plain = { ...oauth, token: 'http://login.example/token', scopes: ['x'] };
    expect(optionsSchema.safeParse({ accounts: { providers: { gmail: { oauth: plain } } } }).success).toBe(
      false,
    );
  });

  it('know the directory of Microsoft', () => {
    const oauth = { clientId: 'x', tenant: 'contoso.example' };
    const { context } = stage({ accounts: { providers: { microsoft365: { oauth } } } });
    expect(context.accounts.providers.named('microsoft365')?.oauth?.token).toBe(
      'https://login.microsoftonline.com/contoso.example/oauth2/v2.0/token',
    );
  });
});
