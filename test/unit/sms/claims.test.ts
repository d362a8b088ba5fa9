import { describe, expect, it } from 'vitest';
import { Claims } from '../../../gateways/sms/account/claims.js';
import type { ContactId } from '../../../src/gateway/ids.js';
import { MemoryState } from '../../support/gateway-environment.js';

const number = '+4930123456' as ContactId;
const limits = { codeMs: 60_000, tries: 3, codesPerDay: 2 };

function claims(now: () => number = Date.now, state = new MemoryState()): Claims {
  return new Claims(state, limits, now);
}

async function issued(book: Claims, claimant = 'a'): Promise<string> {
  const code = await book.issue(number, claimant);
  if (code === undefined) throw new Error('no code');
  return code;
}

describe('a number is proven by a code sent to it', () => {
  it('C21 the code proves it, once', async () => {
    const book = claims();
    const code = await issued(book);
    expect(code).toMatch(/^\d{6}$/);
    expect(await book.answer(number, 'a', ` ${code} `)).toBe('proven');
    expect(await book.answer(number, 'a', code)).toBe('over');
  });

  it('C21 a wrong code can be tried again, a few times', async () => {
    const book = claims();
    const code = await issued(book);
    const wrong = code === '000000' ? '111111' : '000000';
    expect(await book.answer(number, 'a', wrong)).toBe('wrong');
    expect(await book.answer(number, 'a', wrong)).toBe('wrong');
    expect(await book.answer(number, 'a', wrong)).toBe('over');
    expect(await book.answer(number, 'a', code)).toBe('over');
  });

  it('C21 one user’s code is no other’s', async () => {
    const book = claims();
    const code = await issued(book, 'a');
    expect(await book.answer(number, 'b', code)).toBe('over');
    expect(await book.answer('+4930999999' as ContactId, 'a', code)).toBe('over');
    expect(await book.answer(number, 'a', code)).toBe('proven');
  });

  it('S17 nobody is flooded with codes, whoever asks', async () => {
    const book = claims();
    await issued(book, 'a');
    await issued(book, 'b');
    expect(await book.issue(number, 'c')).toBeUndefined();
  });

  it('S19 the code itself is not kept', async () => {
    const state = new MemoryState();
    const code = await issued(claims(Date.now, state));
    const entries = await state.list('claims', '', 10);
    expect(JSON.stringify(entries)).not.toContain(`"${code}"`);
  });
});
