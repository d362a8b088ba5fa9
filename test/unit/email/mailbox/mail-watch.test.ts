import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GatewayError } from '../../../../src/gateway/error.js';
import { type Change, type Look, plainLook, UNWATCHED, WATCHED, WatchStage } from './watch-stage.js';

const DAY_MS = 86_400_000;

const folder = fc.constantFrom(...WATCHED, UNWATCHED);
const change: fc.Arbitrary<Change> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('arrive' as const), folder: fc.constantFrom(...WATCHED) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('move' as const), folder, to: folder, index: fc.nat(9) }),
  },
  fc.record({ kind: fc.constant('expunge' as const), folder, index: fc.nat(9) }),
  fc.record({ kind: fc.constant('renumber' as const), folder: fc.constantFrom(...WATCHED) }),
  fc.record({ kind: fc.constant('later' as const), days: fc.constantFrom(0.01, 1, 20, 45) }),
);
const look: fc.Arbitrary<Look> = fc.record({
  kind: fc.constant('look' as const),
  anew: fc.boolean(),
  everywhere: fc.boolean(),
  meanwhile: fc.array(fc.record({ step: fc.nat(30), change }), { maxLength: 3 }),
  crash: fc.option(fc.nat(40), { nil: undefined }),
});

describe('watching the folders of a mailbox', () => {
  it('F08 brings each new mail once and loses none, whatever happens to folders, numbers and the gateway', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(change, look), { maxLength: 40 }), async (events) => {
        const stage = new WatchStage();
        for (const [index, path] of [...WATCHED, UNWATCHED, UNWATCHED].entries()) {
          const old = stage.now - (path === UNWATCHED ? 10 : index) * DAY_MS;
          stage.server.add(path, { id: `old-${index}`, receivedAt: old, date: old, seen: true });
        }
        await stage.look({ ...plainLook, anew: true });
        expect(stage.delivered).toEqual([]);
        let broken = false;
        for (const event of events) {
          if (event.kind !== 'look') stage.apply(event);
          else if ((await stage.look(event)) === 'broken') broken = true;
        }
        // Over the connection that there is, or a new one when it broke.
        for (let again = 0; again < 3; again += 1) await stage.look(plainLook);
        const there = WATCHED.flatMap((path) => [...stage.server.folder(path).mails.values()]);
        for (const { id } of there) if (stage.arrived.has(id)) expect(stage.delivered).toContain(id);
        expect(stage.delivered.filter((id) => id.startsWith('old'))).toEqual([]);
        // A connection that breaks between the hand-over and the note of it brings the mail again, with its id.
        if (!broken) expect(new Set(stage.delivered).size).toBe(stage.delivered.length);
      }),
      { numRuns: 1_000 },
    );
  });

  it.each(WATCHED)('misses no mail that comes to %s at any moment of a look', async (path) => {
    for (let step = 1; step < 40; step += 1) {
      const stage = new WatchStage();
      await stage.look(plainLook);
      stage.apply({ kind: 'arrive', folder: 'INBOX' });
      const meanwhile = [{ step, change: { kind: 'arrive', folder: path } as const }];
      await stage.look({ ...plainLook, meanwhile });
      const came = stage.arrived.size;
      await stage.look(plainLook);
      expect(stage.delivered).toHaveLength(came);
    }
  });

  it('F07 brings what came to several folders meanwhile in the order of time', async () => {
    const stage = new WatchStage();
    await stage.look(plainLook);
    for (const [index, path] of ['INBOX', 'Sent', 'INBOX', 'Work', 'Sent'].entries()) {
      stage.now += 1_000 * index;
      stage.apply({ kind: 'arrive', folder: path });
    }
    await stage.look({ ...plainLook, anew: true });
    expect(stage.delivered).toEqual(['mail-0', 'mail-1', 'mail-2', 'mail-3', 'mail-4']);
  });

  it('brings all of many mails', async () => {
    const stage = new WatchStage();
    await stage.look(plainLook);
    for (let index = 0; index < 350; index += 1) stage.apply({ kind: 'arrive', folder: 'INBOX' });
    await stage.look({ ...plainLook, anew: true });
    expect(stage.delivered).toHaveLength(350);
  });

  it('tries a mail that fails again in its turn, and leaves it with a notice in the end', async () => {
    const stage = new WatchStage({ mailTries: 3 });
    await stage.look(plainLook);
    stage.apply({ kind: 'arrive', folder: 'INBOX' });
    stage.apply({ kind: 'arrive', folder: 'INBOX' });
    stage.refusal = new Error('unexpected');
    expect(await stage.look(plainLook)).toBeGreaterThan(0);
    expect(await stage.look(plainLook)).toBeGreaterThan(0);
    expect(stage.notices).toEqual([]);
    stage.refusal = undefined;
    await stage.look(plainLook);
    expect(stage.delivered).toEqual(['mail-0', 'mail-1']);
    stage.apply({ kind: 'arrive', folder: 'INBOX' });
    stage.refusal = new Error('unexpected');
    for (let attempt = 0; attempt < 3; attempt += 1) await stage.look(plainLook);
    expect(stage.notices).toEqual([
      { key: 'email-mailbox-mail-left', args: { folder: 'INBOX', date: '2026-01-01 00:00' } },
    ]);
    stage.refusal = undefined;
    stage.apply({ kind: 'arrive', folder: 'INBOX' });
    await stage.look(plainLook);
    expect(stage.delivered).toEqual(['mail-0', 'mail-1', 'mail-3']);
  });

  it('waits as long as it takes for what is to be tried again later', async () => {
    const stage = new WatchStage({ mailTries: 2 });
    await stage.look(plainLook);
    stage.apply({ kind: 'arrive', folder: 'INBOX' });
    stage.refusal = new GatewayError('limit', { key: 'email-spool-full' }, 'not-sent', true);
    for (let attempt = 0; attempt < 10; attempt += 1) expect(await stage.look(plainLook)).toBeGreaterThan(0);
    stage.refusal = undefined;
    await stage.look(plainLook);
    expect(stage.delivered).toEqual(['mail-0']);
    expect(stage.notices).toEqual([]);
  });

  it('shows no more than its bound after a server has made all its mails new, and says so', async () => {
    const stage = new WatchStage({ resyncMails: 5 });
    for (let index = 0; index < 20; index += 1)
      stage.server.add('INBOX', { id: `old-${index}`, receivedAt: 0, date: 0, seen: true });
    await stage.look(plainLook);
    stage.server.renumber('INBOX');
    for (const { mail } of stage.server.all('INBOX')) mail.receivedAt = stage.now;
    await stage.look({ ...plainLook, anew: true });
    expect(stage.delivered).toHaveLength(5);
    expect(stage.notices).toEqual([
      { key: 'email-mailbox-renumbered', args: { folder: 'INBOX', count: 15 } },
    ]);
  });

  it('goes on without a folder that is gone', async () => {
    const stage = new WatchStage();
    await stage.look(plainLook);
    stage.server.folders.delete('Work');
    stage.apply({ kind: 'arrive', folder: 'INBOX' });
    await stage.look(plainLook);
    await stage.look(plainLook);
    expect(stage.delivered).toEqual(['mail-0']);
    expect(stage.notices).toEqual([{ key: 'email-mailbox-folder-gone', args: { folder: 'Work' } }]);
  });

  describe.each([true, false])('with a server that counts changes: %s', (counts) => {
    it('tells once of what was read elsewhere, and not of what was marked here', async () => {
      const stage = new WatchStage({}, counts);
      await stage.look(plainLook);
      for (let index = 0; index < 3; index += 1) stage.apply({ kind: 'arrive', folder: 'INBOX' });
      await stage.look(plainLook);
      expect(stage.seen).toEqual([]);
      stage.marked.add('mail-2');
      stage.server.read('INBOX', 1);
      stage.server.read('INBOX', 2);
      stage.flagged('INBOX');
      await stage.look(plainLook);
      stage.flagged('INBOX');
      await stage.look(plainLook);
      expect(stage.seen).toEqual(['mail-1']);
    });
  });

  it('tells of what was read while the gateway was away', async () => {
    const stage = new WatchStage();
    await stage.look(plainLook);
    stage.apply({ kind: 'arrive', folder: 'INBOX' });
    await stage.look(plainLook);
    stage.server.read('INBOX', 0);
    await stage.look({ ...plainLook, anew: true });
    expect(stage.seen).toEqual(['mail-0']);
  });
});
