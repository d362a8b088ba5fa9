import { chatHeaders as headersOf } from '../content/chat-mail.js';
import type { Mailbox } from '../mail/mail-address.js';
import type { Conversation } from './conversation-book.js';
import type { RoomRecord } from './room-book.js';

/**
 * Headers by which programs for chat mail, such as Delta Chat, know each other; only for those who use them. With
 * `Chat-Disposition-Notification-To` the other side tells when the mail was read (RFC 8098 in their form).
 */
export function chatHeaders(
  { chat }: Pick<Conversation, 'chat'>,
  room: RoomRecord | undefined,
  from: Mailbox,
): Readonly<Record<string, string>> {
  const group = room?.kind === 'chat-group' ? room : undefined;
  if (!chat && group === undefined) return {};
  return headersOf({
    receiptTo: from.address,
    ...(group?.groupId !== undefined && { group: { id: group.groupId, name: group.name } }),
  });
}
