import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isNickname } from '../../../gateways/irc/address.js';
import { settingModes } from '../../../gateways/irc/facets/channel-settings.js';
import { affiliationChanges, modeLines, roleChanges } from '../../../gateways/irc/facets/grants.js';
import { Acceptance } from '../../../gateways/irc/link/acceptance.js';
import { backoffMs } from '../../../gateways/irc/link/backoff.js';
import { alternativeNick, effectiveNick, usernameFor } from '../../../gateways/irc/link/nickname.js';
import { isupportOf, unannounced } from '../../../gateways/irc/network/isupport.js';
import { GatewayError } from '../../../src/gateway/error.js';

describe('acceptance by PONG', () => {
  const refusal = new GatewayError('forbidden', { key: 'irc-refused' });

  async function outcomes(promises: readonly Promise<void>[]): Promise<string[]> {
    const settled = await Promise.allSettled(promises);
    return settled.map((one) =>
      one.status === 'fulfilled' ? 'accepted' : (one.reason as GatewayError).code,
    );
  }

  it('one PING at a time covers what was sent before it', async () => {
    const acceptance = new Acceptance();
    expect(acceptance.ping()).toBeUndefined();
    const first = acceptance.track('privmsg', ['#a'], 1);
    const ping = acceptance.ping();
    const second = acceptance.track('privmsg', ['#a'], 1);
    expect(acceptance.ping()).toBeUndefined();
    expect(acceptance.pong(['s', 'other'])).toBe(false);
    expect(acceptance.pong(['s', ping?.slice('PING :'.length) ?? ''])).toBe(true);
    await first;
    expect(acceptance.ping()).toBeDefined();
    acceptance.broken();
    await expect(second).rejects.toMatchObject({ outcome: 'unknown' });
  });

  it('an error is for the last lines to its target, never for another target', async () => {
    const acceptance = new Acceptance();
    const sent = [
      acceptance.track('privmsg', ['#a'], 1),
      acceptance.track('privmsg', ['#b'], 1),
      acceptance.track('privmsg', ['#a'], 2),
      acceptance.track('nick', ['bob'], 1),
    ];
    const ping = acceptance.ping() ?? '';
    expect(acceptance.refuse(['#a'], refusal)).toBe(true);
    expect(acceptance.refuse(['#a'], refusal)).toBe(true);
    expect(acceptance.refuse(['#c'], refusal)).toBe(false);
    acceptance.pong([ping.slice('PING :'.length)]);
    expect(await outcomes(sent)).toEqual(['accepted', 'accepted', 'forbidden', 'accepted']);
  });

  it('every request is settled exactly once, whatever happens', async () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('send' as const), target: fc.constantFrom('#a', '#b') }),
      fc.record({ kind: fc.constantFrom('ping' as const, 'pong' as const), target: fc.constant('') }),
      fc.record({ kind: fc.constant('refuse' as const), target: fc.constantFrom('#a', '#b', '#c') }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        const acceptance = new Acceptance();
        const sent: Promise<void>[] = [];
        let token = '';
        for (const { kind, target } of steps) {
          if (kind === 'send') sent.push(acceptance.track('privmsg', [target], 1));
          else if (kind === 'ping') token = acceptance.ping()?.slice('PING :'.length) ?? token;
          else if (kind === 'pong') acceptance.pong([token]);
          else acceptance.refuse([target], refusal);
        }
        acceptance.broken();
        expect(await outcomes(sent)).toHaveLength(sent.length);
      }),
    );
  });
});

describe('S07 nicks', () => {
  it('what a network would give: no control or bidi character, no space, cut to NICKLEN', () => {
    expect(effectiveNick(' My Nick ', 30)).toBe('My_Nick');
    expect(effectiveNick('#chan@x!y', 30)).toBe('chanxy');
    expect(effectiveNick('a\u202eb\u200bc\r\n', 30)).toBe('abc');
    expect(effectiveNick('1st', 30)).toBe('_1st');
    expect(effectiveNick('щщщщ', 5)).toBe('щщ');
    expect(effectiveNick('\u200b\u202e', 30)).toBe('');
    expect(alternativeNick('abcdefghi', 9)).toBe('abcdefgh_');
    expect(usernameFor(undefined, 'Алиса')).toBe('user');
    expect(usernameFor('a b@c', 'x')).toBe('abc');
  });

  it('is a nick or nothing, and stays what it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const nick = effectiveNick(text, 30);
        expect(nick === '' || isNickname(nick)).toBe(true);
        expect(Buffer.byteLength(nick)).toBeLessThanOrEqual(30);
      }),
    );
  });
});

