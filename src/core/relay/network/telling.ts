import { Readable } from 'node:stream';
import { GatewayError } from '../../../gateway/error.js';
import type { ContactId, MemberId, NetworkMessageId, RoomId } from '../../../gateway/ids.js';
import type { Target } from '../../../gateway/message.js';
import type { Text } from '../../../gateway/text.js';
import { shortenText } from '../../message/split-text.js';
import type { Crossing } from '../leg.js';
import type { RelayMention, RelayWords, Speaker, Whisper } from '../model.js';
import { presenceText } from '../presence-text.js';
import type { LegSettings } from '../settings.js';
import { type Echoes, type Expected, reactionWords } from './echoes.js';
import { Letters } from './letters.js';
import type { NetworkPort } from './port.js';
import { renderWords } from './render-words.js';
import type { Saying, Sayings } from './sayings.js';
import { idsOf, spokenIds, type Voice } from './voice.js';
import type { Voices } from './voices.js';

/** What of a message is shown where it is too long for the network; the rest is behind a link (UTF-16 units). */
const SHOWN_OF_LONG = 400;

/** What telling needs of the world. */
export interface TellingServices {
  readonly port: Pick<NetworkPort, 'media' | 'gateway'>;
  readonly room: RoomId;
  /** Bare JID of the relay's own account, whose the files are. */
  readonly owner: string;
  readonly voices: Voices;
  readonly sayings: Sayings;
  readonly echoes: Echoes;
  /** How long words wait for others where they go out as letters (ms). */
  readonly lettersMs: number;
  settings(): LegSettings;
  translate(text: Text): string;
  nameOf(mention: RelayMention): string | undefined;
  memberOf(mention: RelayMention): MemberId | undefined;
  now(): number;
}

type Kind<Name extends Crossing['content']['kind']> = Extract<Crossing['content'], { readonly kind: Name }>;

/** How something is said, besides the words. */
interface Manner extends Partial<Pick<Crossing, 'reference' | 'delayed'>> {
  readonly key: string;
  readonly target: Target;
  readonly corrects?: boolean;
}

/** Tells in a room of a network what has happened on other legs. */
export class Telling {
  readonly #target: Target;
  readonly #letters: Letters;

  constructor(private readonly services: TellingServices) {
    this.#letters = new Letters(services.lettersMs);
    this.#target = { kind: 'room', id: services.room };
  }

  /** As `Leg.cross`. Rejects with GatewayError. */
  async cross(crossing: Crossing): Promise<readonly string[]> {
    const { content } = crossing;
    switch (content.kind) {
      case 'said':
        return this.#said(crossing, content);
      case 'edited':
        return this.#edited(crossing, content);
      case 'retracted':
        return this.#retracted(crossing, content);
      case 'reacted':
        return this.#reacted(crossing, content);
      case 'subject':
        return this.#subject(content);
      case 'presence': {
        const { speaker, change, before = '' } = content;
        return this.say(presenceText(change, speaker.nick, before));
      }
      default:
        return content satisfies never;
    }
  }

  /** Words that wait for others to go out with go out now. */
  flush(): void {
    this.#letters.flush();
  }

