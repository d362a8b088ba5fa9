import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { IrcAddressCodec } from '../../../gateways/irc/address.js';
import { lowerAscii } from '../../../gateways/irc/ids.js';

const open = new IrcAddressCodec();
const fixed = new IrcAddressCodec('IRC.example.org');

const host = fc.constantFrom(
  'irc.example.org',
  'localhost',
  '127.0.0.1',
  '::1',
  'xn--80ak6aa92e.com',
  'a-b.c_d',
);
const nameChars = fc.string({
  unit: fc.constantFrom(...'abcXYZ019[]\\`_^{|}-%#&+éщ漢'.split('')),
  minLength: 1,
  maxLength: 20,
});
const channel = fc
  .tuple(fc.constantFrom('#', '&', '+', '!', '##'), nameChars)
  .map(([prefix, name]) => prefix + name);
const nick = nameChars.filter((name) => !/^[#&+!]/.test(name));

describe('IRC addresses', () => {
  it('E06 bookmarks of biboumi keep working', () => {
    expect(open.parse('#channel%irc.example.org')).toEqual({
      kind: 'room',
      id: '#channel%irc.example.org',
      place: 'irc.example.org',
    });
    expect(open.parse('nick%irc.example.org')).toMatchObject({ kind: 'contact', id: 'nick%irc.example.org' });
    expect(open.parse('irc.example.org')).toEqual({ kind: 'place', id: 'irc.example.org' });
    expect(fixed.parse('#channel')).toMatchObject({ kind: 'room', id: '#channel', place: 'irc.example.org' });
    expect(fixed.parse('nick')).toMatchObject({ kind: 'contact', id: 'nick' });
    expect(fixed.parse('#a%b')).toMatchObject({ kind: 'room', id: '#a%b' });
    expect(fixed.parse('')).toEqual({ kind: 'place', id: 'irc.example.org' });
  });

  it('E06 ASCII letters are lower-cased, brackets are not folded, other letters are kept', () => {
    expect(open.parse('#Chan[X]^%IRC.Example.org')?.id).toBe('#chan[x]^%irc.example.org');
    expect(lowerAscii('ÄBCЩ')).toBe('ÄbcЩ');
  });

  it('parse(format(x)) is x', () => {
    fc.assert(
      fc.property(fc.oneof(channel, nick), host, (name, server) => {
        for (const [codec, local] of [
          [open, `${name}%${server}`],
          [fixed, name],
        ] as const) {
          const address = codec.parse(local);
          if (address === undefined) throw new Error(`not parsed: ${local}`);
          expect(codec.parse(codec.format(address))).toEqual(address);
        }
      }),
    );
  });

  it('what a room or person of the network is called parses to itself', () => {
    fc.assert(
      fc.property(channel, nick, host, (name, person, server) => {
        const room = open.roomOf(name, server);
        expect(open.parse(room)).toMatchObject({ kind: 'room', id: room, place: server });
        expect(open.split(room)).toEqual({ name: lowerAscii(name), server });
        const contact = open.contactOf(person, server);
        expect(open.parse(contact)).toMatchObject({ kind: 'contact', id: contact });
      }),
    );
  });

  it.each([
    '#channel',
    '#a b%irc.x',
    '#a,b%irc.x',
    'a!b%irc.x',
    'x%',
    '%irc.x',
    '#a%b c',
    'a b',
    '#\x07%x',
    ':x%irc.x',
  ])('cannot exist: %j', (local) => {
    expect(open.parse(local)).toBeUndefined();
  });

  it('never throws at anything', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        open.parse(text);
        fixed.parse(text);
        open.parseInput(text);
        fixed.parseInput(text);
      }),
    );
  });

  it.each([
    ['#chan irc.example.org', '#chan%irc.example.org'],
    ['Nick on irc.example.org', 'nick%irc.example.org'],
    ['nick@irc.example.org', 'nick%irc.example.org'],
    ['ircs://irc.example.org/chan', '#chan%irc.example.org'],
    ['irc://irc.example.org:6667/%23Chan', '#chan%irc.example.org'],
    ['irc://irc.example.org/bob,isnick', 'bob%irc.example.org'],
    ['irc://irc.example.org', 'irc.example.org'],
    ['#chan%irc.example.org', '#chan%irc.example.org'],
  ])('E09 understands %j', (input, id) => {
    expect(open.parseInput(input)?.id).toBe(id);
  });

  it('E09 makes no guess', () => {
    for (const input of ['', 'two words here', 'irc://x/%zz', '#chan'])
      expect(open.parseInput(input)).toBeUndefined();
    expect(fixed.parseInput('#chan other.example.org')).toBeUndefined();
    expect(fixed.parseInput('#chan')?.id).toBe('#chan');
  });
});
