import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import sharp from 'sharp';
import { Api } from 'telegram';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TgUpload } from '../../../gateways/telegram/client/client.js';
import { endless } from '../../servers/telegram/world/files.js';
import { post } from '../../servers/telegram/world/posting.js';
import type { Person } from '../../servers/telegram/world/world.js';
import { ClientStage, type StageClient } from '../../support/telegram/client-stage.js';
import { movie, voiceNote } from '../../support/telegram/media-bytes.js';

let stage: ClientStage;
let alice: Person;
let bob: Person;
let one: StageClient;
beforeEach(async () => {
  stage = await ClientStage.open(1);
  alice = stage.server.world.addPerson({ firstName: 'Alice', phone: '491701234567' });
  bob = stage.server.world.addPerson({ firstName: 'Bob' });
  one = await stage.login(alice);
  post(stage.server, bob, alice, { text: 'hello' });
  await one.next('message');
});
afterEach(() => stage.close());

function file(bytes: Buffer, facts: Partial<TgUpload> = {}): TgUpload {
  return {
    ...{ name: 'report.pdf', mediaType: 'application/pdf', size: bytes.length, as: 'document' },
    open: async () => Readable.from([bytes.subarray(0, 1_000), bytes.subarray(1_000)]),
    ...facts,
  };
}

const send = (randomId: bigint, text: string, files: readonly TgUpload[]) =>
  one.client.send(`u${bob.id}`, { randomId, text, entities: [], files });

function storedBytes(media: Api.TypeMessageMedia | undefined): Buffer {
  const id =
    media instanceof Api.MessageMediaDocument && media.document
      ? media.document.id
      : media instanceof Api.MessageMediaPhoto && media.photo
        ? media.photo.id
        : undefined;
  const stored = stage.server.world.files.get(BigInt(String(id ?? 0)));
  return stored?.read(0, stored.size) ?? Buffer.alloc(0);
}

describe('sending files', () => {
  it.each([1, 524_288, 600_000])('sends %i bytes with words', async (size) => {
    const bytes = randomBytes(size);
    const [sent] = await send(1n, 'see there', [file(bytes)]);
    expect(sent).toMatchObject({
      text: 'see there',
      media: { kind: 'document', file: { name: 'report.pdf', size } },
    });
    const [theirs] = bob.box.newest();
    expect(theirs?.text).toBe('see there');
    expect(storedBytes(theirs?.media).equals(bytes)).toBe(true);
  });

  it('sends what is larger than ten MiB in the other way, never holding it', async () => {
    const size = 12_000_000;
    const source = endless(size);
    let at = 0;
    let read = 0;
    let ahead = 0;
    const open = async () =>
      new Readable({
        read(length) {
          const bytes = source.read(at, length);
          at += bytes.length;
          read += bytes.length;
          ahead = Math.max(ahead, read - stage.server.count(Api.upload.SaveBigFilePart) * 524_288);
          this.push(bytes.length > 0 ? bytes : null);
        },
      });
    await send(1n, '', [file(Buffer.alloc(0), { size, open })]);
    expect(ahead).toBeLessThan(5 * 524_288);
    expect(storedBytes(bob.box.newest()[0]?.media).equals(source.read(0, size))).toBe(true);
  });

  it('sends a picture as one, and a voice note', async () => {
    const bytes = await sharp({ create: { width: 40, height: 30, channels: 3, background: '#fa0' } })
      .jpeg()
      .toBuffer();
    const [photo] = await send(1n, '', [
      file(bytes, { as: 'photo', name: 'a.jpg', mediaType: 'image/jpeg' }),
    ]);
    expect(photo?.media).toMatchObject({ kind: 'photo', file: { width: 40, height: 30 } });
    const voice = { as: 'voice', name: 'v.ogg', mediaType: 'audio/ogg' } as const;
    const [said] = await send(2n, '', [file(voiceNote(7), voice)]);
    expect(said?.media).toMatchObject({ kind: 'voice', duration: 7 });
  });

  it('says how long and how large a video is, whatever the file tells', async () => {
    const video = { as: 'video', name: 'v.mp4', mediaType: 'video/mp4' } as const;
    const film = movie({ seconds: 90, width: 1_280, height: 720 });
    const [shown] = await send(1n, '', [file(film, video)]);
    expect(shown?.media).toMatchObject({ kind: 'video', duration: 90, file: { width: 1_280, height: 720 } });
    const [other] = await send(2n, '', [file(randomBytes(500), video)]);
    expect(other?.media).toMatchObject({ kind: 'video' });
  });

  it('sends several as an album, with the words below the first', async () => {
    const files = [1, 2, 3].map((number) => file(randomBytes(100), { name: `${number}.pdf` }));
    const sent = await send(1n, 'three of them', files);
    expect(sent.map(({ text }) => text)).toEqual(['three of them', '', '']);
    expect(new Set(sent.map(({ album }) => album)).size).toBe(1);
    expect(sent[0]?.album).toBeDefined();
  });

  it.each([
    ['drop', { kind: 'drop' }],
    ['cut', { kind: 'cut', bytes: 10 }],
  ] as const)('comes once when the connection breaks at the end: %s', async (_name, fault) => {
    stage.server.faults.next(Api.messages.SendMedia, fault);
    const bytes = randomBytes(2_000);
    const [sent] = await send(1n, 'once', [file(bytes)]);
    expect(sent?.id).toBe(alice.box.newest()[0]?.id);
    expect(bob.box.newest().filter(({ text }) => text === 'once')).toHaveLength(1);
  });

  it('goes on when the connection breaks between parts', async () => {
    stage.server.faults.next(Api.upload.SaveFilePart, { kind: 'drop' }, { kind: 'refuse' });
    const bytes = randomBytes(2_000_000);
    await send(1n, '', [file(bytes)]);
    expect(storedBytes(bob.box.newest()[0]?.media).equals(bytes)).toBe(true);
  });

  it('refuses a file that is not as long as it said', async () => {
    const bytes = randomBytes(600_000);
    for (const size of [100, 1_200_000])
      await expect(send(1n, '', [file(bytes, { size })])).rejects.toMatchObject({
        reason: 'FILE_SIZE_WRONG',
      });
    expect(bob.box.newest()).toHaveLength(1);
  });
});
