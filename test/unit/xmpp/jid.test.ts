import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  JidCache,
  JidMalformedError,
  parseJid,
  prepareDomain,
  prepareLocal,
  prepareResource,
} from '../../../src/xmpp/jid.js';

describe('parseJid', () => {
  it.each([
    ['Juliet@Example.COM/Balcony', 'juliet@example.com/Balcony'],
    ['example.com', 'example.com'],
    ['example.com/a/b@c', 'example.com/a/b@c'],
    ['#Chan%irc.Example@gw.example', '#chan%irc.example@gw.example'],
    ['u@example.com.', 'u@example.com'],
    ['u@[::1]/r', 'u@[::1]/r'],
    ['u@127.0.0.1', 'u@127.0.0.1'],
    ['Ｕser@example.com', 'user@example.com'],
    ['ΑΣ@x', 'ασ@x'],
    ['Straße@x', 'strasse@x'],
    ['e\u0301@x', 'é@x'],
    ['a\u00adb@x', 'ab@x'],
    ['u@b/😀', 'u@b/😀'],
    ['ЖЕНЯ@Пример.РФ', 'женя@пример.рф'],
  ])('A13 %s is %s', (text, full) => {
    expect(parseJid(text).full).toBe(full);
  });

  it.each([
    '',
    '@b',
    'a@',
    'a@b/',
    '/r',
    'a@b..c',
    'a@.b',
    'u@exa mple',
    'u@exa:mple',
    'a b@c',
    'a"b@c',
    'a<b@c',
    "a'b@c",
    'a\u00a0b@c',
    'u@b/\u202e',
    'u@b/\u0007',
    'u@b/\ufeff',
    'u@b/\ud800',
    'u@b/\ufffd',
    '\u0627a@b',
    'u@xn--a',
    `${'a'.repeat(1024)}@b`,
    `u@b/${'ж'.repeat(512)}`,
    `u@${'b'.repeat(1024)}`,
  ])('S07 refuses %j', (text) => {
    expect(() => parseJid(text)).toThrow(JidMalformedError);
  });

  it('S07 takes parts of exactly 1023 bytes', () => {
    expect(parseJid(`${'a'.repeat(1023)}@b/${'r'.repeat(1023)}`).local).toHaveLength(1023);
  });

  it('S06 A-labels and U-labels are one domain, but never two different domains', () => {
    expect(parseJid('u@xn--e1afmkfd.xn--p1ai').full).toBe('u@пример.рф');
    expect(parseJid('u@XN--E1AFMKFD.РФ').full).toBe('u@пример.рф');
    expect(prepareDomain('faß.de')).toBe('fass.de');
    expect(prepareDomain('xn--fa-hia.de')).not.toBe('fass.de');
  });

  it('A13 does not fold what the servers, by Unicode 3.2, do not', () => {
    expect(prepareLocal('Ⴀ')).toBe('Ⴀ');
    expect(prepareLocal('Ꭰ')).toBe('Ꭰ');
    expect(prepareLocal('ẞ')).toBe('ẞ');
    expect(prepareLocal('ᾳ')).toBe('αι');
    expect(prepareLocal('℡')).toBe('tel');
  });

  it('throws nothing but JidMalformedError, and preparing again changes nothing', () => {
    const text = fc.string({ unit: 'binary', maxLength: 40 });
    fc.assert(
      fc.property(text, text, text, (local, domain, resource) => {
        let jid: ReturnType<typeof parseJid>;
        try {
          jid = parseJid(`${local}@${domain}.example/${resource}`);
        } catch (error) {
          expect(error).toBeInstanceOf(JidMalformedError);
          return;
        }
        expect(parseJid(jid.full).full).toBe(jid.full);
      }),
      { numRuns: 1_000 },
    );
  });

  it('toBare and withResource', () => {
    const jid = parseJid('a@b/c');
    expect(jid.toBare().full).toBe('a@b');
    expect(jid.withResource('D').full).toBe('a@b/D');
    expect(() => jid.withResource('')).toThrow(JidMalformedError);
    expect(prepareResource(' Nick Name ')).toBe(' Nick Name ');
  });
});

describe('JidCache', () => {
  it('answers like parseJid and stays within its size', () => {
    const cache = new JidCache(10);
    for (let index = 0; index < 1_000; index += 1) {
      expect(cache.parse(`User${index % 30}@b/x`).full).toBe(`user${index % 30}@b/x`);
      expect(cache.size).toBeLessThanOrEqual(10);
    }
    expect(cache.parse('A@b')).toBe(cache.parse('A@b'));
    expect(() => cache.parse('@')).toThrow(JidMalformedError);
  });
});
