import { GatewayError } from '../../../gateway/error.js';
import type { InboundEvent } from '../../../gateway/event.js';
import type { Log } from '../../../gateway/gateway.js';
import type { MemberId, NetworkMessageId, RoomId } from '../../../gateway/ids.js';
import type { OutboundMessage } from '../../../gateway/message.js';
import type { ConnectionState, Session } from '../../../gateway/session.js';
import type { Text } from '../../../gateway/text.js';
import type { Translator } from '../../translator.js';
import type { Crossing, Leg, LegHost, LegState } from '../leg.js';
import type { LegId, LegSignal, RelayFile, RelayWords, Sanction, Speaker } from '../model.js';
import { presenceText } from '../presence-text.js';
import type { LegSettings } from '../settings.js';
import type { Bot, RoomListener } from './bot.js';
import { Members } from './members.js';
import { actOf, obeySanction } from './obey.js';
import type { NetworkPort } from './port.js';
import { type PuppetOptions, Puppets } from './puppets.js';
import { isTelling, type Telling, toLegEvent } from './to-leg-event.js';

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
  now(): number;
  readonly translator: Translator;
  readonly log: Log;
}

/** A room of a network behind the gateway. Everything that networks differ in is behind the seam. */
export class NetworkLeg implements Leg, RoomListener {
  /** Speakers may have connections of their own: each is awaited, so that the order holds. */
  readonly window = 1;
  #state: LegState = { state: 'joining' };
  #host: LegHost | undefined;
  readonly #members: Members;
  readonly #puppets: Puppets;
  #self: MemberId | undefined;
  /** Only who has a voice may speak. */
  #moderated = false;
  #retry: NodeJS.Timeout | undefined;
  #sweeper: NodeJS.Timeout | undefined;
  #tries = 0;
  #stopped = false;

