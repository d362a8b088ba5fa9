import { isDeepStrictEqual } from 'node:util';
import bigInt from 'big-integer';
import { Api } from 'telegram';
import { type TgDirectory, TgError } from '../client.js';
import type { PeerId, TgChat, TgPerson, TgRights } from '../model.js';
import type { TgHashStore } from '../options.js';
import { toChat, toPerson } from './peers-to-model.js';

/** New access hashes are kept together, that long after the first of them (ms). */
const SAVE_AFTER_MS = 5_000;

interface Known {
  readonly person?: TgPerson;
  readonly chat?: TgChat;
  /** Needed to name him; undefined where the server gave none that is good by itself. */
  readonly hash?: string;
  /** A message by which somebody can be named whose access hash is not known (core.telegram.org/api/min). */
  readonly seen?: { readonly chat: PeerId; readonly message: number };
}

/** What was not known, or other than known, before. */
export interface Changes {
  readonly people: readonly TgPerson[];
  readonly chats: readonly TgChat[];
}

/**
 * Whom the account has heard of. What was not used for longest is forgotten; access hashes are kept in a store, so
 * that somebody can be written to after a restart without asking the server for everybody first.
 */
export class Directory implements TgDirectory {
  readonly #known = new Map<PeerId, Known>();
  #unsaved = new Map<PeerId, string>();
  #saving: NodeJS.Timeout | undefined;

  constructor(
    private readonly hashes: TgHashStore,
    private readonly most: number,
    /** Has the server tell of everybody in the list of dialogues and contacts. */
    private readonly refill: () => Promise<void>,
  ) {}

  person(id: PeerId): TgPerson | undefined {
    return this.#use(id)?.person;
  }

  chat(id: PeerId): TgChat | undefined {
    return this.#use(id)?.chat;
  }

  rights(id: PeerId): TgRights | undefined {
    return this.chat(id)?.rights;
  }

  has(id: PeerId): boolean {
    return this.#known.has(id);
  }

  /** Takes what the server tells of people and chats; what has changed of those known before. */
  learn(users: readonly Api.TypeUser[], chats: readonly Api.TypeChat[]): Changes {
    const changed = {
      people: users.flatMap((user) => this.#learnPerson(user) ?? []),
      chats: chats.flatMap((chat) => this.#learnChat(chat) ?? []),
    };
    if (this.#unsaved.size > 0) this.#saving ??= setTimeout(() => void this.save(), SAVE_AFTER_MS).unref();
    return changed;
  }

  /** Somebody has written that. */
  saw(person: PeerId, chat: PeerId, message: number): void {
    const known = this.#known.get(person);
    if (known && known.hash === undefined) this.#known.set(person, { ...known, seen: { chat, message } });
  }

  /** Keeps the access hashes that are new. Never rejects: what is lost is asked for again. */
  async save(): Promise<void> {
    clearTimeout(this.#saving);
    this.#saving = undefined;
    const unsaved = this.#unsaved;
    this.#unsaved = new Map();
    if (unsaved.size > 0) await this.hashes.save(unsaved).catch(() => undefined);
  }

  /** How requests name somebody or some chat. Rejects with TgError PEER_NOT_KNOWN. */
  async inputPeer(id: PeerId): Promise<Api.TypeInputPeer> {
    const number = bigInt(id.slice(1));
    if (id.startsWith('g')) return new Api.InputPeerChat({ chatId: number });
    const found = await this.#find(id);
    if (found instanceof Api.InputUserFromMessage)
      return new Api.InputPeerUserFromMessage({ peer: found.peer, msgId: found.msgId, userId: number });
    const accessHash = bigInt(found);
    return id.startsWith('u')
      ? new Api.InputPeerUser({ userId: number, accessHash })
      : new Api.InputPeerChannel({ channelId: number, accessHash });
  }

  async inputUser(id: PeerId): Promise<Api.TypeInputUser> {
    const found = await this.#find(id);
    if (found instanceof Api.InputUserFromMessage) return found;
    return new Api.InputUser({ userId: bigInt(id.slice(1)), accessHash: bigInt(found) });
  }

  async inputChannel(id: PeerId): Promise<Api.InputChannel> {
    const found = await this.#find(id);
    if (found instanceof Api.InputUserFromMessage) throw new TgError('refused', 'PEER_NOT_KNOWN');
    return new Api.InputChannel({ channelId: bigInt(id.slice(1)), accessHash: bigInt(found) });
  }

  async #find(id: PeerId): Promise<string | Api.InputUserFromMessage> {
    const known = this.#use(id);
    if (known?.hash !== undefined) return known.hash;
    const kept = await this.hashes.load(id).catch(() => undefined);
    if (kept !== undefined) {
      this.#remember(id, { ...known, hash: kept });
      return kept;
    }
    if (known?.seen) {
      const { chat, message } = known.seen;
      const peer = await this.inputPeer(chat);
      return new Api.InputUserFromMessage({ peer, msgId: message, userId: bigInt(id.slice(1)) });
    }
    await this.refill();
    const { hash } = this.#known.get(id) ?? {};
    if (hash === undefined) throw new TgError('refused', 'PEER_NOT_KNOWN');
    return hash;
  }

  #learnPerson(user: Api.TypeUser): TgPerson | undefined {
    const person = toPerson(user);
    if (!person || !(user instanceof Api.User)) return undefined;
    const known = this.#known.get(person.id);
    // Less than what is known: without a number, a status, and with a hash that is good for his messages alone.
    if (user.min && known?.hash !== undefined) return undefined;
    const hash = user.min || !user.accessHash ? undefined : String(user.accessHash);
    this.#keep(person.id, known, hash);
    this.#remember(person.id, { ...known, person, ...(hash !== undefined && { hash }) });
    // Where he was last is told by itself.
    const before = known?.person && { ...known.person, status: person.status };
    return before && !isDeepStrictEqual(before, person) ? person : undefined;
  }

  #learnChat(chat: Api.TypeChat): TgChat | undefined {
    const model = toChat(chat);
    if (!model) return undefined;
    const known = this.#known.get(model.id);
    const min = chat instanceof Api.Channel && chat.min === true;
    if (min && known?.hash !== undefined) return undefined;
    const given =
      chat instanceof Api.Channel || chat instanceof Api.ChannelForbidden ? chat.accessHash : undefined;
    const hash = min || !given ? undefined : String(given);
    this.#keep(model.id, known, hash);
    this.#remember(model.id, { ...known, chat: model, ...(hash !== undefined && { hash }) });
    const before = known?.chat;
    return before && !isDeepStrictEqual(before, model) ? model : undefined;
  }

  #keep(id: PeerId, known: Known | undefined, hash: string | undefined): void {
    if (hash !== undefined && known?.hash !== hash) this.#unsaved.set(id, hash);
  }

  #remember(id: PeerId, known: Known): void {
    this.#known.delete(id);
    this.#known.set(id, known);
    if (this.#known.size > this.most)
      for (const oldest of this.#known.keys()) {
        this.#known.delete(oldest);
        break;
      }
  }

  #use(id: PeerId): Known | undefined {
    const known = this.#known.get(id);
    if (known) this.#remember(id, known);
    return known;
  }
}
