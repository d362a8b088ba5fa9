import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PeerId, TgChat } from '../../../../gateways/telegram/client/model.js';
import { Nicks } from '../../../../gateways/telegram/rooms/nicks.js';
import { SeenRoomReactions } from '../../../../gateways/telegram/rooms/seen-room-reactions.js';
import { affiliationOf, ownStanding, roleOf } from '../../../../gateways/telegram/rooms/standing.js';
import { ToldNumbers } from '../../../../gateways/telegram/rooms/told-numbers.js';

const person = fc.integer({ min: 1, max: 8 }).map((id): PeerId => `u${id}`);

describe('what people are in a room', () => {
  it.each([
    ['creator', 'owner', 'moderator'],
    ['admin', 'admin', 'moderator'],
    ['member', 'member', 'default'],
    ['restricted', 'member', 'visitor'],
    ['banned', 'outcast', 'visitor'],
    ['left', 'none', 'visitor'],
  ] as const)('H09 %s: %s, %s', (standing, affiliation, role) => {
    expect([affiliationOf(standing), roleOf(standing, 'supergroup')]).toEqual([affiliation, role]);
  });

  it('I38 readers of a channel are visitors', () => {
    expect(roleOf('member', 'channel')).toBe('visitor');
    expect(roleOf('admin', 'channel')).toBe('moderator');
  });

  it('the user himself: by what he may do', () => {
    const rights = { creator: false, admin: false, send: true };
    const chat = (facts: object): TgChat =>
      ({ kind: 'supergroup', left: false, banned: false, rights, ...facts }) as TgChat;
    expect(ownStanding(chat({}))).toBe('member');
    expect(ownStanding(chat({ rights: { ...rights, send: false } }))).toBe('restricted');
    expect(ownStanding(chat({ kind: 'channel', rights: { ...rights, send: false } }))).toBe('member');
    expect(ownStanding(chat({ left: true, banned: true }))).toBe('banned');
  });
});

describe('nicks of a room', () => {
  it('S07 are different for different people, whoever comes, goes and is called how', () => {
    const name = fc.constantFrom('Alice', 'alice', 'ＡＬＩＣＥ', 'Alice (u2)', 'Bob');
    const step = fc.record({ person, name, leaves: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const nicks = new Nicks();
        const held = new Map<PeerId, string>();
        for (const { person: who, name: called, leaves } of steps) {
          if (leaves) {
            nicks.forget(who);
            held.delete(who);
          } else held.set(who, nicks.give(who, called));
        }
        const prepared = [...held.values()].map((nick) => nick.normalize('NFKC').toLowerCase());
        expect(new Set(prepared).size).toBe(prepared.length);
        for (const [who, nick] of held) expect(nicks.who(nick.toUpperCase())).toBe(who);
      }),
    );
  });
});

describe('reactions in a room', () => {
  const place = { chat: 'c1', message: 5, me: 'u1' } as const;
  const like = { emoji: '👍', custom: false };
  const none = () => undefined;
  const of = (by: readonly PeerId[], count = by.length) => ({
    counts: count > 0 ? [{ ...like, count }] : [],
    recent: by.map((who) => ({ ...like, by: who })),
    own: [],
  });

  it('F19 are told of those whose have changed, and of the chat where nobody knows whose they are', () => {
    const seen = new SeenRoomReactions(10);
    const first = seen.changes(place, of(['u2'], 3), none);
    expect(first.changed).toEqual([
      { who: 'u2', emojis: ['👍'] },
      { who: 'c1', emojis: ['👍'] },
    ]);
    first.told();
    const second = seen.changes(place, of(['u2', 'u3']), none);
    expect(second.changed).toEqual([
      { who: 'u3', emojis: ['👍'] },
      { who: 'c1', emojis: [] },
    ]);
    second.told();
    expect(seen.changes(place, of(['u2', 'u3']), none).changed).toEqual([]);
  });

  it('F20 the user’s own from here are not told to him', () => {
    const seen = new SeenRoomReactions(10);
    seen.chosen('c1', 5, 'u1', ['👍']);
    const own = { counts: [{ ...like, count: 1 }], recent: [], own: [like] };
    expect(seen.changes(place, own, none).changed).toEqual([]);
  });

  it('S16 of so many messages only are remembered', () => {
    const seen = new SeenRoomReactions(2);
    for (const message of [1, 2, 3]) seen.changes({ ...place, message }, of(['u2']), none).told();
    expect(seen.changes({ ...place, message: 3 }, of(['u2']), none).changed).toEqual([]);
    expect(seen.changes({ ...place, message: 1 }, of(['u2']), none).changed).toHaveLength(1);
  });
});

describe('what was told of a chat', () => {
  it('F14 whoever has read up to what was not told has read what was told before', () => {
    const told = new ToldNumbers();
    told.untold('c1', 1);
    told.told('c1', 2);
    told.untold('c1', 3);
    told.untold('c1', 4);
    told.told('c1', 5);
    expect([1, 2, 3, 4, 5, 6].map((number) => told.upTo('c1', number))).toEqual([1, 2, 2, 2, 5, 6]);
    expect(told.upTo('c2', 3)).toBe(3);
  });
});
