import { describe, expect, it } from 'vitest';
import type { Reached } from '../../../../gateways/telegram/account/progress.js';
import type { TgEvent } from '../../../../gateways/telegram/client/events.js';
import { Intake, type IntakeServices } from '../../../../gateways/telegram/conversation/intake.js';

const LIMITS = { mostInFlight: 2, retryMs: 1_000_000 };
const never = new Promise<void>(() => undefined);

function intake(services: Partial<IntakeServices>): Intake {
  const nothing = (): undefined => undefined;
  return new Intake(
    {
      ...{ take: nothing, relieved: nothing, reached: nothing, channelsReached: nothing, trouble: nothing },
      ...services,
    },
    LIMITS,
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
});
