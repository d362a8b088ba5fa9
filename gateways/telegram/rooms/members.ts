import { type TgClient, TgError, type TgMember } from '../client/client.js';
import type { PeerId, TgChat } from '../client/model.js';

/** Members that Telegram tells of at a time (core.telegram.org/method/channels.getParticipants). */
const PAGE = 200;

type Filter = 'recent' | 'admins';

/** How many people of a room are shown. */
export interface MemberLimits {
  /** A group with more of them shows only its admins and who has spoken lately (H27). */
  readonly members: number;
  /** Messages looked through for who has. */
  readonly spoken: number;
}

/**
 * The people of a chat that are shown to who comes in; the account itself need not be among them. In a channel its
 * subscribers are nobody's business. Rejects with TgError only where the network is away.
 */
export async function shownMembers(
  client: Pick<TgClient, 'members' | 'history'>,
  { id, kind, rights }: TgChat,
  count: number | undefined,
  { members, spoken }: MemberLimits,
): Promise<readonly TgMember[]> {
  const list = (filter: Filter) => unlessRefused(pages(client, id, filter, members));
  if (kind === 'channel') return rights.admin ? await list('admins') : [];
  if (kind === 'group') return list('recent');
  const admins = await list('admins');
  const crowded = count === undefined || count > members;
  const others = crowded ? await speakers(client, id, spoken) : await list('recent');
  const known = new Set(admins.map(({ person }) => person));
  return [...admins, ...others.filter(({ person }) => !known.has(person))];
}

async function pages(
  client: Pick<TgClient, 'members'>,
  chat: PeerId,
  filter: Filter,
  most: number,
): Promise<readonly TgMember[]> {
  const all: TgMember[] = [];
  while (all.length < most) {
    const limit = Math.min(PAGE, most - all.length);
    const page = await client.members(chat, { filter, limit, offset: all.length });
    all.push(...page);
    if (page.length < limit) break;
  }
  return all;
}

async function speakers(
  client: Pick<TgClient, 'history'>,
  chat: PeerId,
  limit: number,
): Promise<readonly TgMember[]> {
  const page = await unlessRefused(client.history(chat, { limit }).then(({ messages }) => messages));
  const people = new Set(
    page.flatMap(({ from, service }) => (from?.startsWith('u') && !service ? from : [])),
  );
  return [...people].map((person) => ({ person, standing: 'member' }));
}

/** Who may not be seen is not there. */
async function unlessRefused<T>(asked: Promise<readonly T[]>): Promise<readonly T[]> {
  return asked.catch((error: unknown) => {
    if (error instanceof TgError && error.kind === 'refused') return [];
    throw error;
  });
}
