import type { RoomListing } from '../../../src/gateway/session.js';
import type { Link } from '../link/link.js';
import type { Network } from '../network/network.js';
import type { IrcOptions } from '../options.js';
import { plainText } from '../text/format.js';

/** With a list cut off, the next one asks for channels with more people than this, where the server can (ELIST). */
const crowdedFrom = 3;

/**
 * The public channels of a network (LIST), largest first: fetched once for all users and used again for a
 * while, bounded in size (S16). Rejects with GatewayError.
 */
export function fetchChannelList(link: Link, options: IrcOptions): Promise<readonly RoomListing[]> {
  const { network } = link;
  const now = link.context.now();
  const cached = network.list;
  if (cached !== undefined && now - cached.at < options.timeouts.listCacheMs) return cached.entries;
  const entries = new Promise<readonly RoomListing[]>((resolve, reject) => {
    link.whenOnline(() => {
      ask(link, network, options).then(resolve, reject);
    }, reject);
  });
  const list = { entries, at: now };
  network.list = list;
  entries.catch(() => {
    if (network.list === list) network.list = undefined;
  });
  return entries;
}

async function ask(link: Link, network: Network, options: IrcOptions): Promise<readonly RoomListing[]> {
  const most = options.limits.listedChannels;
  const narrowed = network.listTooLong && network.isupport.userFilterInList;
  const answer = await link.ask(
    narrowed ? `LIST >${crowdedFrom}` : 'LIST',
    {
      verb: 'list',
      key: 'list',
      replies: new Set(['322']),
      end: '323',
      subject: undefined,
      maxReplies: most,
    },
    options.timeouts.listMs,
  );
  network.listTooLong = answer.length >= most;
  return answer
    .flatMap(([, , name, occupants, topic]) => {
      const channel = name ?? '';
      if (!network.isupport.channelTypes.includes(channel.charAt(0)) || channel === '') return [];
      const count = Number(occupants);
      return [
        {
          room: network.codec.roomOf(channel, network.host),
          name: channel,
          occupants: Number.isSafeInteger(count) && count > 0 ? count : 0,
          // Some servers begin with the modes in brackets.
          subject: plainText((topic ?? '').replace(/^\[\+[^\]]*\] ?/, '')),
        },
      ];
    })
    .sort((a, b) => b.occupants - a.occupants);
}
