import { type ErrorCode, GatewayError } from '../../../gateway/error.js';
import type { DirectMessage, InboundEvent } from '../../../gateway/event.js';
import type { Log } from '../../../gateway/gateway.js';
import type { ContactId, MemberId, RoomId } from '../../../gateway/ids.js';
import type { ConnectionState, Session } from '../../../gateway/session.js';
import type { Text } from '../../../gateway/text.js';
import type { Translator } from '../../translator.js';
import type { Crossing, Leg, LegEnd, LegHost, LegState } from '../leg.js';
import type { NamedPerson } from '../mentions.js';
import type { LegId, LegSignal, RelayMention, Sanction, Speaker, Whisper } from '../model.js';
import type { LegSettings } from '../settings.js';
import type { Bot, RoomListener } from './bot.js';
import { Echoes } from './echoes.js';
import { Hearing } from './hearing.js';
import { Members } from './members.js';
import { obeySanction } from './obey.js';
import { OwnVoices } from './own-voices.js';
import type { NetworkPort } from './port.js';
import { type PuppetOptions, Puppets } from './puppets.js';
import { Sayings } from './sayings.js';
import { Telling } from './telling.js';
import { Voices } from './voices.js';
import { WriteAccess } from './write-access.js';

/** Words that wait for each other where they go out as letters. */
const LETTER = 50;
/** What it means that a room, which the relay was put out of, does not let it in again. */
const END: Partial<Record<ErrorCode, LegEnd>> = { banned: 'banned', 'not-found': 'destroyed' };

/** How a relay is in a room of a network. */
export interface NetworkLegOptions {
  readonly puppets: PuppetOptions;
  /** The relay's own name there, where one can choose it. */
  readonly nick: string;
  readonly password?: string;
  readonly language: string;
  /** Before the first and the last of the tries to come in again (ms). */
  readonly retryFirstMs: number;
  readonly retryLastMs: number;
  /** Between two looks who has been silent for long (ms). */
  readonly sweepMs: number;
  readonly mostMembers: number;
  /** How long words wait for others where they go out as letters (ms). */
  readonly lettersMs: number;
  /** As set for this leg, at every moment. */
  settings(): LegSettings;
}

/** What a leg on a network needs of the world. */
export interface NetworkLegServices {
  readonly port: NetworkPort;
  readonly bot: Bot;
  readonly room: RoomId;
  /** Bare JID of a person of the network as a contact. */
  addressOf: ConstructorParameters<typeof Members>[1];
  /** A word that tells which leg it is, for names that are taken. */
  labelOf(leg: LegId): string;
  /** Whether somebody who speaks on a leg wants to speak here by his own account. Rejects with the store's error. */
  agreed(owner: string, from: LegId): Promise<boolean>;
  now(): number;
  readonly translator: Pick<Translator, 'say'>;
  readonly log: Log;
}

/** A room of a network behind the gateway. Everything that networks differ in is behind the seam. */
export class NetworkLeg implements Leg, RoomListener {
  /** Speakers may have connections of their own: each is awaited, so that the order holds; letters hold many words. */
  readonly window: number;
  #state: LegState = { state: 'joining' };
  #host: LegHost | undefined;
  readonly #members: Members;
  readonly #puppets: Puppets;
  readonly #own: OwnVoices;
  readonly #voices: Voices;
  readonly #telling: Telling;
  readonly #hearing: Hearing;
  readonly #access: WriteAccess;
  /** The network has put the relay out, and has not been asked yet whether it may come back. */
  #putOut = false;
  /** It wants to be in, or is, as far as the network knows. */
  #asked = false;
  #self: MemberId | undefined;
  #retry: NodeJS.Timeout | undefined;
  #sweeper: NodeJS.Timeout | undefined;
  #tries = 0;
  #stopped = false;

