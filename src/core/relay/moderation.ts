import { GatewayError } from '../../gateway/error.js';
import type { Log } from '../../gateway/gateway.js';
import { BoundedMap } from '../limit/bounded-map.js';
import {
  type Block,
  findBlock,
  MOST_BLOCKS,
  MOST_PATTERNS,
  PATTERN_LENGTH,
  patternOf,
  patternsOf,
  personOf,
  readPerson,
} from './blocks.js';
import type { RelayDefinition } from './definitions.js';
import type { LegId, Sanction, Speaker } from './model.js';
import type { LegSettings } from './settings.js';

/** People who were made to go lately and are remembered. */
const REMEMBERED = 5_000;

/** What moderation needs of the relays that there are. */
export interface ModerationServices {
  /** How long nothing is carried of somebody whose stand-in was made to go (ms). */
  readonly kickMs: number;
  /** UTC milliseconds. */
  now(): number;
  readonly log: Log;
  definitionOf(relay: string): RelayDefinition | undefined;
  settingsOf(leg: LegId): LegSettings;
  /** Somebody who has spoken lately, by what he is called or by his address. */
  personCalled(
    definition: RelayDefinition,
    who: string,
  ): { readonly speaker: Speaker; readonly home: LegId } | undefined;
  /** Durable when it resolves. */
  keep(relay: string, change: (blocked: Blocked) => Blocked): Promise<void>;
  /** The stand-ins of a person go. */
  dismiss(relay: string, person: Speaker, home: LegId): void;
  /** Has a leg do what was done elsewhere. Never rejects. */
  obey(relay: string, leg: LegId, sanction: Sanction): Promise<void>;
}

type Blocked = RelayDefinition['blocked'];

interface Kick {
  readonly until: number;
  /** Holds on that leg only. */
  readonly only: LegId | undefined;
}

/**
 * What moderators do on one leg, on the others: by setting. What is known already is not done again, so that an act of
 * the relay itself, which every leg shows, leads to nothing further.
 */
export class Moderation {
  readonly #kicks = new BoundedMap<string, Kick>(REMEMBERED);
  /** One change at a time, by relay. */
  readonly #under = new Map<string, Promise<void>>();

  constructor(private readonly services: ModerationServices) {}

  /** Why nothing of a person crosses, or (`to`) nothing to that leg. */
  withholds(
    definition: RelayDefinition,
    from: LegId,
    speaker: Speaker,
    to?: LegId,
  ): 'blocked' | 'kicked' | undefined {
    const block = findBlock(definition, from, speaker);
    if (block && (block.only === undefined || block.only === to)) return 'blocked';
    const kick = this.#kicks.get(`${definition.name}\n${personOf(from, speaker)}`);
    if (!kick || kick.until <= this.services.now()) return undefined;
    return kick.only === undefined || kick.only === to ? 'kicked' : undefined;
  }

