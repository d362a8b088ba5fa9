import fc from 'fast-check';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { OutboxStage } from '../../support/delivery/outbox-stage.js';
import { busy, cutOff, MemoryPost, type PostAnswer, postError } from '../../support/memory-network/post.js';

const PEERS = ['bob', 'carol', '#tea'];
const HOUR = 3_600_000;
const ENDS = new Set(['sent', 'delivered', 'failed', 'unknown', 'expired', 'cancelled']);
const BAD = new Set(['failed', 'unknown', 'expired']);

type Answer = 'taken' | 'busy' | 'cut off' | 'refused' | 'open';
type Event = 'lose' | 'connect' | 'kill' | 'restart' | 'turn' | 'settle';
type Step =
  | { readonly do: 'write'; readonly to: number; readonly answer: Answer; readonly patient: boolean }
  | { readonly do: 'answer'; readonly answer: Exclude<Answer, 'open'> }
  | { readonly do: 'report'; readonly of: number; readonly outcome: 'delivered' | 'failed' }
  | { readonly do: 'cancel' | 'change'; readonly of: number }
  | { readonly do: Event }
  | { readonly do: 'pass'; readonly minutes: number };

const answer = fc.constantFrom<Answer[]>('taken', 'busy', 'cut off', 'refused', 'open', 'open');
const told = fc.constantFrom<Exclude<Answer, 'open'>[]>('taken', 'busy', 'cut off', 'refused');
const event = fc.constantFrom<Event[]>(
  ...(['lose', 'connect', 'connect', 'kill', 'kill', 'restart', 'turn', 'settle', 'settle'] as const),
);
const outcome = fc.constantFrom<('delivered' | 'failed')[]>('delivered', 'failed');
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('write'),
      to: fc.nat(PEERS.length - 1),
      answer,
      patient: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('answer'), answer: told }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('report'), of: fc.integer({ min: 1, max: 12 }), outcome }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constantFrom('cancel' as const, 'change' as const), of: fc.nat(11) }),
  },
  { weight: 8, arbitrary: fc.record({ do: event }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('pass'), minutes: fc.integer({ min: 1, max: 600 }) }),
  },
);

function answerOf(word: Answer): PostAnswer {
  switch (word) {
    case 'taken':
      return {};
    case 'busy':
      return busy();
    case 'cut off':
      return cutOff();
    case 'refused':
      return postError('rejected');
    case 'open':
      return 'open';
    default:
      return word satisfies never;
  }
}

/** A stage with what was written on it, and what was committed of that. */
class Run {
  readonly written: { readonly id: string; readonly to: string; readonly text: string }[] = [];
  readonly committed = new Set<string>();
  readonly unheard = new Set<{ readonly message: string; readonly outcome: 'delivered' | 'failed' }>();

  constructor(readonly stage: OutboxStage) {}

  async take(one: Step): Promise<void> {
    const { stage } = this;
    const { post } = stage;
    switch (one.do) {
      case 'write': {
        const to = PEERS[one.to] ?? '';
        post.next(to, answerOf(one.answer));
        const text = `text ${this.written.length}`;
        const { id, committed } = stage.submit(to, text, true);
        this.written.push({ id, to, text });
        void committed.then(
          () => this.committed.add(id),
          () => undefined,
        );
        if (one.patient) await stage.settled();
        return;
      }
      case 'answer': {
        const open = post.open.shift();
        const word = answerOf(one.answer);
        if (word instanceof Error) open?.refuse(word);
        else open?.accept();
        return;
      }
      case 'report':
        this.report(`post-${one.of}`, one.outcome);
        return;
      case 'cancel': {
        const chosen = this.written[one.of];
        if (chosen) void stage.outbox.cancel(stage.account, chosen.id).catch(() => undefined);
        return;
      }
      case 'change': {
        const chosen = this.written[one.of];
        const change = { message: { text: `${chosen?.text}!` }, files: [], xmppIds: [] };
        if (chosen) void stage.outbox.replace(stage.account, chosen.id, change).catch(() => undefined);
        return;
      }
      case 'lose':
        post.reachable = false;
        stage.session.lose();
        return;
      case 'connect':
        post.reachable = true;
        stage.session.connect();
        return;
      case 'kill':
        await stage.kill();
        return;
      case 'restart': {
        const stopping = stage.restart();
        for (const open of post.open.splice(0)) open.accept();
        vi.advanceTimersByTime(1_000);
        await stopping;
        return;
      }
      case 'turn':
        await new Promise((resolve) => setImmediate(resolve));
        return;
      case 'settle':
        await stage.settled();
        return;
      case 'pass':
        vi.advanceTimersByTime(one.minutes * 60_000);
        await stage.settled();
        return;
      default:
        one satisfies never;
    }
  }

