import { randomBytes } from 'node:crypto';
import { GatewayError } from '../../../src/gateway/error.js';
import type { Text } from '../../../src/gateway/text.js';
import type { CarrierState } from '../carrier/carrier.js';
import { makeCarrier } from '../carrier/make-carrier.js';
import { smppOptions } from '../carrier/smpp/options.js';
import { twilioOptions } from '../carrier/twilio/options.js';
import type { SmsContext } from '../context.js';
import type { CarrierOptions, ProviderOptions } from '../options.js';

/** Bytes of the name under which a trial works. */
const NAME_BYTES = 16;

/** A provider with a user's own account there; undefined when its account or password cannot be written so. */
export function credentialsOf(
  offered: ProviderOptions,
  user: string,
  secret: string,
): CarrierOptions | undefined {
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
  return offered?.kind === 'twilio' ? environment.webhooks.address(`${hook}/message`) : undefined;
}

/**
 * Logs in with the provider and out again. Resolves with why it does not take the account, or undefined (C06).
 * @throws {GatewayError} `network-unreachable` when it says neither yes nor no in time (C07)
 */
export async function tryProvider(
  { environment, options }: SmsContext,
  account: CarrierOptions,
): Promise<Text | undefined> {
  const name = `trial-${randomBytes(NAME_BYTES).toString('hex')}`;
  const carrier = makeCarrier(environment, name, account, name);
  const notYet = (): Promise<never> => Promise.reject(new Error('this is a trial'));
  let timer: NodeJS.Timeout | undefined;
  try {
    const state = await new Promise<CarrierState['state'] | 'late'>((resolve) => {
      timer = setTimeout(() => resolve('late'), options.providerTrialMs);
      carrier.start({
        // The provider brings it again when the account is in use.
        message: notYet,
        report: notYet,
        state: ({ state: reached }) => {
          if (reached !== 'idle' && reached !== 'connecting') resolve(reached);
        },
      });
    });
    if (state === 'connected') return undefined;
    if (state === 'refused') return { key: 'sms-provider-refused' };
    throw new GatewayError('network-unreachable', { key: 'sms-provider-away' }, 'not-sent', true);
  } finally {
    clearTimeout(timer);
    await carrier.stop();
  }
}
