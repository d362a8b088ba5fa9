import bigInt from 'big-integer';
import { Api } from 'telegram';
import { TgError, type TgMember } from '../../client.js';
import type { PeerId } from '../../model.js';
import type { Parts } from '../answers.js';
import { toPeerId } from '../peers-to-model.js';
import { channelStanding, groupStanding } from '../to-events.js';
import { fullChat } from './full-chat.js';

/** Members of one page. */
const PAGE = 200;
/** Messages of somebody who comes into a basic group: none of those before. */
const NO_HISTORY = 0;

type Filter = 'recent' | 'admins' | 'banned' | 'restricted';

/** Who is in a group, and what he may do there. */
export class Members {
  constructor(private readonly parts: Parts) {}

  async list(
    chat: PeerId,
    {
      filter,
      limit,
      offset = 0,
    }: { readonly filter: Filter; readonly limit: number; readonly offset?: number },
  ): Promise<readonly TgMember[]> {
    if (chat.startsWith('g')) {
      const all = await this.#inGroup(chat);
      const fits = ({ standing }: TgMember) => filter === 'recent' || /creator|admin/.test(standing);
      return filter === 'banned' || filter === 'restricted'
        ? []
        : all.filter(fits).slice(offset, offset + limit);
    }
    const answer = await this.parts.requests.invoke(
      new Api.channels.GetParticipants({
        ...{ channel: await this.parts.directory.inputChannel(chat), filter: toFilter(filter) },
        ...{ offset, limit: Math.min(limit, PAGE), hash: bigInt.zero },
      }),
    );
    if (!(answer instanceof Api.channels.ChannelParticipants)) return [];
    this.parts.stream.learn(answer.users, answer.chats);
    return answer.participants.flatMap((one) => toMember(one) ?? []);
  }

  async one(chat: PeerId, person: PeerId): Promise<TgMember | undefined> {
    if (chat.startsWith('g')) return (await this.#inGroup(chat)).find((member) => member.person === person);
    const { directory, requests, stream } = this.parts;
    try {
      const answer = await requests.invoke(
        new Api.channels.GetParticipant({
          channel: await directory.inputChannel(chat),
          participant: await directory.inputPeer(person),
        }),
      );
      stream.learn(answer.users, answer.chats);
      return toMember(answer.participant);
    } catch (error) {
      if (error instanceof TgError && error.reason === 'USER_NOT_PARTICIPANT') return undefined;
      throw error;
    }
  }

  async setStanding(
    chat: PeerId,
    person: PeerId,
    standing: 'member' | 'restricted' | 'banned' | 'admin',
  ): Promise<void> {
    if (chat.startsWith('g')) return this.#setInGroup(chat, person, standing);
    const { directory, requests } = this.parts;
    const channel = await directory.inputChannel(chat);
    const before = standing === 'member' ? (await this.one(chat, person))?.standing : undefined;
    if (standing === 'admin' || before === 'admin') {
      const adminRights = new Api.ChatAdminRights(standing === 'admin' ? STAFF : {});
      await requests.invoke(
        new Api.channels.EditAdmin({
          channel,
          userId: await directory.inputUser(person),
          adminRights,
          rank: '',
        }),
      );
      return;
    }
    const limits =
      standing === 'banned' ? { viewMessages: true } : standing === 'restricted' ? { ...MUTED } : {};
    await requests.invoke(
      new Api.channels.EditBanned({
        ...{ channel, participant: await directory.inputPeer(person) },
        bannedRights: new Api.ChatBannedRights({ ...limits, untilDate: 0 }),
      }),
    );
  }

  async invite(chat: PeerId, person: PeerId): Promise<void> {
    const { directory, requests } = this.parts;
    const user = await directory.inputUser(person);
    const { missingInvitees } = await requests.invoke(
      chat.startsWith('c')
        ? new Api.channels.InviteToChannel({ channel: await directory.inputChannel(chat), users: [user] })
        : new Api.messages.AddChatUser({
            ...{ chatId: bigInt(chat.slice(1)), userId: user },
            fwdLimit: NO_HISTORY,
          }),
    );
    if (missingInvitees.length > 0) throw new TgError('refused', 'USER_PRIVACY_RESTRICTED');
  }

  async #setInGroup(chat: PeerId, person: PeerId, standing: string): Promise<void> {
    const chatId = bigInt(chat.slice(1));
    const userId = await this.parts.directory.inputUser(person);
    if (standing === 'restricted') throw new TgError('refused', 'CHAT_NOT_SUPERGROUP');
    await this.parts.requests.invoke(
      standing === 'banned'
        ? new Api.messages.DeleteChatUser({ chatId, userId })
        : new Api.messages.EditChatAdmin({ chatId, userId, isAdmin: standing === 'admin' }),
    );
  }

  async #inGroup(chat: PeerId): Promise<readonly TgMember[]> {
    const full = await fullChat(this.parts, chat);
    if (!(full instanceof Api.ChatFull && full.participants instanceof Api.ChatParticipants)) return [];
    return full.participants.participants.map((one) => ({
      person: `u${one.userId}`,
      standing: groupStanding(one),
    }));
  }
}

/** What an administrator may do whom the user has made one: everything but making others. */
const STAFF = {
  ...{ changeInfo: true, deleteMessages: true, banUsers: true, inviteUsers: true, pinMessages: true },
  ...{ postMessages: true, editMessages: true, manageTopics: true, manageCall: true },
};

/** Reads, and says nothing. */
const MUTED = {
  ...{ sendMessages: true, sendMedia: true, sendStickers: true, sendGifs: true, sendGames: true },
  ...{ sendInline: true, embedLinks: true, sendPolls: true, sendPlain: true },
};

function toFilter(filter: Filter): Api.TypeChannelParticipantsFilter {
  switch (filter) {
    case 'recent':
      return new Api.ChannelParticipantsRecent();
    case 'admins':
      return new Api.ChannelParticipantsAdmins();
    case 'banned':
      return new Api.ChannelParticipantsKicked({ q: '' });
    case 'restricted':
      return new Api.ChannelParticipantsBanned({ q: '' });
  }
}

function toMember(participant: Api.TypeChannelParticipant): TgMember | undefined {
  const person: PeerId = 'peer' in participant ? toPeerId(participant.peer) : `u${participant.userId}`;
  if (!person.startsWith('u')) return undefined;
  const title = 'rank' in participant ? participant.rank : undefined;
  return { person, standing: channelStanding(participant), ...(title && { title }) };
}