  /** The network reports until it has been heard. */
  report(message: string, outcome: 'delivered' | 'failed'): void {
    const again = { message, outcome };
    this.unheard.add(again);
    void this.stage.report(message, outcome).then(() => this.unheard.delete(again));
  }

  /** The network is there and answers, and time passes until nothing waits. */
  async drain(): Promise<void> {
    const { stage } = this;
    stage.post.reachable = true;
    stage.session.connect();
    for (const { message, outcome } of [...this.unheard]) this.report(message, outcome);
    for (let hour = 0; hour < 60; hour += 1) {
      for (const open of stage.post.open.splice(0)) open.accept();
      vi.advanceTimersByTime(HOUR);
      await stage.settled();
      await stage.settled();
    }
  }
}

beforeEach(() => {
  vi.useFakeTimers({
    now: new Date('2026-03-01T12:00:00Z'),
    toFake: ['Date', 'performance', 'setTimeout', 'clearTimeout'],
  });
});
afterEach(() => {
  vi.useRealTimers();
});

it.each([
  { repeatable: false, gatherMs: 0 },
  { repeatable: true, gatherMs: 0 },
  { repeatable: false, gatherMs: 90_000 },
  { repeatable: true, gatherMs: 90_000 },
])(
  'whatever comes in between, a message is sent at most once, in order, and has one end ($repeatable, $gatherMs)',
  async ({ repeatable, gatherMs }) => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 1, maxLength: 40 }),
        fc.array(fc.nat(3), { minLength: 7, maxLength: 7 }),
        async (steps, turns) => {
          let calls = 0;
          const stage = await OutboxStage.start({
            post: new MemoryPost(repeatable),
            storeTurns: () => turns[calls++ % turns.length] ?? 0,
            delivery: { stopMs: 1_000 },
          });
          stage.post.gatherMs = gatherMs;
          const run = new Run(stage);
          for (const one of steps) await run.take(one);
          await stage.settled();
          await run.drain();
          const { post } = stage;
          for (const to of PEERS) {
            const order = run.written.filter((message) => message.to === to).map(({ text }) => text);
            const got = post.texts(to).map((text) => text.replaceAll('!', ''));
            expect(new Set(got).size).toBe(got.length);
            expect(got).toEqual(order.filter((text) => got.includes(text)));
          }
          const inRoom = run.written.filter(({ to }) => to === '#tea').map(({ id }) => id);
          expect(await stage.archived()).toEqual(await stage.known(inRoom));
          const stanzas = stage.sink.sent;
          for (const { id, text } of run.written) {
            const state = await stage.state(id);
            if (run.committed.has(id)) expect(ENDS).toContain(state);
            if (state === undefined) continue;
            const errors = stanzas.filter((xml) => xml.includes(`type='error' id='x-${text}'`)).length;
            if (BAD.has(state)) expect(errors).toBeGreaterThan(0);
            else expect(errors).toBe(0);
            if (['cancelled', 'expired'].includes(state))
              expect(post.taken.some(({ key }) => key === id)).toBe(false);
          }
          expect(await stage.outbox.list(stage.account)).toEqual([]);
          expect(stage.faults).toEqual([]);
        },
      ),
      { numRuns: 150 },
    );
  },
  120_000,
);
