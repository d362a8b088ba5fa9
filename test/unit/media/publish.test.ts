import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import sharp, { type Sharp } from 'sharp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PublishedFile } from '../../../src/core/media/media.js';
import type { InboundAttachment } from '../../../src/gateway/attachment.js';
import { GatewayError } from '../../../src/gateway/error.js';
import { el } from '../../../src/xmpp/element.js';
import { NS } from '../../../src/xmpp/namespace.js';
import { StanzaError } from '../../../src/xmpp/stanza-error.js';
import {
  ANNA,
  attachmentOf,
  DOMAIN,
  MediaStage,
  type MediaStageOptions,
  sha256,
  slotAt,
  WebServer,
} from './stage.js';

const PUBLIC_URL = 'https://gateway.example.org';

let stage: MediaStage;
let web: WebServer;
/** What was put, by path. */
let put: Map<string, { readonly request: IncomingMessage; readonly bytes: Buffer }>;

beforeEach(async () => {
  put = new Map();
  web = await WebServer.start();
  web.answer = (request, response) => {
    void buffer(request).then((bytes) => {
      put.set(request.url ?? '', { request, bytes });
      response.writeHead(201).end();
    });
  };
});
afterEach(async () => {
  await stage.stop();
  await web.stop();
});

async function start(options: MediaStageOptions = {}): Promise<void> {
  stage = await MediaStage.start(options);
}

function offer(server = 'example.org', maxFileSize?: number): void {
  stage.uploads.services.set(server, {
    ...(maxFileSize !== undefined && { maxFileSize }),
    slot: ({ attrs }) =>
      slotAt(
        `http://127.0.0.1:${web.port}/${server}/${encodeURIComponent(attrs.filename ?? '')}`,
        ['Authorization', 'Bearer x'],
        ['X-Other', 'never sent'],
      ),
  });
}

async function published(attachment: InboundAttachment): Promise<PublishedFile> {
  const file = await stage.media.publish(ANNA, attachment);
  if (file.kind !== 'file') throw new Error(`a notice: ${JSON.stringify(file)}`);
  return file;
}

async function reason(attachment: InboundAttachment, owner = ANNA): Promise<string> {
  const notice = await stage.media.publish(owner, attachment);
  if (notice.kind !== 'notice') throw new Error(`a file: ${notice.url}`);
  return notice.reason.key;
}

function image(width: number, height: number): Sharp {
  return sharp({ create: { width, height, channels: 3, background: { r: 200, g: 30, b: 30 } } });
}

