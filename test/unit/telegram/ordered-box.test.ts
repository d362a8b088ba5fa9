import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Numbered, OrderedBox } from '../../../gateways/telegram/updates/ordered-box.js';

const LIMITS = { patienceMs: 500, most: 20 };

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** A server with numbered events, and a box that is to have them all. */
class Stage {
  readonly log: Numbered<string>[] = [];
  readonly taken: string[] = [];
  readonly asked: number[] = [];
  gaps = 0;
  reached = 0;
  /** Things that fail the next so many times. */
  fetchFails = 0;
  applyFails = 0;
  slice = 1_000;
  tooLong = Number.POSITIVE_INFINITY;
  box: OrderedBox<string>;

  constructor() {
    this.box = this.make();
  }

  get pts(): number {
    return this.log.at(-1)?.pts ?? 0;
  }

  /** A run of the gateway: it knows up to where events were taken before. */
  make(): OrderedBox<string> {
    return new OrderedBox<string>(
      this.reached,
      {
        fetch: async (pts) => {
          this.asked.push(pts);
          if (this.fetchFails > 0) {
            this.fetchFails -= 1;
            throw new Error('away');
          }
          const missed = this.log.filter((one) => one.pts > pts);
          if (missed.length > this.tooLong) return { kind: 'too-long', items: [], pts: this.pts };
          const part = missed.slice(0, this.slice);
          const last = part.at(-1)?.pts ?? pts;
          return { kind: 'part', items: part.map(({ item }) => item), pts: last, final: last >= this.pts };
        },
        apply: async (item) => {
          if (this.applyFails > 0) {
            this.applyFails -= 1;
            throw new Error('full');
          }
          this.taken.push(item);
        },
        gap: async () => {
          this.gaps += 1;
        },
        reached: (pts) => {
          this.reached = pts;
        },
      },
      LIMITS,
    );
  }

  happen(count = 1): Numbered<string> {
    const event = { pts: this.pts + count, count, item: `event ${this.log.length + 1}` };
    this.log.push(event);
    return event;
  }

  async settle(): Promise<void> {
    for (let turn = 0; turn < 5; turn += 1) {
      await this.box.idle();
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  get all(): string[] {
    return this.log.map(({ item }) => item);
  }
}

describe('numbered events', () => {
  it('are taken as they come, and nobody is asked', async () => {
    const stage = new Stage();
    for (let n = 0; n < 5; n += 1) stage.box.receive(stage.happen(n % 2 === 0 ? 1 : 3));
    await stage.settle();
    expect(stage.taken).toEqual(stage.all);
    expect(stage.asked).toEqual([]);
    expect(stage.reached).toBe(stage.pts);
  });

  it('that come out of order wait for each other a moment', async () => {
    const stage = new Stage();
    const [one, two, three] = [stage.happen(), stage.happen(), stage.happen()];
    stage.box.receive(three);
    stage.box.receive(two);
    await stage.settle();
    expect(stage.taken).toEqual([]);
    vi.advanceTimersByTime(LIMITS.patienceMs - 1);
    stage.box.receive(one);
    await stage.settle();
    expect(stage.taken).toEqual(stage.all);
    vi.advanceTimersByTime(10_000);
    await stage.settle();
    expect(stage.asked).toEqual([]);
  });

  it('that are lost are asked for, in as many parts as it takes', async () => {
    const stage = new Stage();
    stage.slice = 2;
    for (let n = 0; n < 5; n += 1) stage.happen();
    stage.box.receive(stage.happen());
    await stage.settle();
    vi.advanceTimersByTime(LIMITS.patienceMs);
    await stage.settle();
    expect(stage.taken).toEqual(stage.all);
    expect(stage.asked).toEqual([0, 2, 4]);
  });

  it('that are too many are a gap, said once', async () => {
    const stage = new Stage();
    stage.tooLong = 3;
    for (let n = 0; n < 9; n += 1) stage.happen();
    stage.box.catchUp();
    await stage.settle();
    expect([stage.gaps, stage.taken.length, stage.reached]).toEqual([1, 0, 9]);
    stage.box.receive(stage.happen());
    await stage.settle();
    expect(stage.taken).toEqual(['event 10']);
  });

  it('that cannot be asked for or taken wait until there is hope', async () => {
    const stage = new Stage();
    stage.applyFails = 1;
    stage.box.receive(stage.happen());
    await stage.settle();
    stage.box.receive(stage.happen());
    await stage.settle();
    expect(stage.taken).toEqual([]);
    stage.fetchFails = 1;
    stage.box.resume();
    await stage.settle();
    expect(stage.taken).toEqual([]);
    stage.box.resume();
    await stage.settle();
    expect(stage.taken).toEqual(stage.all);
  });

  it('in a flood are bounded: the rest is asked for later', async () => {
    const stage = new Stage();
    stage.happen();
    for (let n = 0; n < 10 * LIMITS.most; n += 1) stage.box.receive(stage.happen());
    await stage.settle();
    vi.advanceTimersByTime(LIMITS.patienceMs);
    await stage.settle();
    expect(stage.taken).toEqual(stage.all);
  });

  it('F08 arrive each once and in order, whatever is lost, doubled, late, refused or cut off', async () => {
    const way = fc.constantFrom('once', 'twice', 'lost', 'late', 'late');
    const step = fc.oneof(
      {
        weight: 8,
        arbitrary: fc.record({
          do: fc.constant('happen' as const),
          way,
          count: fc.integer({ min: 1, max: 3 }),
        }),
      },
      {
        weight: 2,
        arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 900 }) }),
      },
      {
        weight: 3,
        arbitrary: fc.record({
          do: fc.constantFrom('catch up' as const, 'resume' as const, 'kill' as const, 'settle' as const),
        }),
      },
      {
        weight: 1,
        arbitrary: fc.record({ do: fc.constantFrom('fail fetch' as const, 'fail apply' as const) }),
      },
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { maxLength: 40 }),
        fc.integer({ min: 1, max: 4 }),
        async (steps, slice) => {
          const stage = new Stage();
          stage.slice = slice;
          let late: Numbered<string>[] = [];
          for (const one of steps) {
            switch (one.do) {
              case 'happen': {
                const event = stage.happen(one.count);
                if (one.way === 'late') late.push(event);
                else if (one.way !== 'lost') stage.box.receive(event);
                if (one.way === 'twice') stage.box.receive(event);
                break;
              }
              case 'wait':
                vi.advanceTimersByTime(one.ms);
                await stage.settle();
                for (const event of late.splice(0)) stage.box.receive(event);
                break;
              case 'catch up':
                stage.box.catchUp();
                break;
              case 'resume':
                stage.box.resume();
                break;
              case 'kill':
                // What was taken and not yet noted as reached comes again: the core knows it by its id.
                await stage.box.stop();
                stage.box = stage.make();
                late = [];
                break;
              case 'settle':
                await stage.settle();
                break;
              case 'fail fetch':
                stage.fetchFails += 1;
                break;
              case 'fail apply':
                stage.applyFails += 1;
                break;
              default:
                one satisfies never;
            }
          }
          stage.fetchFails = 0;
          stage.applyFails = 0;
          stage.box.resume();
          await stage.settle();
          expect([...new Set(stage.taken)]).toEqual(stage.all);
          expect(stage.reached).toBe(stage.pts);
        },
      ),
    );
  });
});