  /** Something was done on a leg. Never throws; what follows comes in its order. */
  sanctioned(relay: string, where: LegId, sanction: Sanction): void {
    const before = this.#under.get(relay) ?? Promise.resolve();
    const after = before
      .then(() => this.#take(relay, where, sanction))
      .catch((error: unknown) => {
        this.services.log.warn({ relay, leg: where, err: error }, 'what a moderator did could not be kept');
      })
      .finally(() => {
        if (this.#under.get(relay) === after) this.#under.delete(relay);
      });
    this.#under.set(relay, after);
  }

  /** Who is let in again where he was banned may speak again: the room has thought otherwise. Never throws. */
  spoke({ name, blocked }: RelayDefinition, leg: LegId, speaker: Speaker): void {
    const block = blocked[personOf(leg, speaker)];
    if (block?.act !== 'banned' || block.where !== leg) return;
    this.sanctioned(name, leg, { kind: 'sanction', act: 'restored', person: speaker, home: leg });
  }

  /** Under another name he is the same. Never throws. */
  renamed({ name, blocked }: RelayDefinition, leg: LegId, beforeKey: string, speaker: Speaker): void {
    const block = blocked[personOf(leg, { key: beforeKey })];
    if (!block || Object.keys(blocked).length >= MOST_BLOCKS) return;
    const entry = personOf(leg, speaker);
    this.services
      .keep(name, (now) => ({ ...now, [entry]: { ...block, nick: speaker.nick } }))
      .catch((error: unknown) => {
        this.services.log.warn({ relay: name, leg, err: error }, 'what a moderator did could not be kept');
      });
  }

  /**
   * Carries somebody no more: by what he is called on a leg where he has spoken lately, by his address, or by a pattern
   * of addresses. Asked for on a leg that does not count elsewhere, it is for that leg, and for its own people.
   * @param at the leg whose moderator asks; undefined: an operator
   * @throws {GatewayError} `limit`, and the store's error
   */
  async block(
    relay: string,
    who: string,
    { by, reason }: Pick<Block, 'by' | 'reason'>,
    at?: LegId,
  ): Promise<void> {
    const definition = this.#get(relay);
    const wide = this.#countsElsewhere(at);
    const person = this.services.personCalled(definition, who);
    const entry = person ? personOf(person.home, person.speaker) : patternOf(who);
    const only = wide || person?.home === at ? undefined : at;
    const full = Object.keys(definition.blocked).length >= MOST_BLOCKS;
    const tooMany = !person && patternsOf(definition.blocked).length >= MOST_PATTERNS;
    if (full || tooMany || who.length > PATTERN_LENGTH)
      throw new GatewayError('limit', { key: 'relay-block-full' });
    const block: Block = {
      ...{ act: 'banned', nick: person?.speaker.nick ?? who, time: this.services.now() },
      ...(person?.speaker.address !== undefined && { address: person.speaker.address }),
      ...(by !== undefined && { by }),
      ...(reason !== undefined && { reason }),
      ...(at !== undefined && { asked: at }),
      ...(only !== undefined && { only }),
    };
    await this.services.keep(relay, (now) => {
      const known = now[entry];
      // What counts everywhere stays so.
      return known && known.only === undefined && only !== undefined ? now : { ...now, [entry]: block };
    });
    if (!person) return;
    const { speaker, home } = person;
    this.services.dismiss(relay, speaker, home);
    if (!wide) return;
    await this.#tellOthers(definition, undefined, {
      ...{ kind: 'sanction', act: 'banned', person: speaker, home },
      ...(by !== undefined && { by }),
      ...(reason !== undefined && { reason }),
    });
  }

