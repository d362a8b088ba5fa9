import { GatewayError } from '../../gateway/error.js';
import type { Log } from '../../gateway/gateway.js';
import type { Text } from '../../gateway/text.js';
import type { RelayEntries, RelayEntry } from '../../store/relay-store.js';
import type { Leg, LegEnd, LegHost, LegState } from './leg.js';
import { LegQueue, type LegQueueOptions } from './leg-queue.js';
import type { NamedPerson } from './mentions.js';
import type { LegEvent, LegId, LegSignal, RelayContent, Sanction, Speaker, Whisper } from './model.js';
import { Traffic, type TrafficReport } from './traffic.js';

/** Troubles of one leg that are remembered. */
const TROUBLES = 5;

/** What a relay needs of the world. */
export interface RelayServices {
  readonly entries: RelayEntries;
  readonly queue: LegQueueOptions;
  readonly log: Log;
  /** UTC milliseconds. */
  now(): number;
  /** UUIDv7, each above the one before. */
  nextId(): string;
  /** What has happened, within bounds. */
  tamed(relay: string, leg: LegId, event: LegEvent): LegEvent;
  /** Somebody has another key now. */
  renamed?(relay: string, leg: LegId, beforeKey: string, speaker: Speaker): void;
  /** Words in private, if they say whether somebody wants to be carried; what is answered. */
  wished?(relay: string, leg: LegId, speaker: Speaker, text: string): Text | undefined;
  /** What is to be known of a leg besides what it tells itself. */
  facts(relay: string, leg: LegId): readonly Text[];
  /** Whether that is to cross at all; false for what is blocked, too much, or comes back from where it went. */
  admits(relay: string, leg: LegId, event: LegEvent): boolean;
  /** What was admitted is known already. */
  repeated(relay: string, leg: LegId, event: LegEvent): void;
  /** Whether what happens on one leg is told on another. */
  reaches(event: LegEvent, from: LegId, to: LegId): boolean;
  /** Lets what somebody says in private to a person of `to` pass. @throws {GatewayError} why it is not carried */
  requireWhisper(relay: string, leg: LegId, to: LegId, speaker: Speaker): void;
  /** Whether it is told that somebody types. */
  shows(relay: string, leg: LegId, speaker: Speaker): boolean;
  /** Whether what somebody else than its author takes away on a leg counts elsewhere. */
  moderates(leg: LegId): boolean;
  /** Whether something that waits is still to be told: its speaker may have been banned meanwhile. */
  wanted(relay: string, content: RelayContent, from: LegId, to: LegId): boolean;
  /** Somebody with rights on a leg has done something to a person. Never throws. */
  sanctioned(relay: string, leg: LegId, sanction: Sanction): void;
  /** A leg is over for good. */
  ended(relay: string, leg: LegId, cause: LegEnd, by: string | undefined): void;
  /** A leg has another state. */
  stateChanged?(): void;
}

/** Something that went wrong on a leg. */
export interface Trouble {
  readonly text: Text | undefined;
  /** UTC milliseconds. */
  readonly time: number;
}

/** How a leg of a relay has fared. */
export interface LegReport {
  readonly id: LegId;
  readonly state: LegState;
  /** What came from it and went to it. */
  readonly came: TrafficReport;
  readonly went: TrafficReport;
  /** What went wrong lately, the latest last. */
  readonly troubles: readonly Trouble[];
  readonly facts: readonly Text[];
}

interface Joined {
  readonly leg: Leg;
  readonly queue: LegQueue;
  readonly came: Traffic;
  readonly went: Traffic;
  readonly troubles: Trouble[];
}

/** One conversation over several rooms: what happens on one leg is written down, and crosses to all others. */
export class Relay {
  readonly #legs = new Map<LegId, Joined>();
  /** Acceptances under way. */
  #taking = 0;
  readonly #relieved = new Set<() => void>();

  constructor(
    /** Its address. */
    readonly id: string,
    private readonly services: RelayServices,
  ) {}

