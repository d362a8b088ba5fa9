import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ConfiguredRelay, reconcile } from '../../../src/core/relay/configured.js';
import { isFromBefore, type RelayDefinition } from '../../../src/core/relay/definitions.js';
import { changed, DEFAULT_LEG_SETTINGS, type SettingsChange } from '../../../src/core/relay/settings.js';

const NOW = 1_763_700_000_000;

function file(name: string, ids: readonly string[], settings: SettingsChange = {}): ConfiguredRelay {
  return { name, legs: ids.map((id) => ({ id, settings })) };
}

function kept(name: string, ids: readonly string[], configured = false): RelayDefinition {
  const legs = ids.map((id) => ({
    ...{ id, since: 1, settings: DEFAULT_LEG_SETTINGS },
    ...(configured && { configured }),
  }));
  return { name, legs, blocked: {}, silent: {}, ...(configured && { configured }) };
}

const idsOf = (relays: readonly RelayDefinition[], name: string): readonly string[] | undefined =>
  relays.find((relay) => relay.name === name)?.legs.map(({ id }) => id);

describe('the configuration against what is kept', () => {
  it('makes what it names, and is the same the next time', () => {
    const first = reconcile([], [file('club', ['a', 'b'], { presence: 'everybody' })], NOW);
    expect(first.altered).toEqual(new Set(['club']));
    expect(first.relays[0]?.legs[0]).toMatchObject({
      id: 'a',
      since: NOW,
      settings: { presence: 'everybody' },
    });
    const again = reconcile(first.relays, [file('club', ['a', 'b'], { presence: 'everybody' })], NOW + 1);
    expect(again.altered).toEqual(new Set());
    expect(again.relays).toEqual(first.relays);
  });

  it('adds and removes legs, and leaves those that were made by command', () => {
    const before = kept('club', ['a', 'b'], true);
    const own = { id: 'own', since: 2, settings: DEFAULT_LEG_SETTINGS };
    const made = reconcile([{ ...before, legs: [...before.legs, own] }], [file('club', ['a', 'c'])], NOW);
    expect(idsOf(made.relays, 'club')).toEqual(['a', 'own', 'c']);
    expect(made.removed).toEqual([{ relay: 'club', leg: 'b' }]);
    expect(made.relays[0]?.legs[0]?.since).toBe(1);
  });

  it('ends what it had and has no longer, and no relay of a command', () => {
    const made = reconcile([kept('club', ['a', 'b'], true), kept('own', ['c', 'd'])], [], NOW);
    expect(made.relays.map(({ name }) => name)).toEqual(['own']);
    expect(made.ended.map(({ name }) => name)).toEqual(['club']);
  });

  it('leaves what was set by command and it is silent of', () => {
    const before = kept('club', ['a', 'b'], true);
    const settings = changed(DEFAULT_LEG_SETTINGS, { direction: 'from', presence: 'speakers' });
    const legs = before.legs.map((leg) => ({ ...leg, settings }));
    const made = reconcile([{ ...before, legs }], [file('club', ['a', 'b'], { presence: 'nobody' })], NOW);
    expect(made.relays[0]?.legs[0]?.settings).toMatchObject({ direction: 'from', presence: 'nobody' });
  });

  it('gives a room to one relay only, whatever is kept and written', () => {
    const room = fc.constantFrom('a', 'b', 'c', 'd', 'e');
    const ids = fc.uniqueArray(room, { minLength: 2, maxLength: 4 });
    const files = fc.uniqueArray(fc.tuple(fc.constantFrom('x', 'y', 'z'), ids), {
      selector: ([name]) => name,
    });
    fc.assert(
      fc.property(files, files, (first, second) => {
        const before = reconcile(
          [],
          first.map(([name, legs]) => file(name, legs)),
          1,
        ).relays;
        const { relays, ended } = reconcile(
          before,
          second.map(([name, legs]) => file(name, legs)),
          2,
        );
        const all = relays.flatMap(({ legs }) => legs.map(({ id }) => id));
        expect(new Set(all).size).toBe(all.length);
        expect(relays.every(({ legs }) => legs.length >= 2)).toBe(true);
        for (const { name } of before)
          expect(relays.some((one) => one.name === name) !== ended.some((one) => one.name === name)).toBe(
            true,
          );
      }),
    );
  });
});

describe('what was said before a room was a leg', () => {
  it('is known by its time', () => {
    const [a, b] = kept('club', ['a', 'b']).legs;
    if (!a || !b) throw new Error('two legs');
    const relay = { legs: [a, { ...b, since: NOW }] };
    expect([NOW - 1, NOW].map((time) => isFromBefore(relay, 'b', time))).toEqual([true, false]);
    expect(isFromBefore(relay, 'a', NOW - 1)).toBe(false);
  });
});