  /**
   * Carries somebody again, by nick, address or pattern. @param at as with `block`
   * @throws {GatewayError} `not-found`, `forbidden`, and the store's error
   */
  async unblock(relay: string, who: string, by: string, at?: LegId): Promise<void> {
    const definition = this.#get(relay);
    const wide = this.#countsElsewhere(at);
    const wanted = who.toLowerCase();
    const named = Object.entries(definition.blocked).filter(
      ([entry, { nick, address }]) =>
        entry === patternOf(who) || nick.toLowerCase() === wanted || address?.toLowerCase() === wanted,
    );
    if (named.length === 0)
      throw new GatewayError('not-found', { key: 'relay-block-unknown', args: { who } });
    const entries = wide ? named : named.filter(([, { asked, only }]) => asked === at || only === at);
    if (entries.length === 0)
      throw new GatewayError('forbidden', { key: 'relay-no-rights-there', args: { room: relay } });
    const gone = new Set(entries.map(([entry]) => entry));
    await this.services.keep(relay, (now) => without(now, gone));
    for (const [entry, { nick, address, only }] of entries) {
      this.#kicks.delete(`${relay}\n${entry}`);
      if (!wide || only !== undefined || entry === patternOf(who)) continue;
      const { leg, key } = readPerson(entry);
      const person = { key, nick, ...(address !== undefined && { address }) };
      await this.#tellOthers(definition, undefined, {
        kind: 'sanction',
        act: 'restored',
        person,
        home: leg,
        by,
      });
    }
  }

  /** Whether what is asked for on a leg is for all of them. */
  #countsElsewhere(at: LegId | undefined): boolean {
    return at === undefined || this.services.settingsOf(at).moderates;
  }

  #get(relay: string): RelayDefinition {
    const definition = this.services.definitionOf(relay);
    if (!definition) throw new GatewayError('not-found', { key: 'relay-unknown', args: { name: relay } });
    return definition;
  }

  /** Resolves when all that was done has had its effect. Never rejects. */
  async settled(): Promise<void> {
    await Promise.all(this.#under.values());
  }

  async #take(relay: string, where: LegId, sanction: Sanction): Promise<void> {
    const definition = this.services.definitionOf(relay);
    if (!definition) return;
    if (sanction.act === 'restored') return this.#restore(definition, where, sanction);
    const { act, person, home } = sanction;
    const atHome = where === home;
    // Whoever has rights in his own room has them there, whatever others think of him.
    const wide = this.services.settingsOf(where).moderates && (atHome || !person.moderator);
    // He is out of his own room: that is all.
    if (!wide && atHome) return;
    const only = wide ? undefined : where;
    const isNew =
      act === 'kicked'
        ? this.#kick(definition, sanction, only)
        : await this.#block(definition, where, sanction, only);
    if (!isNew || !wide) return;
    if (act !== 'muted') this.services.dismiss(relay, person, home);
    await this.#tellOthers(definition, where, sanction);
  }

  #kick({ name }: RelayDefinition, { person, home }: Sanction, only: LegId | undefined): boolean {
    const key = `${name}\n${personOf(home, person)}`;
    const known = this.#kicks.get(key);
    const now = this.services.now();
    if (known && known.until > now && known.only === undefined) return false;
    this.#kicks.set(key, { until: now + this.services.kickMs, only });
    return true;
  }

  async #block(
    definition: RelayDefinition,
    where: LegId,
    { act, person, home, by, reason, standIn }: Sanction,
    only: LegId | undefined,
  ): Promise<boolean> {
    const { name, blocked } = definition;
    const entry = personOf(home, person);
    const known = blocked[entry];
    const stronger = known?.act === 'muted' && act === 'banned';
    const wider = known?.only !== undefined && only === undefined;
    if (known && !stronger && !wider) return false;
    if (!known && Object.keys(blocked).length >= MOST_BLOCKS) return false;
    const block: Block = {
      ...{ act: act === 'muted' ? 'muted' : 'banned', nick: person.nick, where, time: this.services.now() },
      ...(person.address !== undefined && { address: person.address }),
      ...(standIn !== undefined && { standIn }),
      ...(only !== undefined && { only }),
      ...(by !== undefined && { by }),
      ...(reason !== undefined && { reason }),
    };
    await this.services.keep(name, (now) => ({ ...now, [entry]: block }));
    return true;
  }

  async #restore(definition: RelayDefinition, where: LegId, sanction: Sanction): Promise<void> {
    const { name, blocked } = definition;
    const { person, home, standIn } = sanction;
    const entry =
      person.key === ''
        ? Object.keys(blocked).find(
            (one) => blocked[one]?.where === where && blocked[one]?.standIn === standIn,
          )
        : personOf(home, person);
    const block = entry === undefined ? undefined : blocked[entry];
    if (entry === undefined || !block) return;
    const wide = this.services.settingsOf(where).moderates;
    // A ban is lifted where it was pronounced; a voice is given by whoever may.
    if (block.where !== where && !(wide && block.act === 'muted')) return;
    await this.services.keep(name, (now) => without(now, new Set([entry])));
    this.#kicks.delete(`${name}\n${entry}`);
    if (!wide || block.only !== undefined) return;
    const { leg, key } = readPerson(entry);
    const address = block.address === undefined ? {} : { address: block.address };
    const whole: Sanction = {
      ...{ kind: 'sanction', act: 'restored', home: leg },
      person: { key, nick: block.nick, ...address },
      ...(sanction.by !== undefined && { by: sanction.by }),
    };
    await this.#tellOthers(definition, where, whole);
  }

  async #tellOthers(
    { name, legs }: RelayDefinition,
    where: LegId | undefined,
    sanction: Sanction,
  ): Promise<void> {
    const others = legs.filter(({ id }) => id !== where && this.services.settingsOf(id).obeys);
    await Promise.all(others.map(({ id }) => this.services.obey(name, id, sanction)));
  }
}

function without(blocked: Blocked, gone: ReadonlySet<string>): Blocked {
  return Object.fromEntries(Object.entries(blocked).filter(([entry]) => !gone.has(entry)));
}
