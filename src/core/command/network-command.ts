import type { AccountChange, Command } from '../../gateway/gateway.js';
import { StanzaError } from '../../xmpp/stanza-error.js';
import { applyChange } from '../registration/account-change.js';
import type { ServiceContext } from '../service/service-context.js';
import { type Caller, mapStep, type Outcome, type ServiceCommand } from './service-command.js';

/** A command of the network as one of the gateway: what it changes is written to the account. */
export function networkCommand(context: ServiceContext, command: Command): ServiceCommand {
  return {
    node: `isthmus:${context.gateway.id}:${command.name}`,
    word: command.name,
    title: command.title,
    scope: command.scope,
    allows: ({ account }) => command.access === 'anyone' || account !== undefined,
    start: async (caller) => {
      const { account, place } = caller;
      const step = await command.start({
        account: account?.view(),
        session: account && context.sessions.get(account),
        ...(place !== undefined && { place }),
      });
      return mapStep(step, (change) => store(context, caller, change));
    },
  };
}

async function store(context: ServiceContext, caller: Caller, change: AccountChange): Promise<Outcome> {
  if (!change.settings && !change.secrets) return {};
  const account = await context.accounts.find(caller.from);
  // An account that was removed during the dialogue is not made again.
  if (!account && caller.account) throw new StanzaError('registration-required');
  await applyChange(context, account ?? (await context.accounts.ensure(caller.from)), change);
  return {};
}
