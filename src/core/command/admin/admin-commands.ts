import { NS } from '../../../xmpp/namespace.js';
import type { Registration } from '../../registration/registration.js';
import type { ServiceContext } from '../../service/service-context.js';
import type { ServiceCommand } from '../service-command.js';
import { announce } from './announce.js';
import { deleteUser, endUserSession, userStatistics } from './user-commands.js';
import { onlineUsersList, registeredUsersList } from './user-lists.js';

/** A command of XEP-0133 before its node and its guard are put around it. */
export type AdminCommand = Pick<ServiceCommand, 'title' | 'start'> & {
  /** The fragment of the node: `announce`. */
  readonly fragment: string;
};

/**
 * Service administration (XEP-0133) for the operator's JIDs alone: for others the nodes are not listed, and
 * refuse to run (K08).
 */
export function adminCommands(
  context: ServiceContext,
  registration: Registration,
): readonly ServiceCommand[] {
  const commands: readonly AdminCommand[] = [
    announce(context),
    registeredUsersList(context),
    onlineUsersList(context),
    deleteUser(context, registration),
    endUserSession(context),
    userStatistics(context, 'user-stats'),
    // The name that the specification's table of contents suggests; some clients use it.
    userStatistics(context, 'get-user-statistics'),
  ];
  return commands.map(({ fragment, title, start }) => ({
    node: `${NS.ADMIN}#${fragment}`,
    title,
    scope: 'service',
    formType: NS.ADMIN,
    allows: ({ from }) => context.options.admins.has(from.bare),
    start,
  }));
}
