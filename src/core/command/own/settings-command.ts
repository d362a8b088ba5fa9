import type { Field } from '../../../gateway/form.js';
import type { Screening } from '../../screening/screening.js';
import type { ServiceContext } from '../../service/service-context.js';
import { languageName } from '../../translation/language-name.js';
import { plain } from '../plain-text.js';
import type { Caller, ServiceCommand } from '../service-command.js';
import { currentAccount } from './session-commands.js';

/** The value that stands for "as my client says". */
const AUTOMATIC = 'auto';

/**
 * What the core itself lets a user choose: his language, and whether unknown people may write to him at once. The settings of the network are its own commands,
 * which the answer names.
 */
export function settingsCommand(
  context: ServiceContext,
  networkCommands: (caller: Caller) => readonly ServiceCommand[],
  screening: Screening,
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
          {
            name: 'ask',
            type: 'boolean',
            label: { key: 'settings-ask' },
            value: (await screening.asks(await currentAccount(context, caller))) ? '1' : '0',
          },
          ...(await bookmarksField(context, caller)),
        ],
      },
      submit: async (values) => {
        const account = await currentAccount(context, caller);
        const language = translator.match(values.language) ?? null;
        await context.accounts.update(account, { language });
        if (values.ask !== undefined) await screening.setAsks(account, values.ask === '1');
        if (values.bookmarks !== undefined) await context.bookmarks.want(account, values.bookmarks === '1');
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

/** Whether rooms become bookmarks; only where rooms are the account's own. */
async function bookmarksField(context: ServiceContext, caller: Caller): Promise<readonly Field[]> {
  const { gateway, bookmarks } = context;
  if (gateway.messaging !== 'stored' || gateway.conferenceType === undefined) return [];
  const wanted = await bookmarks.wanted(await currentAccount(context, caller));
  return [
    {
      name: 'bookmarks',
      type: 'boolean',
      label: { key: 'settings-bookmarks' },
      value: wanted ? '1' : '0',
    },
  ];
}
