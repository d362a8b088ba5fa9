import type { Field } from '../../../gateway/form.js';
import type { AccountId, ContactId } from '../../../gateway/ids.js';
import type { Account } from '../../account/account.js';
import type { ContactControl } from '../../screening/contact-control.js';
import type { ServiceContext } from '../../service/service-context.js';
import { done, type ServiceCommand, type ServiceStep } from '../service-command.js';
import { askPerson } from './choose-person.js';
import { currentAccount } from './session-commands.js';

/** Messages that come where nobody says how many. */
const USUAL = 20;

const COUNT: Field = {
  name: 'count',
  type: 'text',
  label: { key: 'history-count' },
  value: String(USUAL),
};

/**
 * Brings what was said with a person before the gateway was there: of private talk clients ask the archive of their own
 * server, which does not have it. What the user has had comes no second time.
 */
export function historyCommand(context: ServiceContext, control: ContactControl): ServiceCommand {
  return {
    node: 'isthmus:history',
    word: 'history',
    title: { key: 'command-history' },
    scope: 'service',
    allows: ({ account }) => account?.session?.history?.conversation !== undefined,
    start: async (caller) => {
      const account = await currentAccount(context, caller);
      const question = {
        title: { key: 'command-history' },
        instructions: { key: 'history-instructions' },
        fields: [COUNT],
      };
      return askPerson(control, account, question, (contact, { count = '' }) =>
        bring(context, control, account, contact, numberIn(count, context.options.history.page)),
      );
    },
  };
}

/** Rejects with GatewayError, or with the store's error. */
async function bring(
  context: ServiceContext,
  control: ContactControl,
  account: Account,
  contact: ContactId,
  count: number,
): Promise<ServiceStep> {
  const messages = (await account.session?.history?.conversation?.(contact, count)) ?? [];
  const person = control.name(contact);
  for (const message of messages)
    if (message.from === contact) await context.host.emit(account.record.id as AccountId, message);
  if (messages.length === 0) return done({ key: 'history-none', args: { person } });
  return done({ key: 'history-done', args: { person, count: messages.length } });
}

function numberIn(text: string, most: number): number {
  const number = /^\s*\d{1,6}\s*$/.test(text) ? Number(text) : USUAL;
  return Math.max(1, Math.min(number, most));
}
