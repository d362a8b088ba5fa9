import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { engines, newKey, open, workerUrl } from './engines.js';

const clientUrl = new URL('./client.js', workerUrl);
const script = new URL('./appender.mjs', import.meta.url);

/** Acknowledgements after which the process is killed, in the middle of its work. */
const KILL_AFTER = [40, 173, 701];

async function appendUntilKilled(database: string, key: Buffer, acknowledgements: number): Promise<string[]> {
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
    const acknowledged = await appendUntilKilled(JSON.stringify(database), key, count);
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
});
