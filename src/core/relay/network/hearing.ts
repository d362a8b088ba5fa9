import { randomUUID } from 'node:crypto';
import { GatewayError } from '../../../gateway/error.js';
import type { DirectMessage, InboundEvent, PersonAway, RoomEntered } from '../../../gateway/event.js';
import type { MemberId } from '../../../gateway/ids.js';
import type { Text } from '../../../gateway/text.js';
import { BoundedMap } from '../../limit/bounded-map.js';
import type { LegHost } from '../leg.js';
import { findMentions, foldName, type NamedPerson } from '../mentions.js';
import type { LegId, RelayFile, RelayMention, Sanction, Speaker } from '../model.js';
import { Crowd } from './crowd.js';
import { type Echoes, reactionWords } from './echoes.js';
import type { Members } from './members.js';
import { actOf } from './obey.js';
import type { NetworkPort } from './port.js';
import type { Puppets } from './puppets.js';
import type { Sayings } from './sayings.js';
import { isTelling, type Telling, toLegEvent } from './to-leg-event.js';
import type { Voices } from './voices.js';

/** People who have been answered that nobody reads what they write; and for how long that counts (ms). */
const ANSWERED = 500;
const ANSWERED_MS = 60_000;

/** What hearing needs of the world. */
export interface HearingServices {
  readonly leg: LegId;
  readonly port: Pick<NetworkPort, 'media' | 'gateway'>;
  /** Bare JID of the relay's own account, whose the files are. */
  readonly owner: string;
  readonly members: Members;
  readonly voices: Voices;
  readonly puppets: Puppets;
  readonly sayings: Sayings;
  readonly echoes: Echoes;
  /** Who the relay is there. */
  self(): MemberId | undefined;
  host(): LegHost | undefined;
  now(): number;
  /** Says something in private, by the account that was written to. Rejects with GatewayError. */
  answer(to: Speaker, home: LegId, event: DirectMessage, error: GatewayError): Promise<void>;
  /** Says in private what the relay is. Rejects with GatewayError. */
  explain(event: DirectMessage): Promise<void>;
  /** Says something in private, by the relay's own account. Rejects with GatewayError. */
  reply(event: DirectMessage, text: Text): Promise<void>;
}

/** What happens in a room of a network, as the relay's account there sees it, on its way to the other legs. */
export class Hearing {
  readonly #crowd = new Crowd();
  /** Only who has a voice may speak. */
  #moderated = false;
  readonly #answered = new BoundedMap<string, number>(ANSWERED);

  constructor(private readonly services: HearingServices) {}

  stop(): void {
    this.#crowd.stop();
  }

  /** The relay is in. */
  entered({ members, traits }: RoomEntered): void {
    this.#moderated = traits.moderated;
    this.services.members.reset(members);
  }

  /** Somebody has made a puppet go, or has done something to a member. */
  sanctioned(sanction: Sanction): void {
    const { members, self } = this.services;
    const by = sanction.by === undefined ? undefined : members.called(foldName(sanction.by));
    // What the relay does itself it has been told to.
    if (by && by.id === self()) return;
    this.#host?.signal(sanction);
  }

