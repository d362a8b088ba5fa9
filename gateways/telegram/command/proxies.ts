import { GatewayError } from '../../../src/gateway/error.js';
import type { FormStep } from '../../../src/gateway/form.js';
import type { AccountChange, AccountView, Command } from '../../../src/gateway/gateway.js';
import type { Text } from '../../../src/gateway/text.js';
import { parseProxies } from '../account/proxy-links.js';
import { proxiesOf, secretsWith } from '../account/settings.js';

/** The user's own ways to Telegram. */
export function proxiesCommand(): Command {
  return {
    name: 'proxies',
    title: { key: 'telegram-command-proxies' },
    scope: 'service',
    access: 'account',
    start: async ({ account }) => {
      if (!account) throw new GatewayError('registered-only', { key: 'telegram-register-first' });
      return ask(account);
    },
  };
}

/** Their secrets and passwords are not shown: what is typed takes the place of all. */
function ask(account: AccountView, problem?: Text): FormStep<AccountChange> {
  const hosts = proxiesOf(account).map((proxy) =>
    proxy.kind === 'direct' ? proxy.kind : `${proxy.kind} ${proxy.host}:${proxy.port}`,
  );
  return {
    kind: 'form',
    form: {
      title: { key: 'telegram-command-proxies' },
      instructions:
        hosts.length === 0
          ? { key: 'telegram-proxies-none' }
          : { key: 'telegram-proxies-known', args: { proxies: hosts.join(', ') } },
      fields: [{ name: 'proxies', type: 'multiline', label: { key: 'telegram-field-proxies' } }],
    },
    ...(problem && { problem }),
    submit: async ({ proxies = '' }) => {
      if ('wrong' in parseProxies(proxies)) return ask(account, { key: 'telegram-bad-proxy' });
      return {
        kind: 'done',
        result: { secrets: secretsWith(account, { proxies: proxies.trim() }) },
        note: { key: 'telegram-proxies-taken' },
      };
    },
  };
}