describe('G03 to the upload service of the server', () => {
  it('a picture goes there with its size, type and the headers of the slot, and is described', async () => {
    await start();
    offer();
    const bytes = await image(300, 200)
      .withExif({ IFD0: { Make: 'Camera' } })
      .jpeg()
      .toBuffer();
    const file = await published(attachmentOf(bytes, { name: '../Фото.png', mediaType: 'image/png' }));
    expect(file).toMatchObject({
      url: `http://127.0.0.1:${web.port}/example.org/${encodeURIComponent('Фото.png.jpg')}`,
      name: 'Фото.png.jpg',
      mediaType: 'image/jpeg',
      size: bytes.length,
      sha256: sha256(bytes),
      width: 300,
      height: 200,
      thumbnail: { mediaType: 'image/jpeg', width: 128, height: 85 },
    });
    const [stored] = [...put.values()];
    expect(stored?.bytes.equals(bytes)).toBe(true);
    expect(stored?.request.method).toBe('PUT');
    expect(stored?.request.headers).toMatchObject({
      'content-length': String(bytes.length),
      'content-type': 'image/jpeg',
      authorization: 'Bearer x',
    });
    expect(stored?.request.headers['x-other']).toBeUndefined();
    const asked = stage.uploads.asked.find(({ payload }) => payload.ns === NS.HTTP_UPLOAD);
    // A name per user at the gateway's domain: the service's quota is then per user.
    expect([asked?.from, asked?.to]).toEqual([`anna\\40example.org@${DOMAIN}`, 'upload.example.org']);
    expect({ ...asked?.payload.attrs }).toEqual({
      filename: 'Фото.png.jpg',
      size: String(bytes.length),
      'content-type': 'image/jpeg',
    });
    expect(await stage.files('moving')).toEqual([]);
  });

  it('the thumbnail is upright, small and without metadata of the original', async () => {
    await start();
    offer();
    const noise = sharp({
      create: {
        width: 900,
        height: 600,
        channels: 3,
        noise: { type: 'gaussian', mean: 128, sigma: 60 },
        background: 'red',
      },
    });
    const bytes = await noise
      .withExif({ IFD0: { Make: 'Camera' }, IFD3: { GPSLatitude: '52/1 31/1 0/1' } })
      .withMetadata({ orientation: 6 })
      .jpeg()
      .toBuffer();
    const { width, height, thumbnail } = await published(attachmentOf(bytes));
    expect([width, height]).toEqual([600, 900]);
    const small = Buffer.from(thumbnail?.uri.replace(/^data:image\/jpeg;base64,/, '') ?? '', 'base64');
    const seen = await sharp(small).metadata();
    expect([seen.width, seen.height, seen.exif, thumbnail?.width, thumbnail?.height]).toEqual([
      85,
      128,
      undefined,
      85,
      128,
    ]);
    expect(small.length).toBeLessThanOrEqual(6_144);
  });

  it('what the service is, is asked once', async () => {
    await start();
    offer();
    for (let round = 0; round < 3; round += 1) await published(attachmentOf(Buffer.from('x')));
    const discovered = stage.uploads.asked.filter(({ payload }) => payload.ns !== NS.HTTP_UPLOAD);
    expect([discovered.length, stage.uploads.slots]).toEqual([3, 3]);
  });

  it('a user of another server has his files there, else on the attached one', async () => {
    await start();
    offer('example.org');
    offer('example.net');
    const bob = { owner: 'bob@example.net' };
    const there = await stage.media.publish(bob, attachmentOf(Buffer.from('x')));
    expect(there).toMatchObject({ url: expect.stringContaining('/example.net/') });
    stage.uploads.services.set('example.com', { slot: () => new StanzaError('forbidden') });
    const cem = { owner: 'cem@example.com' };
    for (let round = 0; round < 2; round += 1) {
      const here = await stage.media.publish(cem, attachmentOf(Buffer.from('x')));
      expect(here).toMatchObject({ url: expect.stringContaining('/example.org/') });
    }
    // A refusal is remembered: the second file did not ask there again.
    expect(
      stage.uploads.asked.filter(
        ({ to, payload }) => to === 'upload.example.com' && payload.ns === NS.HTTP_UPLOAD,
      ),
    ).toHaveLength(1);
  });

  it('a large file passes without being held', async () => {
    const size = 100 * 1_048_576;
    await start({ limits: { maxBytes: size } });
    offer();
    const before = process.memoryUsage().arrayBuffers;
    let peak = 0;
    const look = () => {
      peak = Math.max(peak, process.memoryUsage().arrayBuffers - before);
    };
    const hash = createHash('sha256');
    let stored = 0;
    web.answer = (request, response) => {
      request.on('data', (piece: Buffer) => {
        look();
        hash.update(piece);
        stored += piece.length;
      });
      request.on('end', () => response.writeHead(201).end());
    };
    const piece = Buffer.alloc(65_536, 'x');
    let waiting = 0;
    const open = async () => {
      let left = size;
      return new Readable({
        highWaterMark: piece.length,
        read() {
          look();
          waiting = Math.max(waiting, this.readableLength);
          this.push(left > 0 ? piece : null);
          left -= piece.length;
        },
      });
    };
    const file = await published({ name: 'film.bin', open });
    expect([file.size, stored, file.sha256]).toEqual([size, size, hash.digest('base64')]);
    expect(waiting).toBeLessThanOrEqual(2 * piece.length);
    expect(peak).toBeLessThan(size / 2);
  });
});

