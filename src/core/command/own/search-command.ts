import type { Text } from '../../../gateway/text.js';
import type { FoundItem } from '../../../xmpp/xep/0055-jabber-search/search.js';
import type { PeopleSearch } from '../../search/people-search.js';
import { plain } from '../plain-text.js';
import { type Caller, done, type ServiceCommand, type ServiceFormStep } from '../service-command.js';
import { currentAccount } from './session-commands.js';

/** Finds people, each with the address that the user adds or writes to. */
export function searchCommand(search: PeopleSearch): ServiceCommand {
  return {
    node: 'isthmus:search',
    word: 'search',
    title: { key: 'command-search' },
    scope: 'service',
    allows: ({ account }) => search.offeredTo(account),
    start: async (caller) => ask(search, caller),
  };
}

function ask(search: PeopleSearch, caller: Caller): ServiceFormStep {
  return {
    kind: 'form',
    form: search.form(caller.account, caller.language),
    submit: async (values) => {
      const account = await currentAccount(search.context, caller);
      const items = await search.find(account, values, caller.language);
      if (items.length === 0) return done({ key: 'search-nobody' });
      const note: Text = { key: 'search-found', args: { count: items.length } };
      return { kind: 'done', result: {}, note, lines: items.map((item) => plain(lineOf(item))) };
    },
  };
}

function lineOf({ jid, name, detail }: FoundItem): string {
  return detail === undefined ? `${name} — ${jid}` : `${name}, ${detail} — ${jid}`;
}