  /** Says something as the relay itself. Rejects with GatewayError. */
  async say(text: Text, reference?: Crossing['reference']): Promise<readonly string[]> {
    const { voices, translate, now } = this.services;
    const manner = { key: `${now()}-${text.key}`, target: this.#target, ...(reference && { reference }) };
    await this.#send(voices.relay, undefined, { text: translate(text) }, manner);
    return [];
  }

  /** As `Leg.whisper`. Rejects with GatewayError. */
  async whisper(to: ContactId, { id, from, home, words }: Whisper): Promise<void> {
    const { voices } = this.services;
    const voice = await voices.of(from, home);
    const manner: Manner = { key: id, target: { kind: 'contact', id: to } };
    await voices.trying(voice, from, home, (by) => this.#send(by, from, words, manner));
  }

  async #said(crossing: Crossing, { speaker, words }: Kind<'said'>): Promise<readonly string[]> {
    const { voices, sayings } = this.services;
    const { id, from } = crossing;
    const voice = await voices.of(speaker, from);
    const manner: Manner = { ...crossing, key: id, target: this.#target };
    const told = await voices.trying(voice, speaker, from, (by) => this.#send(by, speaker, words, manner));
    sayings.put(told, speaker.nick, words.text);
    return told;
  }

  async #edited(crossing: Crossing, { speaker, words }: Kind<'edited'>): Promise<readonly string[]> {
    const { voices, sayings } = this.services;
    const { id, from, reference } = crossing;
    const names = reference?.ids ?? [];
    if (sayings.isUnchanged(names, words.text)) return [];
    const { ids, owner } = spokenIds(names);
    const [first] = ids;
    const sayer = owner === undefined ? undefined : voices.by(owner);
    sayings.put(names, speaker.nick, words.text);
    if (sayer?.session.edits && first !== undefined) {
      const change = this.#render(sayer, speaker, words, {}, []);
      await this.#certain(sayer.session.edits.edit(this.#target, first as NetworkMessageId, change));
      return [];
    }
    const manner: Manner = {
      ...{ key: id, target: this.#target, corrects: true },
      ...(crossing.delayed !== undefined && { delayed: crossing.delayed }),
    };
    const voice = await voices.of(speaker, from);
    await voices.trying(voice, speaker, from, (by) => this.#send(by, speaker, words, manner));
    return [];
  }

  async #retracted({ reference }: Crossing, { by }: Kind<'retracted'>): Promise<readonly string[]> {
    const { voices, settings, room } = this.services;
    const { ids, owner } = spokenIds(reference?.ids ?? []);
    if (ids.length === 0) return [];
    const { session } = voices.relay;
    const sayer = owner === undefined ? undefined : voices.by(owner);
    for (const id of ids as NetworkMessageId[]) {
      if (sayer?.session.retractions)
        await this.#certain(sayer.session.retractions.retract(this.#target, id));
      // Of a person who is not here any more; or what somebody has said here himself, if this leg obeys.
      else if (session.rooms?.moderate && (!reference?.own || (by !== undefined && settings().obeys)))
        await this.#certain(session.rooms.moderate(room, id));
      else if (!session.retractions && !reference?.own) return this.say(this.#retraction(by));
    }
    return [];
  }

  #retraction(by: string | undefined): Text {
    return by === undefined ? { key: 'relay-retracted' } : { key: 'relay-retracted-by', args: { by } };
  }

  async #reacted(crossing: Crossing, { speaker, emojis }: Kind<'reacted'>): Promise<readonly string[]> {
    const { voices, sayings } = this.services;
    const { from, reference } = crossing;
    const { ids, owner } = spokenIds(reference?.ids ?? []);
    const [id] = ids;
    if (id === undefined) return [];
    const voice = await voices.present(speaker, from);
    const { reactions } = voice.session;
    // The relay's account has one voice for all of them.
    if (reactions && voice.kind !== 'bot') {
      const message = { id: id as NetworkMessageId, own: owner === voice.owner };
      if (voice.kind === 'own') this.services.echoes.expect(voice.member, reactionWords(id, emojis));
      await this.#certain(reactions.react(this.#target, message, emojis));
      return [];
    }
    if (emojis.length === 0) return [];
    const args = { nick: speaker.nick, emojis: emojis.join(' ') };
    const said = sayings.get(ids);
    if (voices.relay.session.replies || !said) return this.say({ key: 'relay-reacted', args }, reference);
    const about = { ...args, author: said.nick, words: shortenText(said.text.replace(/\s+/gu, ' '), 60) };
    return this.say({ key: 'relay-reacted-to', args: about });
  }

  async #subject({ speaker, text }: Kind<'subject'>): Promise<readonly string[]> {
    const { voices, settings, room } = this.services;
    if (settings().topics === 'set') {
      try {
        await voices.relay.session.rooms?.setSubject(room, text);
        return [];
      } catch (error) {
        if (!(error instanceof GatewayError) || error.retryable) throw error;
      }
    }
    return this.say({ key: 'relay-subject', args: { nick: speaker?.nick ?? '', text } });
  }

  async #send(
    voice: Voice,
    speaker: Speaker | undefined,
    words: RelayWords,
    manner: Manner,
  ): Promise<readonly string[]> {
    try {
      return await this.#sendWhole(voice, speaker, words, manner);
    } catch (error) {
      if (!(error instanceof GatewayError) || error.code !== 'too-long') throw error;
      return this.#sendWhole(voice, speaker, await this.#shortened(words), manner);
    }
  }

