import { GatewayError } from '../../../src/gateway/error.js';
import type { Affiliation } from '../../../src/gateway/event.js';
import type { ContactId, MemberId, NetworkMessageId, RoomId } from '../../../src/gateway/ids.js';
import type { RoomsFacet } from '../../../src/gateway/session.js';
import type { TgClient, TgMember } from '../client/client.js';
import { TgError } from '../client/client.js';
import type { PeerId } from '../client/model.js';
import { cleanLine } from '../content/names.js';
import { inWords, toGatewayError } from '../failure.js';
import { asContactId } from '../ids.js';

/** Members of one list: as many as the core shows. */
const MOST_LISTED = 500;

/** What changing a group needs. */
export interface ChangingServices {
  me(): PeerId;
  /** Does something with the chat behind a room, as it is now. Rejects with GatewayError. */
  inChat<T>(room: RoomId, act: (client: TgClient, chat: PeerId) => Promise<T>): Promise<T>;
  /** The same with one of its messages, wherever that lies. Rejects with GatewayError. */
  onMessage<T>(
    room: RoomId,
    message: NetworkMessageId,
    act: (client: TgClient, chat: PeerId, number: number) => Promise<T>,
  ): Promise<T>;
}

type Moderation = Pick<RoomsFacet, 'kick' | 'setRole' | 'setAffiliation' | 'listAffiliation' | 'invite'> & {
  moderate: NonNullable<RoomsFacet['moderate']>;
};

/**
 * Who is in a group and what he may do there (core.telegram.org/api/rights), in the terms of XEP-0045 §9: visitors are
 * restricted to reading, outcasts are banned, admins have all rights but that of making others. Telegram knows no
 * reasons; what a list has in their place is the title of an admin.
 */
export function moderation({ me, inChat, onMessage }: ChangingServices): Moderation {
  return {
    kick: (room, member) =>
      inChat(room, async (client, chat) => {
        await remove(client, chat, personOf({ member }));
      }),
    setRole: (room, member, role) =>
      inChat(room, async (client, chat) => {
        const person = personOf({ member });
        if (role === 'moderator') return client.setStanding(chat, person, 'admin');
        requireMembersWhoSpeak(client, chat);
        const standing = (await client.member(chat, person))?.standing;
        // XEP-0045 §9.7: the role of an admin follows from his affiliation.
        if (standing === 'admin' || standing === 'creator')
          throw new GatewayError('rejected', { key: 'telegram-admin-first' });
        return client.setStanding(chat, person, role === 'visitor' ? 'restricted' : 'member');
      }),
    setAffiliation: (room, who, affiliation) =>
      inChat(room, async (client, chat) => {
        const person = personOf(who);
        if (person === me()) return setOwn(client, chat, affiliation);
        return setOther(client, chat, person, affiliation);
      }),
    listAffiliation: (room, affiliation) =>
      inChat(room, async (client, chat) => {
        const members = await listed(client, chat, affiliation);
        return members.map(({ person, title }) => ({
          ...{ contact: asContactId(person), text: person },
          ...(title && { reason: cleanLine(title) }),
        }));
      }),
    invite: (room, contact) => inChat(room, (client, chat) => invite(client, chat, personOf({ contact }))),
    moderate: (room, message) =>
      onMessage(room, message, async (client, chat, number) => client.delete(chat, [number], true)),
  };
}

/** Takes somebody into a group; who does not let himself be taken is to be sent its link. Rejects with GatewayError. */
async function invite(client: TgClient, chat: PeerId, person: PeerId): Promise<void> {
  try {
    await client.invite(chat, person);
  } catch (error) {
    if (
      !(error instanceof TgError && /^(USER_PRIVACY_RESTRICTED|USER_NOT_MUTUAL_CONTACT)$/.test(error.reason))
    )
      throw toGatewayError(error);
    const link = await client.inviteLink(chat).catch(() => undefined);
    throw link === undefined
      ? toGatewayError(error)
      : new GatewayError('forbidden', { key: 'telegram-invite-link-instead', args: { link } });
  }
}

/** Lists that Telegram shows to nobody but admins are empty for others. */
async function listed(
  client: TgClient,
  chat: PeerId,
  affiliation: Affiliation,
): Promise<readonly TgMember[]> {
  switch (affiliation) {
    case 'owner':
      return (await pages(client, chat, 'admins')).filter(({ standing }) => standing === 'creator');
    case 'admin':
      return (await pages(client, chat, 'admins')).filter(({ standing }) => standing === 'admin');
    case 'member':
      return (await pages(client, chat, 'recent')).filter(({ standing }) =>
        /member|restricted/.test(standing),
      );
    case 'outcast':
      return pages(client, chat, 'banned');
    case 'none':
      return [];
    default:
      return affiliation satisfies never;
  }
}

async function pages(
  client: TgClient,
  chat: PeerId,
  filter: 'admins' | 'recent' | 'banned',
): Promise<readonly TgMember[]> {
  const all: TgMember[] = [];
  while (all.length < MOST_LISTED) {
    const page = await client.members(chat, { filter, limit: MOST_LISTED - all.length, offset: all.length });
    if (page.length === 0) break;
    all.push(...page);
  }
  return all;
}

/** What the user makes of himself. */
async function setOwn(client: TgClient, chat: PeerId, affiliation: Affiliation): Promise<void> {
  if (affiliation === 'none') return inWords(client.leave(chat));
  throw new GatewayError('rejected', { key: 'telegram-not-oneself' });
}

async function setOther(
  client: TgClient,
  chat: PeerId,
  person: PeerId,
  affiliation: Affiliation,
): Promise<void> {
  switch (affiliation) {
    case 'owner':
      throw new GatewayError('unsupported', { key: 'telegram-owner-elsewhere' });
    case 'admin':
      return client.setStanding(chat, person, 'admin');
    case 'outcast':
      return client.setStanding(chat, person, 'banned');
    case 'member': {
      const standing = (await client.member(chat, person))?.standing ?? 'left';
      if (standing === 'banned') await client.setStanding(chat, person, 'member');
      if (standing === 'banned' || standing === 'left') return invite(client, chat, person);
      return client.setStanding(chat, person, 'member');
    }
    case 'none': {
      const standing = (await client.member(chat, person))?.standing;
      if (standing === 'banned') return client.setStanding(chat, person, 'member');
      return remove(client, chat, person);
    }
    default:
      return affiliation satisfies never;
  }
}

/** Out, but not for good: in a supergroup who was banned is let go again, in a basic group there are no bans. */
async function remove(client: TgClient, chat: PeerId, person: PeerId): Promise<void> {
  await client.setStanding(chat, person, 'banned');
  if (chat.startsWith('c')) await client.setStanding(chat, person, 'member');
}

function requireMembersWhoSpeak({ directory }: TgClient, chat: PeerId): void {
  const kind = directory.chat(chat)?.kind;
  if (kind === 'channel') throw new GatewayError('unsupported', { key: 'telegram-channel-readers' });
  if (kind === 'group') throw new GatewayError('unsupported', { key: 'telegram-supergroups-only' });
}

/** @throws {GatewayError} `not-found` for who is no person: a channel that speaks, a mask */
function personOf({
  member,
  contact,
}: {
  readonly member?: MemberId;
  readonly contact?: ContactId;
  readonly text?: string;
}): PeerId {
  const id: string | undefined = contact ?? member;
  if (!id?.startsWith('u')) throw new GatewayError('not-found', { key: 'telegram-no-person' });
  return id as PeerId;
}
