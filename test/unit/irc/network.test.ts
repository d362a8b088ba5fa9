import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { IrcAddressCodec } from '../../../gateways/irc/address.js';
import { fold } from '../../../gateways/irc/network/casemap.js';
import { Gate } from '../../../gateways/irc/network/gate.js';
import { isupportOf } from '../../../gateways/irc/network/isupport.js';
import {
  modesOfLine,
  modesOfSymbols,
  parseModes,
  standingOf,
  traitsOf,
  withMode,
} from '../../../gateways/irc/network/modes.js';
import { Network } from '../../../gateways/irc/network/network.js';
import { toChannelEvent } from '../../../gateways/irc/network/to-event.js';
import { Window } from '../../../gateways/irc/network/window.js';
import { emptyFrame, frame } from '../../../gateways/irc/wire/line.js';

const isupport = isupportOf({
  PREFIX: [...'qaohv'].map((mode, index) => ({ mode, symbol: '~&@%+'.charAt(index) })),
  CHANMODES: ['beI', 'k', 'l', 'imnpst'],
  NICKLEN: '30',
});

describe('E06 case mappings', () => {
  it.each([
    ['ascii', 'Foo[]\\^', 'foo[]\\^'],
    ['rfc1459', 'Foo[]\\^~', 'foo{}|~~'],
    ['strict-rfc1459', 'Foo[]\\^', 'foo{}|^'],
    ['rfc7613', 'ÄЩ[', 'äщ['],
  ] as const)('%s', (mapping, name, folded) => {
    expect(fold(name, mapping)).toBe(folded);
  });

  it('folding twice changes nothing', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }),
        fc.constantFrom('ascii', 'rfc1459', 'strict-rfc1459'),
        (name, mapping) => {
          const folded = fold(name, mapping);
          expect(fold(folded, mapping)).toBe(folded);
        },
      ),
    );
  });
});

describe('I29 modes', () => {
  it('gives each mode its parameter', () => {
    expect(parseModes('+ob-lk+l', ['bob', '*!*@x', 'key', '5'], isupport)).toEqual([
      { add: true, mode: 'o', param: 'bob' },
      { add: true, mode: 'b', param: '*!*@x' },
      { add: false, mode: 'l', param: undefined },
      { add: false, mode: 'k', param: 'key' },
      { add: true, mode: 'l', param: '5' },
    ]);
  });

  it('never throws, and gives one change for each letter', () => {
    const letters = fc.string({ unit: fc.constantFrom(...'+-ovbklmx!é'.split('')) });
    fc.assert(
      fc.property(letters, fc.array(fc.string()), (modes, params) => {
        expect(parseModes(modes, params, isupport)).toHaveLength(
          [...modes].filter((one) => !'+-'.includes(one)).length,
        );
      }),
    );
  });

  it('keeps ranks in the order of PREFIX, and taking away undoes giving', () => {
    const letters = fc.subarray([...'qaohv']);
    fc.assert(
      fc.property(fc.shuffledSubarray([...'qaohv']), letters, (order, held) => {
        let modes = held.join('');
        for (const mode of order) modes = withMode(modes, mode, true, isupport);
        expect([...modes].sort()).toEqual([...new Set([...held, ...order])].sort());
        expect(modes).toBe([...'qaohv'].filter((mode) => modes.includes(mode)).join(''));
        for (const mode of order) modes = withMode(modes, mode, false, isupport);
        expect([...modes]).toEqual(held.filter((mode) => !order.includes(mode)));
      }),
    );
  });

  it('maps ranks to affiliations and roles', () => {
    expect(['q', 'ao', 'ov', 'h', 'v', ''].map((held) => standingOf(held).affiliation)).toEqual([
      'owner',
      'owner',
      'admin',
      'member',
      'member',
      'none',
    ]);
    expect(['q', 'ao', 'ov', 'h', 'v', ''].map((held) => standingOf(held).role)).toEqual([
      'moderator',
      'moderator',
      'moderator',
      'moderator',
      'participant',
      'default',
    ]);
    expect(modesOfSymbols('~@+?', isupport)).toBe('qov');
  });

  it('reads the modes of a channel', () => {
    expect(traitsOf(modesOfLine('+imkls', ['key', '5'], isupport))).toEqual({
      moderated: true,
      membersOnly: true,
      hidden: true,
      passwordProtected: true,
      openSubject: true,
    });
  });
});

