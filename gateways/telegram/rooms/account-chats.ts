import { GatewayError } from '../../../src/gateway/error.js';
import type { ListedRoom } from '../../../src/gateway/event.js';
import type { AccountId, NetworkMessageId } from '../../../src/gateway/ids.js';
import type { Target } from '../../../src/gateway/message.js';
import type { NetworkState } from '../../../src/gateway/state.js';
import type { ChatSettings } from '../account/chat-settings.js';
import { type TgClient, TgError, type TgTopic } from '../client/client.js';
import type { PeerId, TgChat, TgMessage } from '../client/model.js';
import { chatName, cleanLine } from '../content/names.js';
import { Addressed } from '../conversation/addressed.js';
import type { Ways } from '../conversation/replying.js';
import { inWords, toGatewayError } from '../failure.js';
import { messageBox } from '../ids.js';
import { isRoom } from './bridged.js';
import { ChatChoice } from './chat-choice.js';
import { Forums } from './forums.js';
import { type MessagePlace, type Place, RoomAddresses } from './room-addresses.js';
import { GENERAL_TOPIC } from './topic-list.js';

/** How long who has named a chat may enter it to be in it (ms), and chats of which that is remembered. */
const WISH_MS = 600_000;
const MOST_WISHED = 100;

/** One account, as its chats need it. */
export interface ChatsServices {
  /** @throws {GatewayError} while there is no connection */
  client(): TgClient;
  me(): PeerId;
  settings(): ChatSettings;
  readonly state: NetworkState;
  readonly account: AccountId;
}

/** Which chats an account has, which of them come here, and as which rooms. */
export class AccountChats {
  readonly addresses: RoomAddresses;
  readonly choice: ChatChoice;
  readonly forums: Forums;
  /** Called when the room of a basic group goes on in a supergroup. */
  moved: (from: PeerId, to: TgChat) => void = () => undefined;
  readonly #addressed: Addressed;
  /** Until when (UTC milliseconds). */
  readonly #wished = new Map<PeerId, number>();

  constructor(private readonly services: ChatsServices) {
    const { client, me, settings, state, account } = services;
    this.forums = new Forums(client);
    this.addresses = new RoomAddresses(...([state, account, me] as const), (chat) => this.splits(chat));
    this.#addressed = new Addressed(state, account, me);
    this.choice = new ChatChoice({
      ...{ client, me, settings },
      roomOf: (chat) => this.addresses.migrations.roomOf(chat),
      addressed: (person) => this.#addressed.has(person),
    });
  }

  /** What was written down of the account is read, before its connection begins. Rejects with the store's error. */
  async begin(): Promise<void> {
    this.forums.reset();
    this.choice.reset();
    await this.addresses.begin();
  }

  /** The user writes to somebody, whose answer he wants to hear. Rejects with the store's error. */
  async addressing(person: PeerId): Promise<void> {
    if (this.services.settings().chats === 'contacts') await this.#addressed.note(person);
  }

  /** Whether a chat is a room of the user's. Rejects with TgError when it cannot be asked. */
  async comesHere(chat: TgChat): Promise<boolean> {
    return isRoom(chat) && (await this.choice.wants(chat.id));
  }

  /** The rooms that a chat is: none, one, or one for each topic. Rejects with TgError when it cannot be asked. */
  async roomsOf(chat: TgChat): Promise<readonly ListedRoom[]> {
    if (!(await this.comesHere(chat))) return [];
    const { id } = chat;
    await this.addresses.migrations.knows([id]);
    const main = { room: this.addresses.roomOf({ chat: id }), name: chatName(chat) };
    if (!this.splits(id)) return [main];
    const topics = await this.forums.topics(id);
    const rooms = topics.map((topic) => ({
      ...{ room: this.addresses.roomOf({ chat: id, topic: topic.id }), name: nameOf(chat, topic) },
    }));
    return [main, ...rooms];
  }

  /** @throws {GatewayError} `not-found` for a message of another account of Telegram, or of another chat */
  messageAt(target: Target, id: NetworkMessageId): MessagePlace {
    return this.addresses.messageIn(this.addresses.ofTarget(target).chat, id);
  }

  /**
   * Does something in a chat; again where a basic group goes on, when it turns out to have become a supergroup. Rejects
   * with GatewayError.
   */
  async wherever<T>(chat: PeerId, act: (chat: PeerId) => Promise<T>): Promise<T> {
    try {
      return await act(chat);
    } catch (error) {
      const failure = toGatewayError(error);
      const to = chat.startsWith('g') && !failure.retryable ? await this.#movedTo(chat) : undefined;
      if (to === undefined) throw failure;
      return inWords(act(to));
    }
  }

  /** A basic group has become a supergroup: whoever knew it keeps its room. Rejects with the store's error. */
  async migrated(from: PeerId, to: PeerId): Promise<void> {
    if (!(await this.addresses.migrations.moved(from, to))) return;
    const chat = await this.services
      .client()
      .chat(to)
      .catch(() => undefined);
    if (chat) this.moved(from, chat);
  }

