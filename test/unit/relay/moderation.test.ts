import { beforeEach, describe, expect, it } from 'vitest';
import { personOf } from '../../../src/core/relay/blocks.js';
import type { RelayDefinition } from '../../../src/core/relay/definitions.js';
import type { Sanction, Speaker } from '../../../src/core/relay/model.js';
import { Moderation } from '../../../src/core/relay/moderation.js';
import { DEFAULT_LEG_SETTINGS, type LegSettings } from '../../../src/core/relay/settings.js';

const nothing = (): void => undefined;
const ann: Speaker = { key: 'ann', nick: 'ann', address: 'ann%net@irc.example.org' };
const banned: Sanction = {
  kind: 'sanction',
  act: 'banned',
  person: ann,
  home: 'a',
  by: 'mod',
  standIn: 's@x',
};

describe('what moderators do', () => {
  let now = 0;
  let definition: RelayDefinition;
  let settings: Record<string, Partial<LegSettings>>;
  let done: string[];
  let moderation: Moderation;

  beforeEach(() => {
    now = 1_000;
    done = [];
    settings = { b: { moderates: true }, c: { obeys: true } };
    const leg = (id: string) => ({ id, since: 0, settings: DEFAULT_LEG_SETTINGS });
    definition = { name: 'club', legs: ['a', 'b', 'c'].map(leg), blocked: {}, silent: {} };
    moderation = new Moderation({
      kickMs: 100,
      now: () => now,
      log: { debug: nothing, info: nothing, warn: nothing, error: nothing },
      definitionOf: () => definition,
      settingsOf: (id) => ({ ...DEFAULT_LEG_SETTINGS, ...settings[id] }),
      personCalled: (_definition, who) => (who === 'ann' ? { speaker: ann, home: 'a' } : undefined),
      keep: async (_name, change) => {
        definition = { ...definition, blocked: change(definition.blocked) };
      },
      dismiss: (_name, { key }) => done.push(`dismiss ${key}`),
      obey: async (_name, id, { act, person }) => {
        done.push(`${id} ${act} ${person.key}`);
      },
    });
  });

  async function happens(where: string, sanction: Sanction): Promise<void> {
    moderation.sanctioned('club', where, sanction);
    await moderation.settled();
  }
  const carried = (to?: string): boolean => moderation.withholds(definition, 'a', ann, to) === undefined;

  it('is kept, and done on the legs that obey, once', async () => {
    await happens('b', banned);
    expect(definition.blocked[personOf('a', ann)]).toMatchObject({
      ...{ act: 'banned', nick: 'ann', where: 'b', by: 'mod', time: 1_000, standIn: 's@x' },
    });
    expect(done).toEqual(['dismiss ann', 'c banned ann']);
    // What the leg then shows is the relay's own doing, and so it goes round.
    settings = { b: { moderates: true, obeys: true }, c: { moderates: true, obeys: true } };
    await happens('c', banned);
    expect(done).toEqual(['dismiss ann', 'c banned ann']);
    expect(carried()).toBe(false);
  });

  it('counts on its own leg only where that does not moderate', async () => {
    await happens('c', banned);
    expect(done).toEqual([]);
    expect([carried(), carried('b'), carried('c')]).toEqual([true, true, false]);
  });

  it('means nothing to the others when it is done at home and that does not moderate', async () => {
    await happens('a', banned);
    expect(definition.blocked).toEqual({});
  });

  it('does not take from somebody what he may in his own room', async () => {
    await happens('b', { ...banned, person: { ...ann, moderator: true } });
    expect(done).toEqual([]);
    expect([carried(), carried('c'), carried('b')]).toEqual([true, true, false]);
  });

  it('is over after a while when somebody was only made to go', async () => {
    await happens('b', { ...banned, act: 'kicked' });
    expect(done).toEqual(['dismiss ann', 'c kicked ann']);
    expect(definition.blocked).toEqual({});
    expect(carried()).toBe(false);
    now += 100;
    expect(carried()).toBe(true);
  });

  it('is undone where it was done', async () => {
    await happens('b', banned);
    settings = { ...settings, a: { moderates: true } };
    await happens('a', { ...banned, act: 'restored' });
    expect(carried()).toBe(false);
    await happens('b', {
      kind: 'sanction',
      act: 'restored',
      person: { key: '', nick: '' },
      home: 'b',
      standIn: 's@x',
    });
    expect(carried()).toBe(true);
    expect(done.at(-1)).toBe('c restored ann');
  });

  it('is undone when whom his own room has banned speaks there again', async () => {
    settings = { a: { moderates: true } };
    await happens('a', banned);
    expect(carried()).toBe(false);
    moderation.spoke(definition, 'a', ann);
    await moderation.settled();
    expect(carried()).toBe(true);
  });

  it('is done by command, too: to a person who is there, or by a pattern', async () => {
    await moderation.block('club', 'ann', { by: 'boss' });
    expect(done).toEqual(['dismiss ann', 'c banned ann']);
    await moderation.unblock('club', 'ANN', 'boss');
    expect(done.at(-1)).toBe('c restored ann');
    expect(carried()).toBe(true);
    await moderation.block('club', '*%NET@*', {});
    expect(carried()).toBe(false);
    await moderation.unblock('club', '*%net@*', 'boss');
    expect(carried()).toBe(true);
    await expect(moderation.unblock('club', 'ann', 'boss')).rejects.toMatchObject({ code: 'not-found' });
  });

  it('counts on its own leg only where a moderator asks in words and his leg does not count elsewhere', async () => {
    await moderation.block('club', 'ann', { by: 'mod' }, 'c');
    expect([carried(), carried('b'), carried('c')]).toEqual([true, true, false]);
    expect(done).toEqual(['dismiss ann']);
    await expect(moderation.unblock('club', 'ann', 'other', 'a')).rejects.toMatchObject({
      code: 'forbidden',
    });
    await moderation.unblock('club', 'ann', 'mod', 'c');
    expect(carried('c')).toBe(true);
    // Of what its own people say each leg decides.
    await moderation.block('club', 'ann', { by: 'mod' }, 'a');
    expect(carried()).toBe(false);
    await moderation.block('club', 'ann', { by: 'mod' }, 'c');
    expect(carried('b')).toBe(false);
    await moderation.unblock('club', 'ann', 'mod', 'a');
    await moderation.block('club', 'ann', { by: 'mod' }, 'b');
    expect([carried(), done.includes('c banned ann')]).toEqual([false, true]);
  });

  it('gives a voice wherever somebody may give it', async () => {
    await happens('b', { ...banned, act: 'muted' });
    expect(done).toEqual(['c muted ann']);
    expect(carried()).toBe(false);
    settings = { ...settings, a: { moderates: true } };
    await happens('a', { ...banned, act: 'restored' });
    expect(carried()).toBe(true);
  });
});