  async #sendWhole(
    voice: Voice,
    speaker: Speaker | undefined,
    words: RelayWords,
    manner: Manner,
  ): Promise<readonly string[]> {
    const { port, owner, echoes } = this.services;
    const { session } = voice;
    const { files = [] } = words;
    const opened =
      session.media && files.length > 0
        ? await port.media.openFiles({ owner }, files, session.media).catch(() => undefined)
        : undefined;
    const links = opened ? [] : files.map(({ url }) => url);
    const message = {
      ...this.#render(voice, speaker, words, manner, links),
      key: manner.key,
      ...(opened && { attachments: opened.attachments }),
    };
    let echo: Expected | undefined;
    try {
      const together = this.#letters.send(session, manner.target, message);
      const sent = together ?? session.send(manner.target, message);
      if (voice.kind === 'own' && manner.target.kind === 'room')
        echo = echoes.expect(voice.member, message.text, sent.event);
      const ids = (await sent.accepted)?.ids ?? [];
      echo?.named(ids);
      // Where the network has no names for messages, the relay has: later ones may speak of this one.
      return idsOf(ids.length > 0 ? ids : [`~${manner.key}`], voice);
    } catch (error) {
      echo?.withdraw();
      throw this.#repeatable(error);
    } finally {
      await opened?.close();
    }
  }

  #render(
    { kind, session }: Voice,
    speaker: Speaker | undefined,
    words: RelayWords,
    { reference, delayed, corrects }: Partial<Manner>,
    links: readonly string[],
  ): ReturnType<typeof renderWords> {
    const { sayings, translate, nameOf, memberOf } = this.services;
    const { ids } = spokenIds(reference?.ids ?? []);
    const answered = ids.find((id) => !id.startsWith('~'));
    const known = sayings.get(ids);
    const quoted: Partial<Saying> = {
      ...known,
      ...(reference?.quote !== undefined && { text: reference.quote }),
    };
    return renderWords(speaker ?? { key: '', nick: '' }, words, {
      ...{ told: kind === 'bot' && speaker !== undefined, facets: session, links, nameOf, memberOf },
      ...{ remarks: (words.remarks ?? []).map(translate), quote: quoted },
      ...(answered !== undefined && { answered }),
      ...(delayed !== undefined && { delayed }),
      ...(corrects && { corrects }),
    });
  }

  /** The beginning, and where one can read it all. */
  async #shortened(words: RelayWords): Promise<RelayWords> {
    const { port, owner } = this.services;
    const text = shortenText(words.text.replace(/\s*\n\s*/g, ' '), SHOWN_OF_LONG);
    const whole = {
      ...{ name: 'message.txt', mediaType: 'text/plain' },
      open: async () => Readable.from([Buffer.from(words.text)]),
    };
    const made = await port.media.publish({ owner }, whole).catch(() => undefined);
    const files = [...(made?.kind === 'file' ? [made] : []), ...(words.files ?? [])];
    return { ...words, text, mentions: [], files };
  }

  async #certain(change: Promise<void>): Promise<void> {
    try {
      await change;
    } catch (error) {
      throw this.#repeatable(error);
    }
  }

  /** What may have been said is said again only where the network drops what it has already. */
  #repeatable(error: unknown): unknown {
    if (!(error instanceof GatewayError) || error.outcome !== 'unknown') return error;
    return new GatewayError(error.code, error.text, 'unknown', this.services.port.gateway.repeatable);
  }
}
