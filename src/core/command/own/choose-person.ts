import type { Field } from '../../../gateway/form.js';
import type { ContactId } from '../../../gateway/ids.js';
import type { Text } from '../../../gateway/text.js';
import type { ContactRecord } from '../../../store/contact-store.js';
import type { Account } from '../../account/account.js';
import type { ContactControl } from '../../screening/contact-control.js';
import { plain } from '../plain-text.js';
import { done, type ServiceFormStep, type ServiceStep } from '../service-command.js';

/** People offered in one list, so that it stays far below what servers take in a stanza. */
const MAX_OFFERED = 100;

/** What a command asks beside the person. */
export interface PersonQuestion {
  readonly title: Text;
  readonly instructions?: Text;
  readonly fields?: readonly Field[];
}

/** Asks for a person by name or address; who gives none may choose from his contacts. */
export function askPerson(
  control: ContactControl,
  account: Account,
  question: PersonQuestion,
  act: (contact: ContactId, values: Readonly<Record<string, string>>) => Promise<ServiceStep>,
  problem?: Text,
): ServiceFormStep {
  return {
    kind: 'form',
    form: {
      title: question.title,
      instructions: question.instructions ?? { key: 'person-instructions' },
      fields: [{ name: 'person', type: 'text', label: { key: 'person-label' } }, ...(question.fields ?? [])],
    },
    ...(problem && { problem }),
    submit: async (values) => {
      const { person = '' } = values;
      if (person === '') {
        const known = [...(await control.book(account)).all()].filter(
          ({ listed, to, from, blocked }) => (listed || to || from) && !blocked,
        );
        return choosePerson(control, known, question, (contact) => act(contact, values));
      }
      const contact = await control.find(account, person);
      if (contact !== undefined) return act(contact, values);
      return askPerson(control, account, question, act, { key: 'person-unknown' });
    },
  };
}

/** Offers people to choose from; says so when there are none. */
export function choosePerson(
  control: ContactControl,
  records: readonly ContactRecord[],
  { title, instructions }: PersonQuestion,
  act: (contact: ContactId) => Promise<ServiceStep>,
): ServiceStep {
  if (records.length === 0) return done({ key: 'person-none' });
  const options = records
    .map((record) => ({ value: record.contact, name: control.name(record.contact as ContactId, record) }))
    .sort((a, b) => a.name.localeCompare(b.name))
    .slice(0, MAX_OFFERED)
    .map(({ value, name }) => ({ value, label: plain(name) }));
  return {
    kind: 'form',
    form: {
      title,
      ...(instructions && { instructions }),
      fields: [{ name: 'person', type: 'choice', label: { key: 'person-label' }, required: true, options }],
    },
    submit: ({ person = '' }) => act(person as ContactId),
  };
}
