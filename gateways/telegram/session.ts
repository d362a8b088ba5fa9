import { isDeepStrictEqual } from 'node:util';
import type { Address } from '../../src/gateway/address.js';
import { GatewayError } from '../../src/gateway/error.js';
import type { AccountView } from '../../src/gateway/gateway.js';
import type { ContactId, RoomId } from '../../src/gateway/ids.js';
import type { MessageReference, OutboundMessage, Target } from '../../src/gateway/message.js';
import type {
  Acceptance,
  ConnectionState,
  ContactsFacet,
  EditsFacet,
  HistoryFacet,
  MediaFacet,
  PeopleFacet,
  ReactionsFacet,
  ReceiptsFacet,
  RetractionsFacet,
  SearchFacet,
  Sent,
  Session,
  SessionHost,
  TypingFacet,
} from '../../src/gateway/session.js';
import type { Text } from '../../src/gateway/text.js';
import { chatSettingsOf } from './account/chat-settings.js';
import { forsake } from './account/forsake.js';
import { proxiesOf, sessionOf, settingsOf } from './account/settings.js';
import type { TgClient } from './client/client.js';
import { TgError } from './client/client.js';
import type { PeerId } from './client/model.js';
import { Connection } from './connection.js';
import { peerName } from './content/names.js';
import { NUMBERS, shownReactions } from './content/reactions.js';
import type { TelegramContext } from './context.js';
import { editTo, type OutgoingServices, sendTo } from './conversation/outgoing.js';
import { reactTo } from './conversation/react.js';
import { OutgoingTyping } from './conversation/typing.js';
import { inWords } from './failure.js';
import { asContactId, asMemberId, peerOf } from './ids.js';
import type { ContactList } from './people/contact-list.js';
import { contactsFacet, peopleFacet, resolveTyped, searchFacet } from './people/facets.js';
import { inviteLinkIn } from './people/typed-name.js';
import { AccountChats } from './rooms/account-chats.js';
import { PIN, PinReactions } from './rooms/pin-reactions.js';
import { TelegramRooms } from './rooms/telegram-rooms.js';
import { GENERAL_TOPIC } from './rooms/topic-list.js';

const MS_PER_SECOND = 1_000;
/** He has ended his login himself. */
const NOT_LOGGED_IN = { key: 'telegram-not-logged-in' };

/** One user's account of Telegram. */
export class TelegramSession implements Session {
  readonly people: PeopleFacet;
  readonly rooms: TelegramRooms;
  readonly edits: EditsFacet;
  readonly retractions: RetractionsFacet;
  readonly replies = true;
  readonly mentions = true;
  readonly receipts: ReceiptsFacet;
  readonly typing: TypingFacet;
  readonly media: MediaFacet;
  readonly #contacts: ContactsFacet;
  readonly #search: SearchFacet;
  readonly #typing: OutgoingTyping;
  readonly #pins = new PinReactions();
  #account: AccountView;
  #connection: Connection | undefined;
  /** What the connection was made from. */
  #madeFrom = '';
  #open = false;
  /** Ends when what was before is closed. */
  #closing: Promise<void> = Promise.resolve();

