import { GatewayError } from '../../gateway/error.js';
import type { Text } from '../../gateway/text.js';
import { BoundedMap } from '../limit/bounded-map.js';
import { personOf } from './blocks.js';
import { clamp, type WordBounds } from './clamp.js';
import type { RelayDefinition } from './definitions.js';
import { Echoes } from './echoes.js';
import { Floods } from './floods.js';
import { MOST_HOPS, roomMark } from './marks.js';
import type { LegEvent, LegId, RelayContent, RelayReference, Speaker } from './model.js';
import type { Moderation } from './moderation.js';
import { SpokenLately } from './spoken-lately.js';

/** Bounds of what is carried. */
export interface GuardOptions {
  readonly perMinute: number;
  readonly burst: number;
  /** Of a whole leg. */
  readonly legPerMinute: number;
  readonly legBurst: number;
  /** How long it is remembered what has crossed (ms). */
  readonly echoMs: number;
  /** So often the same words within that time go round in a circle. */
  readonly storm: number;
  /** How long their speaker is not carried then (ms). */
  readonly stormMs: number;
  readonly words: WordBounds;
}

type Silent = RelayDefinition['silent'];

/** What the guard does besides judging. */
export interface GuardServices {
  readonly moderation: Pick<Moderation, 'withholds' | 'spoke' | 'renamed'>;
  /** UTC milliseconds. */
  now(): number;
  /** Says something on one leg. Never throws. */
  say(relay: string, leg: LegId, text: Text): void;
  /** Who does not want to be carried, from now on: durable as soon as it can be. Never throws. */
  keepSilent(relay: string, change: (silent: Silent) => Silent): void;
  /** The address of a room as all gateways know it. */
  placeOf(leg: LegId): string;
  /** The stand-ins of a person go. */
  dismiss(relay: string, person: Speaker, home: LegId): void;
}

/** Speakers, and messages, that are remembered. */
const REMEMBERED = 20_000;
/** People of one relay who do not want to be carried. */
const MOST_SILENT = 5_000;

interface Place {
  readonly relay: string;
  readonly leg: LegId;
  readonly nick: string;
}

/** Decides what of a relay's legs is carried: nobody who is blocked, no flood, and nothing that comes back. */
export class Guard {
  readonly #spoke = new SpokenLately();
  readonly #places = new BoundedMap<string, Place>(REMEMBERED);
  /** Messages of people who are not carried: they are not quoted either. */
  readonly #unquoted = new BoundedMap<string, true>(REMEMBERED);
  /** What people have said of themselves since the start. */
  readonly #wishes = new BoundedMap<string, 'stop' | 'start'>(REMEMBERED);
  readonly #stormy = new Map<string, Place>();
  readonly #echoes: Echoes;
  readonly #people: Floods;
  readonly #comings: Floods;
  readonly #whispers: Floods;
  readonly #legs: Floods;

