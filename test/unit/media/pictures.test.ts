import { createHash } from 'node:crypto';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import sharp from 'sharp';
import { afterEach, describe, expect, it } from 'vitest';
import { MediaStage, type MediaStageOptions } from './stage.js';

const sha1 = (bytes: Buffer) => createHash('sha1').update(bytes).digest('hex');
const streamOf = (bytes: Buffer) => Readable.from([bytes], { objectMode: false });

/** A photo-like picture, which compresses badly. */
function noise(width: number, height: number): Promise<Buffer> {
  return sharp({
    create: {
      width,
      height,
      channels: 3,
      background: 'white',
      noise: { type: 'gaussian', mean: 128, sigma: 60 },
    },
  })
    .png()
    .toBuffer();
}

/** A PNG that claims to be of this size and holds next to nothing. */
function hollowPng(width: number, height: number): Buffer {
  const chunk = (type: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(data.length);
    return Buffer.concat([length, body, crc(body)]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.alloc(1_000_000))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function crc(bytes: Buffer): Buffer {
  let sum = 0xffffffff;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit += 1) sum = (sum >>> 1) ^ (sum & 1 ? 0xedb88320 : 0);
  }
  const out = Buffer.alloc(4);
  out.writeUInt32BE((sum ^ 0xffffffff) >>> 0);
  return out;
}

const SVG = Buffer.from(
  `<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"><image href="file:///etc/passwd"/></svg>`,
);

describe('pictures of people', () => {
  let stage: MediaStage;
  const start = async (options: MediaStageOptions = {}) => {
    stage = await MediaStage.start(options);
    return stage.media.pictures;
  };
  const onDisk = () => readdir(join(stage.folder, 'media', 'pictures'));
  afterEach(() => stage.stop());

  it('G08 a large photo becomes a small PNG without metadata, named by its SHA-1, kept once', async () => {
    const pictures = await start();
    const photo = await sharp(await noise(1200, 600))
      .jpeg()
      .withExif({ IFD0: { Copyright: 'me, at home' } })
      .toBuffer();
    const picture = await pictures.take(streamOf(photo));
    expect(picture?.hash).toBe(sha1(picture?.data ?? Buffer.alloc(0)));
    expect(picture?.data.length).toBeLessThanOrEqual(32_768);
    const metadata = await sharp(picture?.data).metadata();
    expect(metadata).toMatchObject({ format: 'png', width: picture?.width, height: picture?.height });
    expect(metadata.exif).toBeUndefined();
    expect(Math.max(metadata.width, metadata.height)).toBeLessThanOrEqual(192);
    expect(metadata.width).toBeGreaterThan(metadata.height);
    expect((await pictures.take(streamOf(photo)))?.hash).toBe(picture?.hash);
    expect(await onDisk()).toHaveLength(1);
    expect(await pictures.read(picture?.hash ?? '')).toEqual(picture);
  });

  it('G08 a small picture keeps its size, transparency and all', async () => {
    const pictures = await start();
    const icon = await sharp({
      create: { width: 16, height: 16, channels: 4, background: { r: 255, g: 0, b: 0, alpha: 0.5 } },
    })
      .webp({ lossless: true })
      .toBuffer();
    const picture = await pictures.take(streamOf(icon));
    expect(picture).toMatchObject({ width: 16, height: 16 });
    expect((await sharp(picture?.data).metadata()).hasAlpha).toBe(true);
  });

  it.each([
    ['a bomb of 10 gigapixels', hollowPng(100_000, 100_000)],
    ['a large one that is cut short', hollowPng(3_000, 3_000)],
    ['an SVG that reads files', SVG],
    ['nothing', Buffer.alloc(0)],
    ['text', Buffer.from('not a picture')],
    ['a PNG header alone', Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex')],
  ])('S17 %s is no picture, and nothing is left of it', async (_what, bytes) => {
    const pictures = await start();
    expect(await pictures.take(streamOf(bytes))).toBeUndefined();
    expect(await onDisk()).toEqual([]);
    expect(await stage.files('moving')).toEqual([]);
  });

  it('S17 one without an end, and one that breaks off, are no pictures', async () => {
    const pictures = await start({ limits: { avatarSourceBytes: 100_000 } });
    const endless = new Readable({
      read() {
        this.push(Buffer.alloc(16_384, 1));
      },
    });
    expect(await pictures.take(endless)).toBeUndefined();
    expect(endless.destroyed).toBe(true);
    const broken = new PassThrough();
    broken.write((await noise(50, 50)).subarray(0, 100));
    broken.destroy(new Error('gone'));
    expect(await pictures.take(broken)).toBeUndefined();
  });

  it('S17 damaged pictures never reject', async () => {
    const pictures = await start();
    const good = await noise(40, 40);
    await fc.assert(
      fc.asyncProperty(
        fc.nat(good.length - 1),
        fc.uint8Array({ minLength: 1, maxLength: 64 }),
        fc.nat(good.length),
        async (at, damage, end) => {
          const bad = Buffer.from(good);
          bad.set(damage.subarray(0, bad.length - at), at);
          const picture = await pictures.take(streamOf(bad.subarray(0, end)));
          if (picture) expect(picture.hash).toBe(sha1(picture.data));
        },
      ),
      { numRuns: 60 },
    );
  });

  it('the oldest go when there is no room; what is gone, damaged or forgotten is not there', async () => {
    const pictures = await start({ limits: { avatarCacheBytes: 20_000, avatarBytes: 9_000 } });
    const hashes: string[] = [];
    for (let n = 0; n < 5; n += 1)
      hashes.push((await pictures.take(streamOf(await noise(48, 48))))?.hash ?? '');
    const [first = '', , , , last = ''] = hashes;
    expect(await pictures.read(first)).toBeUndefined();
    expect(await pictures.read(last)).toBeDefined();
    expect((await onDisk()).length).toBeLessThan(5);
    const name = (await onDisk()).find((file) => file.startsWith(last)) ?? '';
    await writeFile(join(stage.folder, 'media', 'pictures', name), 'damage');
    expect(await pictures.read(last)).toBeUndefined();
    await pictures.forget(hashes);
    expect(await onDisk()).toEqual([]);
  });

  it('they outlive a restart; leftovers and strangers in the folder do not', async () => {
    const pictures = await start();
    const picture = await pictures.take(streamOf(await noise(64, 64)));
    await writeFile(join(stage.folder, 'media', 'pictures', 'x.part'), 'half');
    await stage.restart();
    expect(await onDisk()).toHaveLength(1);
    expect(await stage.media.pictures.read(picture?.hash ?? '')).toEqual(picture);
  });
});
