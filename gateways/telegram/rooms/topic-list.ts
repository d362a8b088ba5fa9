import type { TgClient, TgTopic } from '../client/client.js';
import type { PeerId, TgMessage } from '../client/model.js';

/** Topics of one forum that are known. */
const MOST_TOPICS = 1_000;
/** Forums of which they are. */
const MOST_FORUMS = 200;

/** The topic to which everything belongs that names no other. */
export const GENERAL_TOPIC = 1;

/** What the topics of an account's forums are called, and which of them are closed: asked for once, then followed. */
export class TopicList {
  readonly #forums = new Map<PeerId, Map<number, TgTopic>>();
  readonly #reading = new Map<PeerId, Promise<void>>();
  /** Topics that were asked for in vain, such as deleted ones: not asked for again with every message of theirs. */
  readonly #absent = new Map<PeerId, Set<number>>();

  constructor(private readonly client: () => Pick<TgClient, 'topics'>) {}

  /** Those that are known without asking; undefined: none are. */
  known(chat: PeerId): ReadonlyMap<number, TgTopic> | undefined {
    return this.#forums.get(chat);
  }

  /** Rejects with TgError when they cannot be asked for. */
  async of(chat: PeerId): Promise<ReadonlyMap<number, TgTopic>> {
    if (!this.#forums.has(chat)) {
      const reading = this.#reading.get(chat) ?? this.#read(chat);
      this.#reading.set(chat, reading);
      await reading.finally(() => this.#reading.delete(chat));
    }
    return this.#forums.get(chat) ?? new Map();
  }

  /** One of them; also of one that was made after they were asked for. Rejects with TgError. */
  async find(chat: PeerId, topic: number): Promise<TgTopic | undefined> {
    const known = (await this.of(chat)).get(topic);
    if (known || topic === GENERAL_TOPIC || this.#absent.get(chat)?.has(topic)) return known;
    this.forget(chat);
    const found = (await this.of(chat)).get(topic);
    if (!found) this.#miss(chat, topic);
    return found;
  }

  /** Takes what a message tells of a topic. Returns what has become of it; undefined when it tells of none. */
  noted({ chat, topic, service }: TgMessage): TgTopic | undefined {
    const topics = this.#forums.get(chat);
    if (topic === undefined || !(service?.kind === 'topic-created' || service?.kind === 'topic-changed'))
      return undefined;
    const before = topics?.get(topic);
    const title = service.title === '' ? (before?.title ?? '') : service.title;
    const changed = { id: topic, title, closed: service.closed ?? before?.closed ?? false };
    if (topics && (before || topics.size < MOST_TOPICS)) topics.set(topic, changed);
    this.#absent.get(chat)?.delete(topic);
    return changed;
  }

  /** To be asked for anew. */
  forget(chat: PeerId): void {
    this.#forums.delete(chat);
  }

  #miss(chat: PeerId, topic: number): void {
    const absent = this.#absent.get(chat) ?? new Set();
    if (absent.size >= MOST_TOPICS) absent.clear();
    this.#absent.set(chat, absent.add(topic));
  }

  async #read(chat: PeerId): Promise<void> {
    const topics = await this.client().topics(chat, MOST_TOPICS);
    this.#forums.set(chat, new Map(topics.map((topic) => [topic.id, topic])));
    for (const oldest of this.#forums.keys()) {
      if (this.#forums.size <= MOST_FORUMS) break;
      this.#forums.delete(oldest);
      this.#absent.delete(oldest);
    }
  }
}
