import { beforeEach, describe, expect, it } from 'vitest';
import { Doubts } from '../../../../gateways/telegram/client/gramjs/conversation/doubts.js';
import type { TgMessage } from '../../../../gateways/telegram/client/model.js';

const NOW = 1_800_000_000_000;
const LOOKS = { chat: 'u7', text: 'hello', file: false } as const;

function message(facts: Partial<TgMessage> = {}): TgMessage {
  return {
    ...{
      id: 1,
      chat: 'u7',
      own: true,
      date: NOW,
      text: 'hello',
      entities: [],
      mentionsMe: false,
      silent: false,
    },
    ...facts,
  };
}

let doubts: Doubts;
beforeEach(() => {
  doubts = new Doubts();
  doubts.begin(1n, LOOKS, NOW);
});

describe('messages whose fate is not known', () => {
  it('are not looked for while the connection stands', () => {
    expect(doubts.recognise(message())).toBe(false);
  });

  it('are recognised once after it broke, and known to the next try', () => {
    doubts.disconnected();
    expect(doubts.recognise(message())).toBe(true);
    expect(doubts.recognise(message({ id: 2 }))).toBe(false);
    expect(doubts.begin(1n, LOOKS, NOW + 5)).toEqual(message());
    expect(doubts.end(1n, [message()])).toBeUndefined();
    expect(doubts.begin(1n, LOOKS, NOW + 9)).toBeUndefined();
  });

  it.each([
    ['from somebody else', { own: false }],
    ['in another chat', { chat: 'u8' }],
    ['of other words', { text: 'hallo' }],
    ['from long before', { date: NOW - 600_000 }],
    ['with a file', { media: { kind: 'photo', file: {}, vanishes: false } as never }],
  ] as const)('are no messages %s', (_name, facts) => {
    doubts.disconnected();
    expect(doubts.recognise(message(facts))).toBe(false);
  });

  it('give back what was taken for one of them by mistake', () => {
    doubts.disconnected();
    doubts.recognise(message({ id: 5 }));
    expect(doubts.end(1n, [message({ id: 6 })])).toEqual(message({ id: 5 }));
  });

  it('are recognised also when the server tells of them after their fate is known', () => {
    doubts.end(1n, [message({ id: 7 })]);
    expect(doubts.recognise(message({ id: 7 }))).toBe(true);
    expect(doubts.recognise(message({ id: 7 }))).toBe(false);
    expect(doubts.recognise(message({ id: 7, chat: 'u8' }))).toBe(false);
  });

  it('are forgotten after a day, and when there are too many', () => {
    doubts.disconnected();
    doubts.begin(2n, { ...LOOKS, text: 'other' }, NOW + 25 * 3_600_000);
    expect(doubts.recognise(message())).toBe(false);
    const many = new Doubts();
    for (let id = 0n; id < 2_000n; id += 1n) many.begin(id, LOOKS, NOW);
    many.disconnected();
    let recognised = 0;
    for (let id = 0; id < 2_000; id += 1) if (many.recognise(message({ id }))) recognised += 1;
    expect(recognised).toBeLessThanOrEqual(500);
  });
});
