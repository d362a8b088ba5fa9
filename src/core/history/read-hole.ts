import type { NetworkMessageId, RoomId } from '../../gateway/ids.js';
import type { HistoryFacet, HistorySlice } from '../../gateway/session.js';
import { ABOVE_ALL, type Hole, type HoleEdges, type KnownMessage } from '../../store/room-history.js';
import type { Account } from '../account/account.js';
import type { Peer } from '../delivery/peer.js';
import type { DomainContext } from '../domain.js';
import type { IncomingContent } from '../message/incoming-content.js';
import type { MessageIds } from '../message/message-ids.js';
import type { PersonalState } from '../room/personal-rooms.js';
import type { RoomEvents } from '../room/room-events.js';
import { standingOf } from '../room/room-hearing.js';
import type { RoomScribe } from '../room/room-scribe.js';
import type { Rooms } from '../room/rooms.js';
import type { Screening } from '../screening/screening.js';
import type { HoleInTheWay } from './hole-in-the-way.js';
import { OlderFiles } from './older-files.js';
import { type DatedMessage, type ReadMessage, writeHistory } from './write-history.js';

/** What reading needs of the core. */
export interface ReadingServices {
  readonly context: DomainContext;
  readonly rooms: Rooms;
  readonly events: Pick<RoomEvents, 'tell'>;
  readonly screening: Pick<Screening, 'open' | 'opened'>;
  readonly content: IncomingContent;
  readonly ids: MessageIds;
  readonly scribe: RoomScribe;
  /** Resolves when the ids of what is being sent there are known. */
  settled(account: Account, peer: Peer): Promise<void>;
}

/** A page of a room's history, and where it belongs. */
interface Page {
  readonly account: Account;
  readonly id: RoomId;
  readonly state: PersonalState;
  readonly way: HoleInTheWay;
  readonly slice: HistorySlice;
}

/** Reads a page of what is missing in a room's archive from the network, and puts it in its place. */
export class HoleReader {
  constructor(private readonly services: ReadingServices) {}

  /**
   * Resolves when the hole is smaller, or somebody else has changed it. Rejects with GatewayError, with the store's error,
   * and when what the network has said is of no use.
   */
  async read(account: Account, id: RoomId, facet: HistoryFacet, way: HoleInTheWay): Promise<void> {
    const { rooms, screening, context } = this.services;
    const { history } = context.options;
    const until = Date.now() + history.timeoutMs;
    const { before, after } = way.hole;
    const slice = await facet.fetch(id, {
      ...(before !== '' && { before: before as NetworkMessageId }),
      ...(after !== '' && { after: after as NetworkMessageId }),
      ...{ from: way.from, limit: history.page },
    });
    const [state] = await Promise.all([rooms.personal.open(account, id), screening.open(account)]);
    // The user's own words that are on their way have no id of the network yet.
    await this.services.settled(account, { kind: 'room', id });
    const page = { account, id, state, way, slice };
    const read = await this.#gather(page, until);
    await rooms.personal.alone(account, id, () => this.#commit(page, read));
  }

  /** What has to be known of the messages before they can be written. */
  async #gather(page: Page, until: number): Promise<readonly ReadMessage[]> {
    const { context, content, ids } = this.services;
    const { account, id } = page;
    const messages = this.#messagesOf(page);
    const known = await this.#known(page, messages);
    const files = new OlderFiles(context.options.history, until);
    const read: ReadMessage[] = [];
    for (const message of [...messages].reverse()) {
      const here = known.get(message.id);
      const isNew = here?.entry === undefined;
      const { replyTo } = message;
      const answered =
        isNew && replyTo && !messages.some((one) => one.id === replyTo.id)
          ? await ids.reported(account, { kind: 'room', id }, replyTo.id)
          : undefined;
      const inFiles = isNew ? await content.publish(account, files.of(message)) : [];
      read.push({ message, known: here, files: inFiles, answered });
    }
    return read.reverse();
  }

  /** In order, each once, and none of whom the user does not hear. */
  #messagesOf({ account, id: room, slice }: Page): readonly DatedMessage[] {
    const found = new Map<string, DatedMessage>();
    for (const message of slice.messages) {
      const { id, time } = message;
      if (id === undefined || time === undefined || message.room !== room) continue;
      if (standingOf(this.services.screening, account, message) === 'blocked') continue;
      found.set(id, { ...message, id, time });
    }
    return [...found.values()];
  }

  async #known(
    { account, id, state }: Page,
    messages: readonly DatedMessage[],
  ): Promise<ReadonlyMap<string, KnownMessage>> {
    const room = { account: account.record.id, room: state.key, contact: id };
    const names = messages.map((one) => one.id);
    const all = await this.services.context.store.history.known(room, names);
    return new Map(all.map((one) => [one.networkId, one]));
  }

  /** In the room's order. */
  async #commit({ account, id, state, way, slice }: Page, read: readonly ReadMessage[]): Promise<void> {
    const { context, scribe, rooms, events } = this.services;
    const { hole } = way;
    const isEmpty = hole.high === ABOVE_ALL;
    const span = isEmpty ? { ...hole, high: scribe.nextId() } : hole;
    const written = writeHistory(
      { ...this.services, account, room: rooms.glimpse(account, id), state },
      span,
      read,
    );
    const { low, high, after, before } = hole;
    const filled = await context.store.history.fill({
      ...{ account: account.record.id, room: state.key, contact: id, hole: { low, high, after, before } },
      rest: restOf(span, way.from, slice, written.ids),
      ...{ messages: written.messages, now: Date.now() },
    });
    if (!filled || !isEmpty) return;
    // Nothing newer has been seen there: to clients that are in the room it is said now.
    const occupancy = account.rooms.get(id);
    for (const { entry, live } of written.stanzas) {
      rooms.personal.timeOf(state, entry.time);
      if (occupancy?.state === 'joined') events.tell(occupancy, live);
    }
  }
}

/**
 * What is left of the hole.
 * @param ids archive ids of the messages that were read, as far as they are inside
 */
function restOf(
  hole: Hole,
  from: 'newest' | 'oldest',
  { messages, reached, more }: HistorySlice,
  ids: readonly string[],
): HoleEdges | undefined {
  if (!more) return undefined;
  const { low, high, after, before } = hole;
  const edge = reached ?? (from === 'newest' ? messages[0] : messages.at(-1))?.id;
  if (edge === undefined) throw new Error('the network has more of a history and shows none of it');
  const inOrder = [...ids].sort();
  return from === 'newest'
    ? { low, high: inOrder[0] ?? high, after, before: edge }
    : { low: inOrder.at(-1) ?? low, high, after: edge, before };
}