describe("on the gateway's own HTTP server", () => {
  it('when there is no service; the link outlives a restart', async () => {
    await start({ publicUrl: PUBLIC_URL });
    const bytes = Buffer.from('BEGIN:VCARD\r\nEND:VCARD');
    const { url } = await published(attachmentOf(bytes, { name: 'Анна.vcf', mediaType: 'text/vcard' }));
    const [, token = ''] = /\/media\/([\w-]{32})\//.exec(url) ?? [];
    expect(url).toBe(`${PUBLIC_URL}/media/${token}/${encodeURIComponent('Анна.vcf')}`);
    await stage.restart();
    const served = stage.service.files.find(token);
    expect(served).toMatchObject({ name: 'Анна.vcf', mediaType: 'text/vcard', size: bytes.length });
    expect((await readFile(served?.path ?? '')).equals(bytes)).toBe(true);
    expect(stage.service.files.find(token.slice(1))).toBeUndefined();
    expect(stage.service.files.find('../links/x')).toBeUndefined();
  });

  it.each([
    ['says beforehand that it is too large', () => offer('example.org', 2), 0],
    [
      'says so when asked',
      () =>
        stage.uploads.services.set('example.org', {
          slot: () =>
            new StanzaError('not-acceptable', {
              appConditions: [
                el('file-too-large', NS.HTTP_UPLOAD, null, el('max-file-size', NS.HTTP_UPLOAD, null, '2')),
              ],
            }),
        }),
      1,
    ],
    [
      'wants it without encryption',
      () => stage.uploads.services.set('example.org', { slot: () => slotAt('http://example.org/x') }),
      2,
    ],
    [
      'refuses what is put',
      () => {
        offer();
        web.answer = (request, response) => {
          request.resume().on('end', () => response.writeHead(413).end());
        };
      },
      2,
    ],
    [
      'breaks off',
      () => {
        offer();
        web.answer = (request) => request.socket.destroy();
      },
      2,
    ],
  ])('G03 when the service %s', async (_, setUp, slots) => {
    await start({ publicUrl: PUBLIC_URL });
    setUp();
    for (let round = 0; round < 2; round += 1) {
      const { url } = await published(attachmentOf(Buffer.from('four')));
      expect(url).toMatch(new RegExp(`^${PUBLIC_URL}/media/`));
    }
    // What is known beforehand is not asked again.
    expect(stage.uploads.slots).toBe(slots);
  });

  it('links expire, the oldest go when the disk share is full, and all of a user with him', async () => {
    await start({ publicUrl: PUBLIC_URL, limits: { linkBytes: 10 } });
    const tokenOf = async (owner: string) => {
      const file = await stage.media.publish({ owner }, attachmentOf(Buffer.from('four')));
      return file.kind === 'file' ? (file.url.split('/').at(-2) ?? '') : '';
    };
    const first = await tokenOf('anna@example.org');
    const second = await tokenOf('anna@example.org');
    const third = await tokenOf('bob@example.org');
    const alive = () => [first, second, third].map((token) => stage.service.files.find(token) !== undefined);
    expect(alive()).toEqual([false, true, true]);
    await stage.media.forget(ANNA);
    expect(alive()).toEqual([false, false, true]);
    expect((await stage.files('links')).length).toBe(2);
    const sidecar = join(stage.folder, 'media', 'links', `${third}.json`);
    const entry = JSON.parse(await readFile(sidecar, 'utf8'));
    await writeFile(sidecar, JSON.stringify({ ...entry, expiresAt: Date.now() - 1 }));
    await stage.restart();
    expect(alive()).toEqual([false, false, false]);
    expect(await stage.files('links')).toEqual([]);
  });

  it('what is not whole is removed at the start', async () => {
    await start({ publicUrl: PUBLIC_URL });
    const token = 'a'.repeat(32);
    for (const name of [token, `${token}.json`, `${'b'.repeat(32)}.new`, 'README'])
      await writeFile(join(stage.folder, 'media', 'links', name), '{');
    await writeFile(join(stage.folder, 'media', 'moving', 'left-over'), 'x');
    await stage.restart();
    expect([await stage.files('links'), await stage.files('moving')]).toEqual([[], []]);
  });
});