  /** Some of these may be basic groups that have become supergroups. Rejects with the store's error. */
  async noteMigrations(chats: readonly TgChat[]): Promise<void> {
    for (const { id, migratedTo } of chats) if (migratedTo !== undefined) await this.migrated(id, migratedTo);
  }

  /**
   * Where in a chat words go that are said in its room: into the topic of a forum or below the message that their
   * thread names (XEP-0201), and into the topic of what they answer where they name none.
   */
  wayInto({ chat, topic }: Place, thread: string | undefined): Ways {
    const named = threadNumber(chat, thread);
    const forum = this.forums.isForum(chat);
    const into = topic ?? named;
    return {
      ...(forum && into !== undefined && { topic: into }),
      ...(!forum && named !== undefined && { below: named }),
      answered: async (id) => {
        const found = this.addresses.findMessage(chat, id) ?? elsewhere(id);
        if (!found || found.chat !== chat || !forum) return found;
        const stands = await this.forums.topicOf(chat, found.number).catch(() => undefined);
        return { ...found, ...(stands !== undefined && { topic: stands }) };
      },
    };
  }

  /** The user has named a chat: when he enters its room soon, he wants to be in it. */
  wish(chat: PeerId): void {
    this.#wished.delete(chat);
    this.#wished.set(chat, Date.now() + WISH_MS);
    for (const oldest of this.#wished.keys()) {
      if (this.#wished.size <= MOST_WISHED) return;
      this.#wished.delete(oldest);
    }
  }

  wished(chat: PeerId): boolean {
    return (this.#wished.get(chat) ?? 0) > Date.now();
  }

  /** Comes into a chat. Rejects with GatewayError, also where somebody has to let the user in first. */
  async join(target: { readonly link: string } | { readonly chat: PeerId }): Promise<PeerId> {
    const { chat, asked } = await inWords(this.services.client().join(target));
    if (asked) throw new GatewayError('invite-only', { key: 'telegram-invite-asked' });
    if (chat === undefined) throw new GatewayError('not-found', { key: 'telegram-not-known' });
    return chat;
  }

  /** Whether the topics of that chat are rooms. */
  splits(chat: PeerId): boolean {
    return this.services.settings().topics === 'rooms' && this.forums.isForum(chat);
  }

  /** The topic in which a message stands, where that is a room. Rejects with TgError. */
  async topicOfMessage(chat: PeerId, id: number): Promise<number | undefined> {
    return this.splits(chat) ? this.forums.topicOf(chat, id) : undefined;
  }

  /** The thread of a message: its topic, where topics are no rooms; the post that it comments on. */
  threadOf({ chat, id, topic, thread, forwarded }: TgMessage): string | undefined {
    if (topic !== undefined)
      return topic === GENERAL_TOPIC || this.splits(chat) ? undefined : threadName(chat, topic);
    const top = thread ?? (forwarded?.post ? id : undefined);
    if (top === undefined || !this.services.client().directory.chat(chat)?.linked) return undefined;
    return threadName(chat, top);
  }

  /** The topic that is a room. Undefined for the room of a whole chat. Rejects with GatewayError. */
  async topicOf({ chat, topic }: Place): Promise<TgTopic | undefined> {
    if (topic === undefined) return undefined;
    if (this.services.settings().topics !== 'rooms')
      throw new GatewayError('not-found', { key: 'telegram-topic-is-thread' });
    const found = this.forums.isForum(chat) ? await inWords(this.forums.find(chat, topic)) : undefined;
    if (!found) throw new GatewayError('not-found', { key: 'telegram-topic-gone' });
    return found;
  }

  /** The supergroup that a basic group has become, as Telegram says now. */
  async #movedTo(chat: PeerId): Promise<PeerId | undefined> {
    const client = this.services.client();
    await client.about(chat).catch((error: unknown) => {
      if (!(error instanceof TgError)) throw error;
    });
    const to = client.directory.chat(chat)?.migratedTo;
    if (to !== undefined) await this.migrated(chat, to);
    return to;
  }
}

/** The thread of words that stand in a topic, or below a message. */
function threadName(chat: PeerId, number: number): string {
  return `${chat}.${number}`;
}

/** Undefined for a thread that is none of that chat's, such as one that a client has made up. */
function threadNumber(chat: PeerId, thread: string | undefined): number | undefined {
  const [, named, number] = /^(c\d{1,19})\.([1-9]\d{0,9})$/.exec(thread ?? '') ?? [];
  return named === chat ? Number(number) : undefined;
}

/** A message of another supergroup or channel. */
function elsewhere(id: NetworkMessageId): MessagePlace | undefined {
  const { box, number = 0 } = messageBox(id) ?? {};
  return box?.startsWith('c') ? { chat: box, number } : undefined;
}

/** What a room is called: the chat, or one of its topics. */
export function nameOf(chat: TgChat, topic: TgTopic | undefined): string {
  const title = topic && cleanLine(topic.title);
  return title ? `${chatName(chat)} / ${title}` : chatName(chat);
}
