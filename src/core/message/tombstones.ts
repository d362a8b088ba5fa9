import type { MessageRecord } from '../../store/message-store.js';
import type { RoomTrace } from '../../store/store.js';
import { renderOccupantId } from '../../xmpp/xep/0045-muc/render.js';
import { renderRetracted, type Tombstone } from '../../xmpp/xep/0424-message-retraction/retraction.js';
import { archiveIdsOf } from './change-marks.js';

/**
 * What takes the words of a message out of the archive of its room: a tombstone for each part (XEP-0424 §4), and
 * nothing at all in the place of what it was edited to.
 * @param occupantId of the author, where it is known
 */
export function tombstones(
  record: MessageRecord,
  occupantId: string | undefined,
  tombstone: Tombstone,
): NonNullable<RoomTrace['rewritten']> {
  const author = occupantId === undefined ? '' : renderOccupantId(occupantId);
  const { parts, edits } = archiveIdsOf(record);
  const stone = renderRetracted(tombstone) + author;
  return [...parts.map((id) => ({ id, payload: stone })), ...edits.map((id) => ({ id, payload: author }))];
}