  constructor(
    private readonly context: TelegramContext,
    account: AccountView,
    private readonly host: SessionHost,
    /** Called when the session has ended. */
    private readonly ended: () => void,
  ) {
    this.#account = account;
    const { conversations, files } = context.options;
    const services = { client: () => this.client, contacts: () => this.contactList };
    this.people = peopleFacet(services);
    this.#contacts = contactsFacet(services);
    this.#search = searchFacet(services);
    this.rooms = new TelegramRooms({
      ...{ client: () => this.client, connected: () => this.#connection?.connected() === true },
      ...{ me: () => this.me, host, options: context.options.rooms },
      domain: context.environment.domain,
      chats: new AccountChats({
        ...{ client: () => this.client, me: () => this.me, account: account.id },
        ...{ settings: () => chatSettingsOf(this.#account), state: context.environment.state },
      }),
      name: (peer) => this.#nameOf(peer),
    });
    this.edits = {
      edit: async (target, message, change) => {
        const place = this.rooms.chats.messageAt(target, message);
        await editTo(this.client, place, change, this.rooms.waysOf(target));
      },
    };
    this.retractions = {
      retract: async (target, message) => {
        const { chat, number } = this.rooms.chats.messageAt(target, message);
        await inWords(this.client.delete(chat, [number], true));
      },
    };
    this.receipts = {
      delivered: true,
      markDisplayed: async (where, upTo) => {
        const { addresses } = this.rooms;
        const { chat: place, topic } = addresses.behind(where);
        const { chat, number } = addresses.findMessage(place, upTo) ?? {};
        if (!chat || number === undefined) return;
        const into = topic ?? (await inWords(this.rooms.chats.forums.topicOf(chat, number)));
        await inWords(this.client.read(chat, number, into === GENERAL_TOPIC ? undefined : into));
      },
    };
    this.#typing = new OutgoingTyping(
      () => (this.#connection?.connected() ? this.#connection.client : undefined),
      conversations.typingSeconds * MS_PER_SECOND,
    );
    this.typing = {
      setTyping: (where, composing) => this.#typing.set(this.rooms.addresses.behind(where), composing),
    };
    this.media = { maxBytes: files.maxBytes, accepts: () => true };
  }

  /** Whether it is to be connected. */
  get open(): boolean {
    return this.#open;
  }

  get account(): AccountView {
    return this.#account;
  }

  /** The account's own permanent number. */
  get me(): PeerId {
    return settingsOf(this.#account)?.user ?? 'u0';
  }

  /**
   * The connection, for requests.
   * @throws {GatewayError} while there is none
   */
  get client(): TgClient {
    const { state, client } = this.#connection ?? {};
    if (state?.state === 'bad-credentials') throw new GatewayError('bad-credentials', state.text);
    if (!client) throw new GatewayError('network-unreachable', { key: 'telegram-away' }, 'not-sent', true);
    return client;
  }

  /** @throws {GatewayError} while there is no connection */
  get contactList(): ContactList {
    const { contacts } = this.#connection ?? {};
    if (!contacts) throw new GatewayError('network-unreachable', { key: 'telegram-away' }, 'not-sent', true);
    return contacts;
  }

  /** Bots know nobody but those who write to them. */
  get contacts(): ContactsFacet | undefined {
    return this.#bot ? undefined : this.#contacts;
  }

  get search(): SearchFacet | undefined {
    return this.#bot ? undefined : this.#search;
  }

  /** Telegram lets no bot read what was said. */
  get history(): HistoryFacet | undefined {
    return this.#bot ? undefined : this.#connection?.history;
  }

  get reactions(): ReactionsFacet {
    const { reactionLimits } = this.#connection ?? {};
    const { emojis = 'all', perUser } = reactionLimits ?? {};
    return {
      ...(perUser !== undefined && { maxPerUser: perUser }),
      ...(emojis !== 'all' && { allowed: [...emojis, ...NUMBERS] }),
      limits: (target) => this.#limitsOf(target),
      react: (target, message, chosen) => this.#react(target, message, chosen),
    };
  }

  connect(): void {
    this.#open = true;
    this.#connect();
  }

  /** `before`: whose login is to end before another one begins. */
  #connect(before?: AccountView): void {
    const madeFrom = JSON.stringify([sessionOf(this.#account), proxiesOf(this.#account)]);
    // What Telegram has ended is tried again only with another login.
    if (madeFrom === this.#madeFrom) return;
    this.#madeFrom = madeFrom;
    this.#close();
    if (before) this.#closing = this.#closing.then(() => this.#forsake(before));
    if (sessionOf(this.#account) === undefined) {
      this.host.report({ state: 'bad-credentials', text: NOT_LOGGED_IN });
      return;
    }
    const connection: Connection = new Connection(
      this.context,
      this.#account,
      this.host,
      this.rooms,
      (state) => {
        if (connection === this.#connection) this.host.report(state);
      },
    );
    this.#connection = connection;
    // Two connections with one key would disturb each other.
    this.#closing = this.#closing.then(() => {
      if (connection === this.#connection) connection.start();
    });
  }

  async disconnect(): Promise<void> {
    this.#open = false;
    this.#madeFrom = '';
    this.#close();
    this.ended();
    await this.#closing;
    this.host.report({ state: 'idle' });
  }

  /** Another login takes the place of the one before, which is ended on the server. */
  configure(account: AccountView): void {
    const before = this.#account;
    this.#account = account;
    if (!this.#open) return;
    const old = sessionOf(before);
    const replaced = old !== undefined && old !== sessionOf(account);
    const connection = this.#connection;
    this.#connect(replaced ? before : undefined);
    const chosen = !isDeepStrictEqual(chatSettingsOf(before), chatSettingsOf(account));
    if (chosen && connection === this.#connection) void this.#chosen();
  }

  states(): readonly { readonly state: ConnectionState }[] {
    if (!this.#open) return [];
    if (sessionOf(this.#account) === undefined)
      return [{ state: { state: 'bad-credentials', text: NOT_LOGGED_IN } }];
    return this.#connection ? [{ state: this.#connection.state }] : [];
  }

  refusal(contact: ContactId): GatewayError | undefined {
    const person = this.#connection?.client?.directory.person(peerOf(contact));
    return person?.deleted
      ? new GatewayError('recipient-unavailable', { key: 'telegram-person-deleted' })
      : undefined;
  }

  send(target: Target, message: OutboundMessage): Sent {
    const refused = target.kind === 'contact' ? this.refusal(target.id) : this.rooms.refusal(target);
    if (refused) throw refused;
    return { accepted: this.#send(target, message) };
  }

  async resolveInput(input: string): Promise<Address | undefined> {
    const { chats } = this.rooms;
    const link = inviteLinkIn(input);
    if (link !== undefined) {
      const chat = await chats.join({ link });
      return { kind: 'room', id: chats.addresses.roomOf({ chat }) };
    }
    const address = await resolveTyped(this.client, input, settingsOf(this.#account)?.phone);
    if (address?.kind !== 'room') return address;
    const { chat } = chats.addresses.placeOf(address.id);
    chats.wish(chat);
    return { kind: 'room', id: chats.addresses.roomOf({ chat }) };
  }

  /** Bots are told less than people (core.telegram.org/bots/features#privacy-mode). */
  limitations(room: RoomId): readonly Text[] {
    const occupied = this.rooms.occupied(room);
    if (!this.#bot || !occupied) return [];
    const { admin } = occupied.chat.rights;
    return [
      { key: 'telegram-limitation-bot-history' },
      ...(admin ? [] : [{ key: 'telegram-limitation-bot-plain' }]),
    ];
  }

  /** The login ends on Telegram's side too, as soon as Telegram can be reached. */
  async logout(): Promise<void> {
    const { client, state } = this.#connection ?? {};
    if (state?.state === 'bad-credentials') return;
    if (client && state?.state === 'connected') {
      try {
        await client.logOut();
        return;
      } catch (error) {
        if (error instanceof TgError && error.kind === 'lost') return;
      }
    }
    // Two connections with one key would disturb each other.
    this.#madeFrom = '';
    this.#close();
    await this.#closing;
    await forsake(this.context, this.#account);
  }

  get #bot(): boolean {
    return settingsOf(this.#account)?.bot === true;
  }

  /** Other chats come here now. Never rejects. */
  async #chosen(): Promise<void> {
    await this.rooms.chosen();
    await this.#connection?.list?.read();
  }

  async #send(target: Target, message: OutboundMessage): Promise<Acceptance> {
    const { client, me } = this;
    const { offers } = this.#connection ?? {};
    if (!offers) throw new GatewayError('network-unreachable', { key: 'telegram-away' }, 'not-sent', true);
    const { chat } = this.rooms.addresses.ofTarget(target);
    this.#typing.spoke(chat);
    const services: OutgoingServices = {
      ...{ client, me, offers },
      answered: (where, text) => this.#answered(where, text),
    };
    if (target.kind !== 'room') await this.rooms.chats.addressing(chat);
    const acceptance = await this.rooms.chats.wherever(chat, (now) =>
      sendTo(services, now, message, this.rooms.waysOf(target, message.thread)),
    );
    // The server has it, and so has the person's own client whenever it is there.
    if (target.kind !== 'room')
      for (const id of acceptance.ids)
        this.#tell(this.host.emit({ type: 'delivery-report', message: id, outcome: 'delivered' }));
    return acceptance;
  }

  /** Chats may allow less than Telegram does. */
  #limitsOf(target: Target): ReturnType<NonNullable<ReactionsFacet['limits']>> {
    if (target.kind !== 'room') return undefined;
    const { perUser, emojis = 'all' } = this.#connection?.reactionLimits ?? {};
    const ofRoom = this.rooms.reactions(target.id) ?? 'all';
    const allowed = ofRoom === 'all' ? emojis : ofRoom;
    const pins = this.rooms.occupied(target.id)?.chat.rights.pin ? [PIN] : [];
    return {
      ...(allowed !== 'all' && { allowed: [...allowed, ...NUMBERS, ...pins] }),
      ...(perUser !== undefined && { maxPerUser: perUser }),
    };
  }

  async #react(target: Target, message: MessageReference, chosen: readonly string[]): Promise<void> {
    const { client } = this;
    const place = this.rooms.chats.messageAt(target, message.id);
    const { chat, number } = place;
    const others = target.kind === 'room' ? await this.#pins.take(client, place, chosen) : chosen;
    const ofRoom = target.kind === 'room' ? await this.rooms.askReactions(target.id) : 'all';
    const emojis = ofRoom === 'all' ? (this.#connection?.reactionLimits?.emojis ?? 'all') : ofRoom;
    const reactions = await reactTo(client, chat, number, others, emojis);
    if (!reactions) return;
    const { fallback } = this.context.emojis;
    if (target.kind !== 'room') this.#connection?.reactions.chosen(chat, number, reactions, fallback);
    else this.#connection?.roomReactions.chosen(chat, number, this.me, shownReactions(reactions, fallback));
  }

  #answered(chat: PeerId, text: string): void {
    const said = { nick: this.#nameOf(chat), text, style: 'text', automatic: true } as const;
    this.#tell(
      this.host.emit(
        chat.startsWith('u')
          ? { type: 'direct-message', from: asContactId(chat), ...said }
          : {
              type: 'room-message',
              room: this.rooms.addresses.roomOf({ chat }),
              member: asMemberId(chat),
              ...said,
            },
      ),
    );
  }

  #nameOf(peer: PeerId): string {
    return peerName(this.#connection?.client?.directory, peer);
  }

  #tell(told: Promise<void> | undefined): void {
    told?.catch((error: unknown) => {
      this.context.environment.log.warn({ err: error }, 'a word of Telegram could not be kept');
    });
  }

  /** Never rejects. */
  async #forsake(before: AccountView): Promise<void> {
    await forsake(this.context, before).catch((error: unknown) => {
      this.context.environment.log.warn({ err: error }, 'a login of Telegram will not be ended');
    });
  }

  #close(): void {
    const connection = this.#connection;
    this.#connection = undefined;
    this.#typing.stop();
    this.rooms.ended();
    if (connection) this.#closing = this.#closing.then(() => connection.stop());
  }
}
