import type { Api } from 'telegram';
import type { ChannelPlace, Person } from './world.js';

/** A message as one box has it; what a client is told is made of it each time, since it depends on who asks. */
export interface BoxMessage {
  readonly id: number;
  /** Where it stands, as the owner of the box sees it. */
  readonly peer: Api.TypePeer;
  readonly from: Api.TypePeer | undefined;
  /** The owner of the box wrote it (never in a channel's box: there it depends on who asks). */
  readonly out: boolean;
  readonly date: number;
  text: string;
  entities: readonly Api.TypeMessageEntity[];
  media?: Api.TypeMessageMedia;
  replyTo?: Api.TypeMessageReplyHeader;
  forward?: Api.MessageFwdHeader;
  markup?: Api.TypeReplyMarkup;
  groupedId?: bigint;
  editDate?: number;
  silent?: boolean;
  mentioned?: boolean;
  pinned?: boolean;
  viaBot?: number;
  ttl?: number;
  post?: boolean;
  views?: number;
  /** A service message instead of words. */
  action?: Api.TypeMessageAction;
  /** Reactions by who made them. */
  readonly reactions: Map<number, readonly Api.TypeReaction[]>;
  /** The same message in the boxes of others (private chats, basic groups): told of edits and deletions alike. */
  readonly copies: Map<Person, number>;
}

/** One step of a box, as clients may ask for it later. */
export interface BoxEvent {
  readonly pts: number;
  readonly count: number;
  readonly update: Api.TypeUpdate;
}

/** The numbered events of one account, or of one channel (core.telegram.org/api/updates). */
export class Box {
  readonly messages = new Map<number, BoxMessage>();
  readonly log: BoxEvent[] = [];
  pts = 1;
  #lastId = 0;

  constructor(readonly owner: Person | ChannelPlace) {}

  nextId(): number {
    this.#lastId += 1;
    return this.#lastId;
  }

  /** Counts an event; `make` gets its numbers. */
  record(count: number, make: (pts: number, count: number) => Api.TypeUpdate): Api.TypeUpdate {
    this.pts += count;
    const update = make(this.pts, count);
    this.log.push({ pts: this.pts, count, update });
    return update;
  }

  /** What came after, in order; at most `limit` events. */
  since(pts: number, limit: number): readonly BoxEvent[] {
    return this.log.filter((event) => event.pts > pts).slice(0, limit);
  }

  /** The newest first. */
  newest(): readonly BoxMessage[] {
    return [...this.messages.values()].sort((one, other) => other.id - one.id);
  }
}
