import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { finished } from 'node:stream/promises';
import { describe, expect, it } from 'vitest';
import { parseLimits } from '../../../../gateways/email/mail/options.js';
import { parseMail } from '../../../../gateways/email/mail/parse-mail.js';
import type { RawMail } from '../../../../gateways/email/mail/raw-mail.js';
import { rawMail } from '../../../support/email/raw-mail.js';

const limits = parseLimits.parse({});
const HEAD = 'Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\ntext\r\n--b\r\n';
const FILE = `${HEAD}Content-Type: application/zip\r\nContent-Transfer-Encoding: base64\r\n\r\n`;

async function onlyFile(raw: RawMail) {
  const part = (await parseMail(raw, limits)).parts[1];
  if (part === undefined) throw new Error('no file');
  return part;
}

/** Counts the pieces that are taken, and closes that are seen. */
function watched(head: string, piece: Buffer, pieces: number) {
  const seen = { taken: 0, open: 0 };
  const content = function* (): Generator<Buffer> {
    yield Buffer.from(head);
    for (let index = 0; index < pieces; index++) {
      seen.taken++;
      yield piece;
    }
  };
  const open = (): Readable => {
    seen.open++;
    const stream = Readable.from(content(), { objectMode: false });
    stream.once('close', () => seen.open--);
    return stream;
  };
  return { raw: { size: 1, open, remove: async () => undefined }, seen };
}

const LINES = Buffer.from(`${randomBytes(57).toString('base64')}\r\n`.repeat(800));
const LINES_BYTES = 57 * 800;

describe('the bytes of a part', () => {
  it.each(['base64', 'quoted-printable', '8bit'])(
    'come decoded from %s, as often as wanted',
    async (encoding) => {
      const bytes = randomBytes(300);
      const encoded =
        encoding === 'base64'
          ? bytes.toString('base64')
          : encoding === '8bit'
            ? bytes
            : [...bytes].map((byte) => `=${byte.toString(16).padStart(2, '0')}`).join('');
      const head = `${HEAD}Content-Type: image/png\r\nContent-Transfer-Encoding: ${encoding}\r\n\r\n`;
      const part = await onlyFile(
        rawMail(Buffer.concat([head, encoded, '\r\n--b--'].map((piece) => Buffer.from(piece))), 7),
      );
      expect(part.size).toBe(300);
      const both = await Promise.all([part.open().then(buffer), part.open().then(buffer)]);
      expect(both).toEqual([bytes, bytes]);
    },
  );

  it('of a large one are never held: they are taken as they are read', async () => {
    const { raw, seen } = watched(FILE, LINES, 560);
    const part = await onlyFile(raw);
    expect(part.size).toBe(LINES_BYTES * 560);
    seen.taken = 0;
    const stream = await part.open();
    expect(seen.taken).toBeLessThan(20);
    let bytes = 0;
    for await (const chunk of stream as AsyncIterable<Buffer>) bytes += chunk.length;
    expect(bytes).toBe(part.size);
    expect(seen.open).toBe(0);
  });

  it.each([false, true])('are let go when nobody wants them any more, begun: %s', async (begun) => {
    const { raw, seen } = watched(FILE, LINES, 560);
    const stream = await (await onlyFile(raw)).open();
    if (begun) await new Promise((resolve) => stream.once('data', resolve));
    stream.destroy();
    await finished(stream).catch(() => undefined);
    await expect.poll(() => seen.open).toBe(0);
    expect(seen.taken).toBeLessThan(560 + 40);
  });

  it('may be none', async () => {
    const part = await onlyFile(rawMail(`${FILE}\r\n--b--`));
    expect(await buffer(await part.open())).toHaveLength(0);
  });

  it('of a mail that is gone are an error', async () => {
    const there = watched(FILE, LINES, 3).raw;
    let now: RawMail = there;
    const part = await onlyFile({ ...there, open: () => now.open() });
    now = rawMail('');
    await expect(part.open()).rejects.toMatchObject({ code: 'not-found' });
    const failing = () => new Readable({ read: () => undefined }).destroy(new Error('ENOENT'));
    now = { ...there, open: failing };
    await expect(part.open()).rejects.toMatchObject({ code: 'not-found' });
  });

  it('end in an error when the mail ends early', async () => {
    const whole = watched(FILE, LINES, 300);
    let now: RawMail = whole.raw;
    const part = await onlyFile({ ...whole.raw, open: () => now.open() });
    now = watched(FILE, LINES, 10).raw;
    await expect(part.open().then(buffer)).rejects.toMatchObject({ code: 'not-found' });
  });

  it('reading fails when the mail cannot be read', async () => {
    const failing = () => new Readable({ read: () => undefined }).destroy(new Error('EIO'));
    await expect(parseMail({ ...rawMail(''), open: failing }, limits)).rejects.toThrow('EIO');
  });
});
