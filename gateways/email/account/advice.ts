import type { Webhooks } from '../../../src/gateway/webhook.js';
import type { EmailOptions } from '../options.js';
import { Providers } from './provider/providers.js';

/** A sentence for the operator; `remedy` where something is missing. */
export interface Advice {
  readonly text: string;
  readonly remedy?: string;
}

/** Whether users agree by browser, who must find back to the gateway. */
export function needsBrowsers({ accounts }: EmailOptions): boolean {
  return oauthProviders(accounts.providers).some(
    ({ oauth }) => oauth.authorization !== undefined && oauth.device === undefined,
  );
}

/** Who can register, and what providers have to know. */
export function accountAdvice(options: EmailOptions, webhooks: Pick<Webhooks, 'address'>): readonly Advice[] {
  const { accounts, domain } = options;
  const callback = webhooks.address('oauth/callback');
  const byBrowser = accounts.allowed
    ? oauthProviders(accounts.providers).filter(({ oauth }) => oauth.authorization !== undefined)
    : [];
  const plainRelay = domain?.relay.security === 'none' && !isLoopback(domain.relay.host);
  return [
    ...(accounts.allowed || domain
      ? []
      : [
          {
            text: 'nobody can register: users may bring no mailbox, and there is no mail domain',
            remedy: 'Set options.accounts.allowed, or options.domain; docs/email.md.',
          },
        ]),
    ...byBrowser.map(({ name }) =>
      callback === undefined
        ? {
            text: `users of ${name} cannot agree by browser without HTTP of this gateway`,
            remedy: 'Set http.enabled and http.publicUrl.',
          }
        : { text: `redirect address to be registered with ${name}: ${callback}` },
    ),
    ...(accounts.allowed && accounts.discovery.database !== undefined
      ? [{ text: `${accounts.discovery.database} learns the mail domains of users who register` }]
      : []),
    ...(plainRelay
      ? [
          {
            text: `mail goes to the relay ${domain.relay.host} without encryption`,
            remedy: 'Set options.domain.relay.security to tls or starttls, or use a relay on this machine.',
          },
        ]
      : []),
  ];
}

function oauthProviders(listed: EmailOptions['accounts']['providers']) {
  const providers = new Providers(listed);
  return Object.keys(listed).flatMap((name) => {
    const oauth = providers.named(name)?.oauth;
    return oauth === undefined ? [] : [{ name, oauth }];
  });
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\./.test(host);
}
