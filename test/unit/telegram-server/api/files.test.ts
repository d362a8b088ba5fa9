import { createHash, randomBytes } from 'node:crypto';
import bigInt from 'big-integer';
import sharp from 'sharp';
import { Api, type TelegramClient } from 'telegram';
import { CustomFile } from 'telegram/client/uploads.js';
import { afterEach, describe, expect, it } from 'vitest';
import { addDocument, endless, expireReferences } from '../../../servers/telegram/world/files.js';
import { peerOf } from '../../../support/telegram/plain-client.js';
import { Stages } from './stage.js';

describe('files', () => {
  const stages = new Stages();
  afterEach(() => stages.close());

  const jpeg = () =>
    sharp({ create: { width: 40, height: 30, channels: 3, background: '#345' } })
      .jpeg()
      .toBuffer();

  async function upload(client: TelegramClient, bytes: Buffer, name = 'x.bin') {
    return client.uploadFile({ file: new CustomFile(name, bytes.length, '', bytes), workers: 1 });
  }

  it('takes a document in parts and gives it back', async () => {
    const { client, alice, bob } = await stages.open();
    const bytes = randomBytes(700_000);
    await client.sendFile(peerOf(bob), {
      ...{ file: new CustomFile('data.bin', bytes.length, '', bytes), caption: 'look', forceDocument: true },
    });
    expect(bob.heard(alice)).toMatchObject({
      text: 'look',
      media: { document: { mimeType: expect.any(String) } },
    });
    const [message] = await client.getMessages(peerOf(bob), { limit: 1 });
    const back = message && (await client.downloadMedia(message));
    expect(
      createHash('sha1')
        .update(back as Buffer)
        .digest('hex'),
    ).toBe(createHash('sha1').update(bytes).digest('hex'));
  });

  it('takes a picture, makes a JPEG of what is none, and refuses what is no picture', async () => {
    const { client, alice, bob } = await stages.open();
    const png = await sharp(await jpeg())
      .png()
      .toBuffer();
    await client.sendFile(peerOf(bob), { file: new CustomFile('a.png', png.length, '', png) });
    const shown = bob.heard(alice)?.media;
    expect(shown).toMatchObject({ photo: { sizes: [{}, {}, { w: 40, h: 30 }] } });
    const [message] = await client.getMessages(peerOf(bob), { limit: 1 });
    const back = message && (await client.downloadMedia(message));
    expect((await sharp(back as Buffer).metadata()).format).toBe('jpeg');
    const file = await upload(client, Buffer.from('no picture'));
    const media = new Api.InputMediaUploadedPhoto({ file });
    await expect(
      client.invoke(new Api.messages.SendMedia({ peer: peerOf(bob), media, message: '' })),
    ).rejects.toThrow('IMAGE_PROCESS_FAILED');
  });

  it('sends several as one album', async () => {
    const { client, server, alice, bob, next } = await stages.open();
    const picture = await jpeg();
    const file = new CustomFile('a.jpg', picture.length, '', picture);
    await client.sendFile(peerOf(bob), { file: [file, file], caption: ['one', 'two'] });
    const [second, first] = bob.person.box.newest();
    expect([first?.text, second?.text]).toEqual(['one', 'two']);
    expect(first?.groupedId).toBeDefined();
    expect(second?.groupedId).toBe(first?.groupedId);
    const { samples } = server;
    const photos = [1, 2, 3].map(() => samples.photo({ bytes: picture, width: 40, height: 30 }));
    bob.sendsAlbum(photos, alice, 'three');
    const heard = await next(Api.UpdateNewMessage, ({ message }) => 'groupedId' in message && !message.out);
    expect(heard.message).toMatchObject({ message: 'three' });
  });

  it('checks parts as Telegram does', async () => {
    const { client, bob } = await stages.open();
    const fileId = bigInt(5);
    const part = (filePart: number, bytes: Buffer) =>
      client.invoke(new Api.upload.SaveFilePart({ fileId, filePart, bytes }));
    const send = (parts: number, md5Checksum = '') =>
      client.invoke(
        new Api.messages.SendMedia({
          ...{ peer: peerOf(bob), message: '' },
          media: new Api.InputMediaUploadedDocument({
            file: new Api.InputFile({ id: fileId, parts, name: 'x', md5Checksum }),
            ...{ mimeType: 'text/plain', attributes: [] },
          }),
        }),
      );
    await expect(part(0, Buffer.alloc(0))).rejects.toThrow('FILE_PART_EMPTY');
    await expect(part(0, Buffer.alloc(600_000))).rejects.toThrow('FILE_PART_TOO_BIG');
    await expect(part(4_000, Buffer.alloc(1_024))).rejects.toThrow('FILE_PART_INVALID');
    await part(0, Buffer.alloc(1_024));
    await expect(send(2)).rejects.toThrow('FILE_PART_1_MISSING');
    await part(1, Buffer.alloc(2_048));
    await expect(send(2)).rejects.toThrow('FILE_PART_SIZE_CHANGED');
    await part(1, Buffer.alloc(10));
    await expect(send(2, 'ab'.repeat(16))).rejects.toThrow('MD5_CHECKSUM_INVALID');
    const right = createHash('md5').update(Buffer.alloc(1_034)).digest('hex');
    await send(2, right);
    await expect(
      client.invoke(
        new Api.upload.SaveBigFilePart({
          ...{ fileId, filePart: 0, fileTotalParts: 3 },
          bytes: Buffer.alloc(1_000),
        }),
      ),
    ).rejects.toThrow('FILE_PART_SIZE_INVALID');
  });

  it('gives bytes only in its own steps, with a fresh reference, at the centre of the file', async () => {
    const { client, server, alice, bob } = await stages.open();
    const size = 3 * 2 ** 30;
    const document = addDocument(server.world, { source: endless(size), mediaType: 'video/mp4' });
    const get = (offset: number, limit: number) =>
      client.invoke(
        new Api.upload.GetFile({
          ...{ offset: bigInt(offset), limit },
          location: new Api.InputDocumentFileLocation({
            ...{ id: document.id, accessHash: document.accessHash, thumbSize: '' },
            fileReference: document.fileReference,
          }),
        }),
      );
    await expect(get(1, 4_096)).rejects.toThrow('OFFSET_INVALID');
    await expect(get(0, 5_000)).rejects.toThrow('LIMIT_INVALID');
    await expect(get(1_044_480, 8_192)).rejects.toThrow('LIMIT_INVALID');
    const last = await get(size - 4_096, 4_096);
    expect(last).toMatchObject({ bytes: endless(size).read(size - 4_096, 4_096) });
    expect(await get(size, 4_096)).toMatchObject({ bytes: Buffer.alloc(0) });
    const old = document.fileReference;
    expireReferences(server.world);
    document.fileReference = old;
    await expect(get(0, 4_096)).rejects.toThrow('FILE_REFERENCE_EXPIRED');
    const elsewhere = server.samples.document({ source: Buffer.from('far away'), name: 'a.txt', centre: 2 });
    bob.says(elsewhere, alice);
    const [message] = await client.getMessages(peerOf(bob), { limit: 1 });
    const back = message && (await client.downloadMedia(message));
    expect((back as Buffer).toString()).toBe('far away');
  });

  it('forgets media that destroys itself once it was seen', async () => {
    const { client, server, alice, bob, next } = await stages.open();
    bob.says(server.samples.photo({ bytes: await jpeg(), width: 1, height: 1, vanishes: 10 }), alice, {
      mediaUnread: true,
    });
    await client.invoke(new Api.messages.ReadMessageContents({ id: [1] }));
    await next(Api.UpdateEditMessage);
    const [message] = await client.getMessages(peerOf(bob), { limit: 1 });
    expect(message?.media).toMatchObject({ ttlSeconds: 10, photo: null });
  });

  it('shows everything that people send', async () => {
    const { client, server, alice, bob } = await stages.open();
    const { samples } = server;
    const source = Buffer.from('bytes');
    const all = [
      samples.voice({ source }),
      samples.round({ source }),
      samples.gif({ source, name: 'a.mp4' }),
      samples.sticker({ source }),
      samples.video({ source }),
      samples.music({ source }, 'Song', 'Singer'),
      samples.location(52.5, 13.4),
      samples.location(52.5, 13.4, { title: 'Here', address: 'There' }),
      samples.liveLocation(1, 2),
      samples.contact('4930123', 'Carol'),
      samples.dice('🎲', 6),
      samples.page('https://example.org', 'Example'),
      samples.unsupported(),
    ];
    for (const media of all) bob.says(media, alice);
    bob.calls(alice, { missed: true });
    const messages = await client.getMessages(peerOf(bob), { limit: 20 });
    expect([...messages].map((message) => (message.media ?? message.action)?.className).reverse()).toEqual([
      ...Array.from({ length: 6 }, () => 'MessageMediaDocument'),
      ...['MessageMediaGeo', 'MessageMediaVenue', 'MessageMediaGeoLive', 'MessageMediaContact'],
      ...['MessageMediaDice', 'MessageMediaWebPage', 'MessageMediaUnsupported', 'MessageActionPhoneCall'],
    ]);
    const emoji = samples.customEmoji('🦊', source);
    const [document] = await client.invoke(
      new Api.messages.GetCustomEmojiDocuments({ documentId: [bigInt(emoji.toString())] }),
    );
    expect(document).toMatchObject({ mimeType: 'image/webp' });
    for (const media of [
      new Api.InputMediaDice({ emoticon: '🎲' }),
      new Api.InputMediaGeoPoint({ geoPoint: new Api.InputGeoPoint({ lat: 1, long: 2 }) }),
      new Api.InputMediaContact({ phoneNumber: '123', firstName: 'A', lastName: '', vcard: '' }),
    ])
      await client.invoke(new Api.messages.SendMedia({ peer: peerOf(bob), media, message: '' }));
    expect(bob.heard(alice)?.media?.className).toBe('MessageMediaContact');
  });
});
