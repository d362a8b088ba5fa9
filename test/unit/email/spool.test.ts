import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Spool } from '../../../gateways/email/mail/spool.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'isthmus-spool-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const spool = (totalBytes = 10_000) =>
  new Spool(join(folder, 'spool'), { maxBytes: 5_000, totalBytes, memoryBytes: 100 });
const stream = (size: number) => Readable.from([Buffer.alloc(size / 2, 'a'), Buffer.alloc(size / 2, 'b')]);

describe('mails on their way', () => {
  it.each([40, 4_000])(
    '%i bytes come in whole and can be read several times, until they are removed',
    async (size) => {
      const target = spool();
      const mail = await target.receive(stream(size));
      expect(mail.size).toBe(size);
      const [one, other] = await Promise.all([buffer(mail.open()), buffer(mail.open())]);
      expect(one.toString()).toBe('a'.repeat(size / 2) + 'b'.repeat(size / 2));
      expect(other).toEqual(one);
      expect(target.used).toBe(size);
      await mail.remove();
      await mail.remove();
      expect(target.used).toBe(0);
    },
  );

  it('S19 what lies on disk cannot be read without the process', async () => {
    await spool().receive(stream(4_000));
    const [file = ''] = await readdir(join(folder, 'spool'));
    expect((await readFile(join(folder, 'spool', file))).includes('aaaa')).toBe(false);
  });

  it('S10 too large a mail, or a full spool, is refused, and leaves nothing', async () => {
    const target = spool(6_000);
    await expect(target.receive(stream(5_002))).rejects.toMatchObject({ code: 'too-long' });
    const first = await target.receive(stream(4_000));
    await expect(target.receive(stream(4_000))).rejects.toMatchObject({ code: 'limit', retryable: true });
    expect(target.used).toBe(4_000);
    await first.remove();
    expect(await readdir(join(folder, 'spool'))).toEqual([]);
  });

  it('F08 a disk that cannot be written has the mail come again, and is used when it can', async () => {
    await writeFile(join(folder, 'spool'), 'in the way');
    // Every folder below a file is one that cannot be made.
    const below = new Spool(join(folder, 'spool', 'below'), {
      ...{ maxBytes: 5_000, totalBytes: 10_000, memoryBytes: 100 },
    });
    await expect(below.receive(stream(4_000))).rejects.toMatchObject({ code: 'limit', retryable: true });
    expect(below.used).toBe(0);
    await rm(join(folder, 'spool'));
    expect((await below.receive(stream(4_000))).size).toBe(4_000);
  });

  it('a source that breaks off is an error, and leaves nothing', async () => {
    const target = spool();
    const broken = Readable.from(
      (async function* () {
        yield Buffer.alloc(1_000, 'a');
        throw new Error('cut off');
      })(),
    );
    await expect(target.receive(broken)).rejects.toThrow('cut off');
    expect(target.used).toBe(0);
  });
});
