import { GatewayError } from '../../gateway/error.js';
import type { Log } from '../../gateway/gateway.js';
import type { Text } from '../../gateway/text.js';
import type { RelayEntries } from '../../store/relay-store.js';
import { Changes } from './changes.js';
import { areRelay, type Definitions, type LegDefinition, type RelayDefinition } from './definitions.js';
import type { Leg } from './leg.js';
import type { LegId } from './model.js';
import type { LegReport, Relay } from './relay.js';
import {
  changed,
  DEFAULT_LEG_SETTINGS,
  type LegSettings,
  needsEntry,
  type SettingsChange,
} from './settings.js';

/** Bounds of the relays that there are. */
export interface BookLimits {
  readonly legs: number;
  readonly relays: number;
  /** How long is waited for legs to come in (ms). */
  readonly settleMs: number;
}

/** What the list of relays needs of the world. */
export interface BookServices {
  readonly limits: BookLimits;
  readonly definitions: Definitions;
  readonly entries: RelayEntries;
  readonly log: Log;
  relay(name: string, stateChanged: () => void): Relay;
  leg(definition: LegDefinition): Leg;
  forget(id: LegId): void;
}

interface Running {
  definition: RelayDefinition;
  readonly relay: Relay;
}

/** How a leg fares, with what waits for it. */
export interface LegStatus extends LegReport {
  readonly waiting: number;
}

/** The relays that run, and their changes: one after the other, each durable before it shows. */
export class RelayBook {
  readonly #running = new Map<string, Running>();
  readonly #byLeg = new Map<LegId, string>();
  readonly #changes = new Changes();
  readonly #watchers = new Set<() => void>();

  constructor(private readonly services: BookServices) {}

  list(): readonly RelayDefinition[] {
    return [...this.#running.values()].map(({ definition }) => definition);
  }

  find(name: string): RelayDefinition | undefined {
    return this.#running.get(name)?.definition;
  }

  /** The relay that a room is a leg of. */
  relayOf(leg: LegId): RelayDefinition | undefined {
    const name = this.#byLeg.get(leg);
    return name === undefined ? undefined : this.find(name);
  }

  /** How a leg takes part. */
  settingsOf(leg: LegId): LegSettings {
    const found = this.relayOf(leg)?.legs.find(({ id }) => id === leg);
    return found?.settings ?? DEFAULT_LEG_SETTINGS;
  }

  legOf(id: LegId): Leg | undefined {
    const name = this.#byLeg.get(id);
    return this.#running.get(name ?? '')?.relay.legs.find((leg) => leg.id === id);
  }

  /** How the legs of a relay fare; rejects with the store's error. */
  async report(name: string): Promise<readonly LegStatus[]> {
    const { relay } = this.#get(name);
    return Promise.all(
      relay.report().map(async (leg) => ({
        ...leg,
        waiting: await this.services.entries.count(relay.id, leg.id),
      })),
    );
  }

  /** How many relays there are, how many legs are in each state, and what came from them in the last minute and hour. */
  figures(): Readonly<Record<string, number>> {
    const figures = {
      relays: this.#running.size,
      joining: 0,
      joined: 0,
      away: 0,
      refused: 0,
      minute: 0,
      hour: 0,
    };
    for (const { relay } of this.#running.values())
      for (const { state, came } of relay.report()) {
        figures[state.state] += 1;
        figures.minute += came.minute;
        figures.hour += came.hour;
      }
    return figures;
  }

  /** A relay from before the start. */
  restore(definition: RelayDefinition): void {
    this.#run(definition, true);
  }

  /** @throws {GatewayError} `limit`, `rejected`, and the store's error */
  create(definition: RelayDefinition): Promise<void> {
    return this.#changes.next(async () => {
      const { limits, definitions } = this.services;
      if (this.#running.size >= limits.relays) throw new GatewayError('limit', { key: 'relay-too-many' });
      this.#fits(definition.legs);
      if (this.#running.has(definition.name))
        throw new GatewayError('rejected', { key: 'relay-name-taken', args: { name: definition.name } });
      await definitions.put(definition);
      this.#run(definition, false);
    });
  }

  /** @throws {GatewayError} `limit`, `rejected`, `not-found`, and the store's error */
  add(name: string, leg: LegDefinition): Promise<void> {
    return this.#changes.next(async () => {
      const running = this.#get(name);
      const legs = [...running.definition.legs, leg];
      this.#fits(legs, name);
      await this.#put(running, { legs });
      this.#byLeg.set(leg.id, name);
      running.relay.add(this.services.leg(leg), false);
      await running.relay.announce({ key: 'relay-linked', args: { room: leg.id } }, leg.id);
    });
  }

