import type { AccountView } from '../../../src/gateway/gateway.js';
import type { ContactId } from '../../../src/gateway/ids.js';
import type { SessionHost } from '../../../src/gateway/session.js';
import { CarrierLine, type LineListener } from '../carrier/line.js';
import { makeCarrier } from '../carrier/make-carrier.js';
import type { SmsContext } from '../context.js';
import { honour, toDirectMessage } from '../inbound/receive.js';
import { toContact } from '../number.js';
import { PROVIDER_SECRET, regionOf, settingsOf } from './settings.js';

/** A user's own account with a provider; undefined when the settings name none that there is. */
export function ownLine(
  context: SmsContext,
  account: AccountView,
  host: SessionHost,
): CarrierLine | undefined {
  const { provider } = settingsOf(account);
  const offered = provider && context.options.providers[provider.name];
  if (provider === undefined || offered === undefined) return undefined;
  const name = `own-${account.id}`;
  const options =
    offered.kind === 'twilio'
      ? { ...offered, accountSid: provider.user, authToken: account.secrets[PROVIDER_SECRET] ?? '' }
      : { ...offered, systemId: provider.user, password: account.secrets[PROVIDER_SECRET] ?? '' };
  const carrier = makeCarrier(context.environment, name, options, provider.hook);
  return new CarrierLine(name, carrier, listener(context, account, host));
}

/** All that comes over it is for its user alone. */
function listener(context: SmsContext, account: AccountView, host: SessionHost): LineListener {
  return {
    message: async (line, message) => {
      const from = toContact(message.from, regionOf(account, context.region));
      if (from === undefined) return;
      const number = toContact(message.to, regionOf(account, context.region));
      await honour(context, number ?? (settingsOf(account).number as ContactId), from, message.text);
      await host.emit(toDirectMessage(message, from, line.idOf(message.id)));
    },
    report: async (_line, id, { outcome, error }) => {
      await host.emit({
        type: 'delivery-report',
        message: id,
        outcome,
        ...(error && { error }),
      });
    },
    state: (_line, state) => host.report(state),
  };
}
