import type { RoomMissed } from '../../gateway/event.js';
import type { Account } from '../account/account.js';
import { conversationName } from '../delivery/peer.js';
import type { DomainContext } from '../domain.js';
import type { ConversationOrder } from '../message/conversation-order.js';
import type { MessageIds } from '../message/message-ids.js';
import type { ArchiveIds } from '../room/archive-ids.js';
import type { PersonalRooms } from '../room/personal-rooms.js';

/** Notes where something may be missing in a room's archive, since the network has not told everything. */
export class MissedMessages {
  constructor(
    private readonly context: DomainContext,
    private readonly personal: PersonalRooms,
    private readonly order: ConversationOrder,
    private readonly ids: MessageIds,
    private readonly archiveIds: ArchiveIds,
  ) {}

  /** Resolves when it is durable. Rejects with the store's error. */
  note(account: Account, { room: id, before }: RoomMissed): Promise<void> | undefined {
    const { options, store } = this.context;
    if (!options.archive.enabled) return undefined;
    const name = conversationName(account.record.id, { kind: 'room', id });
    return this.order.alone(name, () =>
      this.personal.alone(account, id, async () => {
        // Then nothing is missing before it that was not before.
        if (await this.ids.knows(account, before)) return;
        const { key } = await this.personal.open(account, id);
        const room = { account: account.record.id, room: key, contact: id };
        await store.history.missed(room, this.archiveIds.next(), before);
      }),
    );
  }
}