  constructor(
    readonly id: LegId,
    private readonly options: NetworkLegOptions,
    private readonly services: NetworkLegServices,
  ) {
    const { port, room, bot, now, log } = services;
    this.#members = new Members(options.mostMembers, services.addressOf);
    this.#puppets = new Puppets(options.puppets, {
      ...{ port, room, now, domain: bot.owner.domain },
      removed: (person, home, banned, by) => {
        const act = banned ? 'banned' : 'kicked';
        this.#sanctioned({ kind: 'sanction', act, person, home, ...(by !== undefined && { by }) });
      },
      trouble: (speaker, error) => {
        log.debug({ leg: id, nick: speaker.nick, err: error }, 'a speaker has no connection of his own');
      },
    });
  }

  get state(): LegState {
    return this.#state;
  }

  get nick(): string | undefined {
    return this.#self === undefined ? undefined : this.#members.get(this.#self)?.nick;
  }

  start(host: LegHost): void {
    this.#host = host;
    this.#sweeper = setInterval(() => this.#puppets.sweep(), this.options.sweepMs);
    this.#sweeper.unref();
    void this.#enter();
  }

  async stop(words?: Text): Promise<void> {
    if (words) await this.say(words).catch(() => undefined);
    this.#stopped = true;
    clearTimeout(this.#retry);
    clearInterval(this.#sweeper);
    await this.#puppets.leaveAll();
    const { bot, room } = this.services;
    if (this.#state.state === 'joined') bot.session?.rooms?.leave(room);
    await bot.detach(room, this);
  }

  async cross(crossing: Crossing): Promise<readonly string[]> {
    const { content, from, id } = crossing;
    switch (content.kind) {
      case 'said': {
        const own = await this.#puppets.enter(content.speaker, from);
        const words = own ? content.words : named(content.speaker, content.words);
        return this.#say(own ?? this.#session, words, { ...crossing, key: id });
      }
      case 'edited':
        return this.#edit(crossing, content.speaker, content.words);
      case 'retracted':
        return this.#retract(crossing);
      case 'reacted':
        return this.#react(crossing, content.speaker, content.emojis);
      case 'subject':
        return this.#tell({
          key: 'relay-subject',
          args: { nick: content.speaker?.nick ?? '', text: content.text },
        });
      case 'presence': {
        const { speaker, change, before = '' } = content;
        return this.#tell(presenceText(change, speaker.nick, before));
      }
      default:
        return content satisfies never;
    }
  }

  signal(from: LegId, signal: LegSignal): void {
    if (signal.kind === 'gone') this.#puppets.leave(signal.speaker, from);
    else if (signal.kind !== 'typing' || !this.options.settings().typing) return;
    else if (this.services.port.gateway.messaging === 'stored')
      this.services.bot.session?.typing?.setTyping(this.services.room, signal.composing);
  }

  async obey(sanction: Sanction): Promise<void> {
    if (sanction.home !== this.id) return;
    const { rooms } = this.#session;
    const member = this.#members.withKey(sanction.person.key);
    await obeySanction(rooms, this.services.room, member, sanction);
  }

  async say(text: Text): Promise<void> {
    await this.#tell(text);
  }

  describe(): readonly Text[] {
    const { puppets } = this.options;
    const { limitations = [] } = this.services.port.gateway;
    return [
      { key: 'relay-fact-stand-ins', args: { count: this.#puppets.present, most: puppets.most } },
      ...limitations,
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
        this.#moderated = event.traits.moderated;
        this.#members.reset(event.members);
        this.#tries = 0;
        this.#change({ state: 'joined' });
        return undefined;
      case 'room-refused':
        this.#refused(event.error);
        return undefined;
      case 'traits-changed':
        this.#moderated = event.traits.moderated;
        return undefined;
      case 'room-suspended':
        this.#change({ state: 'away', reason: { key: 'relay-network-away' } });
        return undefined;
      case 'room-left':
        this.#left(event.cause, event.by);
        return undefined;
      default:
        return isTelling(event) ? this.#told(event) : this.#moved(event);
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
      rooms.join(room, { nick, ...(password !== undefined && { password }) });
    } catch (error) {
      this.#refused(error);
    }
  }

  #refused(error: unknown): void {
    const reason = error instanceof GatewayError ? error.text : { key: 'relay-network-away' };
    const passing = error instanceof GatewayError && error.retryable;
    this.#change({ state: passing ? 'away' : 'refused', reason });
    this.#again();
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
    if (this.#stopped) return;
    this.#change({ state: 'away', reason: { key: 'relay-network-away' } });
    if (cause === 'removed' || cause === 'banned') this.#host?.ended(cause, by);
    else this.#again();
  }

  async #told(event: Telling): Promise<void> {
    const speaker = this.#speakerOf(event);
    if (speaker === 'own') return;
    const files = event.type === 'room-message' ? await this.#publish(event) : [];
    const told = toLegEvent(event, speaker, files);
    if (told) await this.#host?.happened(told);
  }

  /** `own`: it comes from the relay itself, or one of its people. */
  #speakerOf(event: Telling): Speaker | 'own' | undefined {
    if (event.type === 'room-message-retracted' || event.type === 'message-retracted') return undefined;
    const { member } = event;
    if (member === undefined) return undefined;
    if ('own' in event && event.own) return 'own';
    if (member === this.#self || this.#puppets.owns(member)) return 'own';
    const nick = 'nick' in event ? event.nick : (this.#members.get(member)?.nick ?? event.subject.by ?? '');
    return this.#members.speaker(member, nick, 'contact' in event ? event.contact : undefined);
  }

  #moved(event: InboundEvent): Promise<void> | undefined {
    if (event.type === 'room-typing') {
      const speaker = this.#members.speaker(event.member, event.nick, event.contact);
      if (!event.own) this.#host?.signal({ kind: 'typing', speaker, composing: event.composing });
      return undefined;
    }
    this.#judge(event);
    const news = this.#members.take(event);
    if (!news || news.member === this.#self || this.#puppets.owns(news.member)) return undefined;
    const { content } = news;
    if (content.change === 'left') this.#host?.signal({ kind: 'gone', speaker: content.speaker });
    return this.#host?.happened({ content, ids: [] });
  }

  /** What somebody with rights has done to a member, or to one of ours. */
  #judge(event: InboundEvent): void {
    if (event.type !== 'member-left' && event.type !== 'member-changed') return;
    const before = this.#members.get(event.member);
    const act = actOf(event, before, this.#moderated);
    if (!act || !before || event.member === this.#self) return;
    const puppet = this.#puppets.personOf(event.member);
    // That one of ours was made to go, it hears itself.
    if (puppet && event.type === 'member-left') return;
    const { by } = event;
    this.#sanctioned({
      ...{ kind: 'sanction', act, home: puppet?.from ?? this.id },
      person: puppet?.speaker ?? this.#members.speaker(before.id, before.nick, before.contact),
      ...(by !== undefined && { by }),
    });
  }

  #sanctioned(sanction: Sanction): void {
    const by = sanction.by === undefined ? undefined : this.#members.called(sanction.by);
    // What the relay does itself it has been told to.
    if (by && by.id === this.#self) return;
    this.#host?.signal(sanction);
  }

  async #publish({
    attachments = [],
  }: Extract<Telling, { readonly type: 'room-message' }>): Promise<readonly RelayFile[]> {
    const files: RelayFile[] = [];
    const { media } = this.services.port;
    for (const attachment of attachments) {
      const made = await media.publish({ owner: this.services.bot.owner.bare }, attachment);
      if (made.kind === 'file') {
        const { url, name, mediaType, size } = made;
        files.push({ url, name, mediaType, size });
      }
    }
    return files;
  }

  async #say(
    session: Session,
    words: RelayWords,
    { key, reference, delayed }: Pick<Crossing, 'reference' | 'delayed'> & { readonly key: string },
  ): Promise<readonly string[]> {
    const { port, room, bot } = this.services;
    const { files = [], remarks = [], action, styled } = words;
    const [answered] = reference?.ids ?? [];
    const natively = session.replies && answered !== undefined;
    const quote = reference?.quote;
    const time =
      delayed === undefined ? '' : `[${new Date(delayed).toISOString().slice(0, 16).replace('T', ' ')} UTC] `;
    const lines = [
      ...(quote !== undefined && !natively ? quote.split('\n').map((line) => `> ${line}`) : []),
      ...(words.text === '' ? [] : [`${time}${words.text}`]),
      ...remarks.map((remark) => `[${this.#translate(remark)}]`),
    ];
    const opened =
      session.media && files.length > 0
        ? await port.media.openFiles({ owner: bot.owner.bare }, files, session.media).catch(() => undefined)
        : undefined;
    const links = opened ? [] : files.map(({ url }) => url);
    const message: OutboundMessage = {
      ...{ key, text: [...lines, ...links].join('\n') },
      ...(action && { action }),
      ...(!styled && { unstyled: true }),
      ...(natively && {
        replyTo: { id: answered as NetworkMessageId, own: false, ...(quote !== undefined && { quote }) },
      }),
      ...(opened && { attachments: opened.attachments }),
    };
    try {
      const acceptance = await session.send({ kind: 'room', id: room }, message).accepted;
      return acceptance?.ids ?? [];
    } catch (error) {
      throw this.#repeatable(error);
    } finally {
      await opened?.close();
    }
  }

  async #edit(crossing: Crossing, speaker: Speaker, words: RelayWords): Promise<readonly string[]> {
    const session = this.#session;
    const [id] = crossing.reference?.ids ?? [];
    const { text, styled } = named(speaker, words);
    if (!session.edits || id === undefined)
      return this.#tell({ key: 'relay-edited', args: { nick: speaker.nick, words: words.text } });
    const change = { text, ...(!styled && { unstyled: true }) };
    await session.edits.edit({ kind: 'room', id: this.services.room }, id as NetworkMessageId, change);
    return [];
  }

  /** The relay's own words always; what somebody has said here himself, if a moderator wants it and this leg obeys. */
  async #retract({ reference, content }: Crossing): Promise<readonly string[]> {
    const { retractions, rooms } = this.#session;
    if (reference?.own) {
      const moderated = content.kind === 'retracted' && content.by !== undefined;
      if (!moderated || !this.options.settings().obeys) return [];
      for (const id of reference.ids) await rooms?.moderate?.(this.services.room, id as NetworkMessageId);
      return [];
    }
    if (!retractions) return [];
    for (const id of reference?.ids ?? [])
      await retractions.retract({ kind: 'room', id: this.services.room }, id as NetworkMessageId);
    return [];
  }

  async #react(
    { reference }: Crossing,
    { nick }: Speaker,
    emojis: readonly string[],
  ): Promise<readonly string[]> {
    const [id] = reference?.ids ?? [];
    if (id === undefined || emojis.length === 0) return [];
    // The relay's account has one voice for all of them: whose it is stands in the words.
    const args = { nick, emojis: emojis.join(' ') };
    return this.#tell({ key: 'relay-reacted', args }, reference);
  }

  #tell(text: Text, reference?: Crossing['reference']): Promise<readonly string[]> {
    const key = `${this.services.now()}-${text.key}`;
    const words = { text: this.#translate(text) };
    return this.#say(this.#session, words, { key, ...(reference && { reference }) }).then(() => []);
  }

  #translate(text: Text): string {
    return this.services.translator.say(text, this.options.language);
  }

  /** What may have been said is said again only where the network drops what it has already. */
  #repeatable(error: unknown): unknown {
    if (!(error instanceof GatewayError) || error.outcome !== 'unknown') return error;
    return new GatewayError(error.code, error.text, 'unknown', this.services.port.gateway.repeatable);
  }

  #change(state: LegState): void {
    this.#state = state;
    this.#host?.changed(state);
  }
}

/** Words of somebody who is not there himself. An asterisk in a name would end the strong words too early. */
function named({ nick }: Speaker, words: RelayWords): RelayWords {
  const name = nick.replaceAll('*', '∗').trim() || '?';
  const { action, ...rest } = words;
  return { ...rest, text: action ? `* ${name} ${words.text}` : `*${name}*: ${words.text}`, styled: true };
}
