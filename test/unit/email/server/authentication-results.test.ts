import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  authenticityBy,
  authenticityInMailbox,
  parseAuthenticationResults,
} from '../../../../gateways/email/server/authentication-results.js';

const GOOGLE =
  'mx.google.com; dkim=pass header.i=@example.org header.s=s1 header.b="aB/c+d=="; ' +
  'spf=pass (google.com: domain of bob@example.org designates 192.0.2.1 as permitted sender) smtp.mailfrom=bob@example.org; ' +
  'dmarc=pass (p=REJECT sp=REJECT dis=NONE) header.from=example.org';

describe('what servers have written about a mail (RFC 8601)', () => {
  it('is read with its comments, quotes and properties', () => {
    const parsed = parseAuthenticationResults(GOOGLE);
    expect(parsed?.server).toBe('mx.google.com');
    expect(parsed?.results.map(({ method, result, properties }) => [method, result, ...properties])).toEqual([
      ['dkim', 'pass', ['header.i', '@example.org'], ['header.s', 's1'], ['header.b', 'aB/c+d==']],
      ['spf', 'pass', ['smtp.mailfrom', 'bob@example.org']],
      ['dmarc', 'pass', ['header.from', 'example.org']],
    ]);
  });

  it.each([
    ['mx.example.org 1; none', 'mx.example.org', []],
    ['(a (b) c) MX.Example.org (; x); SPF / 1 = PASS', 'mx.example.org', []],
    ['mx.example.org; dkim=fail reason="a ; b" header.d=x.org', 'mx.example.org', [['dkim', 'fail']]],
    ['mx.example.org; dmarc = pass', 'mx.example.org', [['dmarc', 'pass']]],
    ['"mx.example.org"; dmarc=pass', 'mx.example.org', [['dmarc', 'pass']]],
    ['mx.example.org (dmarc=fail; dmarc=pass', 'mx.example.org', []],
    ['spf=pass smtp.mailfrom=x.org; dmarc=pass', undefined, undefined],
    ['', undefined, undefined],
  ])('%j is of %s', (value, server, results) => {
    const parsed = parseAuthenticationResults(value);
    expect(parsed?.server).toBe(server);
    if (results) expect(parsed?.results.map(({ method, result }) => [method, result])).toEqual(results);
  });

  it('is read whatever it is, in time', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'a=;("\\) \t'), maxLength: 400 }), (value) => {
        parseAuthenticationResults(value);
      }),
      { numRuns: 2_000 },
    );
    for (const piece of ['(', '"', '\\"', '\\', 'a=', '";', '("\\'])
      parseAuthenticationResults(`mx.example.org; ${piece.repeat(100_000)}`);
  });

  it('counts from a trusted server only, about the author’s domain', () => {
    const trusted = (server: string) => server === 'mx.google.com';
    const says = (header: string, author = 'bob@example.org') => authenticityBy([header], trusted, author);
    expect(says(GOOGLE)).toBe('pass');
    expect(says(GOOGLE, 'bob@other.test')).toBe('fail');
    expect(says(GOOGLE.replace('dmarc=pass', 'dmarc=fail'))).toBe('fail');
    expect(says('mx.google.com; dkim=pass header.d=mail.example.org')).toBe('pass');
    expect(says('mx.google.com; dkim=pass header.d=forger.test; spf=pass smtp.mailfrom=x@forger.test')).toBe(
      'none',
    );
    expect(says(GOOGLE.replace('mx.google.com', 'mx.google.com.forger.test'))).toBeUndefined();
  });

  it('counts in a mailbox from the server that holds it; that all is well only from those who take forged ones away', () => {
    const fail = 'mx1.home.example; dmarc=fail header.from=example.org';
    const pass = 'mx1.home.example; dmarc=pass header.from=example.org';
    const says = (headers: readonly string[], host: string) =>
      authenticityInMailbox(headers, host, 'bob@example.org');
    expect(says([fail], 'imap.home.example')).toBe('fail');
    expect(says([pass], 'imap.home.example')).toBe('none');
    expect(says([fail], 'imap.other.example')).toBe('none');
    expect(says([GOOGLE], 'imap.gmail.com')).toBe('pass');
    expect(says([`mx.google.com; dmarc=fail header.from=example.org`, GOOGLE], 'imap.gmail.com')).toBe(
      'fail',
    );
    expect(says([], 'imap.gmail.com')).toBe('none');
  });
});
