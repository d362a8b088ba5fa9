import type { Account } from '../../account/account.js';
import type { ContactControl, WaitingPerson } from '../../screening/contact-control.js';
import type { ServiceContext } from '../../service/service-context.js';
import { done, type ServiceCommand, type ServiceStep } from '../service-command.js';
import { currentAccount } from './session-commands.js';

/** People offered in one list. */
const MAX_OFFERED = 50;

/** Whose messages wait: the user lets each of them write, or refuses. */
export function requestsCommand(context: ServiceContext, control: ContactControl): ServiceCommand {
  return {
    node: 'isthmus:requests',
    word: 'requests',
    title: { key: 'command-requests' },
    scope: 'service',
    allows: ({ account }) => account !== undefined,
    start: async (caller) => ask(control, await currentAccount(context, caller)),
  };
}

async function ask(control: ContactControl, account: Account): Promise<ServiceStep> {
  const book = await control.book(account);
  const people = (await control.people(account)).slice(0, MAX_OFFERED);
  if (people.length === 0) return done({ key: 'requests-none' });
  const label = ({ sender, contact, count, muted }: WaitingPerson) => {
    const person = contact === undefined ? sender : control.name(contact, book.get(contact));
    return { key: muted ? 'requests-muted' : 'requests-person', args: { person, count } };
  };
  return {
    kind: 'form',
    form: {
      title: { key: 'command-requests' },
      instructions: { key: 'requests-instructions' },
      fields: [
        {
          name: 'person',
          type: 'choice',
          label: { key: 'person-label' },
          required: true,
          options: people.map((person) => ({ value: person.sender, label: label(person) })),
        },
        {
          name: 'answer',
          type: 'choice',
          label: { key: 'requests-answer' },
          required: true,
          options: [
            { value: 'accept', label: { key: 'requests-accept' } },
            { value: 'refuse', label: { key: 'requests-refuse' } },
          ],
        },
      ],
    },
    submit: async ({ person: sender, answer }) => {
      const person = people.find((one) => one.sender === sender);
      if (!person) return done({ key: 'requests-none' });
      if (answer === 'accept') {
        const count = await control.accept(account, person);
        return done({ key: 'requests-accepted', args: { count } });
      }
      await control.refuse(account, person);
      return done({ key: person.muted ? 'requests-discarded' : 'requests-refused' });
    },
  };
}
