import { randomBytes } from 'node:crypto';
import sharp from 'sharp';
import { Api } from 'telegram';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Conversation, conversation } from './conversation.js';
import { type FilesStage, filesStage } from './files-stage.js';

let talk: Conversation;
let files: FilesStage;
beforeEach(async () => {
  files = await filesStage();
  talk = await conversation({ media: files.media, telegram: { files: { maxBytes: 2_000_000 } } });
});
afterEach(async () => {
  await talk.stage.stop();
  await files.close();
});

/** Romeo shares a link, as clients do after an upload. */
function share(link: string, body = link): Promise<string> {
  const { stage, her } = talk;
  return stage.write(her, `<body>${body}</body><x xmlns='jabber:x:oob'><url>${link}</url></x>`);
}

async function heardMedia(): Promise<Api.TypeMessageMedia | undefined> {
  await expect.poll(() => talk.juliet.heard(talk.romeo)).toBeDefined();
  return talk.juliet.heard(talk.romeo)?.media;
}

function bytesOf(media: Api.TypeMessageMedia | undefined): Buffer {
  const id = media instanceof Api.MessageMediaDocument ? media.document?.id : undefined;
  const stored = talk.server.world.files.get(BigInt(String(id ?? 0)));
  return stored?.read(0, stored.size) ?? Buffer.alloc(0);
}

describe('files of his', () => {
  it('G04 a picture goes as a photo', async () => {
    const bytes = await sharp({ create: { width: 60, height: 40, channels: 3, background: 'navy' } })
      .png()
      .toBuffer();
    await share(files.put('sea.png', 'image/png', bytes));
    expect(await heardMedia()).toBeInstanceOf(Api.MessageMediaPhoto);
    expect(talk.juliet.heard(talk.romeo)?.text).toBe('');
  });

  it('G04 what Telegram takes for no photo goes as a file, unchanged', async () => {
    const bytes = await sharp({ create: { width: 4_000, height: 40, channels: 3, background: 'navy' } })
      .png()
      .toBuffer();
    await share(files.put('long.png', 'image/png', bytes));
    const media = await heardMedia();
    expect(media).toBeInstanceOf(Api.MessageMediaDocument);
    expect(bytesOf(media).equals(bytes)).toBe(true);
  });

  it.each([
    ['note.ogg', 'audio/ogg', Buffer.from('OggS'), 'voice'],
    ['film.mp4', 'video/mp4', Buffer.from('\0\0\0\x18ftypmp42'), 'video'],
  ] as const)('G04 %s is played where it stands', async (name, mediaType, head, kind) => {
    const bytes = Buffer.concat([head, randomBytes(3_000)]);
    await share(files.put(name, mediaType, bytes));
    const media = await heardMedia();
    const attributes =
      media instanceof Api.MessageMediaDocument && media.document instanceof Api.Document
        ? media.document.attributes
        : [];
    if (kind === 'voice')
      expect(attributes.some((one) => one instanceof Api.DocumentAttributeAudio && one.voice)).toBe(true);
    else expect(attributes.some((one) => one instanceof Api.DocumentAttributeVideo)).toBe(true);
    expect(bytesOf(media).equals(bytes)).toBe(true);
  });

  it('G04 a document keeps its name and its bytes', async () => {
    const bytes = randomBytes(1_200_000);
    await share(files.put('sonnet.bin', 'application/octet-stream', bytes));
    const media = await heardMedia();
    expect(bytesOf(media).equals(bytes)).toBe(true);
    expect(JSON.stringify(media)).toContain('sonnet.bin');
  });

  it('G04 what is larger than Telegram takes, and what cannot be fetched, goes as a link', async () => {
    const large = files.put('large.bin', 'application/octet-stream', randomBytes(2_500_000));
    await share(large);
    expect(await heardMedia()).toBeUndefined();
    expect(talk.juliet.heard(talk.romeo)?.text).toBe(large);
    const gone = large.replace('large', 'gone');
    await share(gone);
    await expect.poll(() => talk.juliet.heard(talk.romeo)?.text).toBe(gone);
  });

  it('S23 a connection that breaks within the file: it arrives once', async () => {
    const { server, juliet } = talk;
    server.faults.next(Api.upload.SaveFilePart, { kind: 'drop' });
    server.faults.next(Api.messages.SendMedia, { kind: 'drop' });
    const bytes = randomBytes(900_000);
    await share(files.put('sonnet.bin', 'application/octet-stream', bytes));
    const media = await heardMedia();
    expect(bytesOf(media).equals(bytes)).toBe(true);
    await talk.stage.write(talk.her, 'after it');
    await expect.poll(() => juliet.heard(talk.romeo)?.text).toBe('after it');
    expect(juliet.person.box.messages.size).toBe(2);
  });
});
