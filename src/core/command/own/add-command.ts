import type { Text } from '../../../gateway/text.js';
import { jidOf } from '../../service/address.js';
import type { ServiceContext } from '../../service/service-context.js';
import { typedAddress } from '../../service/typed-address.js';
import { type Caller, done, type ServiceCommand, type ServiceFormStep } from '../service-command.js';
import { currentAccount } from './session-commands.js';

/** Puts somebody whom the user names as the network does on its contact list: for clients that only add addresses. */
export function addCommand(context: ServiceContext): ServiceCommand {
  return {
    node: 'isthmus:add',
    word: 'add',
    title: { key: 'command-add' },
    scope: 'service',
    allows: ({ account }) => account?.registered === true && account.session?.contacts !== undefined,
    start: async (caller) => askWhom(context, caller),
  };
}

function askWhom(context: ServiceContext, caller: Caller, problem?: Text): ServiceFormStep {
  const { prompt } = context.gateway;
  return {
    kind: 'form',
    form: {
      title: { key: 'command-add' },
      ...(prompt.description && { instructions: prompt.description }),
      fields: [{ name: 'person', type: 'text', label: prompt.label, required: true }],
    },
    ...(problem && { problem }),
    submit: async ({ person = '' }) => {
      const account = await currentAccount(context, caller);
      const address = await typedAddress(context, person, account);
      if (address?.kind !== 'contact') return askWhom(context, caller, { key: 'person-unknown' });
      const answer = await account.session?.contacts?.add(address.id);
      context.people.mattered(account, address.id);
      const args = { person: jidOf(context, { kind: 'contact', id: address.id }) };
      return done(answer === 'granted' ? { key: 'add-done', args } : { key: 'add-asked', args });
    },
  };
}
