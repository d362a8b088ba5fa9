import { randomBytes } from 'node:crypto';
import { Api } from 'telegram';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FileHandle, TgMedia } from '../../../gateways/telegram/client/model.js';
import { addPhoto, endless, expireReferences, shownPhoto } from '../../servers/telegram/world/files.js';
import { post } from '../../servers/telegram/world/posting.js';
import { Samples } from '../../servers/telegram/world/samples.js';
import type { Person } from '../../servers/telegram/world/world.js';
import { ClientStage, type StageClient } from '../../support/telegram/client-stage.js';

let stage: ClientStage;
let alice: Person;
let bob: Person;
let one: StageClient;
let samples: Samples;
beforeEach(async () => {
  stage = await ClientStage.open(2);
  alice = stage.server.world.addPerson({ firstName: 'Alice', phone: '491701234567' });
  bob = stage.server.world.addPerson({ firstName: 'Bob' });
  samples = new Samples(stage.server.world);
  one = await stage.login(alice, { limits: { filesIdleMs: 200 } });
});
afterEach(() => stage.close());

function handleOf(media: TgMedia | undefined): FileHandle {
  if (!media || !('file' in media)) throw new Error('no file');
  return media.file.handle;
}

async function received(words: Parameters<typeof post>[3]): Promise<FileHandle> {
  post(stage.server, bob, alice, words);
  return handleOf((await one.next('message')).message.media);
}

async function bytesOf(file: FileHandle): Promise<Buffer> {
  return Buffer.concat(await (await one.client.download(file)).toArray());
}

describe('fetching a file', () => {
  it.each([0, 1, 524_288, 524_289, 1_200_000])('brings all its %i bytes', async (size) => {
    const bytes = randomBytes(size);
    const file = await received(samples.document({ source: bytes, name: 'report.pdf' }));
    expect((await bytesOf(file)).equals(bytes)).toBe(true);
  });

  it('goes to the data centre that has it, with the account introduced there once', async () => {
    const bytes = randomBytes(700_000);
    const file = await received(samples.document({ source: bytes, centre: 2 }));
    expect(file.centre).toBe(2);
    for (let round = 0; round < 3; round += 1) expect((await bytesOf(file)).equals(bytes)).toBe(true);
    expect(stage.server.count(Api.auth.ExportAuthorization)).toBe(1);
    // After a restart it is still known there.
    await one.restart();
    expect((await bytesOf(file)).equals(bytes)).toBe(true);
    expect(stage.server.count(Api.auth.ExportAuthorization)).toBe(1);
  });

  it('follows a file that has moved to another data centre', async () => {
    const bytes = randomBytes(600_000);
    const file = await received(samples.document({ source: bytes, centre: 2 }));
    expect((await bytesOf({ ...file, centre: 1 })).equals(bytes)).toBe(true);
  });

  it('is introduced anew where the account was forgotten', async () => {
    const bytes = randomBytes(1_000);
    const file = await received(samples.document({ source: bytes, centre: 2 }));
    await bytesOf(file);
    for (const [name, known] of stage.server.world.authorisations)
      if (known.files !== undefined) stage.server.world.authorisations.delete(name);
    expect((await bytesOf(file)).equals(bytes)).toBe(true);
    expect(one.losses).toEqual([]);
  });

  it('says that the handle is too old, and the message brings a new one', async () => {
    const bytes = randomBytes(1_000);
    const file = await received(samples.document({ source: bytes }));
    expireReferences(stage.server.world);
    await expect(one.client.download(file)).rejects.toMatchObject({
      ...{ kind: 'refused', reason: 'FILE_REFERENCE_EXPIRED' },
    });
    const again = await one.client.message(`u${bob.id}`, alice.box.newest()[0]?.id ?? 0);
    expect((await bytesOf(handleOf(again?.media))).equals(bytes)).toBe(true);
  });

  it('goes on when the connection breaks in the middle', async () => {
    const bytes = randomBytes(3_000_000);
    const file = await received(samples.document({ source: bytes, centre: 2 }));
    stage.server.faults.next(Api.upload.GetFile, { kind: 'cut', bytes: 100_000 }, { kind: 'drop' });
    expect((await bytesOf(file)).equals(bytes)).toBe(true);
  });

  it('holds no more of it than two parts, whoever is slow', async () => {
    const size = 200_000_000;
    const file = await received(samples.document({ source: endless(size) }));
    const stream = await one.client.download(file);
    const [first] = await stream.take(1).toArray();
    expect(first).toHaveLength(524_288);
    // Two parts are asked for ahead, and one waits in the stream.
    expect(stage.server.count(Api.upload.GetFile)).toBeLessThan(6);
  });

  it('brings the picture of a photo, and of a person', async () => {
    const bytes = randomBytes(9_000);
    const file = await received(samples.photo({ bytes, width: 100, height: 80 }));
    expect((await bytesOf(file)).equals(bytes)).toBe(true);
    const photo = addPhoto(stage.server.world, { bytes, width: 100, height: 80, centre: 2 });
    bob.photo = shownPhoto(photo);
    const id = `u${bob.id}` as const;
    expect(
      (
        await bytesOf({
          ...{ id: String(photo.id), accessHash: '0', reference: '', centre: 0, kind: 'profile', peer: id },
        })
      ).equals(bytes),
    ).toBe(true);
  });

  it('leaves no connection open when it is done', async () => {
    const file = await received(samples.document({ source: randomBytes(10), centre: 2 }));
    await bytesOf(file);
    const [, second] = stage.server.centres;
    while ((second?.connections ?? 0) > 0) await new Promise((resolve) => setImmediate(resolve));
    expect((await bytesOf(file)).length).toBe(10);
  });
});
