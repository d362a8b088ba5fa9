import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { outlineOf, roomName, standInNames } from '../../../../src/core/relay/xmpp/names.js';
import { parseJid } from '../../../../src/xmpp/jid.js';

const nobody = (_name: string): boolean => false;

function tried(nick: string, isAnother = nobody, why?: 'nick-in-use' | 'nick-invalid'): readonly string[] {
  const names = standInNames(nick, 'irc', isAnother);
  const all: string[] = [];
  for (let next = names.next(); !next.done; next = names.next(why ?? 'nick-in-use')) all.push(next.value);
  return all;
}

describe('the name of a stand-in', () => {
  it('is his own, then with the label of his leg, then with a number', () => {
    expect(tried('carol').slice(0, 4)).toEqual(['carol', 'carol [irc]', 'carol [irc] 2', 'carol [irc] 3']);
  });

  it('is a short one where a room takes no others', () => {
    expect(tried('Ünal the Second of that name', nobody, 'nick-invalid')).toEqual([
      'Ünal the Second of that name',
      'UnaltheSecondofthatn',
      'UnaltheSec',
    ]);
  });

  it('is never one by which he is taken for another', () => {
    const like = (name: string): boolean => outlineOf(name) === outlineOf('Relay');
    for (const nick of ['Relay', 'relay', 'R\u200belay', 'Rеlаy', ' relay.', 'ＲＥＬＡＹ'])
      expect(tried(nick, like)[0]).toMatch(/ \[irc\]$/);
  });

  it('S07 S22 hides nothing, is of one line, and never empty or too long', () => {
    for (const nick of [
      '',
      '   ',
      '\u202e\u200b',
      '\u0000\u0007',
      'a\nb',
      'x'.repeat(1_000),
      '👩‍👩‍👧'.repeat(300),
      '\ud800',
    ])
      expect(roomName(nick)).toMatch(/^[^\p{Cc}\p{Cs}\n]{1,120}$/u);
    expect(roomName('a\u202eb\u200bc')).toBe('abc');
    expect(roomName('and/or')).toBe('and/or');
  });

  it('whatever he is called, is an address in a room that reads as it was written', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (nick) => {
        for (const name of tried(nick)) expect(parseJid(`room@example.org/${name}`).resource).toBe(name);
      }),
    );
  });
});
