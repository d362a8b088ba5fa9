import type { Field } from '../../../gateway/form.js';
import { type Jid, JidMalformedError, parseJid } from '../../../xmpp/jid.js';
import { NS } from '../../../xmpp/namespace.js';
import type { Account } from '../../account/account.js';
import type { Registration } from '../../registration/registration.js';
import type { ServiceContext } from '../../service/service-context.js';
import { done, type Outcome, type ServiceStep } from '../service-command.js';
import type { AdminCommand } from './admin-commands.js';

/** Users that one command acts on at most. */
const MAX_USERS = 100;

const ACCOUNTS: Field = {
  name: 'accountjids',
  type: 'multiline',
  label: { key: 'admin-accounts' },
  required: true,
};

/** XEP-0133 §4.2: erases registrations, as if their users had asked for it. */
export function deleteUser(context: ServiceContext, registration: Registration): AdminCommand {
  return {
    fragment: 'delete-user',
    title: { key: 'admin-delete-user' },
    start: async (caller) => ({
      kind: 'form',
      form: { title: { key: 'admin-delete-user' }, fields: [ACCOUNTS] },
      submit: async (values) => {
        const accounts = await registeredAccounts(context, values.accountjids);
        const outcomes: Outcome[] = [];
        for (const [jid] of accounts) outcomes.push(await registration.remove(jid, caller.language));
        return done(
          { key: 'admin-done', args: { count: outcomes.length } },
          {
            afterwards: async () => {
              for (const outcome of outcomes) await outcome.afterwards?.();
            },
          },
        );
      },
    }),
  };
}

/** XEP-0133 §4.5. */
export function endUserSession(context: ServiceContext): AdminCommand {
  return {
    fragment: 'end-user-session',
    title: { key: 'admin-end-session' },
    start: async () => ({
      kind: 'form',
      form: { title: { key: 'admin-end-session' }, fields: [ACCOUNTS] },
      submit: async (values) => {
        const active = parseJids(values.accountjids).flatMap(
          (jid) => context.accounts.active(jid.bare) ?? [],
        );
        for (const account of active) await context.sessions.end(account);
        return done({ key: 'admin-done', args: { count: active.length } });
      },
    }),
  };
}

/** XEP-0133 §4.9. */
export function userStatistics(context: ServiceContext, fragment: string): AdminCommand {
  return {
    fragment,
    title: { key: 'admin-user-statistics' },
    start: async (): Promise<ServiceStep> => ({
      kind: 'form',
      form: {
        title: { key: 'admin-user-statistics' },
        fields: [{ name: 'accountjid', type: 'text', label: { key: 'admin-account' }, required: true }],
      },
      submit: async (values) => {
        const [entry] = await registeredAccounts(context, values.accountjid);
        if (!entry) return done({ key: 'admin-no-such-user' });
        const [jid, account] = entry;
        const fields = [
          { var: 'accountjid', type: 'jid-single', values: [jid.bare] },
          { var: 'onlineresources', type: 'text-multi', values: [...account.resources.keys()] },
          { var: 'rooms', type: 'text-single', values: [String(account.rooms.size)] },
        ] as const;
        context.accounts.release(account);
        return done({ key: 'admin-list', args: { count: 1 } }, { report: { formType: NS.ADMIN, fields } });
      },
    }),
  };
}

async function registeredAccounts(
  context: ServiceContext,
  input: string | undefined,
): Promise<readonly (readonly [Jid, Account])[]> {
  const found: (readonly [Jid, Account])[] = [];
  for (const jid of parseJids(input)) {
    const account = await context.accounts.find(jid);
    if (account?.registered) found.push([jid, account]);
  }
  return found;
}

/** The well-formed JIDs among the lines, each once. */
function parseJids(input = ''): readonly Jid[] {
  const jids = new Map<string, Jid>();
  for (const line of input.split(/\s+/)) {
    if (line === '' || jids.size >= MAX_USERS) continue;
    try {
      const jid = parseJid(line).toBare();
      jids.set(jid.bare, jid);
    } catch (error) {
      if (!(error instanceof JidMalformedError)) throw error;
    }
  }
  return [...jids.values()];
}
