import type { ContactId } from '../../../gateway/ids.js';
import type { ContactRecord } from '../../../store/contact-store.js';
import type { ContactBooks } from '../../contact/contact-book.js';
import { jidOf } from '../../service/address.js';
import type { ServiceContext } from '../../service/service-context.js';
import { plain } from '../plain-text.js';
import { done, type ServiceCommand, type ServiceStep } from '../service-command.js';
import { currentAccount } from './session-commands.js';

/** Contacts named in one answer, so that it stays far below what servers take in a stanza. */
const MAX_LISTED = 100;

/** The people that the user has on the network, for clients that show no contact list of it (K06). */
export function contactsCommand(context: ServiceContext, books: ContactBooks): ServiceCommand {
  return {
    node: 'isthmus:contacts',
    word: 'contacts',
    title: { key: 'command-contacts' },
    scope: 'service',
    allows: ({ account }) => account?.registered === true,
    start: async (caller): Promise<ServiceStep> => {
      const book = await books.of(await currentAccount(context, caller));
      const known = [...book.all()].filter((record) => record.listed || record.to || record.from);
      if (known.length === 0) return done({ key: 'contacts-none' });
      const lines = known
        .map((record) => lineOf(context, record))
        .sort((one, other) => one.localeCompare(other));
      const more = lines.length - MAX_LISTED;
      return {
        kind: 'done',
        result: {},
        note: { key: 'contacts-count', args: { count: known.length } },
        lines: [
          ...lines.slice(0, MAX_LISTED).map(plain),
          ...(more > 0 ? [{ key: 'queue-cut', args: { count: more } }] : []),
        ],
      };
    },
  };
}

function lineOf(context: ServiceContext, { contact, name }: ContactRecord): string {
  const jid = jidOf(context, { kind: 'contact', id: contact as ContactId });
  return name === '' ? jid : `${name}: ${jid}`;
}
