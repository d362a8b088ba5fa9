import type { InboundEvent } from '../../src/gateway/event.js';
import type { AccountView } from '../../src/gateway/gateway.js';
import type { ConnectionState, HistoryFacet, SessionHost } from '../../src/gateway/session.js';
import type { Text } from '../../src/gateway/text.js';
import type { Reached } from './account/progress.js';
import { proxiesOf, sessionOf, settingsOf } from './account/settings.js';
import { type TgClient, TgError, type TgListener } from './client/client.js';
import type { TgEvent, UpdateState } from './client/events.js';
import type { PeerId } from './client/model.js';
import { peerName } from './content/names.js';
import type { TelegramContext } from './context.js';
import { Incoming } from './conversation/incoming.js';
import { Intake } from './conversation/intake.js';
import { LatestWrite } from './conversation/latest-write.js';
import { Offers } from './conversation/offers.js';
import { conversationPast } from './conversation/past.js';
import { SeenEdits } from './conversation/seen-edits.js';
import { SeenReactions } from './conversation/seen-reactions.js';
import { isFinal, lostText, toGatewayError } from './failure.js';
import { asContactId } from './ids.js';
import { accessHashes } from './people/access-hashes.js';
import { BlockedPeople } from './people/blocked-people.js';
import { ContactList } from './people/contact-list.js';
import { RoomHistory } from './rooms/history.js';
import { IncomingRooms } from './rooms/incoming-rooms.js';
import { RoomList } from './rooms/room-list.js';
import { SeenRoomReactions } from './rooms/seen-room-reactions.js';
import type { TelegramRooms } from './rooms/telegram-rooms.js';

const DAY_MS = 86_400_000;
const MS_PER_SECOND = 1_000;

/** What the user may react with. */
export interface ReactionLimits {
  readonly emojis: 'all' | readonly string[];
  readonly perUser: number;
}

/** A client at work, with what belongs to it. */
interface Running {
  readonly client: TgClient;
  readonly contacts: ContactList;
  readonly list: RoomList;
  readonly offers: Offers;
  readonly incoming: Incoming;
  readonly intake: Intake;
  readonly history: HistoryFacet;
}

/** One login of an account, from its session to its end: connects, and tells what happens. */
export class Connection {
  readonly me: PeerId;
  readonly reactions: SeenReactions;
  readonly roomReactions: SeenRoomReactions;
  /** What may be reacted with; undefined until it is known. */
  reactionLimits: ReactionLimits | undefined;
  #running: Running | undefined;
  #state: ConnectionState = { state: 'idle' };
  #started: Promise<void> = Promise.resolve();
  #stopped = false;
  #again: NodeJS.Timeout | undefined;
  /** Whoever waits for the connection. */
  readonly #waiting: (() => void)[] = [];
  readonly #granted: string;
  readonly #reached: LatestWrite<Reached>;
  readonly #channels: LatestWrite<ReadonlyMap<PeerId, number>>;
  readonly #sessions: LatestWrite<{ readonly session: string; readonly lost?: string }>;
  #session = '';

  constructor(
    private readonly context: TelegramContext,
    private readonly account: AccountView,
    private readonly host: SessionHost,
    private readonly rooms: TelegramRooms,
    private readonly report: (state: ConnectionState) => void,
  ) {
    const { vault, progress, options } = context;
    this.me = settingsOf(account)?.user ?? 'u0';
    this.#granted = sessionOf(account) ?? '';
    this.reactions = new SeenReactions(options.conversations.remembered);
    this.roomReactions = new SeenRoomReactions(options.conversations.remembered);
    const trouble = (error: unknown): void => {
      this.#warn(error, 'how far an account has come could not be kept');
    };
    this.#reached = new LatestWrite((value) => progress.keepReached(account.id, this.me, value), trouble);
    this.#channels = new LatestWrite((value) => progress.keepChannels(account.id, this.me, value), trouble);
    this.#sessions = new LatestWrite((value) => vault.keep(account.id, this.#granted, value), trouble);
  }

  get state(): ConnectionState {
    return this.#state;
  }

  /** Undefined before it has begun, and after its end. */
  get client(): TgClient | undefined {
    return this.#running?.client;
  }

  get contacts(): ContactList | undefined {
    return this.#running?.contacts;
  }

  /** The list of the account's rooms. */
  get list(): RoomList | undefined {
    return this.#running?.list;
  }

