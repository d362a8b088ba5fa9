import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changeSetting } from '../../../src/core/relay/room-settings.js';
import { RoomWords } from '../../../src/core/relay/room-words.js';
import { loadCoreLocales } from '../../../src/core/translation/core-locales.js';
import { FluentTranslator } from '../../../src/core/translation/fluent-translator.js';

const translator = new FluentTranslator([loadCoreLocales()]);
const words = new RoomWords(translator);
const NAMES = ['Relay', 'Мост 2'];

describe('words said to the relay', () => {
  it.each([
    ['Relay: link #chan on irc.example.net', 'link', '#chan on irc.example.net'],
    ['relay, UNLINK', 'unlink', ''],
    ['@Relay relays', 'relays', ''],
    ['Мост 2: настройки presence nobody', 'settings', 'presence nobody'],
    ['Relay: help!', 'help', ''],
    ['Relay: ?', 'help', ''],
    ['/link@relay #chan on irc.example.net', 'link', '#chan on irc.example.net'],
    ['Relay: свяжи room@example.org', 'link', 'room@example.org'],
  ])('%s', (text, word, rest) => {
    expect(words.read(text, NAMES)).toEqual({ word, rest });
  });

  it('may be words that it does not know', () => {
    expect(words.read('Relay: how are you?', NAMES)).toEqual({ word: undefined, rest: 'how are you?' });
  });

  it.each([
    'Relay link is broken',
    'Relays: link x',
    'I said Relay: link',
    'link #chan',
    '/link@other x',
    '',
  ])('are not: %s', (text) => {
    expect(words.read(text, NAMES)).toBeUndefined();
  });

  it('are read from any text without failing, and never from one that does not name it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const read = words.read(text, NAMES);
        return read === undefined || /relay|мост/i.test(text);
      }),
    );
  });
});

describe('settings said in a room', () => {
  const bounds = { most: 10, translator };

  it.each([
    ['presence speakers', { presence: 'speakers' }],
    ['Presence = EVERYBODY', { presence: 'everybody' }],
    ['typing off', { typing: false }],
    ['typing да', { typing: true }],
    ['nick My Bridge', { nick: 'My Bridge' }],
    ['nick -', { nick: undefined }],
    ['language ru-RU', { language: 'ru' }],
    ['most 3', { most: 3 }],
    ['most', { most: undefined }],
  ])('%s', (said, change) => {
    expect(changeSetting(said, bounds)[1]).toEqual(change);
  });

  it.each([
    ['presence sometimes', 'relay-setting-choices'],
    ['direction -', 'relay-setting-choices'],
    ['most 11', 'relay-setting-most-bound'],
    ['most many', 'relay-setting-bad'],
    ['language tlh', 'relay-setting-choices'],
    ['password secret', 'relay-setting-secret'],
    ['colour red', 'relay-setting-unknown'],
    ['__proto__ x', 'relay-setting-unknown'],
  ])('are refused with what would be right: %s', (said, key) => {
    expect(() => changeSetting(said, bounds)).toThrowError(
      expect.objectContaining({ text: expect.objectContaining({ key }) }),
    );
  });
});
