import { admit } from '../account/policy.js';
import type { ContactBooks } from '../contact/contact-book.js';
import type { Outbox } from '../delivery/outbox.js';
import type { Registration } from '../registration/registration.js';
import type { ContactScreening } from '../screening/contact-screening.js';
import type { PeopleSearch } from '../search/people-search.js';
import type { ServiceContext } from '../service/service-context.js';
import { adminCommands } from './admin/admin-commands.js';
import { networkCommand } from './network-command.js';
import { addCommand } from './own/add-command.js';
import { blockCommand, unblockCommand } from './own/block-commands.js';
import { capabilitiesCommand } from './own/capabilities-command.js';
import { contactsCommand } from './own/contacts-command.js';
import { historyCommand } from './own/history-command.js';
import { joinCommand } from './own/join-command.js';
import { muteCommand, unmuteCommand } from './own/mute-commands.js';
import { cancelCommand, queueCommand } from './own/queue-commands.js';
import { registerCommand, unregisterCommand } from './own/register-command.js';
import { requestsCommand } from './own/requests-command.js';
import { searchCommand } from './own/search-command.js';
import { loginCommand, logoutCommand } from './own/session-commands.js';
import { settingsCommand } from './own/settings-command.js';
import { statusCommand } from './own/status-command.js';
import { leaveCommand, type RoomKeeper, stayCommand } from './own/stay-commands.js';
import { whyCommand, whyOfUserCommand } from './own/why-commands.js';
import type { Caller, ServiceCommand } from './service-command.js';

/** What commands act on. */
export interface CommandParts {
  readonly keeper: RoomKeeper;
  readonly outbox: Outbox;
  readonly screening: Pick<ContactScreening, 'control' | 'screening'>;
  readonly search: PeopleSearch;
  readonly books: ContactBooks;
}

/** All commands of one gateway domain: the core's own, then the network's, then the operator's. */
export class CommandCatalogue {
  readonly #commands: readonly ServiceCommand[];

  constructor(
    readonly context: ServiceContext,
    registration: Registration,
    { keeper, outbox, screening: { control, screening }, search, books }: CommandParts,
  ) {
    const rooms = context.gateway.conferenceType !== undefined;
    // Where rooms are the account's own nothing is missed while no client is there.
    const leaves = context.gateway.messaging === 'live';
    const network = context.gateway.commands.map((command) => networkCommand(context, command));
    const special = context.commands ?? [];
    const all = [
      registerCommand(registration, rooms),
      unregisterCommand(registration),
      statusCommand(context),
      capabilitiesCommand(context),
      settingsCommand(
        context,
        (caller) => network.filter((command) => this.#offered(command, caller)),
        screening,
      ),
      ...(rooms ? [joinCommand(context)] : []),
      searchCommand(search),
      addCommand(context),
      contactsCommand(context, books),
      ...(rooms && leaves ? [stayCommand(context, keeper), leaveCommand(context, keeper)] : []),
      blockCommand(context, control),
      unblockCommand(context, control),
      muteCommand(context, control),
      unmuteCommand(context, control),
      requestsCommand(context, control),
      historyCommand(context, control),
      queueCommand(context, outbox),
      cancelCommand(context, outbox),
      whyCommand(context, outbox),
      loginCommand(context),
      logoutCommand(context),
      ...network,
      ...adminCommands(context, registration),
      whyOfUserCommand(context, outbox),
    ];
    // A word means one thing only, and the domain's own commands are what one comes to it for.
    const words = new Set(special.map(({ word }) => word));
    this.#commands = [...special, ...all.filter(({ word }) => word === undefined || !words.has(word))];
  }

  /** What this caller may run at the address he asked. */
  list(caller: Caller): readonly ServiceCommand[] {
    return this.#commands.filter((command) => this.#offered(command, caller));
  }

  /** The command of a node at the caller's address, whether he may run it or not. */
  byNode(node: string, caller: Caller): ServiceCommand | undefined {
    return this.#commands.find((command) => command.node === node && fits(command, caller));
  }

  /** The command of a word of chat at the caller's address, whether he may run it or not. */
  byWord(word: string, caller: Caller): ServiceCommand | undefined {
    return this.#commands.find((command) => command.word === word && fits(command, caller));
  }

  /** Whether the caller may run the command: he may use the domain, and the command allows him. */
  allows(command: ServiceCommand, caller: Caller): boolean {
    return admit(this.context.options, caller.from) === 'allowed' && command.allows(caller);
  }

  #offered(command: ServiceCommand, caller: Caller): boolean {
    return fits(command, caller) && this.allows(command, caller);
  }
}

function fits(command: ServiceCommand, caller: Caller): boolean {
  return command.scope === 'both' || command.scope === (caller.place === undefined ? 'service' : 'place');
}
