import type { Field, FormStep, FormValues, Step } from '../../../src/gateway/form.js';
import type { AccountChange } from '../../../src/gateway/gateway.js';
import type { Text } from '../../../src/gateway/text.js';
import type { TgChat } from '../client/model.js';
import { chatName } from '../content/names.js';
import { inWords } from '../failure.js';
import type { TelegramSession } from '../session.js';

/** Conversations that are looked through, and groups that one list shows: those used last. */
const DIALOGS = 500;
const MOST_SHOWN = 100;

/** The groups and channels of a user of which that is true, the one used last first. Rejects with GatewayError. */
export async function chatsOf(
  session: TelegramSession,
  fits: (chat: TgChat) => boolean = () => true,
): Promise<readonly TgChat[]> {
  const { client } = session;
  const dialogs = await inWords(client.dialogs(DIALOGS));
  const chats = dialogs.flatMap(({ peer }) => client.directory.chat(peer) ?? []);
  return chats.filter((chat) => !chat.left && chat.migratedTo === undefined && fits(chat));
}

/** The field in which one of them is chosen; `more` are choices before them. */
export function chatField(chats: readonly TgChat[], more: NonNullable<Field['options']> = []): Field {
  const [first] = more;
  return {
    ...{ name: 'chat', type: 'choice', label: { key: 'telegram-field-chat' }, required: true },
    ...(first && { value: first.value }),
    options: [...more, ...chats.slice(0, MOST_SHOWN).map((chat) => ({ value: chat.id, label: plain(chat) }))],
  };
}

/** The chat that was chosen in that field. */
export function chosenChat(chats: readonly TgChat[], { chat }: FormValues): TgChat | undefined {
  return chats.find(({ id }) => id === chat);
}

/** Asks which of them is meant, and goes on with it. Without any there is nothing to do. */
export function chooseChat(
  title: Text,
  chats: readonly TgChat[],
  proceed: (chat: TgChat) => Promise<Step<AccountChange>>,
  problem?: Text,
): Step<AccountChange> {
  if (chats.length === 0) return done({ key: 'telegram-chats-none' });
  return {
    kind: 'form',
    form: { title, fields: [chatField(chats)] },
    ...(problem && { problem }),
    submit: async (values) => {
      const chosen = chosenChat(chats, values);
      return chosen ? proceed(chosen) : chooseChat(title, chats, proceed, { key: 'telegram-chats-none' });
    },
  } satisfies FormStep<AccountChange>;
}

/** The end of a command that changes nothing of the account. */
export function done(note: Text, lines: readonly Text[] = []): Step<AccountChange> {
  return { kind: 'done', result: {}, note, ...(lines.length > 0 && { lines }) };
}

/** What a chat is called, as a sentence. */
function plain(chat: TgChat): Text {
  return { key: 'telegram-line', args: { text: chatName(chat) } };
}
