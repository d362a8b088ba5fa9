import { StanzaError } from '../../../xmpp/stanza-error.js';
import type { Account } from '../../account/account.js';
import type { ServiceContext } from '../../service/service-context.js';
import { type Caller, done, type ServiceCommand } from '../service-command.js';

/** Connects the user's session with the network. */
export function loginCommand(context: ServiceContext): ServiceCommand {
  return {
    node: 'isthmus:login',
    word: 'login',
    title: { key: 'command-login' },
    scope: 'service',
    allows: ({ account }) => account?.registered === true,
    start: async (caller) => {
      const account = await currentAccount(context, caller);
      const existing = context.sessions.get(account);
      if (existing) existing.connect();
      else context.sessions.ensure(account);
      return done({ key: 'login-started' });
    },
  };
}

/** Disconnects; where there are rooms, leaves them all. */
export function logoutCommand(context: ServiceContext): ServiceCommand {
  return {
    node: 'isthmus:logout',
    word: 'logout',
    title: { key: context.gateway.conferenceType ? 'command-logout-rooms' : 'command-logout' },
    scope: 'service',
    allows: ({ account }) => account !== undefined,
    start: async (caller) => {
      const account = await currentAccount(context, caller);
      if (!context.sessions.get(account)) return done({ key: 'logout-none' });
      await context.sessions.end(account);
      return done({ key: 'logout-done' });
    },
  };
}

/** The caller's account as it is now. @throws {StanzaError} `registration-required` when it is gone */
export async function currentAccount(context: ServiceContext, caller: Caller): Promise<Account> {
  const account = await context.accounts.find(caller.from);
  if (account) return account;
  const text = context.translator.say({ key: 'registration-none' }, caller.language);
  throw new StanzaError('registration-required', { text, lang: caller.language });
}
