import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { engines, newKey, open, workerUrl } from './engines.js';

const clientUrl = new URL('./client.js', workerUrl);
const appender = new URL('./appender.mjs', import.meta.url);
const submitter = new URL('./submitter.mjs', import.meta.url);
const DOMAIN = 'irc.example.org';

/** Acknowledgements after which the process is killed, in the middle of its work. */
const KILL_AFTER = [40, 173, 701];

/** Runs a script that works without end, and kills it; the lines in which it told what had been acknowledged. */
async function runUntilKilled(
  script: URL,
  database: string,
  key: Buffer,
  acknowledgements: number,
): Promise<string[]> {
  const child: ChildProcess = spawn(
    process.execPath,
    [script.pathname, clientUrl.href, workerUrl.href, database, key.toString('base64')],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  if (!child.stdout) throw new Error('no output');
  const acknowledged: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    acknowledged.push(line);
    if (acknowledged.length === acknowledgements) child.kill('SIGKILL');
  }
  return acknowledged;
}

describe.each(engines)('a killed process on $name', (engine) => {
  beforeAll(() => engine.start());
  afterAll(() => engine.stop());

  it.each(KILL_AFTER)('S23 after %i rows leaves every acknowledged row, once, in order', async (count) => {
    const database = await engine.create();
    const key = newKey();
    const acknowledged = await runUntilKilled(appender, JSON.stringify(database), key, count);
    expect(acknowledged.length).toBeGreaterThanOrEqual(count);
    // the lock has died with its holder
    const store = await open(database, key);
    const stored = (await store.inbox.pending('irc.example.org')).map((row) => row.id);
    await store.close();
    expect(new Set(stored).size).toBe(stored.length);
    expect(stored).toEqual(expect.arrayContaining(acknowledged));
    for (const lane of ['a', 'b', 'c', 'd']) {
      const order = stored.filter((id) => id.startsWith(lane));
      expect(order).toEqual(order.map((_, index) => `${lane}-${index}`));
    }
  });

  it.each(KILL_AFTER)(
    'F08 S23 after %i acknowledgements has every message whole, and each once',
    async (count) => {
      const database = await engine.create();
      const key = newKey();
      const lines = await runUntilKilled(submitter, JSON.stringify(database), key, count);
      const acknowledged = (what: string) =>
        lines.filter((line) => line.startsWith(`${what} `)).map((line) => line.slice(what.length + 1));
      const store = await open(database, key);
      const { id: account } = await store.accounts.ensure(DOMAIN, 'anna@example.org');
      const messages = await store.messages.recent(account, 100_000);
      const outgoing = messages.filter(({ direction }) => direction === 'out');
      const waiting = new Map((await store.messages.waiting(account)).map((one) => [one.id, one.payload]));
      const sent = outgoing.filter(({ state }) => state === 'sent').map(({ id }) => id);
      expect(outgoing.map(({ id }) => id)).toEqual(expect.arrayContaining(acknowledged('submitted')));
      expect(sent).toEqual(expect.arrayContaining(acknowledged('sent')));
      for (const { id, state, networkIds } of outgoing) {
        expect(networkIds).toEqual(state === 'sent' ? [`out-${id}`] : []);
        expect(waiting.get(id)).toBe(state === 'sent' ? undefined : `words of ${id}`);
        if (state !== 'sent') continue;
        expect((await store.messages.byNetworkId(account, `out-${id}`))?.id).toBe(id);
      }
      // what the network brings again is known, and its stanza is there
      const incoming = messages.filter(({ direction }) => direction === 'in');
      expect(incoming.map(({ id }) => id)).toEqual(
        expect.arrayContaining(acknowledged('accepted').map((id) => `in-${id}`)),
      );
      const pending = (await store.inbox.pending(DOMAIN)).map(({ id }) => id);
      expect(pending.sort()).toEqual(incoming.map(({ id }) => id).sort());
      // as is its place in the room
      const { key: room } = await store.archive.personalRoom(DOMAIN, account, '#room');
      const page = await store.archive.page({ account, room, limit: 100_000 });
      const archived = page?.entries.map(({ id }) => id) ?? [];
      expect(archived.sort()).toEqual(messages.map(({ id }) => id).sort());
      const again = incoming.map((record) =>
        store.messages.accept({ ...record, id: `again-${record.id}` }, []),
      );
      expect((await Promise.all(again)).filter(Boolean)).toEqual([]);
      await store.close();
    },
  );
});
