import bigInt from 'big-integer';
import { Api } from 'telegram';
import { TgError } from '../../client.js';
import type { PeerId } from '../../model.js';
import type { Parts } from '../answers.js';
import { toChat } from '../peers-to-model.js';
import { about } from './full-chat.js';

/** Being in groups and channels. */
export class Chats {
  constructor(
    private readonly parts: Parts,
    private readonly resolve: (username: string) => Promise<PeerId | undefined>,
  ) {}

  async leave(chat: PeerId): Promise<void> {
    const { directory, requests } = this.parts;
    await requests.invoke(
      chat.startsWith('c')
        ? new Api.channels.LeaveChannel({ channel: await directory.inputChannel(chat) })
        : new Api.messages.DeleteChatUser({ chatId: bigInt(chat.slice(1)), userId: new Api.InputUserSelf() }),
    );
  }

  async join(
    target: { readonly link: string } | { readonly username: string } | { readonly chat: PeerId },
  ): Promise<{ readonly chat?: PeerId; readonly asked: boolean }> {
    try {
      if ('link' in target) return { ...(await this.#byLink(target.link)), asked: false };
      const chat = 'chat' in target ? target.chat : await this.resolve(target.username);
      if (!chat?.startsWith('c')) throw new TgError('refused', 'USERNAME_NOT_OCCUPIED');
      const channel = await this.parts.directory.inputChannel(chat);
      await this.parts.requests.invoke(new Api.channels.JoinChannel({ channel }));
      return { chat, asked: false };
    } catch (error) {
      if (error instanceof TgError && error.reason === 'INVITE_REQUEST_SENT') return { asked: true };
      throw error;
    }
  }

  async inviteLink(chat: PeerId): Promise<string> {
    const { inviteLink } = await about(this.parts, chat);
    if (inviteLink !== undefined) return inviteLink;
    const peer = await this.parts.directory.inputPeer(chat);
    const made = await this.parts.requests.invoke(new Api.messages.ExportChatInvite({ peer }));
    if (!(made instanceof Api.ChatInviteExported)) throw new TgError('refused', 'CHAT_ADMIN_REQUIRED');
    return made.link;
  }

  async create(
    title: string,
    people: readonly PeerId[],
    kind: 'group' | 'supergroup' | 'channel',
  ): Promise<PeerId> {
    const { directory, requests } = this.parts;
    const users = await Promise.all(people.map((person) => directory.inputUser(person)));
    if (kind === 'group') {
      const request = new Api.messages.CreateChat({ title, users });
      return newChat((await requests.invoke(request, { repeat: false })).updates);
    }
    const type = kind === 'channel' ? { broadcast: true } : { megagroup: true };
    const request = new Api.channels.CreateChannel({ title, about: '', ...type });
    const chat = newChat(await requests.invoke(request, { repeat: false }));
    if (users.length > 0)
      await requests.invoke(
        new Api.channels.InviteToChannel({ channel: await directory.inputChannel(chat), users }),
      );
    return chat;
  }

  async change(
    chat: PeerId,
    change: { readonly title?: string; readonly about?: string; readonly slowModeSeconds?: number },
  ): Promise<void> {
    const { directory, requests } = this.parts;
    const { title, about: text, slowModeSeconds: seconds } = change;
    const group = chat.startsWith('g');
    if (title !== undefined)
      await unlessSo(
        requests.invoke(
          group
            ? new Api.messages.EditChatTitle({ chatId: bigInt(chat.slice(1)), title })
            : new Api.channels.EditTitle({ channel: await directory.inputChannel(chat), title }),
        ),
      );
    if (text !== undefined) {
      const peer = await directory.inputPeer(chat);
      await unlessSo(requests.invoke(new Api.messages.EditChatAbout({ peer, about: text })));
    }
    if (seconds === undefined) return;
    if (group) throw new TgError('refused', 'CHAT_NOT_SUPERGROUP');
    const channel = await directory.inputChannel(chat);
    await unlessSo(requests.invoke(new Api.channels.ToggleSlowMode({ channel, seconds })));
  }

  async #byLink(link: string): Promise<{ readonly chat?: PeerId }> {
    const hash = hashOf(link);
    if (hash === undefined) throw new TgError('refused', 'INVITE_HASH_INVALID');
    const { requests, stream } = this.parts;
    try {
      return { chat: newChat(await requests.invoke(new Api.messages.ImportChatInvite({ hash }))) };
    } catch (error) {
      if (!(error instanceof TgError && error.reason === 'USER_ALREADY_PARTICIPANT')) throw error;
      const known = await requests.invoke(new Api.messages.CheckChatInvite({ hash }));
      if (!(known instanceof Api.ChatInviteAlready)) throw error;
      stream.learn([], [known.chat]);
      const chat = toChat(known.chat);
      return chat ? { chat: chat.id } : {};
    }
  }
}

/** That it is so already is no failure. */
async function unlessSo(changed: Promise<unknown>): Promise<void> {
  await changed.catch((error: unknown) => {
    if (!(error instanceof TgError && /^CHAT_(?:ABOUT_)?NOT_MODIFIED$/.test(error.reason))) throw error;
  });
}

/** The secret part of an invite link: `t.me/+…`, `t.me/joinchat/…`, `tg://join?invite=…`, or by itself. */
function hashOf(link: string): string | undefined {
  return /(?:\/\+|\/joinchat\/|[?&]invite=|^\+?)([\w-]{8,})\/?$/.exec(link.trim())?.[1];
}

/** The group that an answer tells of. */
function newChat(updates: Api.TypeUpdates): PeerId {
  const chats = updates instanceof Api.Updates || updates instanceof Api.UpdatesCombined ? updates.chats : [];
  for (const one of chats) {
    const chat = toChat(one);
    if (chat) return chat.id;
  }
  throw new TgError('refused', 'CHAT_NOT_TOLD');
}
