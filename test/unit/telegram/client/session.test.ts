import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatSession, parseSession, Session } from '../../../../gateways/telegram/client/gramjs/session.js';

describe('the session of a client', () => {
  it('is the same when it was written and read', () => {
    fc.assert(
      fc.property(
        fc.record({
          home: fc.integer({ min: 1, max: 200 }),
          me: fc.option(
            fc.bigInt({ min: 1n, max: 2n ** 52n }).map((id) => `u${id}` as const),
            { nil: undefined },
          ),
          bot: fc.boolean(),
          keys: fc
            .uniqueArray(fc.integer({ min: 1, max: 200 }), { maxLength: 5 })
            .map(
              (centres) =>
                new Map(centres.map((id) => [id, { key: randomBytes(256), authorised: id % 2 === 0 }])),
            ),
        }),
        (state) => {
          expect(parseSession(formatSession(state))).toEqual(state);
        },
      ),
    );
  });

  it('is refused when it is none', () => {
    const good = formatSession({
      home: 1,
      me: 'u1',
      bot: false,
      keys: new Map([[1, { key: randomBytes(256), authorised: true }]]),
    });
    for (const text of [
      '',
      'x',
      good.slice(4),
      good.slice(0, -8),
      `${good}AAAA`,
      '1BQANOTEuMTA4LjU2LjE1MAG7',
    ])
      expect(parseSession(text)).toBeUndefined();
    expect(() => new Session('nonsense', () => undefined)).toThrow();
  });

  it('is told whenever it changes, and begins anew as it was', () => {
    const told: string[] = [];
    const session = new Session(undefined, (text) => told.push(text), 2);
    const key = randomBytes(256);
    session.set(2, key);
    session.loggedIn('u7', true);
    session.set(4, randomBytes(256));
    session.setAuthorised(4, true);
    session.setAuthorised(4, true);
    session.forget(4);
    const again = new Session(told.at(-1), () => undefined);
    expect([again.home, again.me, again.bot, again.authorised(2), again.get(4)]).toEqual([
      2,
      'u7',
      true,
      true,
      undefined,
    ]);
    expect(again.get(2)?.equals(key)).toBe(true);
    expect(told).toHaveLength(6);
  });
});
