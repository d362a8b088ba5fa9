import { describe, expect, it } from 'vitest';
import { loadCoreLocales } from '../../../src/core/translation/core-locales.js';
import { FluentTranslator } from '../../../src/core/translation/fluent-translator.js';

describe('FluentTranslator', () => {
  const core = new FluentTranslator([loadCoreLocales()]);

  it('uses Russian plural rules', () => {
    const say = (count: number) => core.say({ key: 'admin-list', args: { count } }, 'ru');
    expect([1, 2, 5, 11, 21, 22].map(say)).toEqual([
      '1 пользователь.',
      '2 пользователя.',
      '5 пользователей.',
      '11 пользователей.',
      '21 пользователь.',
      '22 пользователя.',
    ]);
  });

  it('E08 finds the language of a regional tag, and English for an unknown one', () => {
    expect(core.match('ru-RU')).toBe('ru');
    expect(core.match('de')).toBeUndefined();
    expect(core.say({ key: 'chat-done' }, 'RU-ru')).toBe('Готово.');
    expect(core.say({ key: 'chat-done' }, 'de')).toBe('Done.');
  });

  it('falls back to English, then shows the key', () => {
    const half = new FluentTranslator([{ en: 'a = one\nb = two', ru: 'a = один' }]);
    expect(half.say({ key: 'a' }, 'ru')).toBe('один');
    expect(half.say({ key: 'b' }, 'ru')).toBe('two');
    expect(half.say({ key: 'c' }, 'ru')).toBe('c');
  });

  it('adds no isolation marks to addresses, and survives a missing argument', () => {
    const text = { key: 'join-invitation', args: { room: '#tea@irc.example.org' } };
    expect(core.say(text, 'en')).toBe('Join #tea@irc.example.org');
    expect(core.say({ key: 'join-invitation' }, 'en')).toBe('Join {$room}');
  });

  it('refuses a key that two sources define', () => {
    expect(() => new FluentTranslator([{ en: 'a = one' }, { en: 'a = other' }])).toThrow(/a/);
  });

  it('refuses to work without English', () => {
    expect(() => new FluentTranslator([{ ru: 'a = один' }])).toThrow(/en/);
  });
});
