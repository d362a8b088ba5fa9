import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type ConsentLimits, Consents, type Question } from '../../../src/core/relay/consents.js';

const LIMITS: ConsentLimits = { consentMs: 60_000, codeTries: 3, questionsPerUser: 2, questions: 4 };

describe('codes that are to be said in rooms', () => {
  let over: Question[];
  let consents: Consents;

  beforeEach(() => {
    vi.useFakeTimers();
    over = [];
    consents = new Consents(LIMITS, (question) => over.push(question));
  });
  afterEach(() => vi.useRealTimers());

  const codeOf = (question: Question, leg: string): string => question.codes.get(leg) ?? '';

  it('count once, from somebody with rights, in the room that they are for', () => {
    const question = consents.ask(['a', 'b'], ['b'], 'ann');
    const code = codeOf(question, 'b');
    expect(consents.hear('a', code, true)).toEqual({ kind: 'nothing' });
    expect(consents.hear('b', code, false)).toEqual({ kind: 'not-allowed' });
    expect(consents.hear('b', `it is ${code}, please`, true)).toMatchObject({ kind: 'agreed', done: true });
    expect(consents.hear('b', code, true)).toEqual({ kind: 'nothing' });
    expect(over).toEqual([]);
  });

  it('are void when whoever asked has gone; of others nothing is lost', () => {
    const [gone, kept] = [consents.ask(['a', 'b'], ['b'], 'ann'), consents.ask(['c', 'd'], ['d'], 'bob')];
    consents.forgetAsker('ann');
    expect(over.map(({ asker }) => asker)).toEqual(['ann']);
    expect(consents.hear('b', codeOf(gone, 'b'), true)).toEqual({ kind: 'nothing' });
    expect(consents.hear('d', codeOf(kept, 'd'), true)).toMatchObject({ kind: 'agreed', done: true });
  });

  it('wait for every room that is asked', () => {
    const question = consents.ask(['a', 'b'], ['a', 'b'], 'ann');
    const [one, other] = [codeOf(question, 'a'), codeOf(question, 'b')];
    expect(consents.hear('a', one, true)).toMatchObject({ kind: 'agreed', done: false });
    expect(over).toEqual([]);
    expect(consents.hear('b', other, true)).toMatchObject({ kind: 'agreed', done: true });
  });

  it('are void after some wrong tries, and after their time', () => {
    const question = consents.ask(['a', 'b'], ['b'], 'ann');
    const wrong = codeOf(question, 'b') === '000000' ? '000001' : '000000';
    for (let tries = 0; tries < LIMITS.codeTries; tries += 1)
      expect(consents.hear('b', wrong, true)).toEqual({ kind: 'wrong' });
    expect(consents.hear('b', codeOf(question, 'b'), true)).toEqual({ kind: 'nothing' });
    const next = consents.ask(['a', 'b'], ['b'], 'ann');
    vi.advanceTimersByTime(LIMITS.consentMs);
    expect(consents.hear('b', codeOf(next, 'b'), true)).toEqual({ kind: 'nothing' });
    expect(over).toEqual([question, next]);
  });

  it('are not more than a person, and all together, may ask for', () => {
    for (const asker of ['ann', 'ann', 'bob', 'bob']) consents.ask(['a', 'b'], ['b'], asker);
    expect(() => consents.ask(['a', 'b'], ['b'], 'ann')).toThrowError(
      expect.objectContaining({ code: 'limit' }),
    );
    expect(() => consents.ask(['a', 'b'], ['b'], 'eve')).toThrowError(
      expect.objectContaining({ code: 'limit' }),
    );
    consents.forgetRoom('b');
    expect(() => consents.ask(['a', 'b'], ['b'], 'eve')).not.toThrow();
  });

  it('are never taken from ordinary talk', () => {
    consents.ask(['a', 'b'], ['b'], 'ann');
    fc.assert(
      fc.property(fc.string(), (text) => {
        fc.pre(!/^\d{6}$/.test(text.trim()));
        const { kind } = consents.hear('b', text, false);
        // One in a million texts with six digits holds the very code.
        return kind === 'nothing' || (kind === 'not-allowed' && /\d{6}/.test(text));
      }),
    );
  });
});
