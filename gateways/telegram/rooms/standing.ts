import type { Affiliation, Role, RoomTraits } from '../../../src/gateway/event.js';
import type { TgStanding } from '../client/events.js';
import type { TgChat } from '../client/model.js';

/** What somebody is in a group, as lasting rights (XEP-0045 §5.2). */
export function affiliationOf(standing: TgStanding): Affiliation {
  switch (standing) {
    case 'creator':
      return 'owner';
    case 'admin':
      return 'admin';
    case 'banned':
      return 'outcast';
    case 'left':
      return 'none';
    default:
      return 'member';
  }
}

/** And what he may do there now (XEP-0045 §5.1). In a channel nobody but its admins speaks (I38). */
export function roleOf(standing: TgStanding, kind: TgChat['kind']): Role {
  if (standing === 'creator' || standing === 'admin') return 'moderator';
  return standing === 'member' && kind !== 'channel' ? 'default' : 'visitor';
}

/** The account's own place in a chat. */
export function ownStanding({ rights, banned, left, kind }: TgChat): TgStanding {
  if (left) return banned ? 'banned' : 'left';
  if (rights.creator) return 'creator';
  if (rights.admin) return 'admin';
  return rights.send || kind === 'channel' ? 'member' : 'restricted';
}

/** By which rules a chat works (XEP-0045 §6.4), or a topic of it. */
export function traitsOf(
  { kind, username, rights }: TgChat,
  { slowModeSeconds, closed }: { readonly slowModeSeconds: number; readonly closed: boolean },
): RoomTraits {
  const known = username !== undefined;
  return {
    moderated: kind === 'channel' || closed,
    // Who has not joined on Telegram cannot come in here.
    membersOnly: true,
    hidden: !known,
    passwordProtected: false,
    openSubject: rights.pin,
    ...(kind === 'supergroup' && { slowModeSeconds }),
  };
}