  get legs(): readonly Leg[] {
    return [...this.#legs.values()].map(({ leg }) => leg);
  }

  /** Adds a leg and lets it begin. @param restored it was a leg before the start */
  add(leg: Leg, restored: boolean): void {
    const { entries, queue: options, log, now } = this.services;
    const joined: Joined = {
      leg,
      ...{ came: new Traffic(), went: new Traffic(), troubles: [] },
      queue: new LegQueue(
        ...[this.id, leg, options],
        {
          entries,
          now,
          moderates: (from) => this.services.moderates(from),
          wanted: (content, from) => this.services.wanted(this.id, content, from, leg.id),
          crossed: () => {
            joined.went.add(now());
          },
          trouble: (error, forGood) => {
            this.#trouble(joined, error);
            const level = forGood ? 'warn' : 'debug';
            log[level]({ relay: this.id, leg: leg.id, err: error }, 'something could not cross a relay');
          },
        },
        restored,
      ),
    };
    this.#legs.set(leg.id, joined);
    this.#companyChanged(leg.id);
    leg.start(this.#hostOf(joined));
  }

  /** Has a leg come in anew, as with another password; what waits for it goes on waiting. Never rejects. */
  async replace(id: LegId, make: () => Leg): Promise<void> {
    const before = this.#legs.get(id);
    if (!before) return;
    // What is under way is seen by the leg that has told it.
    await before.queue.stop();
    await before.leg.stop();
    if (this.#legs.get(id) === before) this.add(make(), true);
  }

  /** Lets go of a leg; nothing waits for it any more. `words` are its farewell. */
  async remove(id: LegId, words?: Text): Promise<void> {
    const joined = this.#legs.get(id);
    if (!joined) return;
    this.#legs.delete(id);
    this.#companyChanged();
    await Promise.all([joined.queue.stop(), joined.leg.stop(words)]);
    await this.services.entries.forgetLeg(this.id, id);
  }

  /** Ends the connections; what waits is there after the next start. Never rejects. */
  async stop(): Promise<void> {
    await Promise.all([...this.#legs.values()].flatMap(({ leg, queue }) => [queue.stop(), leg.stop()]));
  }

  /** Tells on one leg, late, what was left to another relay. Never throws. */
  tell(from: LegId, to: LegId, { content, time }: LegEvent): void {
    const { services } = this;
    const other = this.#legs.get(to);
    if (!other || !services.wanted(this.id, content, from, to)) return;
    const entry: RelayEntry = {
      ...{ id: services.nextId(), relay: this.id, leg: from, time: time ?? services.now() },
      content: JSON.stringify(content),
    };
    services.entries
      .accept(entry, [], [to])
      .then(() => other.queue.add(entry))
      .catch((error: unknown) => this.#warn(other.leg, error));
  }

  /** Says something on one leg, as the relay itself. Never rejects. */
  async say(id: LegId, text: Text): Promise<void> {
    const leg = this.#legs.get(id)?.leg;
    await leg?.say(text).catch((error: unknown) => this.#warn(leg, error));
  }

  /** Tells it on all legs but one, as the relay itself. Never rejects. */
  async announce(text: Text, except?: LegId): Promise<void> {
    const others = this.legs.filter(({ id }) => id !== except);
    await Promise.all(others.map((leg) => leg.say(text).catch((error: unknown) => this.#warn(leg, error))));
  }

  report(): readonly LegReport[] {
    const now = this.services.now();
    return [...this.#legs.values()].map(({ leg, came, went, troubles }) => ({
      ...{ id: leg.id, state: leg.state, came: came.report(now), went: went.report(now) },
      ...{ troubles: [...troubles], facts: [...leg.describe(), ...this.services.facts(this.id, leg.id)] },
    }));
  }

  #hostOf(joined: Joined): LegHost {
    const { leg, queue } = joined;
    const congested = (): boolean => this.#congested;
    return {
      happened: (event) => this.#happened(joined, event),
      signal: (signal) => this.#signal(leg.id, signal),
      whispered: (to, home, whisper) => this.#whisper(to, home, whisper),
      called: (name) => this.#called(leg.id, name),
      wished: (speaker, text) => this.services.wished?.(this.id, leg.id, speaker, text),
      changed: () => {
        queue.changed();
        this.services.stateChanged?.();
      },
      ended: (cause, by) => this.services.ended(this.id, leg.id, cause, by),
      get congested() {
        return congested();
      },
      relieved: async () => {
        while (this.#congested)
          await new Promise<void>((resolve) => {
            this.#relieved.add(resolve);
          });
      },
    };
  }

  get #congested(): boolean {
    return this.#taking >= this.services.queue.mostLoaded;
  }

  async #happened(joined: Joined, told: LegEvent): Promise<void> {
    const { leg } = joined;
    // What a leg that was let go of still has to say concerns nobody.
    if (this.#legs.get(leg.id) !== joined) return;
    const { services } = this;
    const event = services.tamed(this.id, leg.id, told);
    if (!services.admits(this.id, leg.id, event)) return;
    const entry: RelayEntry = {
      ...{ id: services.nextId(), relay: this.id, leg: leg.id, time: event.time ?? services.now() },
      content: JSON.stringify(event.content),
    };
    const others = [...this.#legs.keys()].filter(
      (id) => id !== leg.id && services.reaches(event, leg.id, id),
    );
    // Nobody comes back to it later.
    if (others.length === 0 && event.content.kind === 'presence') return;
    this.#taking += 1;
    try {
      if (!(await services.entries.accept(entry, event.ids, others, event.names))) {
        services.repeated(this.id, leg.id, event);
        return;
      }
      joined.came.add(services.now());
      // At once for all: what happens next must not come before it anywhere.
      for (const id of others) this.#legs.get(id)?.queue.add(entry);
      // Some were let go of meanwhile.
      for (const id of others) if (!this.#legs.has(id)) await services.entries.crossed(entry, id, []);
    } finally {
      this.#taking -= 1;
      if (!this.#congested) this.#relieve();
    }
  }

  #companyChanged(except?: LegId): void {
    for (const leg of this.legs) if (leg.id !== except) leg.companyChanged?.();
  }

  #relieve(): void {
    for (const resolve of this.#relieved) resolve();
    this.#relieved.clear();
  }

  /** Has a leg do to somebody what was done elsewhere; that it may not is one fact of its status. Never rejects. */
  async obey(id: LegId, sanction: Sanction): Promise<void> {
    const joined = this.#legs.get(id);
    try {
      await joined?.leg.obey?.(sanction);
    } catch (error) {
      if (!joined) return;
      this.#trouble(joined, error);
      this.#warn(joined.leg, error);
    }
  }

  #trouble({ troubles }: Joined, error: unknown): void {
    troubles.push({ text: textOf(error), time: this.services.now() });
    if (troubles.length > TROUBLES) troubles.shift();
  }

  /** The stand-ins of a person go, wherever they are. */
  dismiss(person: Speaker, home: LegId): void {
    this.#signal(home, { kind: 'gone', speaker: person });
  }

  #signal(from: LegId, signal: LegSignal): void {
    if (signal.kind === 'renamed') this.services.renamed?.(this.id, from, signal.beforeKey, signal.speaker);
    if (signal.kind === 'sanction') {
      this.services.sanctioned(this.id, from, signal);
      return;
    }
    if (signal.kind === 'typing' && !this.services.shows(this.id, from, signal.speaker)) return;
    for (const { leg } of this.#legs.values()) if (leg.id !== from) leg.signal(from, signal);
  }

  async #whisper(to: Speaker, home: LegId, whisper: Whisper): Promise<void> {
    const leg = this.#legs.get(home)?.leg;
    if (!leg?.whisper) throw new GatewayError('unsupported', { key: 'relay-no-whispers' });
    this.services.requireWhisper(this.id, whisper.home, home, whisper.from);
    await leg.whisper(to, whisper);
  }

  #called(except: LegId, name: string): NamedPerson | undefined {
    for (const [id, { leg }] of this.#legs) {
      const person = id === except ? undefined : leg.called?.(name);
      if (person) return person;
    }
    return undefined;
  }

  #warn(leg: Leg, error: unknown): void {
    this.services.log.debug({ relay: this.id, leg: leg.id, err: error }, 'a word of a relay was not taken');
  }
}

function textOf(error: unknown): Text | undefined {
  return error instanceof Error && 'text' in error ? (error.text as Text) : undefined;
}
