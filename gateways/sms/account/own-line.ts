import type { AccountView } from '../../../src/gateway/gateway.js';
import type { ContactId } from '../../../src/gateway/ids.js';
import type { SessionHost } from '../../../src/gateway/session.js';
import { CarrierLine, type LineListener } from '../carrier/line.js';
import { makeCarrier } from '../carrier/make-carrier.js';
import type { SmsContext } from '../context.js';
import { deliver, honour, senderOf, toDirectMessage } from '../inbound/receive.js';
import { toContact } from '../number.js';
import { seenMs } from '../options.js';
import { credentialsOf } from './provider.js';
import { PROVIDER_SECRET, regionOf, settingsOf } from './settings.js';

/**
 * A user's own account with a provider, not started; undefined when the settings name none that there is, or one that
 * cannot be used.
 */
export function ownLine(
  context: SmsContext,
  account: AccountView,
  host: SessionHost,
): CarrierLine | undefined {
  const { provider, number } = settingsOf(account);
  const offered = provider && context.options.providers[provider.name];
  if (provider === undefined || offered === undefined) return undefined;
  const options = credentialsOf(offered, provider.user, account.secrets[PROVIDER_SECRET] ?? '');
  if (options === undefined) return undefined;
  const name = `own-${account.id}`;
  const carrier = makeCarrier(context.environment, options, {
    name,
    owner: account.id,
    path: provider.hook,
    numbers: number === undefined ? [] : [number],
    seenMs: seenMs(context.options),
  });
  return new CarrierLine(name, carrier, listener(context, account, host));
}

/** All that comes over it is for its user alone. */
function listener(context: SmsContext, account: AccountView, host: SessionHost): LineListener {
  const region = regionOf(account, context.region);
  return {
    message: async (line, message) => {
      const sender = senderOf(message.from, region);
      const number = toContact(message.to, region) ?? (settingsOf(account).number as ContactId);
      await honour(context, { number, from: sender.id, text: message.text, owner: account.id });
      await deliver(context, account.id, sender.id, toDirectMessage(message, sender, line.idOf(message.id)));
    },
    report: async (_line, id, { outcome, error }) => {
      await host.emit({
        type: 'delivery-report',
        message: id,
        outcome,
        ...(error && { error }),
      });
    },
    state: (line, state) => {
      host.report(state);
      // Not tried again until the user acts (S18).
      if (state.state === 'bad-credentials') void line.stop();
    },
  };
}
