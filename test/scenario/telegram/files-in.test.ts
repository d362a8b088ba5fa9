import { randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { Api } from 'telegram';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { mediaLimits } from '../../../src/media/options.js';
import { expireReferences } from '../../servers/telegram/world/files.js';
import { bodyOf, type Conversation, conversation } from './conversation.js';
import { type FilesStage, filesStage } from './files-stage.js';

let talk: Conversation;
let files: FilesStage;
beforeEach(async () => {
  files = await filesStage({ maxBytes: 3_000_000 });
  talk = await conversation({ media: files.media });
});
afterEach(async () => {
  await talk.stage.stop();
  await files.close();
});

function picture(format: 'jpeg' | 'png' | 'webp', width = 60, height = 40): Promise<Buffer> {
  return sharp({ create: { width, height, channels: 3, background: 'crimson' } })
    .toFormat(format)
    .toBuffer();
}

/** The link of the next file, and its stanza. */
async function nextFile() {
  const stanza = await talk.stage.message(talk.her, 'https://files.example.org/');
  return { stanza, link: bodyOf(stanza) ?? '' };
}

describe('files of hers', () => {
  it('G01 G02 a photo is a link that is all of the body, its caption stands before it', async () => {
    const { stage, server, romeo, juliet, her } = talk;
    const bytes = await picture('jpeg');
    juliet.says({ text: 'my balcony', ...server.samples.photo({ bytes, width: 60, height: 40 }) }, romeo);
    expect(bodyOf(await stage.message(her, 'my balcony'))).toBe('my balcony');
    const { stanza, link } = await nextFile();
    expect(stanza.child('x', 'jabber:x:oob')?.childText('url')).toBe(link);
    expect(link).toMatch(/\.jpe?g$/);
    expect(files.shown(link).equals(bytes)).toBe(true);
    const facts = stanza.child('file-sharing', 'urn:xmpp:sfs:0')?.child('file');
    expect([facts?.childText('width'), facts?.childText('height')]).toEqual(['60', '40']);
  });

  it.each([
    ['video', 'video/mp4', /\.mp4$/],
    ['round', 'video/mp4', /video-message-\d+\.mp4$/],
    ['voice', 'audio/ogg', /voice-message-\d+\.ogg$/],
    ['gif', 'video/mp4', /animation-\d+\.mp4$/],
  ] as const)('G01 %s is a file', async (kind, mediaType, name) => {
    const { server, romeo, juliet } = talk;
    const source = randomBytes(2_000);
    juliet.says(server.samples[kind]({ source, mediaType }), romeo);
    const { link } = await nextFile();
    expect(link).toMatch(name);
    expect(files.shown(link).equals(source)).toBe(true);
  });

  it('G05 a document keeps its name, without what would lead elsewhere', async () => {
    const { server, romeo, juliet } = talk;
    const source = randomBytes(1_500_000);
    juliet.says(server.samples.document({ source, name: '../../etc/pass\u202ewd.pdf' }), romeo);
    const { link } = await nextFile();
    expect(decodeURIComponent(link)).toMatch(/\/passwd\.pdf$/);
    expect(files.shown(link).equals(source)).toBe(true);
  });

  it('F30 a still sticker is a picture that clients show; of a moving one its first picture is', async () => {
    const { stage, server, romeo, juliet, her } = talk;
    juliet.says(server.samples.sticker({ source: await picture('webp', 512, 512) }, '🌹'), romeo);
    expect(bodyOf(await stage.message(her, '🌹'))).toBe('🌹');
    const still = await nextFile();
    expect((await sharp(files.shown(still.link)).metadata()).format).toBe('png');
    juliet.says(server.samples.sticker({ source: randomBytes(500), mediaType: 'video/webm' }, '🌙'), romeo);
    expect(bodyOf(await stage.message(her, '🌙'))).toBe('🌙');
    expect((await nextFile()).link).toMatch(/\.webm$/);
    const moving = { source: randomBytes(500), mediaType: 'application/x-tgsticker' };
    juliet.says(server.samples.sticker(moving, '⭐'), romeo);
    expect(bodyOf(await stage.message(her, '⭐'))).toContain('animated sticker');
  });

  it('an album comes whole and in order, with its words first', async () => {
    const { stage, server, romeo, juliet, her } = talk;
    const all = await Promise.all([10, 20, 30].map((width) => picture('jpeg', width, 10)));
    const album = all.map((bytes) => server.samples.photo({ bytes, width: 10, height: 10 }));
    juliet.sendsAlbum(album, romeo, 'three of them');
    juliet.says('that is all', romeo);
    await stage.message(her, 'that is all');
    const [words, ...links] = stage.bodies(her);
    expect(words).toBe('three of them');
    expect(links.pop()).toBe('that is all');
    expect(
      links.map((link) => files.shown(link).equals(all[links.indexOf(link)] ?? Buffer.alloc(0))),
    ).toEqual([...[true, true, true]]);
  });

  it('G01 a reference that has grown old is got anew', async () => {
    const { server, romeo, juliet } = talk;
    const source = randomBytes(800);
    const words = server.samples.document({ source, name: 'old.bin' });
    server.faults.next(Api.upload.GetFile, {
      ...{ kind: 'error', code: 400, text: 'FILE_REFERENCE_EXPIRED' },
    });
    juliet.says(words, romeo);
    expireReferences(server.world);
    const { link } = await nextFile();
    expect(files.shown(link).equals(source)).toBe(true);
  });

  it('what vanishes is not taken: he is told to look at it where it can vanish', async () => {
    const { stage, server, romeo, juliet, her } = talk;
    const bytes = await picture('jpeg');
    juliet.says(server.samples.photo({ bytes, width: 60, height: 40, vanishes: 10 }), romeo);
    expect(bodyOf(await stage.message(her))).toMatch(/disappears once it is seen/);
    juliet.says('seen it?', romeo);
    await stage.message(her, 'seen it?');
    expect(server.count(Api.upload.GetFile)).toBe(0);
  });

  it('too large a file is told with its name and size, and the words after it come', async () => {
    const { stage, server, romeo, juliet, her } = talk;
    const source = { size: 900_000_000, read: () => Buffer.alloc(1) };
    juliet.says({ text: 'the film', ...server.samples.document({ source, name: 'film.mkv' }) }, romeo);
    juliet.says('did it come?', romeo);
    await stage.message(her, 'did it come?');
    const [words, notice] = stage.bodies(her);
    expect(words).toBe('the film');
    expect(notice).toMatch(/film\.mkv/);
    expect(notice).toMatch(/858 MB|900 MB/);
  });
});

describe('when there is no more room for files', () => {
  it('G03 a download ends in one sentence, the rest of the talk goes on, and nothing is left behind', async () => {
    const small = await filesStage({ tempBytes: 100_000 });
    const cramped = await conversation({ media: small.media });
    const { stage, server, romeo, juliet, her } = cramped;
    const bytes = randomBytes(400_000);
    // Says that it is small, and is not.
    const source = {
      size: bytes.length,
      read: (at: number, limit: number) => bytes.subarray(at, at + limit),
    };
    juliet.says(server.samples.document({ source, name: 'map.bin' }), romeo);
    juliet.says('did it come?', romeo);
    await stage.message(her, 'did it come?');
    expect(stage.bodies(her)[0]).toMatch(/map\.bin/);
    expect(stage.bodies(her)).toHaveLength(2);
    expect(
      readdirSync(join(small.folder, 'media'), { recursive: true }).filter((name) =>
        /map/.test(String(name)),
      ),
    ).toEqual([]);
    expect(mediaLimits.tempBytes).toBeGreaterThan(bytes.length);
    await stage.stop();
    await small.close();
  });
});