  constructor(
    private readonly options: GuardOptions,
    private readonly services: GuardServices,
  ) {
    const { legPerMinute: perMinute, legBurst: burst } = options;
    const { now } = services;
    this.#echoes = new Echoes(options, now);
    const tell = (who: string, text: (nick: string) => Text): void => {
      const place = this.#places.get(who);
      if (place) services.say(place.relay, place.leg, text(place.nick));
    };
    const listener = {
      begun: (who: string) => tell(who, (nick) => ({ key: 'relay-flood-begun', args: { nick } })),
      ended: (who: string, count: number) =>
        tell(who, (nick) => ({ key: 'relay-flood-ended', args: { nick, count } })),
    };
    this.#people = new Floods(options, listener, now);
    const silently = { begun: () => undefined, ended: () => undefined };
    this.#comings = new Floods(options, silently, now);
    this.#whispers = new Floods(options, silently, now);
    this.#legs = new Floods(
      { perMinute, burst },
      {
        begun: (who) => tell(who, () => ({ key: 'relay-leg-flood-begun' })),
        ended: (who, count) => tell(who, () => ({ key: 'relay-leg-flood-ended', args: { count } })),
      },
      now,
    );
  }

  /** What has happened, within bounds, and without words of people who do not want to be carried. */
  tamed(definition: RelayDefinition, leg: LegId, event: LegEvent): LegEvent {
    const content = clamp(event.content, this.options.words);
    const now = this.services.now();
    const told: LegEvent = {
      ...{ ...event, content },
      // Nothing has been said yet that has not been said.
      ...(event.time !== undefined && { time: Math.min(event.time, now) }),
    };
    if (content.kind !== 'said' || content.replyTo?.quote === undefined) return told;
    const { quote: _quote, ...bare } = content.replyTo;
    const silent = this.#namesOf(definition.name, leg, bare).some((name) => this.#unquoted.get(name));
    return silent ? { ...told, content: { ...content, replyTo: bare } } : told;
  }

  admits(definition: RelayDefinition, leg: LegId, event: LegEvent): boolean {
    const { content } = event;
    const speaker = 'speaker' in content ? content.speaker : undefined;
    if (event.via && this.#isKnown(definition, event.via)) return false;
    if (!speaker) return true;
    const { name } = definition;
    const person = personOf(leg, speaker);
    if (content.kind === 'presence') {
      const before = content.beforeKey;
      if (before !== undefined && this.follow(definition, leg, before, speaker)) return false;
      return this.shows(definition, leg, speaker) && this.#comings.take(`${name}\n${person}`);
    }
    if (this.#isSilent(definition, leg, speaker)) {
      for (const id of [...event.ids, ...(event.names ?? [])])
        this.#unquoted.set(JSON.stringify([name, leg, id]), true);
      return false;
    }
    this.services.moderation.spoke(definition, leg, speaker);
    if (this.services.moderation.withholds(definition, leg, speaker)) return false;
    if (content.kind === 'said' && this.#returns(name, leg, speaker, content.words.text, event.time))
      return false;
    this.#spoke.add(name, leg, speaker);
    const who = `${name}\n${person}`;
    this.#places.set(who, { relay: name, leg, nick: speaker.nick });
    if (!this.#people.take(who, event.time)) return false;
    const whole = `${name}\n${leg}`;
    this.#places.set(whole, { relay: name, leg, nick: '' });
    return this.#legs.take(whole, event.time);
  }

  /** That was admitted, and turned out to be known already: as if it had not been asked about. */
  repeated(definition: RelayDefinition, leg: LegId, { content }: LegEvent): void {
    const speaker = 'speaker' in content ? content.speaker : undefined;
    if (!speaker || content.kind === 'presence') return;
    this.#people.giveBack(`${definition.name}\n${personOf(leg, speaker)}`);
    this.#legs.giveBack(`${definition.name}\n${leg}`);
    if (content.kind === 'said') this.#echoes.unhear(definition.name, leg, speaker, content.words.text);
  }

  /** Whether something of a person is to be told on a leg, now that its turn has come. */
  wanted(definition: RelayDefinition, from: LegId, to: LegId, content: RelayContent): boolean {
    const speaker = 'speaker' in content ? content.speaker : undefined;
    if (!speaker) return true;
    if (this.#isSilent(definition, from, speaker)) return false;
    return this.services.moderation.withholds(definition, from, speaker, to) === undefined;
  }

  /**
   * Lets what somebody says in private to a person of the leg `to` pass.
   * @throws {GatewayError} `forbidden` for who is not carried, `limit` for who says too much
   */
  requireWhisper(definition: RelayDefinition, from: LegId, to: LegId, speaker: Speaker): void {
    const silent = this.#isSilent(definition, from, speaker);
    if (silent || this.services.moderation.withholds(definition, from, speaker, to) !== undefined)
      throw new GatewayError('forbidden', { key: 'relay-whisper-not-carried' });
    if (!this.#whispers.take(`${definition.name}\n${personOf(from, speaker)}`))
      throw new GatewayError('limit', { key: 'relay-whisper-flood' }, 'not-sent', true);
  }

  /** What is over in a moment, of people who are carried. */
  shows(definition: RelayDefinition, leg: LegId, speaker: Speaker): boolean {
    if (this.#isSilent(definition, leg, speaker)) return false;
    return this.services.moderation.withholds(definition, leg, speaker) === undefined;
  }

  /** Somebody who has spoken lately, by what he is called or by his address. */
  personCalled(relay: string, who: string): ReturnType<SpokenLately['called']> {
    return this.#spoke.called(relay, who);
  }

  /** Whether somebody has said something lately, as far as is remembered. */
  spoke(leg: LegId, speaker: Speaker): boolean {
    return this.#spoke.has(leg, speaker);
  }

  /** What is to be known of a leg, one line each. */
  facts(relay: string, leg: LegId): readonly Text[] {
    const facts: Text[] = [];
    for (const [person, place] of this.#stormy) {
      const key = person.slice(leg.length + 1);
      if (!this.#echoes.storms(place.relay, place.leg, { key, nick: '' })) this.#stormy.delete(person);
      else if (place.relay === relay && place.leg === leg)
        facts.push({ key: 'relay-fact-storm', args: { nick: place.nick } });
    }
    return facts;
  }

  /** Nothing is told any more. */
  stop(): void {
    for (const floods of [this.#people, this.#comings, this.#whispers, this.#legs]) floods.stop();
  }

  /** Somebody does not want to be carried from now on, or wants it again; what is answered. */
  wish({ name, silent }: RelayDefinition, leg: LegId, speaker: Speaker, wish: 'stop' | 'start'): Text {
    const person = personOf(leg, speaker);
    const args = { nick: speaker.nick };
    if (wish === 'stop' && Object.keys(silent).length >= MOST_SILENT) return { key: 'relay-block-full' };
    this.#wish(name, person, wish, speaker.nick);
    if (wish === 'start') return { key: 'relay-carried', args };
    this.services.dismiss(name, speaker, leg);
    return { key: 'relay-not-carried', args };
  }

  /** It counts at once, and over restarts as soon as it is kept. */
  #wish(name: string, person: string, wish: 'stop' | 'start', nick: string): void {
    this.#wishes.set(`${name}\n${person}`, wish);
    this.services.keepSilent(name, ({ [person]: _known, ...others }) =>
      wish === 'stop' ? { ...others, [person]: nick } : others,
    );
  }

  #isSilent({ name, silent }: RelayDefinition, leg: LegId, speaker: Pick<Speaker, 'key'>): boolean {
    const person = personOf(leg, speaker);
    const wish = this.#wishes.get(`${name}\n${person}`);
    return wish === undefined ? silent[person] !== undefined : wish === 'stop';
  }

  /** Under another name he is the same; whether he does not want to be carried. */
  follow(definition: RelayDefinition, leg: LegId, beforeKey: string, speaker: Speaker): boolean {
    this.services.moderation.renamed(definition, leg, beforeKey, speaker);
    if (!this.#isSilent(definition, leg, { key: beforeKey })) return false;
    this.#wish(definition.name, personOf(leg, speaker), 'stop', speaker.nick);
    return true;
  }

  /** Whether what another relay tells comes from one of our own rooms, or has been in too many. */
  #isKnown({ legs }: RelayDefinition, via: readonly string[]): boolean {
    return via.length > MOST_HOPS || legs.some(({ id }) => via.includes(roomMark(this.services.placeOf(id))));
  }

  #returns(relay: string, leg: LegId, speaker: Speaker, text: string, at: number | undefined): boolean {
    const verdict = this.#echoes.hear(relay, leg, speaker, text, at);
    if (verdict === 'storm' && this.#stormy.size < REMEMBERED)
      this.#stormy.set(personOf(leg, speaker), { relay, leg, nick: speaker.nick });
    return verdict !== 'news';
  }

  #namesOf(relay: string, leg: LegId, { id, or }: RelayReference): readonly string[] {
    return [id, ...(or === undefined ? [] : [or])].map((one) => JSON.stringify([relay, leg, one]));
  }
}
