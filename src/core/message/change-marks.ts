import { createHmac } from 'node:crypto';
import type { MessageRecord } from '../../store/message-store.js';

/** Bytes of the mark of an edit that are kept. */
const MARK_BYTES = 12;

/** The mark of a retraction; those of edits are longer. */
const RETRACTED = 'retracted';

/** The archive's id of a change and its mark (`markedId`). */
const MARKED = /^([0-9a-f-]{36})\.([\w-]{9,})$/;

/**
 * What has been done to a message of a room is kept among its ids: the archive's id of each change, and that id with a
 * mark of what it was. So the same change, brought again, is known also after a restart.
 * @param id archive id of the change
 */
function markedId(id: string, mark: string): string {
  return `${id}.${mark}`;
}

/** The ids that an edit adds to its message; `key` keeps the mark from telling the text. */
export function idsOfEdit(key: Uint8Array, id: string, text: string): readonly string[] {
  return [id, markedId(id, editMark(key, text))];
}

/** The ids that a retraction adds to its message. */
export function idsOfRetraction(id: string): readonly string[] {
  return [id, markedId(id, RETRACTED)];
}

/** Whether the message has been taken back. */
export function isRetracted(record: MessageRecord): boolean {
  return marksOf(record).at(-1)?.mark === RETRACTED;
}

/** Whether the message has been edited. */
export function isEdited(record: MessageRecord): boolean {
  return marksOf(record).length > 0;
}

/** Whether this is what the message was last edited to. */
export function isLastEdit(record: MessageRecord, key: Uint8Array, text: string): boolean {
  return marksOf(record).at(-1)?.mark === editMark(key, text);
}

/** The archive's ids of a message of a room: those of its parts, and those of its edits. */
export function archiveIdsOf(record: MessageRecord): {
  readonly parts: readonly string[];
  readonly edits: readonly string[];
} {
  const marks = marksOf(record);
  const edits = marks.flatMap(({ id }) => (id === record.id ? [] : [id]));
  if (record.direction === 'out') return { parts: [record.id], edits };
  const others = new Set([...edits, ...marks.map(({ id, mark }) => markedId(id, mark))]);
  return { parts: record.xmppIds.filter((id) => !others.has(id)), edits };
}

function editMark(key: Uint8Array, text: string): string {
  return createHmac('sha256', key)
    .update(`edit\n${text}`)
    .digest()
    .subarray(0, MARK_BYTES)
    .toString('base64url');
}

function marksOf({ xmppIds }: MessageRecord): readonly { readonly id: string; readonly mark: string }[] {
  return xmppIds.flatMap((one) => {
    const [, id, mark] = MARKED.exec(one) ?? [];
    return id !== undefined && mark !== undefined ? [{ id, mark }] : [];
  });
}
