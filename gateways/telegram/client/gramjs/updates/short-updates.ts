import bigInt from 'big-integer';
import { Api } from 'telegram';
import type { PeerId } from '../../model.js';

/** Messages told in fewer bytes, as the others are told (core.telegram.org/constructor/updateShortMessage). */
export function longMessage(
  short: Api.UpdateShortMessage | Api.UpdateShortChatMessage,
  me: PeerId,
): Api.UpdateNewMessage {
  const { id, pts, ptsCount, date, message, out, silent, mentioned, mediaUnread } = short;
  const self = new Api.PeerUser({ userId: bigInt(me.slice(1)) });
  const other =
    short instanceof Api.UpdateShortMessage
      ? {
          peerId: new Api.PeerUser({ userId: short.userId }),
          from: new Api.PeerUser({ userId: short.userId }),
        }
      : {
          peerId: new Api.PeerChat({ chatId: short.chatId }),
          from: new Api.PeerUser({ userId: short.fromId }),
        };
  return new Api.UpdateNewMessage({
    ...{ pts, ptsCount },
    message: new Api.Message({
      ...{ id, date, message, peerId: other.peerId, fromId: out ? self : other.from },
      ...(out && { out }),
      ...(silent && { silent }),
      ...(mentioned && { mentioned }),
      ...(mediaUnread && { mediaUnread }),
      ...(short.entities && { entities: short.entities }),
      ...(short.fwdFrom && { fwdFrom: short.fwdFrom }),
      ...(short.viaBotId && { viaBotId: short.viaBotId }),
      ...(short.replyTo && { replyTo: short.replyTo }),
      ...(short.ttlPeriod && { ttlPeriod: short.ttlPeriod }),
    }),
  });
}
