import type { ServiceContext } from '../../service/service-context.js';
import { languageName } from '../../translation/language-name.js';
import { plain } from '../plain-text.js';
import type { Caller, ServiceCommand } from '../service-command.js';
import { currentAccount } from './session-commands.js';

/** The value that stands for "as my client says". */
const AUTOMATIC = 'auto';

/**
 * What the core itself lets a user choose: his language. The settings of the network are its own commands,
 * which the answer names.
 */
export function settingsCommand(
  context: ServiceContext,
  networkCommands: (caller: Caller) => readonly ServiceCommand[],
): ServiceCommand {
  const { translator } = context;
  return {
    node: 'isthmus:settings',
    word: 'settings',
    title: { key: 'command-settings' },
    scope: 'service',
    allows: ({ account }) => account?.registered === true,
    start: async (caller) => ({
      kind: 'form',
      form: {
        title: { key: 'command-settings' },
        fields: [
          {
            name: 'language',
            type: 'choice',
            label: { key: 'settings-language' },
            required: true,
            value: caller.account?.record.language ?? AUTOMATIC,
            options: [
              { value: AUTOMATIC, label: { key: 'settings-language-auto' } },
              ...translator.languages.map((value) => ({ value, label: plain(languageName(value)) })),
            ],
          },
        ],
      },
      submit: async (values) => {
        const account = await currentAccount(context, caller);
        const language = translator.match(values.language) ?? null;
        await context.accounts.update(account, { language });
        const more = networkCommands(caller);
        return {
          kind: 'done',
          result: { language: account.language },
          note: { key: 'settings-saved' },
          ...(more.length > 0 && {
            lines: [
              { key: 'settings-network' },
              ...more.map(({ word, title }) => plain(`${word} — ${translator.say(title, account.language)}`)),
            ],
          }),
        };
      },
    }),
  };
}
