import { Api } from 'telegram';
import type { TelegramServer } from '../telegram-server.js';
import type { BoxMessage } from './box.js';
import { pin } from './changes.js';
import { channelPeer } from './peers.js';
import { post } from './posting.js';
import type { ChannelPlace } from './world.js';

/** A post of a channel also stands in its discussion group, where it is pinned and commented on. */
export function discuss(server: TelegramServer, channel: ChannelPlace, message: BoxMessage): void {
  const group = channel.linked;
  if (!group) return;
  const peer = channelPeer(channel);
  const { text, entities, media, poll, groupedId, author } = message;
  const copy = post(server, author, group, {
    ...{ text, entities, as: peer },
    ...(media && { media }),
    ...(poll && { poll }),
    ...(groupedId !== undefined && { groupedId }),
    forward: new Api.MessageFwdHeader({
      ...{ fromId: peer, date: message.date, channelPost: message.id },
      ...{ savedFromPeer: peer, savedFromMsgId: message.id },
    }),
  });
  message.discussion = { channel: group, id: copy.message.id };
  pin(server, group.box, copy.message, true, author);
}