  constructor(
    readonly id: LegId,
    private readonly options: NetworkLegOptions,
    private readonly services: NetworkLegServices,
  ) {
    const { port, room, bot, now, labelOf, addressOf, agreed } = services;
    const { settings } = options;
    this.window = port.gateway.letters ? LETTER : 1;
    const owner = bot.owner.bare;
    const trouble = (speaker: Speaker, error: unknown): void => this.#trouble(speaker, error);
    this.#access = new WriteAccess({
      whySilent: () => bot.session?.rooms?.whySilent?.(room),
      changed: () => this.#host?.changed(this.state),
    });
    this.#members = new Members(options.mostMembers, addressOf);
    this.#puppets = new Puppets(options.puppets, {
      ...{ port, room, now, labelOf, trouble, domain: bot.owner.domain },
      effectiveNick: (nick) => bot.session?.rooms?.effectiveNick?.(room, nick) ?? nick,
      removed: (...removed) => this.#removed(...removed),
      whispered: (to, home, event) => this.#hearing.whispered(to, home, event),
    });
    this.#own = new OwnVoices(options.puppets, { port, room, now, agreed, trouble });
    const leg = this;
    const seat = {
      owner,
      get member() {
        return leg.#self;
      },
      session: () => this.#session,
    };
    this.#voices = new Voices(seat, this.#puppets, this.#own);
    const shared = { port, owner, voices: this.#voices, sayings: new Sayings(), echoes: new Echoes(now) };
    this.#telling = new Telling({
      ...{ ...shared, room, settings, now, lettersMs: options.lettersMs },
      translate: (text) => this.#translate(text),
      nameOf: (mention) => this.#nameOf(mention),
      memberOf: ({ leg: home, key }) => (home === id ? this.#members.withKey(key)?.id : undefined),
    });
    this.#hearing = new Hearing({
      ...{ ...shared, leg: id, members: this.#members, puppets: this.#puppets, now },
      self: () => this.#self,
      host: () => this.#host,
      answer: (to, home, event, error) =>
        this.#answer(this.#puppets.voice(to, home)?.session, event, error.text),
      reply: (event, text) => this.#answer(bot.session, event, text),
      explain: (event) => this.#answer(bot.session, event, { key: 'relay-explained' }),
    });
  }

  get state(): LegState {
    const hindrance = this.#state.state === 'joined' ? this.#access.hindrance : undefined;
    return hindrance ?? this.#state;
  }

  get nick(): string | undefined {
    return this.#self === undefined ? undefined : this.#members.get(this.#self)?.nick;
  }

  start(host: LegHost): void {
    this.#host = host;
    this.#sweeper = setInterval(() => {
      this.#puppets.sweep();
      this.#own.sweep();
    }, this.options.sweepMs);
    this.#sweeper.unref();
    void this.#enter();
  }

  async stop(words?: Text): Promise<void> {
    if (words) await this.say(words).catch(() => undefined);
    this.#stopped = true;
    clearTimeout(this.#retry);
    clearInterval(this.#sweeper);
    this.#access.reset();
    this.#telling.flush();
    this.#hearing.stop();
    this.#own.close();
    await this.#puppets.close();
    const { bot, room } = this.services;
    if (this.#asked) bot.session?.rooms?.leave(room);
    await bot.detach(room, this);
  }

  async cross(crossing: Crossing): Promise<readonly string[]> {
    try {
      return await this.#telling.cross(crossing);
    } catch (error) {
      throw this.#access.failed(error, crossing.id);
    }
  }

  signal(from: LegId, signal: LegSignal): void {
    const { typing, presence } = this.options.settings();
    switch (signal.kind) {
      case 'sanction':
        return;
      case 'gone':
        this.#puppets.leave(signal.speaker, from);
        return;
      case 'renamed':
        void this.#puppets.renamed(signal.speaker, from, signal.beforeKey);
        return;
      case 'away':
        if (presence !== 'nobody') this.#puppets.away(signal.speaker, from, signal.away ? '' : undefined);
        return;
      case 'typing':
        if (typing && this.services.port.gateway.messaging === 'stored')
          this.services.bot.session?.typing?.setTyping(this.services.room, signal.composing);
        return;
      default:
        signal satisfies never;
    }
  }

  async obey(sanction: Sanction): Promise<void> {
    if (sanction.home !== this.id) return;
    const { rooms } = this.#session;
    const member = this.#members.withKey(sanction.person.key);
    await obeySanction(rooms, this.services.room, member, sanction);
  }

  async say(text: Text): Promise<void> {
    await this.#telling.say(text);
  }

  async whisper(to: Speaker, whisper: Whisper): Promise<void> {
    const member = this.#members.withKey(to.key);
    await this.#telling.whisper(member?.contact ?? (to.key as ContactId), whisper);
  }

  called(name: string): NamedPerson | undefined {
    const person = this.#hearing.called(name);
    return person?.leg === this.id ? person : undefined;
  }

  describe(): readonly Text[] {
    const { port, bot, room } = this.services;
    const { present, most } = this.#puppets;
    return [
      { key: 'relay-fact-stand-ins', args: { count: present, most } },
      ...(port.gateway.limitations ?? []),
      ...(bot.session?.limitations?.(room) ?? []),
    ];
  }

  get congested(): boolean {
    return this.#host?.congested ?? false;
  }

  async relieved(): Promise<void> {
    await this.#host?.relieved();
  }

  event(event: InboundEvent): Promise<void> | undefined {
    switch (event.type) {
      case 'room-entered':
        this.#self = event.self;
        this.#hearing.entered(event);
        this.#tries = 0;
        this.#putOut = false;
        this.#change({ state: 'joined' });
        this.#access.look();
        return undefined;
      case 'room-refused':
        this.#refused(event.error);
        return undefined;
      case 'room-suspended':
        this.#change({ state: 'away', reason: { key: 'relay-network-away' } });
        return undefined;
      case 'room-left':
        this.#left(event.cause, event.by);
        return undefined;
      case 'direct-message':
        return this.#hearing.addressed(event);
      case 'person-renamed':
        if (event.from === this.#self) this.#self = event.to;
        return this.#hearing.event(event);
      case 'traits-changed':
      case 'member-changed':
        this.#access.look();
        return this.#hearing.event(event);
      default:
        return this.#hearing.event(event);
    }
  }

  /** Of the whole connection: one that only the operator can mend does not come back by itself. */
  connection(state: ConnectionState): void {
    if (this.#stopped) return;
    if (state.state === 'bad-credentials') this.#change({ state: 'refused', reason: state.text });
    else if (state.state === 'transient-failure') this.#change({ state: 'away', reason: state.text });
    else if (state.state === 'connected' && this.#state.state !== 'joined') void this.#enter();
  }

  get #session(): Session {
    const { session } = this.services.bot;
    if (this.#state.state === 'joined' && session) return session;
    throw new GatewayError('network-unreachable', { key: 'relay-network-away' }, 'not-sent', true);
  }

  async #enter(): Promise<void> {
    if (this.#stopped) return;
    const { bot, room } = this.services;
    const { nick, password } = this.options;
    this.#change({ state: 'joining' });
    try {
      const { rooms } = await bot.attach(room, this);
      if (!rooms) throw new GatewayError('unsupported', { key: 'relay-no-rooms' });
      // It was let go of while the account was being connected.
      if (this.#stopped) return;
      this.#asked = true;
      const others = [2, 3, 4].map((number) => `${nick}${number}`);
      rooms.join(room, { nick, others, ...(password !== undefined && { password }) });
    } catch (error) {
      this.#refused(error);
    }
  }

  #refused(error: unknown): void {
    this.#asked = false;
    const reason = error instanceof GatewayError ? error.text : { key: 'relay-network-away' };
    const passing = error instanceof GatewayError && error.retryable;
    this.#change({ state: passing ? 'away' : 'refused', reason });
    if (this.#putOut && error instanceof GatewayError && !passing)
      this.#host?.ended(END[error.code] ?? 'removed');
    else this.#again();
  }

  #again(): void {
    if (this.#stopped) return;
    const { retryFirstMs, retryLastMs } = this.options;
    const pause = Math.min(retryFirstMs * 2 ** this.#tries, retryLastMs);
    this.#tries += 1;
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => void this.#enter(), pause);
    this.#retry.unref();
  }

  #left(cause: Extract<InboundEvent, { readonly type: 'room-left' }>['cause'], by: string | undefined): void {
    this.#asked = false;
    if (this.#stopped) return;
    this.#change({ state: 'away', reason: { key: 'relay-network-away' } });
    if (cause === 'removed' || cause === 'banned') {
      this.#host?.ended(cause, by);
      return;
    }
    this.#putOut = cause === 'left';
    this.#again();
  }

  #removed(person: Speaker, home: LegId, banned: boolean, by: string | undefined): void {
    const act = banned ? 'banned' : 'kicked';
    this.#hearing.sanctioned({ kind: 'sanction', act, person, home, ...(by !== undefined && { by }) });
  }

  #nameOf(mention: RelayMention): string | undefined {
    if (mention.leg === this.id) return this.#members.withKey(mention.key)?.nick ?? mention.nick;
    return this.#voices.nickOf(mention) ?? mention.nick;
  }

  async #answer(session: Session | undefined, event: DirectMessage, text: Text): Promise<void> {
    const message = { text: this.#translate(text), automatic: true };
    await session?.send({ kind: 'contact', id: event.from }, message).accepted;
  }

  #trouble({ nick }: Speaker, error: unknown): void {
    this.services.log.debug({ leg: this.id, nick, err: error }, 'a speaker has no connection of his own');
  }

  #translate(text: Text): string {
    return this.services.translator.say(text, this.options.language);
  }

  #change(state: LegState): void {
    if (state.state !== 'joined') this.#access.reset();
    this.#state = state;
    this.#host?.changed(this.state);
  }
}
