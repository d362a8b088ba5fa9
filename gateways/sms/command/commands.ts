import { GatewayError } from '../../../src/gateway/error.js';
import type { FormStep, Step } from '../../../src/gateway/form.js';
import type { AccountChange, AccountView, Command } from '../../../src/gateway/gateway.js';
import type { Text } from '../../../src/gateway/text.js';
import { webhookOf } from '../account/provider.js';
import { regionOf, settingsOf } from '../account/settings.js';
import { displayOf, isDialable } from '../address.js';
import type { SmsContext } from '../context.js';
import { readNumber } from '../number.js';

/** What users can ask that has no place in XMPP itself. */
export function smsCommands(context: SmsContext): readonly Command[] {
  return [
    {
      name: 'cost',
      title: { key: 'sms-command-cost' },
      scope: 'service',
      access: 'account',
      start: async ({ account }) => askCost(context, requireAccount(account)),
    },
    {
      name: 'number',
      title: { key: 'sms-command-number' },
      scope: 'service',
      access: 'account',
      start: async ({ account }) => showNumber(context, requireAccount(account)),
    },
  ];
}

function requireAccount(account: AccountView | undefined): AccountView {
  if (!account) throw new GatewayError('registered-only', { key: 'sms-register-first' });
  return account;
}

/** What a text would be split into and cost, before it is sent. */
function askCost(context: SmsContext, account: AccountView, problem?: Text): FormStep<AccountChange> {
  return {
    kind: 'form',
    form: {
      title: { key: 'sms-command-cost' },
      instructions: { key: 'sms-cost-instructions' },
      fields: [
        { name: 'to', type: 'text', label: { key: 'sms-field-to' }, required: true },
        { name: 'text', type: 'multiline', label: { key: 'sms-field-text' }, required: true },
      ],
    },
    ...(problem && { problem }),
    submit: async ({ to = '', text = '' }): Promise<Step<AccountChange>> => {
      const contact = readNumber(to, regionOf(account, context.region));
      if (contact === undefined || !isDialable(contact))
        return askCost(context, account, { key: 'sms-bad-number' });
      const estimate = await context.outgoing.estimate(account, contact, text);
      return {
        kind: 'done',
        result: {},
        lines: [
          {
            key: 'sms-cost-parts',
            args: { to: displayOf(contact), parts: estimate.segments, encoding: estimate.encoding },
          },
          estimate.cost === undefined
            ? { key: 'sms-cost-unknown' }
            : { key: 'sms-cost-price', args: { price: estimate.cost } },
          ...(estimate.left === undefined ? [] : [{ key: 'sms-cost-left', args: { left: estimate.left } }]),
          ...(estimate.refusal === undefined ? [] : [estimate.refusal.text]),
        ],
      };
    },
  };
}

async function showNumber(context: SmsContext, account: AccountView): Promise<Step<AccountChange>> {
  const { way, number, provider } = settingsOf(account);
  const own = way === 'own-provider' ? number : await context.numbers.numberOf(account.id);
  const hook = provider && webhookOf(context, provider);
  const lines: Text[] = [
    own === undefined ? { key: 'sms-number-shared' } : { key: 'sms-number-own', args: { number: own } },
    ...(way === 'own-provider' && hook !== undefined
      ? [{ key: 'sms-provider-webhook', args: { address: hook } }]
      : []),
  ];
  return { kind: 'done', result: {}, lines };
}
