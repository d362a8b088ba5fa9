import { NS } from '../../../xmpp/namespace.js';
import type { ServiceContext } from '../../service/service-context.js';
import type { ServiceStep } from '../service-command.js';
import type { AdminCommand } from './admin-commands.js';
import { onlineOwners } from './announce.js';

/** JIDs in one answer, so that it stays far below what servers take in a stanza. */
const MAX_LISTED = 500;

/** XEP-0133 §4.18. */
export function registeredUsersList(context: ServiceContext): AdminCommand {
  return {
    fragment: 'get-registered-users-list',
    title: { key: 'admin-registered-users' },
    start: async () => {
      const { store, options } = context;
      const page = await store.accounts.list(options.domain, 0, MAX_LISTED + 1);
      const owners = page.map((record) => record.owner);
      return report('registereduserjids', owners);
    },
  };
}

/** XEP-0133 §4.20. */
export function onlineUsersList(context: ServiceContext): AdminCommand {
  return {
    fragment: 'get-online-users-list',
    title: { key: 'admin-online-users' },
    start: async () => report('onlineuserjids', onlineOwners(context).sort()),
  };
}

function report(name: string, jids: readonly string[]): ServiceStep {
  const listed = jids.slice(0, MAX_LISTED);
  const field = { var: name, type: 'jid-multi', values: listed } as const;
  return {
    kind: 'done',
    result: { report: { formType: NS.ADMIN, fields: [field] } },
    note: { key: jids.length > MAX_LISTED ? 'admin-list-cut' : 'admin-list', args: { count: listed.length } },
  };
}
