import { describe, expect, it } from 'vitest';
import type { Reached } from '../../../../gateways/telegram/account/progress.js';
import type { TgEvent } from '../../../../gateways/telegram/client/events.js';
import { Intake, type IntakeServices } from '../../../../gateways/telegram/conversation/intake.js';

const LIMITS = { mostInFlight: 2, retryMs: 1_000_000 };
const never = new Promise<void>(() => undefined);

function intake(services: Partial<IntakeServices>, limits = LIMITS): Intake {
  const nothing = (): undefined => undefined;
  return new Intake(
    {
      ...{ take: nothing, relieved: nothing, reached: nothing, channelsReached: nothing, trouble: nothing },
      ...{ isFinal: () => false, passedOver: nothing },
      ...services,
    },
    limits,
    0,
    new Map(),
  );
}

const message = (id: number): TgEvent => ({
  type: 'message',
  message: {
    ...{ id, chat: 'u7', from: 'u7', own: false, date: 0, text: '', entities: [] },
    ...{ mentionsMe: false, silent: false },
  },
});

describe('the intake of one account', () => {
  it('S23 ends while what is there cannot be taken, and does not count it as taken', async () => {
    const reached: Reached[] = [];
    const one = intake({
      take: async () => {
        throw new Error('the store is closed');
      },
      reached: (place) => reached.push(place),
    });
    await one.event(message(1));
    await one.event(message(2));
    const waiting = expect(one.event(message(3))).rejects.toThrow();
    one.reached({ pts: 4, qts: 0, date: 0, seq: 0 });
    await one.stop();
    await waiting;
    expect(reached).toEqual([]);
  });

  it('S23 ends while the other side can take no more', async () => {
    const one = intake({ relieved: () => never });
    const waiting = expect(one.event(message(1))).rejects.toThrow();
    await one.stop();
    await waiting;
  });

  it('takes nothing after its end', async () => {
    const taken: TgEvent[] = [];
    const one = intake({
      take: async (event) => {
        taken.push(event);
      },
    });
    await one.stop();
    await expect(one.event(message(1))).rejects.toThrow();
    expect(taken).toEqual([]);
  });

  it('S23 passes over what would fail each time, and goes on with what comes after it', async () => {
    const taken: number[] = [];
    const passed: TgEvent[] = [];
    let tries = 0;
    const reached = new Promise<Reached>((resolve) => {
      const one = intake(
        {
          take: async (event) => {
            if (event.type !== 'message') return;
            if (event.message.id === 1) tries += 1;
            if (event.message.id === 1) throw new TypeError('this one is poison');
            taken.push(event.message.id);
          },
          isFinal: (error) => error instanceof TypeError,
          passedOver: (event) => passed.push(event),
          reached: resolve,
        },
        { mostInFlight: 2, retryMs: 1 },
      );
      void one.event(message(1));
      void one.event(message(2));
      one.reached({ pts: 4, qts: 0, date: 0, seq: 0 });
    });
    expect((await reached).state.pts).toBe(4);
    expect({ taken, passed, tries }).toEqual({ taken: [2], passed: [message(1)], tries: 3 });
  });

  it('S23 tries anything else until it is taken', async () => {
    let tries = 0;
    const reached = new Promise<Reached>((resolve) => {
      const one = intake(
        {
          take: async () => {
            tries += 1;
            if (tries < 10) throw new Error('the disk is full');
          },
          reached: resolve,
        },
        { mostInFlight: 2, retryMs: 1 },
      );
      void one.event(message(1));
      one.reached({ pts: 4, qts: 0, date: 0, seq: 0 });
    });
    await reached;
    expect(tries).toBe(10);
  });
});