  get history(): HistoryFacet | undefined {
    return this.#running?.history;
  }

  get offers(): Offers | undefined {
    return this.#running?.offers;
  }

  /** Begins. Never throws. */
  start(): void {
    this.#report({ state: 'connecting' });
    this.#started = this.#start();
  }

  /** Resolves when it is closed and what was reached is kept. Never rejects. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#again);
    this.#wake();
    const running = this.#running;
    this.#running = undefined;
    running?.contacts.stop();
    // The client waits until what it has told is taken, which may never be: neither may wait for the other.
    const taken = running?.intake.stop();
    // What waits for the server ends with the connection.
    await running?.client.stop().catch(() => undefined);
    await this.#started;
    await taken;
    await Promise.all([this.#reached.idle(), this.#channels.idle(), this.#sessions.idle()]);
    this.#state = { state: 'idle' };
  }

  event(event: TgEvent): Promise<void> | undefined {
    const { intake, incoming } = this.#running ?? {};
    if (event.type !== 'typing' && event.type !== 'status') return intake?.event(event);
    incoming?.fleeting(event);
    return undefined;
  }

  connected(): boolean {
    return this.#state.state === 'connected';
  }

  lost(reason: string): void {
    this.#sessions.put({ session: this.#session, lost: reason });
    this.#report({ state: 'bad-credentials', text: lostText(reason) });
    this.#wake();
  }

  session(session: string): void {
    this.#session = session;
    this.#sessions.put({ session });
  }

  reached(state: UpdateState): void {
    this.#running?.intake.reached(state);
  }

  channelReached(channel: PeerId, pts: number): void {
    this.#running?.intake.channelReached(channel, pts);
  }

  /** Of the client, as `TgListener.state`. */
  #changed(state: 'connecting' | 'connected' | 'away'): void {
    if (this.#stopped || this.#state.state === 'bad-credentials') return;
    if (state === 'connecting') this.#report({ state: 'connecting' });
    else if (state === 'away') this.#report({ state: 'transient-failure', text: this.#away() });
    else {
      this.#report({ state: 'connected' });
      this.#wake();
      if (this.#again) this.#beginAgain();
      const { contacts, list } = this.#running ?? {};
      void contacts?.read();
      // What could not be read before may be now.
      if (list && !list.told) void list.read();
    }
  }

  /** Resolves when Telegram can be asked, or nobody wants to any more. */
  async #whenConnected(): Promise<void> {
    while (!this.connected() && !this.#stopped && this.#state.state !== 'bad-credentials')
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  /** The user's own proxies may be what is wrong. */
  #away(): Text {
    const own = this.context.options.userProxies && proxiesOf(this.account).length > 0;
    return own ? { key: 'telegram-away-by-proxies' } : { key: 'telegram-away' };
  }

  async #start(): Promise<void> {
    const { vault, progress, environment } = this.context;
    const { id } = this.account;
    try {
      const { session, lost } = await vault.current(id, this.#granted);
      if (this.#stopped) return;
      if (lost !== undefined) {
        this.#report({ state: 'bad-credentials', text: lostText(lost) });
        return;
      }
      const [reached, channels] = await Promise.all([
        progress.reached(id, this.me),
        progress.channels(id, this.me),
        this.rooms.chats.begin(),
      ]);
      if (this.#stopped) return;
      this.#session = session;
      this.#running ??= this.#run(session, reached, channels);
      const { client, contacts, list } = this.#running;
      await client.start(reached?.state, channels);
      // Many may have to connect before.
      await this.#whenConnected();
      if (this.#stopped) return;
      await client.me();
      if (!settingsOf(this.account)?.bot) {
        this.reactionLimits = await client.allowedReactions(this.me);
        await contacts.readBlocked();
        if (!list.told) await list.read();
      }
      environment.log.debug({ account: id }, 'a session of Telegram has begun');
    } catch (error) {
      this.#failed(error);
    }
  }

  #run(session: string, reached: Reached | undefined, channels: ReadonlyMap<PeerId, number>): Running {
    const { context, account, host, me, rooms } = this;
    const { environment, options, emojis, now } = context;
    const { conversations, people, files, rooms: groups } = options;
    const listener: TgListener = {
      event: (event) => this.event(event),
      state: (state) => this.#changed(state),
      lost: (reason) => this.lost(reason),
      session: (changed) => this.session(changed),
      reached: (state) => this.reached(state),
      channelReached: (channel, pts) => this.channelReached(channel, pts),
    };
    const client = context.client({
      ...{ session, listener, proxies: proxiesOf(account), language: account.language },
      hashes: accessHashes(environment.state, account.id, me),
    });
    const bot = settingsOf(account)?.bot === true;
    const blocked = new BlockedPeople(environment.state, account.id, me, (person, is) =>
      host.emit({ type: 'contact-blocked', contact: asContactId(person), blocked: is }),
    );
    const contacts = new ContactList({
      ...{ client, host, blocked, refreshMs: people.refreshMs, lists: !bot },
      trouble: (error, what) => this.#warn(error, what),
    });
    const offers = new Offers(environment.state, account.id, conversations.interactiveDays * DAY_MS, now);
    const emit = (event: InboundEvent) => host.emit(event);
    const list = new RoomList({
      ...{ client, chats: rooms.chats, most: groups.listed, lists: !bot, emit },
      trouble: (error, what) => this.#warn(error, what),
    });
    const edits = new SeenEdits(conversations.remembered);
    const passedOver = (event: TgEvent, error: unknown) => this.#passedOver(event, error, client);
    const since = reached ? reached.state.date * MS_PER_SECOND : now();
    const common = {
      ...{ client, me, offers, edits, emojis, now, emit, passedOver, since },
      ...{ stickerPixels: files.stickerPixels, mostMissed: conversations.missedMessages },
    };
    const inRooms = new IncomingRooms({ ...common, rooms, list, reactions: this.roomReactions });
    const incoming = new Incoming({
      ...{ ...common, contacts, reactions: this.reactions, choice: rooms.chats.choice, rooms: inRooms },
    });
    const past = new RoomHistory({
      ...{ client, me, rooms },
      past: (message, before) => inRooms.past(message, before),
    });
    const history: HistoryFacet = {
      fetch: (room, range) => past.fetch(room, range),
      conversation: (contact, limit) => conversationPast(client, contact, limit, (one) => incoming.past(one)),
    };
    const intake = new Intake(
      {
        take: (event, newest) => incoming.take(event, newest),
        relieved: () => (host.congested ? host.relieved() : undefined),
        reached: (value) => this.#reached.put(value),
        channelsReached: (value) => this.#channels.put(value),
        trouble: (error) => this.#warn(error, 'an event of Telegram has to be taken again'),
        ...{ isFinal, passedOver },
      },
      conversations,
      reached?.newest ?? 0,
      channels,
    );
    return { client, contacts, list, offers, incoming, intake, history };
  }

  /** Something cannot be brought to the user, however often it is tried. */
  #passedOver(event: TgEvent, error: unknown, { directory }: TgClient): void {
    this.#warn(error, 'an event of Telegram could not be taken');
    if (event.type !== 'message') return;
    const chat = peerName(directory, event.message.chat);
    const notice = { type: 'user-notice', text: { key: 'telegram-not-taken', args: { chat } } } as const;
    this.host.emit(notice)?.catch((failure: unknown) => this.#warn(failure, 'a notice could not be given'));
  }

  /** Something did not go as it should at the beginning: it is begun again, unless only the user can help. */
  #failed(error: unknown): void {
    if (this.#stopped || (error instanceof TgError && error.kind === 'lost')) return;
    this.#warn(error, 'a session of Telegram could not be begun');
    if (this.connected() && isFinal(error)) return;
    if (!this.connected()) this.#report({ state: 'transient-failure', text: toGatewayError(error).text });
    this.#again = setTimeout(() => this.#beginAgain(), this.context.options.limits.retryLastMs);
    this.#again.unref();
  }

  #beginAgain(): void {
    clearTimeout(this.#again);
    this.#again = undefined;
    this.#started = this.#start();
  }

  #report(state: ConnectionState): void {
    if (this.#stopped || state.state === this.#state.state) return;
    this.#state = state;
    this.report(state);
    this.rooms.changed();
  }

  #warn(error: unknown, what: string): void {
    if (this.#stopped) return;
    const reason = error instanceof TgError ? error.message : undefined;
    const fields = { account: this.account.id, ...(reason === undefined ? { err: error } : { reason }) };
    this.context.environment.log.warn(fields, what);
  }
}
