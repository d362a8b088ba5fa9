import { Api } from 'telegram';
import type { BoxMessage } from '../world/box.js';
import { messageView } from '../world/message-view.js';
import type { Place } from '../world/peers.js';
import { topicView } from '../world/topics.js';
import { type Call, caller, namedFor } from './call.js';

/** Most messages of one page. */
export const MAX_PAGE = 100;

/** How a client turns the pages (core.telegram.org/api/offsets). */
export interface Offsets {
  readonly offsetId: number;
  readonly offsetDate?: number;
  readonly addOffset: number;
  readonly limit: number;
  readonly maxId: number;
  readonly minId: number;
}

/** The page of some messages, newest first, that a client asks for. */
export function page(messages: readonly BoxMessage[], offsets: Offsets): readonly BoxMessage[] {
  const { offsetId, offsetDate = 0, addOffset, limit, maxId, minId } = offsets;
  const within = messages.filter(({ id }) => (maxId === 0 || id < maxId) && (minId === 0 || id > minId));
  const before =
    offsetId > 0
      ? within.filter(({ id }) => id >= offsetId).length
      : offsetDate > 0
        ? within.filter(({ date }) => date >= offsetDate).length
        : 0;
  const start = before + addOffset;
  const size = Math.min(limit, MAX_PAGE);
  return within.slice(Math.max(0, start), Math.max(0, start + size));
}

/** Messages as an answer, with all whom they name. */
export function found(
  messages: readonly BoxMessage[],
  count: number,
  place: Place | undefined,
  call: Call,
): Api.messages.TypeMessages {
  const viewer = caller(call);
  const views = messages.map((message) => messageView(message, viewer));
  const common = { messages: views, ...namedFor(call, views) };
  if (place?.kind !== 'channel')
    return count > messages.length
      ? new Api.messages.MessagesSlice({ ...common, count })
      : new Api.messages.Messages(common);
  const topics = new Set(messages.flatMap(({ topic }) => topic ?? []));
  return new Api.messages.ChannelMessages({
    ...{ ...common, pts: place.box.pts, count },
    topics: [...topics].flatMap((id) => {
      const topic = place.topics.get(id);
      return topic ? [topicView(place, topic, viewer)] : [];
    }),
  });
}
