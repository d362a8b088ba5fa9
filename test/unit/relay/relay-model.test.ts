import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import type { Leg } from '../../../src/core/relay/leg.js';
import { Relay } from '../../../src/core/relay/relay.js';
import { ArchiveIds } from '../../../src/core/room/archive-ids.js';
import type { RelayEntries } from '../../../src/store/relay-store.js';
import { memoryRelays } from '../../support/memory-relays.js';
import { MemoryLeg } from '../../support/relay/memory-leg.js';

const nothing = (): void => undefined;
const RELAYS = ['club', 'other'];
const LEGS = [0, 1, 2];

/** What was said or changed, and where it is to be heard. */
interface Expected {
  readonly text: string;
  readonly leg: number;
  readonly targets: readonly number[];
  /** Text of what is changed. */
  readonly changes?: string;
}

/** One relay, and what is expected of it. */
class Model {
  readonly expected: Expected[] = [];
  readonly removed = new Set<number>();
  /** Legs of which words do not go to the others, and those that hear nothing. */
  readonly mute = new Set<number>();
  readonly deaf = new Set<number>();
  /** In all runs, by leg. */
  readonly #past: MemoryLeg[][] = [[], [], []];
  #legs: MemoryLeg[] = [];
  #relay: Relay | undefined;

  constructor(
    readonly name: string,
    private readonly entries: RelayEntries,
    private readonly ids: ArchiveIds,
  ) {
    this.start();
  }

  get relay(): Relay {
    if (!this.#relay) throw new Error('not started');
    return this.#relay;
  }

  start(): void {
    this.#relay = new Relay(`${this.name}@relay.example.org`, {
      ...{ entries: this.entries, nextId: () => this.ids.next(), now: Date.now },
      queue: { mostLoaded: 4, backlog: 1_000, lateMs: 60_000, pauseFirstMs: 1, pauseLastMs: 2 },
      log: { debug: nothing, info: nothing, warn: nothing, error: nothing },
      tamed: (_relay, _leg, event) => event,
      ...{
        facts: () => [],
        admits: () => true,
        moderates: () => true,
        wanted: () => true,
        shows: () => true,
      },
      ...{ repeated: nothing, sanctioned: nothing, ended: nothing, requireWhisper: nothing },
      reaches: (_event, from, to) => !this.mute.has(numberOf(from)) && !this.deaf.has(numberOf(to)),
    });
    this.#legs = LEGS.map((leg) => new MemoryLeg(`${this.name}-${leg}`));
    for (const [leg, made] of this.#legs.entries()) {
      if (this.removed.has(leg)) continue;
      this.#past[leg]?.push(made);
      this.relay.add(made, true);
    }
  }

  leg(number: number): MemoryLeg | undefined {
    return this.removed.has(number) ? undefined : this.#legs[number];
  }

  /** Something new, or a change of what was said before on that leg. */
  async says(leg: number, text: string, changes?: Expected): Promise<void> {
    const one = this.leg(leg);
    if (!one) return;
    const mute = this.mute.has(leg);
    const targets = LEGS.filter(
      (other) => other !== leg && !mute && !this.deaf.has(other) && !this.removed.has(other),
    );
    const speaker = { key: 'x', nick: 'x' };
    await one.host.happened(
      changes
        ? {
            content: { kind: 'edited', speaker, words: { text }, target: { id: nameOf(leg, changes.text) } },
            ids: [],
          }
        : { content: { kind: 'said', speaker, words: { text } }, ids: [nameOf(leg, text)] },
    );
    this.expected.push({ text, leg, targets, ...(changes && { changes: changes.text }) });
  }

  async unlink(leg: number): Promise<void> {
    if (this.removed.size > 0) return;
    const id = this.leg(leg)?.id;
    this.removed.add(leg);
    if (id !== undefined) await this.relay.remove(id);
  }

  /** What was told on a leg, over all runs. */
  taken(leg: number) {
    return this.#past[leg]?.flatMap(({ taken }) => taken) ?? [];
  }

  async waiting(): Promise<number> {
    const counts = LEGS.map((leg) => this.entries.count(this.relay.id, `${this.name}-${leg}`));
    return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
  }
}

function numberOf(leg: Leg['id']): number {
  return Number(leg.split('-')[1]);
}

function nameOf(leg: number, text: string): string {
  return `m-${leg}-${text}`;
}

function wordsOf(leg: MemoryLeg['taken'][number]): string {
  return 'words' in leg.content ? leg.content.words.text : '';
}

const step = fc.tuple(
  fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom('says' as const, 'edits' as const) },
    { weight: 2, arbitrary: fc.constantFrom('up' as const, 'down' as const, 'waits' as const) },
    fc.constantFrom(
      'fails' as const,
      'restart' as const,
      'unlink' as const,
      'mute' as const,
      'deaf' as const,
    ),
  ),
  fc.constantFrom(0, 1),
  fc.constantFrom(...LEGS),
  fc.nat(20),
);

describe('several relays of one store', () => {
  it('tell on each leg what is meant for it, once and in order, and find what is changed by its name there, through settings, unlinking, failures and restarts', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 80 }), async (steps) => {
        const store = memoryRelays();
        const ids = new ArchiveIds();
        const models = RELAYS.map((name) => new Model(name, store, ids));
        for (const [index, [kind, which, leg, number]] of steps.entries()) {
          const model = models[which];
          if (!model) continue;
          if (kind === 'says') await model.says(leg, `${index}`);
          else if (kind === 'edits') {
            const own = model.expected.filter((said) => said.leg === leg && said.changes === undefined);
            const target = own[number % Math.max(1, own.length)];
            if (target) await model.says(leg, `${index}`, target);
          } else if (kind === 'up') model.leg(leg)?.up();
          else if (kind === 'down') model.leg(leg)?.down();
          else if (kind === 'waits') await new Promise((resolve) => setImmediate(resolve));
          else if (kind === 'fails') {
            const one = model.leg(leg);
            if (one) one.failing = number % 4;
          } else if (kind === 'unlink') await model.unlink(leg);
          else if (kind === 'restart') {
            await model.relay.stop();
            model.start();
          } else if (!model[kind].delete(leg)) model[kind].add(leg);
        }
        for (const model of models) {
          for (const leg of LEGS) model.leg(leg)?.up();
          await vi.waitFor(async () => expect(await model.waiting()).toBe(0), { timeout: 20_000 });
          await model.relay.stop();
          for (const leg of LEGS) {
            const taken = model.taken(leg);
            const wanted = model.expected.filter(({ targets }) => targets.includes(leg));
            const heard = taken.map(wordsOf);
            // What waited for a leg that is unlinked is forgotten.
            const due = wanted
              .map(({ text }) => text)
              .slice(0, model.removed.has(leg) ? heard.length : undefined);
            expect(heard).toEqual(due);
            for (const [index, { changes }] of wanted.slice(0, taken.length).entries()) {
              if (changes === undefined) continue;
              const original = taken.find((crossing) => wordsOf(crossing) === changes);
              const named = original ? [`${model.name}-${leg}:${original.id}`] : [];
              expect(taken[index]?.reference?.ids).toEqual(named);
            }
          }
        }
      }),
      { numRuns: 150 },
    );
  });
});