  /** Resolves when it is safe. Rejects when it is not. */
  event(event: InboundEvent): Promise<void> | undefined {
    if (isTelling(event)) return this.#told(event);
    if (event.type === 'room-typing') {
      const { member, nick, contact, own, composing } = event;
      const speaker = this.services.members.speaker(member, nick, contact);
      if (!own && !this.#isKnown(member)) this.#host?.signal({ kind: 'typing', speaker, composing });
      return undefined;
    }
    if (event.type === 'person-away') this.#away(event);
    if (event.type === 'traits-changed') this.#moderated = event.traits.moderated;
    this.#judge(event);
    this.#moved(event);
    return undefined;
  }

  /** Somebody of the room has written in private to one of ours. Rejects with GatewayError where nobody can be told. */
  async whispered(to: Speaker, home: LegId, event: DirectMessage): Promise<void> {
    const { members, leg } = this.services;
    const known = members.withKey(event.from);
    const from = known
      ? members.speaker(known.id, event.nick, event.from)
      : { key: event.from, nick: event.nick };
    const automatic = event.automatic === true || event.style === 'notice';
    const words = {
      text: event.text,
      ...(event.styled && { styled: true }),
      ...(event.style === 'action' && { action: true }),
      ...(automatic && { automatic: true }),
    };
    try {
      await this.#host?.whispered(to, home, { id: randomUUID(), from, home: leg, words });
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error;
      if (!automatic && this.#mayAnswer(`${to.key}\n${event.from}`))
        await this.services.answer(to, home, event, error);
    }
  }

  /** Somebody has written in private to the relay itself. */
  async addressed(event: DirectMessage): Promise<void> {
    const automatic = event.automatic === true || event.style === 'notice' || event.own === true;
    if (automatic) return;
    const { members } = this.services;
    const known = members.withKey(event.from);
    const from = known
      ? members.speaker(known.id, event.nick, event.from)
      : { key: event.from, nick: event.nick };
    const wish = this.#host?.wished?.(from, event.text);
    if (wish) await this.services.reply(event, wish);
    else if (this.#mayAnswer(event.from)) await this.services.explain(event);
  }

  /** Who of the room's own people, or of others who are in it, is called so. */
  called(name: string): NamedPerson | undefined {
    const { members, puppets, leg } = this.services;
    const member = members.called(name);
    if (!member) return undefined;
    const puppet = puppets.personOf(member.id);
    if (puppet)
      return { leg: puppet.from, key: puppet.speaker.key, nick: puppet.speaker.nick, name: member.nick };
    if (this.services.voices.isOurs(member.id)) return undefined;
    const { key, nick } = members.speaker(member.id, member.nick, member.contact);
    return { leg, key, nick, name: nick };
  }

  get #host(): LegHost | undefined {
    return this.services.host();
  }

  async #told(event: Telling): Promise<void> {
    const { sayings } = this.services;
    const speaker = this.#speakerOf(event);
    if (speaker === 'ours') return;
    const isMessage = event.type === 'room-message';
    // Answers of programs and returned mails concern nobody else, and would go round in circles.
    if (isMessage && event.automatic && this.services.port.gateway.letters) return;
    const files = isMessage ? await this.#publish(event) : [];
    const mentions = 'text' in event ? this.#mentions(event.text) : [];
    // Where the network has no names for messages, the relay has: later ones may speak of this one.
    const id = isMessage && event.id === undefined ? `~${randomUUID()}` : undefined;
    const told = toLegEvent(event, speaker, { files, mentions, ...(id !== undefined && { id }) });
    if (!told) return;
    if (isMessage && speaker) sayings.put(told.ids, speaker.nick, event.text);
    await this.#host?.happened(told);
  }

  /** `ours`: it comes from the relay itself, or one of its people. */
  #speakerOf(event: Telling): Speaker | 'ours' | undefined {
    if (event.type === 'room-message-retracted' || event.type === 'message-retracted') return undefined;
    const { member } = event;
    if (member === undefined) return undefined;
    const { members, voices } = this.services;
    if (('own' in event && event.own) || voices.isOurs(member)) return 'ours';
    if (voices.isOwn(member) && this.#isEcho(event)) return 'ours';
    const nick = 'nick' in event ? event.nick : (members.get(member)?.nick ?? event.subject.by ?? '');
    return members.speaker(member, nick, 'contact' in event ? event.contact : undefined);
  }

  /** Whether somebody's own account has done for the relay what is seen. */
  #isEcho(
    event: Exclude<Telling, { readonly type: 'room-message-retracted' | 'message-retracted' }>,
  ): boolean {
    const { echoes, sayings } = this.services;
    switch (event.type) {
      case 'room-message':
        return echoes.isEcho(event.member, event.text, { id: event.id, event });
      case 'room-message-edited':
        return sayings.isUnchanged([event.message.id], event.text);
      case 'room-reactions-changed':
        return echoes.isEcho(event.member, reactionWords(event.message.id, event.emojis));
      case 'subject-changed':
        return false;
      default:
        return event satisfies never;
    }
  }

  #isKnown(member: Parameters<Voices['isOurs']>[0]): boolean {
    const { voices } = this.services;
    return voices.isOurs(member) || voices.isOwn(member);
  }

  #away({ member, away }: PersonAway): void {
    const { members } = this.services;
    const known = members.get(member);
    if (!known || this.#isKnown(member)) return;
    this.#host?.signal({ kind: 'away', speaker: members.speaker(member, known.nick, known.contact), away });
  }

  #moved(event: InboundEvent): void {
    const { members } = this.services;
    const news = members.take(event);
    if (!news || this.#isKnown(news.member)) return;
    const { content, member } = news;
    const { puppets } = this.services;
    if (puppets.hasLeft(member)) return;
    if (content.change === 'renamed' && content.beforeKey !== undefined) {
      const { speaker, beforeKey } = content;
      this.#host?.signal({ kind: 'renamed', speaker, beforeKey });
    }
    this.#crowd.moved(() => {
      // The relay's own connection may have seen one of ours come in before he did himself.
      if (this.#isKnown(member)) return;
      if (content.change === 'left') this.#host?.signal({ kind: 'gone', speaker: content.speaker });
      // Nothing is lost with it.
      this.#host?.happened({ content, ids: [] }).catch(() => undefined);
    });
  }

  /** What somebody with rights has done to a member, or to one of ours. */
  #judge(event: InboundEvent): void {
    if (event.type !== 'member-left' && event.type !== 'member-changed') return;
    const { members, puppets, leg, self } = this.services;
    const before = members.get(event.member);
    const act = actOf(event, before, this.#moderated);
    if (!act || !before || event.member === self()) return;
    const puppet = puppets.personOf(event.member);
    // That one of ours was made to go, it hears itself.
    if (event.type === 'member-left' && (puppet || puppets.hasLeft(event.member))) return;
    const { by } = event;
    this.sanctioned({
      ...{ kind: 'sanction', act, home: puppet?.from ?? leg },
      person: puppet?.speaker ?? members.speaker(before.id, before.nick, before.contact),
      ...(by !== undefined && { by }),
    });
  }

  #mentions(text: string): readonly RelayMention[] {
    return findMentions(text, (name) => this.called(name) ?? this.#host?.called(name));
  }

  async #publish({
    attachments = [],
  }: Extract<Telling, { readonly type: 'room-message' }>): Promise<readonly RelayFile[]> {
    const files: RelayFile[] = [];
    const { port, owner } = this.services;
    for (const attachment of attachments) {
      const made = await port.media.publish({ owner }, attachment);
      if (made.kind === 'file') {
        const { url, name, mediaType, size } = made;
        files.push({ url, name, mediaType, size });
      }
    }
    return files;
  }

  #mayAnswer(whom: string): boolean {
    const { now } = this.services;
    const before = this.#answered.get(whom);
    if (before !== undefined && before + ANSWERED_MS > now()) return false;
    this.#answered.set(whom, now());
    return true;
  }
}
