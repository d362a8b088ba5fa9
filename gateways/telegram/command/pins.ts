import type { Step } from '../../../src/gateway/form.js';
import type { AccountChange } from '../../../src/gateway/gateway.js';
import type { Text } from '../../../src/gateway/text.js';
import type { TgClient } from '../client/client.js';
import type { PeerId, TgMessage } from '../client/model.js';
import { inWords } from '../failure.js';
import { unpinCurrent } from '../rooms/room-settings.js';
import type { TelegramSession } from '../session.js';
import { chatField, chatsOf, chooseChat, chosenChat, done } from './choose-chat.js';

/** Messages that are looked through for the one that is meant. */
const LOOKED_THROUGH = 100;

/** Pins a message: the last one, or the last one in which some words are. */
export async function askPin(session: TelegramSession, problem?: Text): Promise<Step<AccountChange>> {
  const chats = await chatsOf(session, ({ rights }) => rights.pin);
  if (chats.length === 0) return done({ key: 'telegram-chats-none' });
  return {
    kind: 'form',
    form: {
      title: { key: 'telegram-command-pin' },
      fields: [chatField(chats), { name: 'words', type: 'text', label: { key: 'telegram-field-pin-words' } }],
    },
    ...(problem && { problem }),
    submit: async (values) => {
      const chat = chosenChat(chats, values);
      if (!chat) return askPin(session, { key: 'telegram-chats-none' });
      const { client } = session;
      const message = await inWords(find(client, chat.id, values.words ?? ''));
      if (!message) return askPin(session, { key: 'telegram-pin-not-found' });
      await inWords(client.pin(chat.id, message.id, true));
      return done({ key: 'telegram-pinned' });
    },
  };
}

/** Takes the newest pin away. */
export async function askUnpin(session: TelegramSession): Promise<Step<AccountChange>> {
  const chats = await chatsOf(session, ({ rights }) => rights.pin);
  return chooseChat({ key: 'telegram-command-unpin' }, chats, async ({ id }) => {
    const was = await inWords(unpinCurrent(session.client, id));
    return done({ key: was ? 'telegram-unpinned' : 'telegram-unpinned-none' });
  });
}

async function find(client: TgClient, chat: PeerId, words: string): Promise<TgMessage | undefined> {
  const wanted = words.trim().toLowerCase();
  const { messages } = await client.history(chat, { limit: LOOKED_THROUGH });
  return messages.find(({ text, service }) => !service && text.toLowerCase().includes(wanted));
}
