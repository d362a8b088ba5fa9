import type { FormStep, Step } from '../../../src/gateway/form.js';
import type { AccountChange } from '../../../src/gateway/gateway.js';
import type { Text } from '../../../src/gateway/text.js';
import type { EmailContext } from '../context.js';
import { isRoom } from '../conversation/conversation-book.js';
import { type MailUser, ownAddresses } from '../conversation/mail-user.js';
import type { Mailbox } from '../mail/mail-address.js';
import { readConversation } from './choose-conversation.js';

/** Makes the room of several people; a mail goes to them when the user says something there. */
export function askGroup(context: EmailContext, user: MailUser, problem?: Text): FormStep<AccountChange> {
  return {
    kind: 'form',
    form: {
      title: { key: 'email-command-group' },
      instructions: { key: 'email-group-instructions' },
      fields: [
        { name: 'addresses', type: 'multiline', label: { key: 'email-field-addresses' }, required: true },
      ],
    },
    ...(problem && { problem }),
    submit: async ({ addresses = '' }): Promise<Step<AccountChange>> => {
      const typed = addresses.split(/[\n,;]+/).filter((entry) => entry.trim() !== '');
      const read = typed.map((entry) => readPerson(context, entry));
      const named = read.filter((person) => person !== undefined);
      if (named.length < read.length) return askGroup(context, user, { key: 'email-bad-address' });
      const own = ownAddresses(user);
      const others = new Map(named.map((person) => [person.address, person]));
      for (const address of own) others.delete(address);
      const people = [...others.values()];
      const most = context.options.conversation.participants;
      if (people.length < 2) return askGroup(context, user, { key: 'email-group-two' });
      if (people.length > most) return askGroup(context, user, { key: 'email-group-full' });
      await user.rooms.open(people);
      return { kind: 'done', result: {}, note: { key: 'email-group-made' } };
    },
  };
}

/** `alice@example.org`, or `Alice <alice@example.org>`. */
function readPerson(context: EmailContext, entry: string): Mailbox | undefined {
  const id = readConversation(context, entry);
  if (id === undefined || isRoom(id)) return undefined;
  const name = /^([^<>]+)<[^<>]*>$/.exec(entry.trim())?.[1]?.trim();
  return { address: id, ...(name !== undefined && name !== '' && { name }) };
}
