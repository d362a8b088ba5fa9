import type { Link } from '../link/link.js';
import type { Room } from '../link/room.js';

/** One ban of a channel. */
export interface Ban {
  /** The mask. */
  readonly text: string;
  readonly reason?: string;
}

/** The channel's bans (RPL_BANLIST, 367), bounded. Rejects with GatewayError. */
export async function fetchBans(link: Link, room: Room): Promise<readonly Ban[]> {
  const { limits, timeouts } = link.context.options;
  const answer = await link.ask(
    `MODE ${room.name} +b`,
    {
      verb: 'mode',
      key: `bans ${room.key}`,
      replies: new Set(['367']),
      end: '368',
      subject: room.key,
      maxReplies: limits.listedBans,
    },
    timeouts.queryMs,
  );
  return answer.flatMap(([, , , mask]) => (mask === undefined || mask === '' ? [] : [{ text: mask }]));
}

/** Masks that keep this nick out by its name. */
export function matchingBans(bans: readonly Ban[], nick: string): string[] {
  const wanted = nick.toLowerCase();
  return bans
    .map(({ text }) => text)
    .filter((mask) => mask.toLowerCase() === wanted || mask.toLowerCase().startsWith(`${wanted}!`));
}

/** Masks that are this one, in whatever case: addresses know no upper case. */
export function equalBans(bans: readonly Ban[], mask: string): string[] {
  return bans.map(({ text }) => text).filter((text) => text.toLowerCase() === mask.toLowerCase());
}
