import { GatewayError } from '../../../../src/gateway/error.js';
import type { FormStep, Step } from '../../../../src/gateway/form.js';
import type { AccountChange } from '../../../../src/gateway/gateway.js';
import type { Text } from '../../../../src/gateway/text.js';
import type { Agreement } from '../oauth/agreements.js';
import type { DeviceLogin } from '../oauth/device-logins.js';
import type { OAuthClient, Tokens } from '../oauth/oauth-client.js';
import { oauthReason } from '../oauth/oauth-failure.js';
import type { Provider } from '../provider/providers.js';
import type { RegistrationContext } from './registrant.js';

/** Whose mailbox, at which provider, and what follows once he has agreed. */
export interface AgreementAsked {
  readonly provider: Provider;
  readonly client: OAuthClient;
  readonly address: string;
  /** The user's own address in XMPP. */
  readonly asker: string;
  proceed(tokens: Tokens & { readonly refreshToken: string }): Promise<Step<AccountChange>>;
}

/**
 * Has the user agree at his provider: by browser where browsers find back to this gateway, else by a code for devices.
 * @throws {GatewayError} when neither can be had now
 */
export async function askAgreement(
  { accounts, environment }: RegistrationContext,
  asked: AgreementAsked,
): Promise<Step<AccountChange>> {
  const { provider, client, address, asker } = asked;
  if (client.provider.authorization !== undefined && accounts.agreements.possible) {
    const agreement = accounts.agreements.ask({ client, provider: provider.name, address, asker });
    if (!agreement) throw new GatewayError('limit', { key: 'email-agree-busy' }, 'not-sent', true);
    return browserStep(asked, agreement);
  }
  if (client.provider.device === undefined)
    throw new GatewayError('unsupported', { key: 'email-agree-impossible' });
  try {
    const login = await accounts.deviceLogins.ask(client);
    if (login) return deviceStep(asked, login);
  } catch (error) {
    environment.log.warn(
      { provider: provider.name, reason: oauthReason(error) },
      'a provider gave no code for a device',
    );
    throw new GatewayError('network-unreachable', { key: 'email-oauth-away' }, 'not-sent', true);
  }
  throw new GatewayError('limit', { key: 'email-agree-busy' }, 'not-sent', true);
}

function browserStep(asked: AgreementAsked, agreement: Agreement, problem?: Text): FormStep<AccountChange> {
  return {
    kind: 'form',
    form: {
      title: { key: 'email-agree-title' },
      instructions: {
        key: 'email-agree-browser',
        args: { provider: asked.provider.name, link: agreement.link },
      },
      fields: [{ name: 'code', type: 'text', label: { key: 'email-field-code' }, required: true }],
    },
    ...(problem && { problem }),
    submit: async ({ code = '' }) => {
      const outcome = agreement.outcome(code);
      switch (outcome.kind) {
        case 'open':
          return browserStep(asked, agreement, { key: 'email-agree-open' });
        case 'wrong-code':
          return browserStep(asked, agreement, { key: 'email-agree-wrong-code' });
        case 'over':
          throw over(outcome.reason);
        case 'agreed':
          return proceed(asked, outcome.tokens);
      }
    },
  };
}

function deviceStep(asked: AgreementAsked, login: DeviceLogin, problem?: Text): FormStep<AccountChange> {
  return {
    kind: 'form',
    form: {
      title: { key: 'email-agree-title' },
      instructions: {
        key: 'email-agree-device',
        args: { provider: asked.provider.name, link: login.link, code: login.userCode },
      },
      fields: [],
    },
    ...(problem && { problem }),
    submit: async () => {
      const outcome = await login.outcome();
      if (outcome.kind === 'open') return deviceStep(asked, login, { key: 'email-agree-open' });
      if (outcome.kind === 'over') throw over(outcome.reason);
      return proceed(asked, outcome.tokens);
    },
  };
}

/** An agreement that ends with its first access token is of no use. */
function proceed(asked: AgreementAsked, tokens: Tokens): Promise<Step<AccountChange>> {
  const { refreshToken } = tokens;
  if (refreshToken === undefined)
    throw new GatewayError('bad-credentials', { key: 'email-agree-not-lasting' });
  return asked.proceed({ ...tokens, refreshToken });
}

const REASONS: Readonly<Record<'denied' | 'failed' | 'expired', Text>> = {
  denied: { key: 'email-agree-denied' },
  failed: { key: 'email-agree-failed' },
  expired: { key: 'email-agree-expired' },
};

function over(reason: 'denied' | 'failed' | 'expired'): GatewayError {
  return new GatewayError('bad-credentials', REASONS[reason]);
}