  /** Lets go of a room, and of the relay where only one is left. `words` are said in all of them. */
  remove(id: LegId, words: Text): Promise<void> {
    return this.#changes.next(async () => {
      const running = this.#running.get(this.#byLeg.get(id) ?? '');
      if (!running) throw new GatewayError('not-found', { key: 'relay-not-linked', args: { room: id } });
      const legs = running.definition.legs.filter((leg) => leg.id !== id);
      if (!areRelay(legs)) await this.services.definitions.remove(running.definition.name);
      else await this.#put(running, { legs });
      this.#byLeg.delete(id);
      await this.#letGo(running, id, words);
      await running.relay.announce(words);
      if (!areRelay(legs)) await this.#end({ ...running, definition: { ...running.definition, legs } });
    });
  }

  /** Ends a relay; `words` are said in all its rooms. */
  end(name: string, words: Text): Promise<void> {
    return this.#changes.next(async () => {
      const running = this.#get(name);
      await this.services.definitions.remove(name);
      await this.#end(running, words);
    });
  }

  /** Sets how a leg takes part; durable, and in force, when it resolves. */
  set(id: LegId, change: SettingsChange): Promise<LegSettings> {
    return this.#changes.next(async () => {
      const running = this.#running.get(this.#byLeg.get(id) ?? '');
      const leg = running?.definition.legs.find((one) => one.id === id);
      if (!running || !leg)
        throw new GatewayError('not-found', { key: 'relay-not-linked', args: { room: id } });
      const settings = changed(leg.settings, change);
      const next = { ...leg, settings };
      await this.#put(running, { legs: running.definition.legs.map((one) => (one.id === id ? next : one)) });
      if (needsEntry(leg.settings, settings)) await running.relay.replace(id, () => this.services.leg(next));
      return settings;
    });
  }

  /** Keeps who is not carried. Rejects with the store's error. */
  keep(
    name: string,
    change: (now: RelayDefinition) => Partial<Pick<RelayDefinition, 'blocked' | 'silent'>>,
  ): Promise<void> {
    return this.#changes.next(async () => {
      const running = this.#get(name);
      await this.#put(running, change(running.definition));
    });
  }

  /** What runs under a name. */
  relay(name: string): Relay | undefined {
    return this.#running.get(name)?.relay;
  }

  /** Tells it in all rooms of a relay but one. Never rejects. */
  async announce(name: string, text: Text, except?: LegId): Promise<void> {
    await this.#running.get(name)?.relay.announce(text, except);
  }

  /** Resolves when all legs of a relay are in or have told why not, or the time for it is over. Never rejects. */
  async settled(name: string): Promise<void> {
    const { settleMs } = this.services.limits;
    let over = false;
    let wake: () => void = () => undefined;
    const timer = setTimeout(() => {
      over = true;
      wake();
    }, settleMs);
    timer.unref();
    const joining = (): boolean =>
      this.#running.get(name)?.relay.legs.some(({ state }) => state.state === 'joining') ?? false;
    while (!over && joining())
      await new Promise<void>((resolve) => {
        wake = () => {
          this.#watchers.delete(wake);
          resolve();
        };
        this.#watchers.add(wake);
      });
    clearTimeout(timer);
  }

  /** What is under way is over; everything is there after the next start. Never rejects. */
  async stop(): Promise<void> {
    await Promise.all([...this.#running.values()].map(({ relay }) => relay.stop()));
    this.#running.clear();
    this.#byLeg.clear();
    this.#stateChanged();
  }

  #get(name: string): Running {
    const running = this.#running.get(name);
    if (!running) throw new GatewayError('not-found', { key: 'relay-unknown', args: { name } });
    return running;
  }

  /** A room is in one relay, once. */
  #fits(legs: readonly LegDefinition[], name?: string): void {
    if (legs.length > this.services.limits.legs)
      throw new GatewayError('limit', { key: 'relay-too-many-legs' });
    if (new Set(legs.map(({ id }) => id)).size < legs.length)
      throw new GatewayError('rejected', { key: 'relay-same-room' });
    for (const { id } of legs) {
      const other = this.#byLeg.get(id);
      if (other === undefined || other === name) continue;
      throw new GatewayError('rejected', { key: 'relay-room-taken', args: { room: id, name: other } });
    }
  }

  async #put(running: Running, change: Partial<RelayDefinition>): Promise<void> {
    const definition = { ...running.definition, ...change };
    await this.services.definitions.put(definition);
    running.definition = definition;
  }

  async #end({ definition, relay }: Running, words?: Text): Promise<void> {
    this.#running.delete(definition.name);
    for (const { id } of definition.legs) this.#byLeg.delete(id);
    await Promise.all(
      definition.legs.map(({ id }) => this.#letGo({ relay, definition }, id, words ?? { key: 'relay-over' })),
    );
    await this.#cleaned(definition.name, () => this.services.entries.forgetRelay(relay.id));
  }

  async #letGo({ relay, definition }: Running, id: LegId, words: Text): Promise<void> {
    await this.#cleaned(definition.name, () => relay.remove(id, words));
    this.services.forget(id);
  }

  /** What the store could not forget is old some day, and harms nobody until then. */
  async #cleaned(relay: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.services.log.warn({ relay, err: error }, 'what a relay leaves behind could not be removed');
    }
  }

  #run(definition: RelayDefinition, restored: boolean): void {
    const relay = this.services.relay(definition.name, () => this.#stateChanged());
    this.#running.set(definition.name, { definition, relay });
    for (const { id } of definition.legs) this.#byLeg.set(id, definition.name);
    for (const leg of definition.legs) relay.add(this.services.leg(leg), restored);
  }

  #stateChanged(): void {
    for (const wake of [...this.#watchers]) wake();
  }
}
