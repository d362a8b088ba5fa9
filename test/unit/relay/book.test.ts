import { beforeEach, describe, expect, it } from 'vitest';
import { RelayBook } from '../../../src/core/relay/book.js';
import {
  Definitions,
  type LegDefinition,
  type RelayDefinition,
} from '../../../src/core/relay/definitions.js';
import { Relay } from '../../../src/core/relay/relay.js';
import { DEFAULT_LEG_SETTINGS } from '../../../src/core/relay/settings.js';
import { ArchiveIds } from '../../../src/core/room/archive-ids.js';
import type { RelayEntries } from '../../../src/store/relay-store.js';
import { MemoryState } from '../../support/gateway-environment.js';
import { memoryRelays } from '../../support/memory-relays.js';
import { MemoryLeg } from '../../support/relay/memory-leg.js';

const nothing = (): void => undefined;
const log = { debug: nothing, info: nothing, warn: nothing, error: nothing };

describe('the relays that there are', () => {
  let book: RelayBook;
  let definitions: Definitions;
  let entries: RelayEntries;
  let legs: Map<string, MemoryLeg>;
  let made: string[];
  let forgotten: string[];

  beforeEach(() => {
    definitions = new Definitions(new MemoryState(), log);
    entries = memoryRelays();
    legs = new Map();
    made = [];
    forgotten = [];
    const ids = new ArchiveIds();
    book = new RelayBook({
      ...{ definitions, entries, log, limits: { legs: 3, relays: 2, settleMs: 60_000 } },
      relay: (name, stateChanged) =>
        new Relay(`${name}@relay.example.org`, {
          ...{ entries, log, now: Date.now, nextId: () => ids.next(), stateChanged },
          queue: { mostLoaded: 8, backlog: 100, lateMs: 60_000, pauseFirstMs: 1, pauseLastMs: 2 },
          ...{ admits: () => true, repeated: nothing, reaches: () => true, shows: () => true },
          requireWhisper: nothing,
          ...{ moderates: () => false, wanted: () => true, sanctioned: nothing, ended: nothing },
          ...{ tamed: (_relay, _leg, event) => event, facts: () => [] },
        }),
      leg: ({ id }) => {
        const leg = new MemoryLeg(id);
        legs.set(id, leg);
        made.push(id);
        return leg;
      },
      forget: (id) => forgotten.push(id),
    });
  });

  const leg = (id: string): LegDefinition => ({ id, since: 1, settings: DEFAULT_LEG_SETTINGS });
  const relay = (name: string, ...ids: readonly string[]): RelayDefinition => ({
    ...{ name, legs: ids.map(leg), blocked: {}, silent: {} },
  });
  function legOf(id: string): MemoryLeg {
    const found = legs.get(id);
    if (!found) throw new Error(`no leg ${id}`);
    return found;
  }

  it('are settled when every leg is in or has told why not', async () => {
    await book.create(relay('club', 'a', 'b'));
    let settled = false;
    const waiting = book.settled('club').then(() => {
      settled = true;
    });
    legOf('a').up();
    await new Promise((resolve) => setImmediate(resolve));
    expect(settled).toBe(false);
    legOf('b').down();
    await waiting;
    expect((await book.report('club')).map(({ state }) => state.state)).toEqual(['joined', 'away']);
    await legOf('a').says('ann', 'hello');
    const [a, b] = await book.report('club');
    expect([a?.came.minute, b?.went.total, b?.waiting]).toEqual([1, 0, 1]);
    const figures = { relays: 1, joining: 0, joined: 1, away: 1, refused: 0, minute: 1, hour: 1 };
    expect(book.figures()).toEqual(figures);
  });

  it('share no room, name none twice, and are not too many', async () => {
    await book.create(relay('club', 'a', 'b'));
    const refused = (work: Promise<void>, key: string) =>
      expect(work).rejects.toMatchObject({ text: { key } });
    await refused(book.create(relay('other', 'b', 'c')), 'relay-room-taken');
    await refused(book.create(relay('other', 'c', 'c')), 'relay-same-room');
    await refused(book.create(relay('club', 'c', 'd')), 'relay-name-taken');
    await refused(book.add('club', leg('a')), 'relay-same-room');
    await book.create(relay('other', 'c', 'd'));
    await refused(book.create(relay('third', 'e', 'f')), 'relay-too-many');
    await refused(book.add('club', leg('c')), 'relay-room-taken');
    await book.add('club', leg('e'));
    await refused(book.add('club', leg('f')), 'relay-too-many-legs');
    expect((await definitions.all()).map(({ name, legs: all }) => [name, all.length])).toEqual([
      ['club', 3],
      ['other', 2],
    ]);
  });

  it('go on without a room, and end with the last but one, with nothing left over', async () => {
    await book.create(relay('club', 'a', 'b', 'c'));
    for (const id of ['a', 'b', 'c']) legOf(id).up();
    legOf('b').down();
    await legOf('a').says('ann', 'hello');
    await book.remove('a', { key: 'relay-gone' });
    expect(legOf('c').notices).toEqual([{ key: 'relay-gone' }]);
    expect(book.relayOf('a')).toBeUndefined();
    await book.remove('b', { key: 'relay-gone' });
    expect(legOf('c').notices.at(-1)).toEqual({ key: 'relay-over' });
    expect([legOf('a').stopped, legOf('b').stopped, legOf('c').stopped]).toEqual([true, true, true]);
    expect(forgotten.sort()).toEqual(['a', 'b', 'c']);
    expect([book.list(), await definitions.all()]).toEqual([[], []]);
    expect(await entries.count('club@relay.example.org', 'b')).toBe(0);
  });

  it('take settings at once; only another name or password has a leg come in anew, and it misses nothing', async () => {
    await book.create(relay('club', 'a', 'b'));
    legOf('a').up();
    await book.set('b', { presence: 'everybody', language: 'ru' });
    expect(made).toEqual(['a', 'b']);
    expect(book.settingsOf('b')).toMatchObject({ presence: 'everybody', language: 'ru' });
    await legOf('a').says('ann', 'before');
    await book.set('b', { nick: 'Bridge', language: undefined });
    expect(made).toEqual(['a', 'b', 'b']);
    await legOf('a').says('ann', 'after');
    legOf('b').up();
    await expect.poll(() => legOf('b').heard).toEqual(['before', 'after']);
    const [kept] = await definitions.all();
    expect(kept?.legs[1]?.settings).toMatchObject({ presence: 'everybody', nick: 'Bridge' });
    expect(kept?.legs[1]?.settings.language).toBeUndefined();
  });

  it('are changed one after the other, however many ask at once', async () => {
    await book.create(relay('club', 'a', 'b'));
    const outcomes = await Promise.allSettled([
      book.add('club', leg('c')),
      book.add('club', leg('c')),
      book.remove('a', { key: 'relay-gone' }),
      book.remove('a', { key: 'relay-gone' }),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'rejected']);
    expect((await definitions.all())[0]?.legs.map(({ id }) => id)).toEqual(['b', 'c']);
  });
});
