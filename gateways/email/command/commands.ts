import { GatewayError } from '../../../src/gateway/error.js';
import type { Command, CommandContext } from '../../../src/gateway/gateway.js';
import type { EmailContext } from '../context.js';
import type { MailUser } from '../conversation/mail-user.js';
import { showAddresses } from './addresses.js';
import { askFull } from './full.js';
import { askGroup } from './group.js';
import { askSubject } from './subject.js';
import { askUnsubscribe } from './unsubscribe.js';

/** What users can ask that has no place in XMPP itself. */
export function mailCommands(context: EmailContext): readonly Command[] {
  const user = ({ account }: CommandContext): MailUser => {
    const found = account && context.users.get(account.id);
    if (!found) throw new GatewayError('registered-only', { key: 'email-no-way' });
    return found;
  };
  const common = { scope: 'service', access: 'account' } as const;
  return [
    {
      ...common,
      name: 'addresses',
      title: { key: 'email-command-addresses' },
      start: async (asked) => showAddresses(user(asked)),
    },
    {
      ...common,
      name: 'full',
      title: { key: 'email-command-full' },
      start: async (asked) => askFull(context, user(asked)),
    },
    {
      ...common,
      name: 'group',
      title: { key: 'email-command-group' },
      start: async (asked) => askGroup(context, user(asked)),
    },
    {
      ...common,
      name: 'subject',
      title: { key: 'email-command-subject' },
      start: async (asked) => askSubject(context, user(asked)),
    },
    {
      ...common,
      name: 'unsubscribe',
      title: { key: 'email-command-unsubscribe' },
      start: async (asked) => askUnsubscribe(context, user(asked)),
    },
  ];
}
