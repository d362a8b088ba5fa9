import type { Api } from 'telegram';
import { nameOf } from './peers.js';
import type { Poll } from './polls.js';
import type { ChannelPlace, Person } from './world.js';

/** A message as one box has it; what a client is told is made of it each time, since it depends on who asks. */
export interface BoxMessage {
  readonly id: number;
  /** Where it stands, as the owner of the box sees it. */
  readonly peer: Api.TypePeer;
  readonly from: Api.TypePeer | undefined;
  /** Who wrote it, even where nobody is told. */
  readonly author: Person;
  /** The owner of the box wrote it (never in a channel's box: there it depends on who asks). */
  readonly out: boolean;
  readonly date: number;
  text: string;
  entities: readonly Api.TypeMessageEntity[];
  media?: Api.TypeMessageMedia;
  /** Shown as media, as far as the viewer may know of its results. */
  poll?: Poll;
  replyTo?: Api.TypeMessageReplyHeader;
  forward?: Api.MessageFwdHeader;
  markup?: Api.TypeReplyMarkup;
  groupedId?: bigint;
  editDate?: number;
  silent?: boolean;
  /** Whom it mentions by name or answers. */
  mentions?: readonly Person[];
  /** The mention, or voice, has not been looked at. */
  mediaUnread?: boolean;
  pinned?: boolean;
  viaBot?: number;
  ttl?: number;
  post?: boolean;
  /** Name under a post of a channel, or title of a hidden administrator. */
  signature?: string;
  views?: number;
  /** A service message instead of words. */
  action?: Api.TypeMessageAction;
  /** The first message of the topic that it stands in, besides the general one. */
  topic?: number;
  /** Of a channel's post: its copy in the discussion group, to which comments are answers. */
  discussion?: { readonly channel: ChannelPlace; readonly id: number };
  /** When somebody reacted last, UTC seconds. */
  reacted?: number;
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
  /** When something happened last, UTC milliseconds of the machine. */
  changed = 0;
  #lastId = 0;
  /** By name of the peer; ids rise, so the newest is the last. */
  readonly #conversations = new Map<string, Map<number, BoxMessage>>();

  constructor(readonly owner: Person | ChannelPlace) {}

  nextId(): number {
    this.#lastId += 1;
    return this.#lastId;
  }

  add(message: BoxMessage): void {
    this.messages.set(message.id, message);
    const name = nameOf(message.peer);
    const conversation = this.#conversations.get(name) ?? new Map<number, BoxMessage>();
    conversation.set(message.id, message);
    this.#conversations.set(name, conversation);
  }

  delete({ id, peer }: BoxMessage): void {
    this.messages.delete(id);
    this.#conversations.get(nameOf(peer))?.delete(id);
  }

  /** Counts an event; `make` gets its numbers. */
  record(count: number, make: (pts: number, count: number) => Api.TypeUpdate): Api.TypeUpdate {
    this.pts += count;
    this.changed = Date.now();
    const update = make(this.pts, count);
    this.log.push({ pts: this.pts, count, update });
    return update;
  }

  /** What came after, in order; at most `limit` events. */
  since(pts: number, limit: number): readonly BoxEvent[] {
    // The log is in order: those before are skipped by halves.
    let low = 0;
    let high = this.log.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.log[middle]?.pts ?? 0) > pts) high = middle;
      else low = middle + 1;
    }
    return this.log.slice(low, low + limit);
  }

  /** The newest first. */
  newest(): readonly BoxMessage[] {
    return [...this.messages.values()].reverse();
  }

  /** Those with one peer, by its name; the newest first. */
  with(name: string): readonly BoxMessage[] {
    return [...(this.#conversations.get(name)?.values() ?? [])].reverse();
  }

  /** Whether anything was ever said with that peer. */
  knows(name: string): boolean {
    return this.#conversations.has(name);
  }

  /** Names of the peers with whom there are messages, and the last one of each. */
  tops(): readonly (readonly [string, BoxMessage])[] {
    return [...this.#conversations].flatMap(([name, messages]) => {
      const top = [...messages.values()].at(-1);
      return top ? [[name, top] as const] : [];
    });
  }
}
