import { GatewayError } from '../../gateway/error.js';
import type { Text } from '../../gateway/text.js';
import type { Leg, LegEnd, LegState } from './leg.js';
import type { LegEvent, LegId } from './model.js';

/** What visits need of the world. */
export interface VisitServices {
  /** Rooms at a time. */
  readonly visits: number;
  /** How long a room may take to let the relay in (ms). */
  readonly settleMs: number;
  leg(id: LegId, password: string | undefined): Leg;
  forget(id: LegId): void;
  heard(id: LegId, leg: Leg, event: LegEvent): void;
  ended(id: LegId, cause: LegEnd): void;
}

interface Visit {
  readonly leg: Leg;
  readonly password: string | undefined;
  /** Why the relay is there; it goes with the last of them. */
  readonly reasons: Set<object>;
  readonly changed: Set<() => void>;
  over: boolean;
}

/** Rooms that the relay sits in without their being legs: it waits for a code, or was invited. */
export class Visits {
  readonly #rooms = new Map<LegId, Visit>();
  /** Rooms that it is leaving. */
  readonly #leaving = new Map<LegId, Promise<void>>();

  constructor(private readonly services: VisitServices) {}

  passwordOf(id: LegId): string | undefined {
    return this.#rooms.get(id)?.password;
  }

  /**
   * Comes into a room, or stays there for one more reason. Resolves when it is in.
   * @throws {GatewayError} `limit`; or why it is not in, and then the reason is no more
   */
  async begin(id: LegId, reason: object, password?: string): Promise<Leg> {
    await this.#leaving.get(id);
    const visit = this.#rooms.get(id) ?? this.#enter(id, password);
    visit.reasons.add(reason);
    const state = await this.#settled(visit);
    if (state.state === 'joined' && !visit.over) return visit.leg;
    await this.end(id, reason);
    const text = 'reason' in state ? state.reason : { key: 'relay-room-silent', args: { room: id } };
    throw new GatewayError('network-unreachable', text);
  }

  /** A reason is no more; `words` are said before it leaves with the last one. Never rejects. */
  async end(id: LegId, reason: object, words?: Text): Promise<void> {
    const visit = this.#rooms.get(id);
    if (!visit?.reasons.delete(reason) || visit.reasons.size > 0) return;
    await this.#leave(id, visit, words);
  }

  /** Leaves whatever the reasons are, as for a room that becomes a leg. Never rejects. */
  async leave(id: LegId): Promise<void> {
    const visit = this.#rooms.get(id);
    if (visit) await this.#leave(id, visit);
    await this.#leaving.get(id);
  }

  /** Never rejects. */
  async stop(): Promise<void> {
    await Promise.all([...this.#rooms.keys()].map((id) => this.leave(id)));
  }

  #enter(id: LegId, password: string | undefined): Visit {
    const { services } = this;
    if (this.#rooms.size >= services.visits)
      throw new GatewayError('limit', { key: 'relay-too-many-visits' });
    const leg = services.leg(id, password);
    const visit: Visit = { leg, password, reasons: new Set(), changed: new Set(), over: false };
    this.#rooms.set(id, visit);
    leg.start({
      happened: async (event) => {
        if (!visit.over) services.heard(id, leg, event);
      },
      signal: () => undefined,
      whispered: async () => undefined,
      changed: () => {
        for (const wake of [...visit.changed]) wake();
      },
      ended: (cause) => {
        if (visit.over) return;
        void this.#leave(id, visit);
        services.ended(id, cause);
      },
      called: () => undefined,
      congested: false,
      relieved: async () => undefined,
    });
    return visit;
  }

  async #leave(id: LegId, visit: Visit, words?: Text): Promise<void> {
    if (visit.over) return;
    visit.over = true;
    this.#rooms.delete(id);
    for (const wake of [...visit.changed]) wake();
    const done = visit.leg.stop(words);
    this.#leaving.set(id, done);
    await done;
    if (this.#leaving.get(id) === done) this.#leaving.delete(id);
    if (!this.#rooms.has(id)) this.services.forget(id);
  }

  async #settled(visit: Visit): Promise<LegState> {
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      for (const wake of [...visit.changed]) wake();
    }, this.services.settleMs);
    timer.unref();
    while (visit.leg.state.state === 'joining' && !visit.over && !late)
      await new Promise<void>((resolve) => {
        const wake = (): void => {
          visit.changed.delete(wake);
          resolve();
        };
        visit.changed.add(wake);
      });
    clearTimeout(timer);
    return visit.leg.state;
  }
}