describe('notices', () => {
  it('G03 neither the one nor the other', async () => {
    await start();
    const notice = await stage.media.publish(
      ANNA,
      attachmentOf(Buffer.from('x'), { name: 'a/b.txt', size: 1 }),
    );
    expect(notice).toEqual({
      kind: 'notice',
      text: { key: 'file-came-sized', args: { name: 'b.txt', megabytes: 0.000001 } },
      reason: { key: 'file-no-place' },
    });
  });

  it('S17 what is too large, as claimed or as it comes, also without end', async () => {
    await start({ limits: { maxBytes: 100_000 } });
    const claimed = attachmentOf(Buffer.from('x'), { size: 100_001 });
    expect(await reason(claimed)).toBe('file-too-large');
    expect(claimed.opened).toBe(0);
    let endless: Readable | undefined;
    const open = async () => {
      endless = new Readable({
        read() {
          this.push(Buffer.alloc(1_000));
        },
      });
      return endless;
    };
    expect(await reason({ open })).toBe('file-too-large');
    expect(endless?.destroyed).toBe(true);
    expect(await stage.files('moving')).toEqual([]);
  });

  it('S17 more than one user may have in a day; others are not affected', async () => {
    await start({ publicUrl: PUBLIC_URL, limits: { bytesPerDayIn: 10 } });
    await published(attachmentOf(Buffer.alloc(8)));
    expect(await reason(attachmentOf(Buffer.alloc(8)))).toBe('file-quota');
    const other = await stage.media.publish({ owner: 'bob@example.org' }, attachmentOf(Buffer.alloc(8)));
    expect(other.kind).toBe('file');
  });

  it('a disk share that is full', async () => {
    await start({ publicUrl: PUBLIC_URL, limits: { tempBytes: 10 } });
    expect(await reason(attachmentOf(Buffer.alloc(11)))).toBe('file-no-space');
    await published(attachmentOf(Buffer.alloc(10)));
  });

  it('S17 a burst waits, a few at a time, and beyond that is refused', async () => {
    await start({ publicUrl: PUBLIC_URL, limits: { transfersPerUser: 2, waitingPerUser: 3 } });
    let active = 0;
    let peak = 0;
    const slow: InboundAttachment = {
      open: async () => {
        active += 1;
        peak = Math.max(peak, active);
        await new Promise((resolve) => setImmediate(resolve));
        active -= 1;
        return Readable.from([Buffer.from('x')], { objectMode: false });
      },
    };
    const results = await Promise.all(Array.from({ length: 8 }, () => stage.media.publish(ANNA, slow)));
    expect(peak).toBe(2);
    expect(results.map(({ kind }) => kind).sort()).toEqual([
      ...Array(5).fill('file'),
      ...Array(3).fill('notice'),
    ]);
  });

  it('a failure that may pass is tried again, another is told in the words of the network', async () => {
    await start({ publicUrl: PUBLIC_URL });
    const flaky = attachmentOf(Buffer.from('x'));
    const { open } = flaky;
    let fails = 2;
    const tried = {
      open: async () => {
        fails -= 1;
        if (fails > 0) throw new Error('reset');
        if (fails === 0) return Readable.from(brokenOff(), { objectMode: false });
        return open();
      },
    };
    expect((await published(tried)).size).toBe(1);
    let calls = 0;
    const gone = async () => {
      calls += 1;
      throw new GatewayError('not-found', { key: 'network-says-gone' });
    };
    expect(await reason({ open: gone })).toBe('network-says-gone');
    expect(calls).toBe(1);
    const never = async () => {
      calls += 1;
      throw new Error('reset');
    };
    expect(await reason({ open: never })).toBe('file-unreadable');
    expect(calls).toBe(4);
  });

  it('a source that falls silent', async () => {
    await start({ publicUrl: PUBLIC_URL, limits: { silenceTimeoutMs: 20, attempts: 1 } });
    const silent = new Readable({ read: () => undefined });
    silent.push(Buffer.from('x'));
    expect(await reason({ open: async () => silent })).toBe('file-unreadable');
    expect(silent.destroyed).toBe(true);
  });

  it.each([
    ['a picture of too many pixels', async () => image(2_000, 2_000).png().toBuffer(), 'image/png'],
    ['a damaged picture', async () => (await image(50, 50).jpeg().toBuffer()).subarray(0, 100), 'image/jpeg'],
    ['an SVG', async () => Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), 'text/plain'],
  ])('%s is passed on without a thumbnail', async (_, make, mediaType) => {
    await start({ publicUrl: PUBLIC_URL, limits: { decodePixels: 1_000_000 } });
    const file = await published(attachmentOf(await make()));
    expect([file.thumbnail, file.mediaType]).toEqual([undefined, mediaType]);
  });

  it('when the gateway stops nothing is told: the network brings it again', async () => {
    await start({ publicUrl: PUBLIC_URL });
    const silent = new Readable({ read: () => undefined });
    let reading: (() => void) | undefined;
    const begun = new Promise<void>((resolve) => {
      reading = resolve;
    });
    const publishing = stage.media.publish(ANNA, {
      open: async () => {
        reading?.();
        return silent;
      },
    });
    const refused = expect(publishing).rejects.toMatchObject({ retryable: true });
    await begun;
    await stage.service.close();
    await refused;
    expect(await stage.files('moving')).toEqual([]);
  });
});

async function* brokenOff(): AsyncGenerator<Buffer> {
  yield Buffer.from('half');
  throw new Error('reset');
}
