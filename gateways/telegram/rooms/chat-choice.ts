import type { ChatSettings } from '../account/chat-settings.js';
import type { TgClient, TgDialog } from '../client/client.js';
import type { PeerId } from '../client/model.js';

/** Conversations of which is asked at the beginning whether the user has silenced them. */
const DIALOGS = 2_000;
/** Silenced conversations that are remembered. */
const MOST_MUTED = 5_000;
/** Telegram itself: it tells of logins, and its codes come from there. */
const TELEGRAM: PeerId = 'u777000';

/** What deciding needs. */
export interface ChoiceServices {
  /** @throws {GatewayError} while there is no connection */
  client(): Pick<TgClient, 'dialogs' | 'person' | 'directory'>;
  me(): PeerId;
  settings(): ChatSettings;
  /** The chat under whose number a room was switched: a supergroup may have been a basic group then. */
  roomOf(chat: PeerId): PeerId;
  /** Whether the user has written to that person from here. */
  addressed(person: PeerId): Promise<boolean>;
}

/**
 * Which chats come here. The user's word on a single chat counts most. Of all others: `contacts` means private chats
 * with people of his contact list, with whom he has written to from here, and with Telegram itself, and no groups;
 * `unmuted` means all but those that he has silenced on Telegram.
 */
export class ChatChoice {
  readonly #muted = new Set<PeerId>();
  #known = false;
  #reading: Promise<void> | undefined;

  constructor(private readonly services: ChoiceServices) {}

  /**
   * Whether that chat comes here. Rejects with TgError when it cannot be asked.
   * @returns a promise only where something has to be asked
   */
  wants(chat: PeerId): boolean | Promise<boolean> {
    const { settings, me, roomOf } = this.services;
    const { chats, chosen } = settings();
    const own = chosen.get(roomOf(chat)) ?? chosen.get(chat);
    if (own !== undefined) return own;
    if (chats === 'all' || chat === me() || chat === TELEGRAM) return true;
    if (chats === 'unmuted')
      return this.#known ? !this.#muted.has(chat) : this.#readOnce().then(() => !this.#muted.has(chat));
    if (!chat.startsWith('u')) return false;
    return this.services.client().directory.person(chat)?.contact === true || this.#near(chat);
  }

  /** What was silenced meanwhile is not known. */
  reset(): void {
    this.#muted.clear();
    this.#known = false;
  }

  /** The list of conversations was read. */
  learn(dialogs: readonly TgDialog[]): void {
    for (const { peer, muted } of dialogs) this.muted(peer, muted);
    this.#known = true;
  }

  /** The user has silenced a conversation, or wants to hear of it again. */
  muted(chat: PeerId, muted: boolean): void {
    this.#muted.delete(chat);
    if (muted && this.#muted.size < MOST_MUTED) this.#muted.add(chat);
  }

  async #readOnce(): Promise<void> {
    this.#reading ??= this.services
      .client()
      .dialogs(DIALOGS)
      .then((dialogs) => this.learn(dialogs));
    try {
      await this.#reading;
    } finally {
      this.#reading = undefined;
    }
  }

  async #near(chat: PeerId): Promise<boolean> {
    const { addressed } = this.services;
    const client = this.services.client();
    const person = client.directory.person(chat) ?? (await client.person(chat));
    return person?.contact === true || (await addressed(chat));
  }
}
