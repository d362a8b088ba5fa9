import { GatewayError } from '../../../src/gateway/error.js';
import type { Text } from '../../../src/gateway/text.js';
import { smppOptions } from '../carrier/smpp/options.js';
import { tryBind } from '../carrier/smpp/try-bind.js';
import { withRetries } from '../carrier/twilio/callback.js';
import { twilioOptions } from '../carrier/twilio/options.js';
import { tryAccount } from '../carrier/twilio/try-account.js';
import type { SmsContext } from '../context.js';
import type { CarrierOptions, ProviderOptions } from '../options.js';

/** A provider that users may have accounts with, and one of them. */
export type ProviderAccount = Extract<CarrierOptions, { readonly kind: ProviderOptions['kind'] }>;

/** A provider with a user's own account there; undefined when its account or password cannot be written so. */
export function credentialsOf(
  offered: ProviderOptions,
  user: string,
  secret: string,
): ProviderAccount | undefined {
  if (offered.kind === 'twilio') {
    const { accountSid, authToken } = twilioOptions.shape;
    if (!accountSid.safeParse(user).success || !authToken.safeParse(secret).success) return undefined;
    return { ...offered, accountSid: user, authToken: secret };
  }
  const { systemId, password } = smppOptions.shape;
  if (!systemId.safeParse(user).success || !password.safeParse(secret).success) return undefined;
  return { ...offered, systemId: user, password: secret };
}

/** Where the provider must report incoming texts to; undefined for one that does not call back, or without HTTP. */
export function webhookOf(
  { environment, options }: SmsContext,
  { name, hook }: { readonly name: string; readonly hook: string },
): string | undefined {
  const offered = Object.hasOwn(options.providers, name) ? options.providers[name] : undefined;
  const address = offered?.kind === 'twilio' ? environment.webhooks.address(`${hook}/message`) : undefined;
  return address && withRetries(address);
}

/**
 * Logs in with the provider and out again; nothing is received by it. Resolves with why it does not take the account,
 * or undefined (C06).
 * @throws {GatewayError} `network-unreachable` when it says neither yes nor no in time (C07)
 */
export async function tryProvider(
  { environment, options }: SmsContext,
  account: ProviderAccount,
): Promise<Text | undefined> {
  const signal = AbortSignal.timeout(options.providerTrialMs);
  const { state } =
    account.kind === 'twilio'
      ? await tryAccount(account, signal)
      : await tryBind(account, environment.log, signal);
  if (state === 'connected') return undefined;
  if (state === 'refused') return { key: 'sms-provider-refused' };
  throw new GatewayError('network-unreachable', { key: 'sms-provider-away' }, 'not-sent', true);
}
