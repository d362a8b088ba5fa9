import type { RoomMessage } from '../../gateway/event.js';
import type { NetworkMessageId } from '../../gateway/ids.js';
import type { MessageRecord } from '../../store/message-store.js';
import type { HistoryMessage, Hole, KnownMessage } from '../../store/room-history.js';
import type { Account } from '../account/account.js';
import { incomingRecord } from '../delivery/incoming.js';
import type { DomainContext } from '../domain.js';
import type { Around, IncomingContent } from '../message/incoming-content.js';
import { type MessageContent, renderContent } from '../message/render-message.js';
import type { PersonalState } from '../room/personal-rooms.js';
import type { Room } from '../room/room.js';
import { replyInRoom } from '../room/room-reply.js';
import type { RoomScribe, RoomStanza } from '../room/room-scribe.js';
import type { Rooms } from '../room/rooms.js';
import { placeMessages } from './place-ids.js';

/** A message as a history has it. */
export type DatedMessage = RoomMessage & { readonly id: NetworkMessageId; readonly time: number };

/** A message of a history, and what is known of it. */
export interface ReadMessage {
  readonly message: DatedMessage;
  /** What the account has of it already. */
  readonly known: KnownMessage | undefined;
  readonly files: readonly MessageContent[];
  /** What it answers, where that is not read together with it. */
  readonly answered: MessageRecord | undefined;
}

/** Where it is written. */
interface Desk {
  readonly context: DomainContext;
  readonly rooms: Rooms;
  readonly content: IncomingContent;
  readonly scribe: RoomScribe;
  readonly account: Account;
  readonly room: Room;
  readonly state: PersonalState;
}

/** What has become of a page. */
interface WrittenHistory {
  /** Those that the archive does not have, oldest first. */
  readonly messages: readonly HistoryMessage[];
  readonly stanzas: readonly RoomStanza[];
  /** Archive ids of all of the page that lie between the ends of the hole. */
  readonly ids: readonly string[];
}

/** One message with the parts that it is to become. */
interface Draft extends ReadMessage {
  readonly time: number;
  readonly parts: number;
}

/**
 * Messages of a history, oldest first, as entries of the archive between the ends of a hole.
 * @throws {RangeError} where there is no room for ids
 */
export function writeHistory(desk: Desk, hole: Hole, read: readonly ReadMessage[]): WrittenHistory {
  const drafts = draftsOf(desk, hole, read);
  const places = placeMessages(
    hole.low,
    hole.high,
    drafts.map(({ known, parts, time }) => ({
      ...{ parts, time },
      ...(known?.entry !== undefined && { entry: known.entry }),
    })),
  );
  const messages: HistoryMessage[] = [];
  const stanzas: RoomStanza[] = [];
  /** By the network's id. */
  const records = new Map<string, MessageRecord>();
  drafts.forEach((draft, index) => {
    const ids = places[index] ?? [];
    const [id] = ids;
    if (id === undefined || draft.parts === 0) return;
    const parts = writeOne(desk, draft, ids, records);
    const record = recordOf(desk, draft, id, parts);
    records.set(draft.message.id, record);
    stanzas.push(...parts);
    messages.push({
      ...{ record, entries: parts.map(({ entry }) => entry) },
      ...(draft.known && { replaces: draft.known.id }),
    });
  });
  return { messages, stanzas, ids: places.flat() };
}

/** With times that rise, inside of what is around. */
function draftsOf(
  { content, account }: Desk,
  { olderTime = 0, newerTime = Number.POSITIVE_INFINITY }: Hole,
  read: readonly ReadMessage[],
): readonly Draft[] {
  let newest = olderTime;
  const latest = Math.min(newerTime, Date.now());
  return read.map((one) => {
    const { message, known, files } = one;
    newest = Math.max(newest, Math.min(message.time, latest));
    const parts = known?.entry === undefined ? content.parts(account, message, { files }).length : 0;
    return { ...one, time: newest, parts };
  });
}

function writeOne(
  { context, rooms, content, scribe, account, room, state }: Desk,
  { message, files, answered, time }: Draft,
  ids: readonly string[],
  records: ReadonlyMap<string, MessageRecord>,
): readonly RoomStanza[] {
  const { replyTo } = message;
  const target = answered ?? (replyTo && records.get(replyTo.id));
  const around: Around = {
    files,
    ...(replyTo && { reply: replyInRoom(context, rooms, account, message, target) }),
  };
  const speaker = scribe.speaker(account, room, message);
  const marked = { ...(account.session?.receipts?.markDisplayed && { markable: true }) };
  return content.parts(account, message, around).map((part, index) => {
    const payload = renderContent({ ...part, ...marked });
    return scribe.write(room, state, speaker, { payload }, { id: ids[index] ?? '', time });
  });
}

/** As old as its message: it goes with it. */
function recordOf(
  { context, account, room, scribe }: Desk,
  { message, time }: Draft,
  id: string,
  parts: readonly RoomStanza[],
): MessageRecord {
  const { resource } = scribe.speaker(account, room, message);
  const record = incomingRecord(
    context,
    account,
    {
      ...{ id, peer: { kind: 'room', id: message.room }, networkIds: [message.id] },
      ...{ direction: message.own ? 'own' : 'in', xmppIds: parts.map(({ entry }) => entry.id) },
      author: `${room.jid}/${resource}`,
    },
    'received',
  );
  return { ...record, createdAt: time, changedAt: time };
}
