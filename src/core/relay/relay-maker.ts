import type { Text } from '../../gateway/text.js';
import { ArchiveIds } from '../room/archive-ids.js';
import type { RelayBook } from './book.js';
import { isFromBefore } from './definitions.js';
import type { Guard } from './guard.js';
import type { HubServices } from './hub-services.js';
import type { Leg, LegEnd } from './leg.js';
import type { Mark } from './marks.js';
import type { LegEvent, LegId, RelayContent, Speaker } from './model.js';
import type { Moderation } from './moderation.js';
import { Relay } from './relay.js';
import { reaches } from './settings.js';
import type { Standby } from './standby.js';

/** What relays are made with. */
export interface RelayMakerParts {
  readonly services: HubServices;
  readonly guard: Guard;
  readonly standby: Standby;
  readonly moderation: Moderation;
  book(): RelayBook;
  /** Whether that was meant for the relay itself, and crosses to no other room. */
  forTheRelay(id: LegId, leg: Leg, event: LegEvent): boolean;
  /** What is wanted of the relay by words in private; undefined: nothing that it knows. */
  wordOf(text: string): string | undefined;
  placeOf(leg: LegId): string;
  ended(leg: LegId): void;
}

const ENDED: Readonly<Record<LegEnd, (args: Record<'room' | 'by', string>) => Text>> = {
  removed: (args) => ({ key: 'relay-ended-removed', args }),
  banned: (args) => ({ key: 'relay-ended-banned', args }),
  destroyed: (args) => ({ key: 'relay-ended-destroyed', args }),
};

/** Makes relays that carry what their settings, the guard and moderation let pass. */
export class RelayMaker {
  readonly #ids = new ArchiveIds();

  constructor(private readonly parts: RelayMakerParts) {}

  make(name: string, stateChanged: () => void): Relay {
    const { services, guard, moderation, book } = this.parts;
    const { entries, options, log, now, domain } = services;
    const settingsOf = (leg: LegId) => book().settingsOf(leg);
    return new Relay(`${name}@${domain}`, {
      ...{ entries, queue: options.queue, log, now, stateChanged },
      nextId: () => this.#ids.next(),
      tamed: (_relay, leg, event) => {
        const definition = book().find(name);
        return definition ? guard.tamed(definition, leg, event) : event;
      },
      renamed: (_relay, leg, beforeKey, speaker) => {
        const definition = book().find(name);
        if (definition) guard.follow(definition, leg, beforeKey, speaker);
      },
      wished: (_relay, leg, speaker, text) => this.#wished(leg, speaker, text),
      facts: (_relay, leg) => [...guard.facts(name, leg), ...this.#standbyFacts(name, leg)],
      admits: (_relay, leg, event) => this.#admits(name, leg, event),
      repeated: (_relay, leg, event) => {
        const definition = book().find(name);
        if (definition) guard.repeated(definition, leg, event);
      },
      reaches: (event, from, to) => this.#reaches(name, event, from, to),
      moderates: (leg) => settingsOf(leg).moderates,
      wanted: (_relay, content, from, to) => this.#wanted(name, content, from, to),
      requireWhisper: (_relay, from, to, speaker) => {
        const definition = book().find(name);
        if (definition) guard.requireWhisper(definition, from, to, speaker);
      },
      shows: (_relay, leg, speaker) => {
        const definition = book().find(name);
        return definition !== undefined && guard.shows(definition, leg, speaker);
      },
      sanctioned: (_relay, leg, sanction) => moderation.sanctioned(name, leg, sanction),
      ended: (_relay, leg, cause, by) => this.#ended(leg, cause, by),
    });
  }

  #admits(name: string, id: LegId, event: LegEvent): boolean {
    const definition = this.parts.book().find(name);
    const leg = this.parts.book().legOf(id);
    const { content, time } = event;
    if (!definition || !leg || (time !== undefined && isFromBefore(definition, id, time))) return false;
    if (this.parts.forTheRelay(id, leg, event)) return false;
    if (content.kind === 'said') this.parts.standby.heard(name, id, content.words.text);
    return this.parts.guard.admits(definition, id, event);
  }

  /** Who says that in private means all rooms where he is called so: on a network he is the same in all of them. */
  #wished(leg: LegId, speaker: Speaker, text: string): Text | undefined {
    const { guard, book, wordOf, placeOf } = this.parts;
    const word = wordOf(text);
    if (word !== 'stop' && word !== 'start') return undefined;
    const domain = (id: LegId): string => id.slice(id.lastIndexOf('@'));
    const shared = !placeOf(leg).startsWith('xmpp:');
    let answer: Text | undefined;
    for (const definition of book().list())
      for (const { id } of definition.legs)
        if (id === leg || (shared && domain(id) === domain(leg)))
          answer = guard.wish(definition, id, speaker, word);
    return answer;
  }

  #wanted(name: string, content: RelayContent, from: LegId, to: LegId): boolean {
    const definition = this.parts.book().find(name);
    return definition !== undefined && this.parts.guard.wanted(definition, from, to, content);
  }

  #reaches(name: string, event: LegEvent, from: LegId, to: LegId): boolean {
    const { content } = event;
    if (!this.#wanted(name, content, from, to) || !this.#isSet(content, from, to)) return false;
    return !this.parts.standby.yields(name, event, [from, to], this.#others(from, to));
  }

  /** Other relays that are seen on those legs. */
  #others(...legs: readonly LegId[]): Mark[] {
    return legs.flatMap((id) => [...(this.parts.book().legOf(id)?.relays?.() ?? [])]);
  }

  #standbyFacts(name: string, leg: LegId): readonly Text[] {
    const legs = this.parts.book().find(name)?.legs ?? [];
    return this.parts.standby.facts(
      leg,
      legs.map(({ id }) => id),
      this.#others(leg),
    );
  }

  #isSet(content: RelayContent, from: LegId, to: LegId): boolean {
    const { guard, book } = this.parts;
    const spoke = 'speaker' in content && content.speaker ? guard.spoke(from, content.speaker) : false;
    return reaches(content, book().settingsOf(from), book().settingsOf(to), spoke);
  }

  #ended(leg: LegId, cause: LegEnd, by: string | undefined): void {
    const { book, services, ended } = this.parts;
    ended(leg);
    book()
      .remove(leg, ENDED[cause]({ room: leg, by: by ?? '?' }))
      .catch((error: unknown) => {
        services.log.warn({ leg, err: error }, 'a leg could not be let go of');
      });
  }
}