describe('I02 the window of lines seen', () => {
  const limits = { entries: 100, maxAgeMs: 1000 };

  /** What an observer makes of a line: the value somebody made before him, or a new one. */
  function observe(window: Window<object>, line: string, slot: number, since = 0, now = 0): object {
    const known = window.take(line, slot, since);
    return known?.value ?? window.add(line, {}, slot, now).value;
  }

  it('any interleaving: the n-th equal line is one object for all, and another than the n+1-th', () => {
    const observers = 40;
    const script = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 12 });
    const turns = fc.array(fc.nat(observers - 1), { minLength: 200, maxLength: 600 });
    fc.assert(
      fc.property(script, turns, (lines, order) => {
        const window = new Window<object>(limits);
        window.observedBy(observers);
        const seen = Array.from({ length: observers }, () => [] as object[]);
        const step = (slot: number): void => {
          const line = lines[seen[slot]?.length ?? 0];
          if (line !== undefined) seen[slot]?.push(observe(window, line, slot));
        };
        for (const slot of order) step(slot);
        for (let slot = 0; slot < observers; slot++) for (const _ of lines) step(slot);
        for (const own of seen) {
          expect(own).toHaveLength(lines.length);
          own.forEach((value, index) => {
            expect(value === seen[0]?.[index]).toBe(true);
          });
        }
        expect(new Set(seen[0]).size).toBe(lines.length);
        expect(window.size).toBe(0);
      }),
      { numRuns: 50 },
    );
  });

  it('is bounded in number and age', () => {
    const window = new Window<object>(limits);
    window.observedBy(2);
    for (let i = 0; i < 1000; i++) observe(window, `line ${i}`, 0);
    expect(window.size).toBeLessThanOrEqual(limits.entries);
    observe(window, 'late', 0, 0, 5000);
    expect(window.size).toBe(1);
  });

  it('nothing from before is for who comes later, also in a slot that somebody had before', () => {
    const window = new Window<object>(limits);
    window.observedBy(2);
    const first = observe(window, 'hi', 0);
    const since = window.position;
    window.observedBy(3);
    expect(observe(window, 'hi', 2, since)).not.toBe(first);
    expect(observe(window, 'hi', 1)).toBe(first);
  });

  it('forgets a message that the network refused', () => {
    const window = new Window<object>(limits);
    window.observedBy(2);
    const refused = window.add('x', {}, 0, 0);
    window.forget(refused);
    window.forget(refused);
    expect(window.size).toBe(0);
    expect(window.take('x', 1, 0)).toBeUndefined();
  });
});

describe('a network', () => {
  const make = (): Network =>
    new Network('irc.example.org', new IrcAddressCodec(), { entries: 10, maxAgeMs: 1000 }, 2);

  it('keeps a channel as long as somebody observes it', () => {
    const network = make();
    const id = network.codec.roomOf('#a', network.host);
    const channel = network.channel(id);
    const seats = [channel.enter(), channel.enter()];
    channel.setRank(network.member('Bob'), 'o');
    expect(channel.window).toBeDefined();
    for (const seat of seats) network.leaveChannel(channel, seat);
    expect(network.channel(id)).not.toBe(channel);
  });

  it('I25 a ban and then a kick by the same person is a ban', () => {
    const network = make();
    const channel = network.channel(network.codec.roomOf('#a', network.host));
    const event = (line: string): unknown => {
      const read = frame(line, emptyFrame());
      return read && toChannelEvent(network, channel, read, 1000);
    };
    expect(event(':op!u@h KICK #a Bob :out')).toMatchObject({ member: 'bob', cause: 'removed', by: 'op' });
    event(':op!u@h MODE #a +b *!*@x');
    expect(event(':other!u@h KICK #a Bob')).toMatchObject({ cause: 'removed' });
    expect(event(':op!u@h KICK #a Bob :out')).toMatchObject({ cause: 'banned', reason: 'out' });
  });

  it('bounds connections in the making', () => {
    const gate = new Gate(2);
    const entered: number[] = [];
    const leave = [0, 1, 2, 3].map((one) => gate.pass(() => entered.push(one)));
    expect(entered).toEqual([0, 1]);
    leave[2]?.();
    leave[0]?.();
    leave[0]?.();
    expect(entered).toEqual([0, 1, 3]);
  });
});
