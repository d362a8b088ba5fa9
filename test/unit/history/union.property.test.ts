import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { RoomMessage } from '../../../src/gateway/event.js';
import type { NetworkMessageId } from '../../../src/gateway/ids.js';
import type { ArchiveAnswer } from '../../support/core/archive-answer.js';
import { HistoryStage, TEA_ROOM } from '../../support/core/history-stage.js';
import { DOMAIN, ROMEO } from '../../support/core/room-stage.js';
import { MemoryPast } from '../../support/memory-network/past.js';
import { MemoryPost } from '../../support/memory-network/post.js';
import { MemoryStore } from '../../support/memory-store.js';

type Step =
  /** People say so many things; of the last of them the network tells, of the others only when `all` is set. */
  | {
      readonly do: 'say';
      readonly count: number;
      readonly told: 'all' | 'last' | 'none';
      readonly gapMs: number;
    }
  /** A page from somewhere: by an entry that was shown before, or a time. */
  | { readonly do: 'back' | 'on' | 'since' | 'until'; readonly place: number; readonly max: number }
  | { readonly do: 'newest'; readonly max: number }
  | { readonly do: 'own' | 'join' | 'leave' | 'fail' | 'restart' }
  | { readonly do: 'forget'; readonly place: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('say' as const),
      count: fc.integer({ min: 1, max: 9 }),
      told: fc.constantFrom('all' as const, 'last' as const, 'none' as const),
      gapMs: fc.constantFrom(0, 0, 1_000),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constantFrom('back' as const, 'on' as const, 'since' as const, 'until' as const),
      place: fc.nat(200),
      max: fc.integer({ min: 1, max: 12 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('newest' as const), max: fc.integer({ min: 1, max: 12 }) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constantFrom(
        'own' as const,
        'join' as const,
        'leave' as const,
        'fail' as const,
        'restart' as const,
      ),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('forget' as const), place: fc.nat(200) }) },
);

/** Pages of three, so that a hole is read in many steps; and no pause after a failure. */
const HISTORY = { page: 3, pagesPerQuery: 4, pauseMs: 0, newcomer: 2 };

/** A user of a network that tells some things and not others, and remembers all. */
class Run {
  readonly past = new MemoryPast();
  readonly #post = new MemoryPost();
  readonly #store = new MemoryStore();
  #stage = this.#open();
  /** Archive ids that a client has seen. */
  readonly #seen = new Set<string>();
  /** Of what was said after this the network has not told everything. */
  #missed = false;
  #joined = false;
  #own = 0;
  #said = 0;
  /** Messages that the network forgot before anybody had read them. */
  readonly forgotten = new Set<string>();

  async start(): Promise<void> {
    await this.#stage.register(ROMEO);
  }

  async take(one: Step): Promise<void> {
    const stage = this.#stage;
    switch (one.do) {
      case 'say':
        return this.#say(one);
      case 'own':
        return this.#sayOwn();
      case 'join':
        await stage.enter(ROMEO, 'Romeo');
        this.#joined = true;
        return;
      case 'leave':
        await stage.leave(ROMEO, 'Romeo');
        this.#joined = false;
        return;
      case 'fail':
        this.past.failures += 1;
        return;
      case 'restart':
        this.#stage = this.#open();
        this.#joined = false;
        await this.#stage.start();
        await this.#stage.receive(`<presence from='${ROMEO}' to='${DOMAIN}'/>`);
        return;
      case 'forget': {
        const all = this.past.of(TEA_ROOM);
        const gone = all[one.place % Math.max(1, all.length)];
        if (gone) this.past.forget(TEA_ROOM, gone.id);
        if (gone) this.forgotten.add(gone.text);
        return;
      }
      case 'newest':
        return this.#look(await stage.back('', one.max));
      case 'back':
      case 'on': {
        const id = [...this.#seen][one.place % Math.max(1, this.#seen.size)];
        if (id !== undefined)
          this.#look(one.do === 'back' ? await stage.back(id, one.max) : await stage.on(id, one.max));
        return;
      }
      case 'since':
      case 'until': {
        const all = this.past.of(TEA_ROOM);
        const time = new Date(all[one.place % Math.max(1, all.length)]?.time ?? 0).toISOString();
        const set = `<max>${one.max}</max>`;
        this.#look(
          one.do === 'since'
            ? await stage.query({ start: time }, set)
            : await stage.query({ end: time }, `${set}<before/>`),
        );
        return;
      }
      default:
        one satisfies never;
    }
  }

  /** The network tells once more, and everything is read. */
  async archived(): Promise<ArchiveAnswer> {
    this.past.failures = 0;
    await this.#say({ do: 'say', count: 1, told: 'last', gapMs: 0 });
    return this.#stage.everything(7);
  }

  async #sayOwn(): Promise<void> {
    if (!this.#joined) return;
    this.#own += 1;
    const time = this.#stage.tick();
    const said = this.past.say(TEA_ROOM, `own ${this.#own}`, time, { own: true, nick: 'Romeo' });
    this.#post.next(TEA_ROOM, { ids: [said.id] });
    await this.#stage.say(ROMEO, said.text);
  }

  async #say(one: Extract<Step, { readonly do: 'say' }>): Promise<void> {
    const stage = this.#stage;
    const said = Array.from({ length: one.count }, () => {
      const time = stage.tick(one.gapMs);
      this.#said += 1;
      return this.past.say(TEA_ROOM, `m${this.#said}`, time);
    });
    const [told, untold] =
      one.told === 'all' ? [said, []] : [one.told === 'last' ? said.slice(-1) : [], said.slice(0, -1)];
    if (untold.length > 0 || one.told === 'none') this.#missed = true;
    const [first] = told;
    if (!first) return;
    if (this.#missed) await this.#miss(first.id);
    this.#missed = false;
    for (const message of told) await stage.brings(message.text, message as RoomMessage);
    this.#stage.take();
  }

  #miss(before: NetworkMessageId): Promise<void> {
    const account = this.#stage.accountOf('romeo@example.org');
    return this.#stage.host.emit(account, { type: 'room-missed', room: TEA_ROOM, before });
  }

  #look(answer: ArchiveAnswer): void {
    expect(answer.ids).toEqual([...new Set(answer.ids)].sort());
    for (const id of answer.ids) this.#seen.add(id);
  }

  #open(): HistoryStage {
    const domain = { archive: { enabled: true, history: 1_000, maxPage: 1_000 } };
    return new HistoryStage(this.past, HISTORY, { store: this.#store, post: this.#post, domain });
  }
}

it('F08 I18 I19 whatever is told, missed and asked for, the archive becomes what the network has: once, in order', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 30 }), async (steps) => {
      const run = new Run();
      await run.start();
      for (const one of steps) await run.take(one);
      const { ids, bodies, times } = await run.archived();
      expect(ids).toEqual([...new Set(ids)].sort());
      expect(times).toEqual([...times].sort((a, b) => a - b));
      // What the network has forgotten is there when it was read before.
      const kept = bodies.filter((body) => !run.forgotten.has(body));
      const theirs = run.past.of(TEA_ROOM).map(({ text }) => text);
      expect(kept.filter((body) => !body.startsWith('own'))).toEqual(
        theirs.filter((text) => !text.startsWith('own')),
      );
      expect([...kept].sort()).toEqual([...theirs].sort());
    }),
    { numRuns: 200 },
  );
}, 120_000);
