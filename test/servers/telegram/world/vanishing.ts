import { Api } from 'telegram';
import type { TelegramServer } from '../telegram-server.js';
import type { BoxMessage } from './box.js';
import { copiesOf } from './changes.js';
import { messageView } from './message-view.js';
import { tell } from './posting.js';
import type { Person } from './world.js';

/** A picture, video or voice message that destroys itself is gone once it was looked at; the message stays. */
export function vanish(server: TelegramServer, owner: Person, message: BoxMessage): void {
  const { media } = message;
  const gone =
    media instanceof Api.MessageMediaPhoto && typeof media.ttlSeconds === 'number'
      ? new Api.MessageMediaPhoto({ ttlSeconds: media.ttlSeconds })
      : media instanceof Api.MessageMediaDocument && typeof media.ttlSeconds === 'number'
        ? new Api.MessageMediaDocument({ ttlSeconds: media.ttlSeconds })
        : undefined;
  if (!gone) return;
  for (const copy of copiesOf(owner, message)) {
    copy.message.media = gone;
    const update = copy.owner.box.record(
      1,
      (pts, ptsCount) =>
        new Api.UpdateEditMessage({ message: messageView(copy.message, copy.owner), pts, ptsCount }),
    );
    tell(server, copy.owner, [update]);
  }
}
