import type { TgClient, TgTopic } from '../client/client.js';
import type { PeerId, TgMessage } from '../client/model.js';
import { GENERAL_TOPIC, TopicList } from './topic-list.js';

/** Messages of forums of which is remembered in which topic they stand. */
const REMEMBERED = 5_000;

/** What an account's forums need of its connection. */
type ForumClient = Pick<TgClient, 'topics' | 'message' | 'directory'>;

/** An account's forums: what their topics are called, and in which of them something was said. */
export class Forums {
  #list: TopicList;
  /** By message. */
  readonly #topics = new Map<string, number>();
  /** By forum: the topic in which something was told last. */
  readonly #last = new Map<PeerId, number>();

  /** @param client throws GatewayError while there is no connection */
  constructor(private readonly client: () => ForumClient) {
    this.#list = new TopicList(client);
  }

  /** What was missed meanwhile is not known. */
  reset(): void {
    this.#list = new TopicList(this.client);
    this.#last.clear();
  }

  /** Whether that chat is a forum; false also where nothing is known of it. */
  isForum(chat: PeerId): boolean {
    return this.client().directory.chat(chat)?.forum === true;
  }

  /** All topics of a forum but the general one. Rejects with TgError. */
  async topics(chat: PeerId): Promise<readonly TgTopic[]> {
    const all = await this.#list.of(chat);
    return [...all.values()].filter(({ id }) => id !== GENERAL_TOPIC);
  }

  /** Undefined: there is no such topic. Rejects with TgError. */
  find(chat: PeerId, topic: number): Promise<TgTopic | undefined> {
    return this.#list.find(chat, topic);
  }

  /** Takes what a message tells. Returns what has become of a topic; undefined when it tells of none. */
  noted(message: TgMessage): TgTopic | undefined {
    const { chat, id, topic } = message;
    if (topic === undefined) return undefined;
    this.#remember(chat, id, topic);
    return this.#list.noted(message);
  }

  /** In which topic a message stands; undefined where nobody knows. */
  async topicOf(chat: PeerId, id: number): Promise<number | undefined> {
    if (!this.isForum(chat)) return undefined;
    const known = this.#topics.get(keyOf(chat, id));
    if (known !== undefined) return known;
    const message = await this.client().message(chat, id);
    if (message?.topic !== undefined) this.#remember(chat, id, message.topic);
    return message?.topic;
  }

  /** What a topic is called, where one has not just been told of it: for rooms in which all topics are. */
  async titleToTell({ chat, topic }: TgMessage): Promise<string | undefined> {
    if (topic === undefined || this.#last.get(chat) === topic) return undefined;
    const found = await this.#list.find(chat, topic);
    this.#last.delete(chat);
    this.#last.set(chat, topic);
    forgetOldest(this.#last);
    return found?.title;
  }

  /** Too much was missed in a forum: its topics are to be asked for anew. */
  forget(chat: PeerId): void {
    this.#list.forget(chat);
  }

  #remember(chat: PeerId, id: number, topic: number): void {
    this.#topics.set(keyOf(chat, id), topic);
    forgetOldest(this.#topics);
  }
}

function keyOf(chat: PeerId, id: number): string {
  return `${chat}/${id}`;
}

function forgetOldest(kept: Map<string, unknown>): void {
  for (const oldest of kept.keys()) {
    if (kept.size <= REMEMBERED) break;
    kept.delete(oldest);
  }
}
