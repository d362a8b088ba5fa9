import { randomBytes } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, describe, expect, it } from 'vitest';
import type { IrcPeer } from '../../support/scripted-irc-server.js';
import { canMount, mountSmallDisk, type SmallDisk } from './small-disk.js';
import { BadStage } from './stage.js';

const MEGABYTES = 6;
const BUSY_MS = 100;
/** Lines said while the store has trouble. */
const LINES = 50;

const mounting = canMount();
const ends: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function start(folder?: string): Promise<BadStage> {
  const stage = await BadStage.start({
    config: () => ({
      data: {
        ...(folder === undefined ? {} : { folder }),
        engine: { busyTimeoutMs: BUSY_MS },
        buffer: { retryFirstMs: 20, retryMaxMs: 100 },
      },
    }),
    env: { ISTHMUS_KEY: randomBytes(32).toString('base64') },
  });
  ends.push(() => stage.stop());
  return stage;
}

/** Talks in a room and in private while the store cannot write: everything passes, live. */
async function talkThroughTrouble(stage: BadStage, user: string, irc: IrcPeer): Promise<void> {
  irc.send(...Array.from({ length: LINES }, (_, n) => `:alice!u@h PRIVMSG #tea :kept ${n}`));
  await stage.next(user, 'the last line', (stanza) => stanza.childText('body') === `kept ${LINES - 1}`);
  stage.groupchat(user, 'kept too');
  await irc.lines.wait((line) => line === 'PRIVMSG #tea :kept too', 'the words on IRC');
  irc.send(`:alice!u@h PRIVMSG ${irc.nick} :in private`);
  const direct = await stage.next(
    user,
    'the private message',
    (stanza) => stanza.childText('body') === 'in private',
  );
  expect(direct.attrs).toMatchObject({ type: 'chat', from: stage.contact('alice') });
}

/** Somebody new, whose account cannot be written: an answer that says "later", not silence. */
async function expectRefusal(stage: BadStage): Promise<void> {
  const user = stage.newUser();
  stage.askToJoin(user, '#other');
  const error = await stage.next(user, 'the refusal', ({ attrs }) => attrs.type === 'error');
  expect(error.child('error')?.attrs.type).toBe('wait');
}

/** All that was said in the trouble is in the archive, once, in order. */
async function expectArchived(stage: BadStage, file: string): Promise<void> {
  await stage.gateway.stop();
  const database = new Database(file, { readonly: true });
  const rows = database.prepare('SELECT payload FROM archive ORDER BY id').all() as { payload: string }[];
  database.close();
  const kept = rows.flatMap(({ payload }) => /<body>(kept [^<]*)</.exec(payload)?.[1] ?? []);
  expect(kept).toEqual([...Array.from({ length: LINES }, (_, n) => `kept ${n}`), 'kept too']);
}

describe('a store that cannot write for a while', () => {
  it('S23 locked by another program: talk goes on, newcomers are told to wait, nothing said is lost', async () => {
    const stage = await start();
    const { user, irc } = await stage.join();
    const file = join(stage.gateway.dataDir, 'isthmus.sqlite');
    const other = new Database(file);
    other.exec('BEGIN IMMEDIATE');
    await talkThroughTrouble(stage, user, irc);
    await expectRefusal(stage);
    await stage.gateway.waitForLog(/the store has trouble/);
    other.exec('ROLLBACK');
    other.close();
    await stage.gateway.waitForLog(/the store works again/);
    await stage.converse();
    await expectArchived(stage, file);
  });

  it.skipIf(!mounting)(
    `S23 a full disk: the same, and it goes on by itself when there is room${mounting ? '' : ' (skipped: mounting is not possible here)'}`,
    async () => {
      const disk = smallDisk();
      const stage = await start(join(disk.path, 'data'));
      const { user, irc } = await stage.join();
      const filler = join(disk.path, 'filler');
      fill(filler);
      await talkThroughTrouble(stage, user, irc);
      await expectRefusal(stage);
      await stage.gateway.waitForLog(/the store has trouble/);
      rmSync(filler);
      await stage.gateway.waitForLog(/the store works again/);
      await stage.converse();
      await expectArchived(stage, join(disk.path, 'data', 'isthmus.sqlite'));
    },
  );

  it('the operator hears of it once, in words, without what was said', async () => {
    const stage = await start();
    const { user, irc } = await stage.join();
    const other = new Database(join(stage.gateway.dataDir, 'isthmus.sqlite'));
    other.exec('BEGIN IMMEDIATE');
    await talkThroughTrouble(stage, user, irc);
    await stage.gateway.waitForLog(/the store has trouble/);
    other.exec('ROLLBACK');
    other.close();
    await stage.gateway.waitForLog(/the store works again/);
    const troubles = stage.gateway.entries().filter(({ msg }) => msg?.startsWith('the store has trouble'));
    expect(troubles).toHaveLength(1);
    expect(JSON.stringify(troubles[0])).toMatch(/locked/);
    expect(stage.gateway.logs()).not.toMatch(/kept \d|in private/);
  });
});

function smallDisk(): SmallDisk {
  const disk = mountSmallDisk(MEGABYTES);
  if (disk === undefined) throw new Error('not mounted');
  ends.push(() => disk.remove());
  return disk;
}

/** Takes every byte that is left. */
function fill(file: string): void {
  try {
    writeFileSync(file, Buffer.alloc((MEGABYTES + 1) * 1024 * 1024));
  } catch {
    // That is the purpose; what fitted stays written.
  }
  expect(readFileSync(file).length).toBeGreaterThan(0);
}
