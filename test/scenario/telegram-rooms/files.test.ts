import { randomBytes } from 'node:crypto';
import { Api } from 'telegram';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { heardIn } from '../../servers/telegram/world/reading.js';
import type { ChannelPlace } from '../../servers/telegram/world/world.js';
import { type Company, company, enter, nickOf, saidIn } from '../../support/telegram/room-talk.js';
import { type FilesStage, filesStage } from '../telegram/files-stage.js';

let all: Company;
let files: FilesStage;
let place: ChannelPlace;
let room: string;
beforeEach(async () => {
  files = await filesStage();
  all = await company({ media: files.media });
  const { stage, romeo, juliet } = all;
  place = juliet.as.createsChannel({ title: 'Verona' }, romeo);
  room = (await enter(stage, place)).room;
});
afterEach(async () => {
  await all.stage.stop();
  await files.close();
});

describe('files in groups of Telegram', () => {
  it('G01 of others are links to the same bytes, an album in its order', async () => {
    const { stage, server, juliet } = all;
    const bytes = [randomBytes(900), randomBytes(1_200)];
    const album = bytes.map((source, index) => server.samples.document({ source, name: `${index}.bin` }));
    juliet.sendsAlbum(album, place, 'two scrolls');
    juliet.says('that is all', place);
    await saidIn(stage, room, 'that is all');
    const [words, ...rest] = stage.bodies(`${room}/Juliet`).slice(-4);
    expect([words, rest.pop()]).toEqual(['two scrolls', 'that is all']);
    expect(rest.map((link) => files.shown(link))).toEqual(bytes);
  });

  it('G04 of the user go there as files, shown as his own here', async () => {
    const { stage, server, juliet } = all;
    const bytes = randomBytes(3_000);
    const link = files.put('letter.bin', 'application/octet-stream', bytes);
    await stage.write(room, `<body>${link}</body><x xmlns='jabber:x:oob'><url>${link}</url></x>`, {
      type: 'groupchat',
    });
    expect(nickOf(await saidIn(stage, room, link))).toBe('Romeo');
    await expect.poll(() => heardIn(place, juliet.person)[0]?.media).toBeDefined();
    const media = heardIn(place, juliet.person)[0]?.media;
    const id = media instanceof Api.MessageMediaDocument ? media.document?.id : undefined;
    const stored = server.world.files.get(BigInt(String(id ?? 0)));
    expect(stored?.read(0, stored.size).equals(bytes)).toBe(true);
  });
});
