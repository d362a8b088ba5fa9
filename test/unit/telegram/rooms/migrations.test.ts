import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PeerId } from '../../../../gateways/telegram/client/model.js';
import { Migrations } from '../../../../gateways/telegram/rooms/migrations.js';
import type { AccountId } from '../../../../src/gateway/ids.js';
import type { StateEntry } from '../../../../src/gateway/state.js';

const ACCOUNT = 1 as AccountId;

class Kept {
  readonly entries = new Map<string, StateEntry>();
  fails = false;
  async get(bucket: string, key: string): Promise<StateEntry | undefined> {
    return this.entries.get(`${bucket} ${key}`);
  }
  async put(bucket: string, entry: StateEntry): Promise<void> {
    if (this.fails) throw new Error('the disk is full');
    this.entries.set(`${bucket} ${entry.key}`, structuredClone(entry));
  }
}

async function loaded(kept: Kept, user: PeerId = 'u1'): Promise<Migrations> {
  const migrations = new Migrations(kept, ACCOUNT, user);
  await migrations.load();
  return migrations;
}

describe('a group that has become a supergroup', () => {
  it('keeps its room for who knew it, also after a restart', async () => {
    const kept = new Kept();
    const before = await loaded(kept);
    await before.knows(['g1', 'c7', 'u3']);
    expect(await before.moved('g1', 'c9')).toBe(true);
    expect(await before.moved('g1', 'c9')).toBe(false);
    for (const migrations of [before, await loaded(kept)]) {
      expect([migrations.roomOf('c9'), migrations.chatOf('g1')]).toEqual(['g1', 'c9']);
      expect([migrations.roomOf('c7'), migrations.chatOf('c7')]).toEqual(['c7', 'c7']);
    }
  });

  it('has a room of its own for who sees it for the first time, and for another account', async () => {
    const kept = new Kept();
    const fresh = await loaded(kept);
    expect(await fresh.moved('g1', 'c9')).toBe(false);
    expect(fresh.roomOf('c9')).toBe('c9');
    await fresh.knows(['g2']);
    await fresh.moved('g2', 'c8');
    expect((await loaded(kept, 'u2')).roomOf('c8')).toBe('c8');
  });

  it('has moved only when that is written down', async () => {
    const kept = new Kept();
    const migrations = await loaded(kept);
    await migrations.knows(['g1']);
    kept.fails = true;
    await expect(migrations.moved('g1', 'c9')).rejects.toThrow();
    expect(migrations.chatOf('g1')).toBe('g1');
    await expect(migrations.knows(['g2'])).rejects.toThrow();
    kept.fails = false;
    expect(await migrations.moved('g2', 'c8')).toBe(false);
    expect(await migrations.moved('g1', 'c9')).toBe(true);
  });

  it('is read as nothing where nobody can read it', async () => {
    const kept = new Kept();
    await kept.put('migrations', { key: '1', value: { user: 'u1', known: 3, moved: { g1: 'x' } } });
    expect((await loaded(kept)).chatOf('g1')).toBe('g1');
  });

  it('is the same both ways, whatever happens in which order, also after restarts', async () => {
    const group = fc.integer({ min: 1, max: 5 }).map((id): PeerId => `g${id}`);
    const step = fc.oneof(
      fc.record({ what: fc.constant('knows' as const), group }),
      fc.record({ what: fc.constant('moved' as const), group }),
      fc.record({ what: fc.constant('restart' as const), group }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
        const kept = new Kept();
        let migrations = await loaded(kept);
        const known = new Set<PeerId>();
        const moved = new Map<PeerId, PeerId>();
        for (const { what, group: one } of steps) {
          const to: PeerId = `c${one.slice(1)}`;
          if (what === 'restart') migrations = await loaded(kept);
          else if (what === 'knows') {
            known.add(one);
            await migrations.knows([one]);
          } else if ((await migrations.moved(one, to)) || moved.has(one)) {
            expect(known.has(one)).toBe(true);
            moved.set(one, to);
          } else expect(known.has(one)).toBe(false);
          for (const [from, now] of moved) {
            expect(migrations.chatOf(from)).toBe(now);
            expect(migrations.roomOf(now)).toBe(from);
          }
        }
      }),
      { numRuns: 200 },
    );
  });
});
