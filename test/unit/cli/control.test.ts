import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { askGateway, lockFolder } from '../../../src/cli/control.js';
import { UserError } from '../../../src/cli/user-error.js';

const status = { pid: 42, version: '1.2.3', domains: { 'irc.example.org': 'online' } };

describe('the lock on a data folder', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'isthmus-control-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('tells who asks what the gateway says of itself, and nothing once it is released', async () => {
    expect(await askGateway(folder)).toBeUndefined();
    const lock = await lockFolder(folder, () => status);
    expect(await askGateway(folder)).toEqual(status);
    await lock.release();
    expect(await askGateway(folder)).toBeUndefined();
  });

  it('is held by one', async () => {
    const lock = await lockFolder(folder, () => status);
    await expect(lockFolder(folder, () => status)).rejects.toThrow(
      new UserError(`${folder} is in use by a running gateway (process 42).`),
    );
    await lock.release();
    const next = await lockFolder(folder, () => status);
    await next.release();
  });

  it('takes over from a process that died without a word', async () => {
    // What a killed holder leaves: a name in the folder that nobody listens on.
    writeFileSync(join(folder, 'isthmus.sock'), '');
    const lock = await lockFolder(folder, () => status);
    expect(await askGateway(folder)).toEqual(status);
    await lock.release();
  });

  it.each(['', 'not json', '[]', '{"pid":1}', 'x'.repeat(100_000)])(
    'takes no answer %# for a gateway',
    async (answer) => {
      const server = createServer((socket) => {
        socket.on('error', () => socket.destroy());
        socket.end(answer);
      });
      await new Promise<void>((resolve) => server.listen(join(folder, 'isthmus.sock'), resolve));
      expect(await askGateway(folder)).toBeUndefined();
      await new Promise((resolve) => server.close(resolve));
    },
  );
});
