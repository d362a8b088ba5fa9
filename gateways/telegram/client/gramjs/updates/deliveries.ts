import { Api } from 'telegram';
import type { TgEvent } from '../../events.js';
import type { PeerId } from '../../model.js';
import { toPeerId } from '../peers-to-model.js';
import { toEvents } from '../to-events.js';
import type { StreamServices } from './update-stream.js';

/** Polls that are remembered, since their results come without the questions. */
const MOST_POLLS = 50;

/** One thing in a box; undefined: it only has a number, since whoever did it knows. */
export interface Item {
  readonly update: Api.TypeUpdate | undefined;
}

/** Hands events to the listener. */
export class Deliveries {
  readonly #polls = new Map<string, Api.Poll>();
  /** What is not numbered goes one after the other. */
  #last: Promise<void> = Promise.resolve();
  #waiting = 0;

  constructor(private readonly services: StreamServices) {}

  /** One thing of a box. Rejects when it has to come again. */
  async apply({ update }: Item): Promise<void> {
    if (!update) return;
    if (update instanceof Api.UpdateNewMessage || update instanceof Api.UpdateNewChannelMessage)
      await this.#acquaint(update.message);
    for (const event of this.events(update)) {
      if (event.type === 'message' && this.services.expects(event.message)) continue;
      await this.services.listener.event(event);
    }
  }

  /** What nobody waits for. */
  now(update: Api.TypeUpdate): void {
    for (const event of this.events(update)) this.#tell(event);
  }

  /**
   * What is not numbered, but has its place behind what was told before. When too much of it waits, it is dropped: it
   * may be lost on the way just as well, and says nothing that the next look at its chat does not show.
   */
  later(events: () => Promise<readonly TgEvent[]>): void {
    if (this.#waiting >= this.services.limits.mostEvents) return;
    this.#waiting += 1;
    this.#last = this.#last
      .then(async () => {
        for (const event of await events()) await this.services.listener.event(event);
      })
      .catch(() => undefined)
      .finally(() => {
        this.#waiting -= 1;
      });
  }

  /** Rejects when it has to be told again. */
  async gap(chat?: PeerId): Promise<void> {
    await this.services.listener.event({ type: 'gap', ...(chat !== undefined && { chat }) });
  }

  events(update: Api.TypeUpdate): readonly TgEvent[] {
    const { directory } = this.services;
    return toEvents(update, {
      me: this.services.me(),
      forum: (chat) => directory.chat(chat)?.forum === true,
      chat: (id) => directory.chat(id),
      polls: this.#polls,
    });
  }

  /** Remembers by which message its author can be named, and which poll it shows. */
  see(message: Api.TypeMessage): void {
    if (message instanceof Api.MessageEmpty) return;
    const { fromId, peerId, id } = message;
    if (fromId instanceof Api.PeerUser) this.services.directory.saw(toPeerId(fromId), toPeerId(peerId), id);
    if (!(message instanceof Api.Message && message.media instanceof Api.MessageMediaPoll)) return;
    const { poll } = message.media;
    this.#polls.set(String(poll.id), poll);
    if (this.#polls.size > MOST_POLLS)
      for (const oldest of this.#polls.keys()) {
        this.#polls.delete(oldest);
        break;
      }
  }

  /** Whom a message names that the directory does not know. */
  unknownIn(message: Api.TypeMessage): readonly PeerId[] {
    if (message instanceof Api.MessageEmpty) return [];
    const { directory } = this.services;
    const forwarded = message instanceof Api.Message ? message.fwdFrom?.fromId : undefined;
    const named = [message.peerId, message.fromId, forwarded].flatMap((peer) =>
      peer ? [toPeerId(peer)] : [],
    );
    return named.filter((id) => id !== this.services.me() && !directory.has(id));
  }

  /** Asks who the author of a message is, where nobody has said. What cannot be known does not hold it up. */
  async #acquaint(message: Api.TypeMessage): Promise<void> {
    if (message instanceof Api.MessageEmpty || this.unknownIn(message).length === 0) return;
    const { directory, requests } = this.services;
    const { fromId, peerId, id } = message;
    if (!(fromId instanceof Api.PeerUser) || directory.has(toPeerId(fromId))) return;
    try {
      const peer = await directory.inputPeer(toPeerId(peerId));
      const author = new Api.InputUserFromMessage({ peer, msgId: id, userId: fromId.userId });
      directory.learn(await requests.invoke(new Api.users.GetUsers({ id: [author] })), []);
    } catch {
      // Shown by his number.
    }
  }

  #tell(event: TgEvent): void {
    void this.services.listener.event(event)?.catch(() => undefined);
  }
}
