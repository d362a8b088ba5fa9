import type { Field } from '../../../gateway/form.js';
import type { ContactControl } from '../../screening/contact-control.js';
import type { ServiceContext } from '../../service/service-context.js';
import { done, type ServiceCommand } from '../service-command.js';
import { askPerson, choosePerson } from './choose-person.js';
import { currentAccount } from './session-commands.js';

const HOUR_MS = 3_600_000;
const DAY_HOURS = 24;
const WEEK_DAYS = 7;

/** How long somebody may be muted, in milliseconds; without an end the user unmutes him. */
const DURATIONS: Readonly<Record<string, number | undefined>> = {
  '1h': HOUR_MS,
  '8h': 8 * HOUR_MS,
  '1d': DAY_HOURS * HOUR_MS,
  '1w': WEEK_DAYS * DAY_HOURS * HOUR_MS,
  always: undefined,
};

const DURATION: Field = {
  name: 'duration',
  type: 'choice',
  label: { key: 'mute-duration' },
  required: true,
  value: '8h',
  options: [
    { value: '1h', label: { key: 'mute-1h' } },
    { value: '8h', label: { key: 'mute-8h' } },
    { value: '1d', label: { key: 'mute-1d' } },
    { value: '1w', label: { key: 'mute-1w' } },
    { value: 'always', label: { key: 'mute-always' } },
  ],
};

/** What a person says waits: XMPP has no way to show a message without clients making a noise of it. */
export function muteCommand(context: ServiceContext, control: ContactControl): ServiceCommand {
  return {
    node: 'isthmus:mute',
    word: 'mute',
    title: { key: 'command-mute' },
    scope: 'service',
    allows: ({ account }) => account !== undefined,
    start: async (caller) => {
      const account = await currentAccount(context, caller);
      const question = {
        title: { key: 'command-mute' },
        instructions: { key: 'mute-instructions' },
        fields: [DURATION],
      };
      return askPerson(control, account, question, async (contact, { duration = '' }) => {
        await control.mute(account, contact, DURATIONS[duration]);
        return done({ key: 'mute-done', args: { person: control.name(contact) } });
      });
    },
  };
}

/** Shows what has waited, and what comes from now on. */
export function unmuteCommand(context: ServiceContext, control: ContactControl): ServiceCommand {
  return {
    node: 'isthmus:unmute',
    word: 'unmute',
    title: { key: 'command-unmute' },
    scope: 'service',
    allows: ({ account }) => account !== undefined,
    start: async (caller) => {
      const account = await currentAccount(context, caller);
      const muted = [...(await control.book(account)).all()].filter(
        ({ mutedUntil }) => mutedUntil > Date.now(),
      );
      return choosePerson(control, muted, { title: { key: 'command-unmute' } }, async (contact) => {
        const count = await control.unmute(account, contact);
        return done({ key: 'unmute-done', args: { person: control.name(contact), count } });
      });
    },
  };
}
