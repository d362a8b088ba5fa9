import type { Field, Step } from '../../../src/gateway/form.js';
import type { AccountChange, AccountView } from '../../../src/gateway/gateway.js';
import { chatSettingsOf, chosenWith, settingsWith } from '../account/chat-settings.js';
import { choice, choiceFields, oneOf, readChoice } from '../account/choice-fields.js';
import { chatName } from '../content/names.js';
import type { TelegramSession } from '../session.js';
import { chatField, chatsOf, chosenChat } from './choose-chat.js';

/** What becomes of the one chat that is chosen. */
const SWITCH = {
  on: { key: 'telegram-switch-on' },
  off: { key: 'telegram-switch-off' },
  usual: { key: 'telegram-switch-usual' },
} as const;
/** No chat is switched by itself. */
const NONE = { value: 'none', label: { key: 'telegram-switch-none' } };

/** Asks which chats come here, and switches one of them by itself. */
export async function askChats(session: TelegramSession, account: AccountView): Promise<Step<AccountChange>> {
  const settings = chatSettingsOf(account);
  // The choice can be made also while Telegram is away.
  const all = await chatsOf(session).catch(() => []);
  const known = new Map(all.map((chat) => [session.rooms.addresses.migrations.roomOf(chat.id), chat]));
  const switched = [...settings.chosen].flatMap(([id, on]) => {
    const chat = known.get(id);
    const name = chat ? chatName(chat) : id;
    return [{ key: on ? 'telegram-chat-is-on' : 'telegram-chat-is-off', args: { name } }];
  });
  return {
    kind: 'form',
    form: {
      title: { key: 'telegram-command-chats' },
      instructions: { key: 'telegram-chats-instructions' },
      fields: [
        ...switched.map((label, index): Field => ({ name: `switched${index}`, type: 'note', label })),
        ...choiceFields(settings),
        ...(all.length > 0
          ? [chatField(all, [NONE]), choice('switch', { key: 'telegram-field-switch' }, 'on', SWITCH)]
          : []),
      ],
    },
    submit: async (values) => {
      const chat = chosenChat(all, values);
      const how = oneOf(SWITCH, values.switch) ?? 'on';
      const before = chatSettingsOf(account);
      const chosen = chat
        ? chosenWith(
            before.chosen,
            session.rooms.addresses.migrations.roomOf(chat.id),
            how === 'usual' ? undefined : how === 'on',
          )
        : before.chosen;
      return {
        kind: 'done',
        result: { settings: settingsWith(account, { ...readChoice(values, before), chosen }) },
        note: { key: 'telegram-chats-taken' },
      };
    },
  };
}