describe('delays', () => {
  const options = { initialMs: 1000, maxMs: 60_000, factor: 2, jitter: 0.5 };

  it('grow, are spread, and end somewhere', () => {
    expect([0, 1, 2, 20, 5000].map((attempt) => backoffMs(options, attempt, 0.5))).toEqual([
      1000, 2000, 4000, 60_000, 60_000,
    ]);
    expect(backoffMs(options, 0, 0)).toBe(500);
    expect(backoffMs(options, 0, 0.999)).toBeLessThanOrEqual(1500);
  });
});

describe('I29 ranks as modes', () => {
  const full = isupportOf({
    PREFIX: [...'qaohv'].map((mode, index) => ({ mode, symbol: '~&@%+'.charAt(index) })),
    MODES: '2',
  });
  const shown = (changes: readonly { add: boolean; mode: string }[]): string =>
    changes.map(({ add, mode }) => `${add ? '+' : '-'}${mode}`).join('');

  it('roles', () => {
    expect(shown(roleChanges('', 'moderator', full))).toBe('+h');
    expect(shown(roleChanges('', 'moderator', unannounced))).toBe('+o');
    expect(shown(roleChanges('o', 'moderator', full))).toBe('');
    expect(shown(roleChanges('o', 'participant', full))).toBe('-o+v');
    expect(shown(roleChanges('ov', 'visitor', full))).toBe('-o-v');
  });

  it('affiliations', () => {
    expect(shown(affiliationChanges('o', 'owner', full))).toBe('+q');
    expect(shown(affiliationChanges('q', 'admin', full))).toBe('-q+o');
    expect(shown(affiliationChanges('o', 'member', full))).toBe('-o+v');
    expect(shown(affiliationChanges('qov', 'none', full))).toBe('-q-o-v');
    expect(() => affiliationChanges('', 'owner', unannounced)).toThrowError(
      expect.objectContaining({ code: 'unsupported' }),
    );
  });

  it('as many changes a line as the server takes', () => {
    const changes = ['a', 'b', 'c'].map((param) => ({ add: false, mode: 'b', param }));
    expect(modeLines('#a', changes, full)).toEqual(['MODE #a -b-b a b', 'MODE #a -b c']);
  });
});

describe('I30 settings of a channel as modes', () => {
  const isupport = isupportOf({ CHANMODES: ['beI', 'k', 'l', 'imnst'], MODES: '4' });
  const closed = { modes: 'kst', key: 'old' };
  const line = (changes: Parameters<typeof settingModes>[0], channel = closed) =>
    modeLines('#a', settingModes(changes, channel, isupport), isupport);

  it('each setting is its mode; what is not named stays', () => {
    expect(line({})).toEqual([]);
    expect(line({ moderated: true, membersOnly: false, openSubject: true })).toEqual(['MODE #a +m-i-t']);
    expect(line({ hidden: true }, { modes: '', key: 'unused' })).toEqual(['MODE #a +s']);
    expect(line({ hidden: false })).toEqual(['MODE #a -s']);
  });

  it('a key is taken away before another one is set', () => {
    expect(line({ passwordProtected: true, password: 'new' })).toEqual(['MODE #a -k+k old new']);
    expect(line({ passwordProtected: false })).toEqual(['MODE #a -k old']);
    expect(settingModes({ passwordProtected: false }, { modes: 'k', key: undefined }, isupport)).toEqual([
      { add: false, mode: 'k', param: '*' },
    ]);
    expect(line({ passwordProtected: false }, { modes: '', key: 'old' })).toEqual([]);
  });

  it('F26 no key becomes a second parameter, no mode is tried that the server has not', () => {
    for (const password of ['two words', ':x', 'a,b', '', 'a\r\nQUIT'])
      expect(() => line({ passwordProtected: true, password })).toThrowError(
        expect.objectContaining({ code: 'bad-credentials' }),
      );
    const without = isupportOf({ CHANMODES: ['b', '', '', 'nt'] });
    expect(() => settingModes({ moderated: true }, closed, without)).toThrowError(
      expect.objectContaining({ code: 'unsupported' }),
    );
    expect(() => settingModes({ passwordProtected: false }, closed, without)).toThrowError(
      expect.objectContaining({ code: 'unsupported' }),
    );
  });
});
