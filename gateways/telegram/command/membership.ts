import type { Step } from '../../../src/gateway/form.js';
import type { AccountChange } from '../../../src/gateway/gateway.js';
import { chatName } from '../content/names.js';
import { inWords } from '../failure.js';
import type { TelegramSession } from '../session.js';
import { chatsOf, chooseChat, done } from './choose-chat.js';

/** Tells the link by which others come into a chat. */
export async function askInviteLink(session: TelegramSession): Promise<Step<AccountChange>> {
  const chats = await chatsOf(session, ({ rights, username }) => rights.admin || username !== undefined);
  return chooseChat({ key: 'telegram-command-invite-link' }, chats, async (chat) => {
    const link = chat.rights.admin
      ? await inWords(session.client.inviteLink(chat.id))
      : `https://t.me/${encodeURIComponent(chat.username ?? '')}`;
    return done({ key: 'telegram-invite-link', args: { name: chatName(chat), link } });
  });
}

/** Takes the user out of a chat on Telegram. */
export async function askLeave(session: TelegramSession): Promise<Step<AccountChange>> {
  const chats = await chatsOf(session);
  return chooseChat({ key: 'telegram-command-leave' }, chats, async (chat) => {
    await inWords(session.client.leave(chat.id));
    return done({ key: 'telegram-left', args: { name: chatName(chat) } });
  });
}
