import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import type { RoomDescribed } from '../../../src/gateway/event.js';
import type { RoomId } from '../../../src/gateway/ids.js';
import type { RoomsFacet } from '../../../src/gateway/session.js';
import type { XmlElement } from '../../../src/xmpp/element.js';
import { NS } from '../../../src/xmpp/namespace.js';
import { PersonalRoomStage } from '../../support/core/personal-room-stage.js';
import { codesOf, conditionOf, ROMEO, ROMEO_PHONE, TEA } from '../../support/core/room-stage.js';

const ROOM = '#tea' as RoomId;
const PICTURE = Buffer.from('a pot');
const HASH = createHash('sha1').update(PICTURE).digest('hex');
const VCARD = `<vCard xmlns='${NS.VCARD}'/>`;

type Look = Omit<Partial<RoomDescribed>, 'type' | 'room'>;
const looks = (look: Look): RoomDescribed => ({ type: 'room-described', room: ROOM, name: 'Tea', ...look });

/** What was sent, in a word each. */
function words(sent: readonly XmlElement[]): string[] {
  return sent.map((stanza) => {
    if (stanza.name === 'message') return codesOf(stanza).join();
    const photo = stanza.child('x', NS.VCARD_UPDATE)?.child('photo');
    return photo ? `photo ${photo.text()}` : 'presence';
  });
}

/** Romeo is in the room; what the network is asked for is noted. */
async function inTheRoom(pictures: Readonly<Record<string, Buffer>> = { a1: PICTURE }) {
  const asked: string[] = [];
  const stage = await PersonalRoomStage.start();
  await stage.join(ROMEO, 'Romeo');
  const rooms: RoomsFacet & { avatar?: RoomsFacet['avatar'] } = stage.session(0).rooms;
  Object.assign(rooms, {
    avatar: async (room: RoomId, avatar: string) => {
      asked.push(`${room} ${avatar}`);
      const bytes = pictures[avatar];
      return bytes && Readable.from([bytes], { objectMode: false });
    },
  });
  return { stage, asked };
}

async function infoOf(stage: PersonalRoomStage) {
  const info = await stage.result('get', ROMEO, TEA, `<query xmlns='${NS.DISCO_INFO}'/>`);
  const fields = info.child('x', NS.DATA)?.childrenNamed('field') ?? [];
  return {
    name: info.child('identity')?.attrs.name,
    field: (name: string) => fields.find(({ attrs }) => attrs.var === `muc#${name}`)?.childText('value'),
    features: info.childrenNamed('feature').map(({ attrs }) => attrs.var),
  };
}

describe('how a room of the user’s own looks', () => {
  it('I31 H05 name and description are told in disco; clients hear when they are others, and not else', async () => {
    const { stage } = await inTheRoom();
    expect((await infoOf(stage)).name).toBe('#tea');
    const description = 'All about tea';
    const sent = await stage.happens(looks({ name: ' Tea\nand more ', description }));
    expect(sent.map(({ attrs }) => [attrs.from, attrs.to, attrs.type])).toEqual([[TEA, ROMEO, 'groupchat']]);
    expect(codesOf(sent[0])).toEqual(['104']);
    const { name, field } = await infoOf(stage);
    expect([name, field('roomconfig_roomname'), field('roominfo_description')]).toEqual([
      'Tea and more',
      'Tea and more',
      description,
    ]);
    expect(await stage.happens(looks({ name: 'Tea and more', description }))).toEqual([]);
    expect(words(await stage.happens(looks({ name: 'Tea and more' })))).toEqual(['104']);
    expect((await infoOf(stage)).field('roominfo_description')).toBeUndefined();
  });

  it('is told of at the entry', async () => {
    const { stage } = await inTheRoom();
    const room = stage.world.room('#tea');
    await stage.happens({
      ...{ type: 'room-entered', room: ROOM, place: '!hall' as never, self: 'romeo' as never },
      ...{ members: [...room.members.values()], traits: room.traits, created: false, resumed: true },
      ...{ name: 'Tea', description: 'All about tea' },
    });
    const { name, field } = await infoOf(stage);
    expect([name, field('roominfo_description')]).toEqual(['Tea', 'All about tea']);
  });
});

describe('the picture of a room of the user’s own', () => {
  it('G07 is fetched once, told by presence and 104, and had as a card (XEP-0486)', async () => {
    const { stage, asked } = await inTheRoom();
    const sent = await stage.happens(looks({ avatar: 'a1', description: 'All about tea' }));
    expect(words(sent)).toEqual(['104', `photo ${HASH}`, '104']);
    expect(sent[1]?.attrs).toEqual({ from: TEA, to: ROMEO });
    const { field, features } = await infoOf(stage);
    expect(field('roominfo_avatarhash')).toBe(HASH);
    expect(features).toContain(NS.VCARD);
    const card = await stage.result('get', ROMEO, TEA, VCARD);
    expect(card.childText('FN')).toBe('Tea');
    expect(card.childText('DESC')).toBe('All about tea');
    expect(card.child('PHOTO')?.childText('BINVAL')).toBe(PICTURE.toString('base64'));
    await stage.enter(ROMEO_PHONE, 'Romeo');
    expect(words(stage.take(ROMEO_PHONE))).toContain(`photo ${HASH}`);
    expect(asked).toEqual(['#tea a1']);
  });

  it('that is another one, or is gone, is told of', async () => {
    const { stage, asked } = await inTheRoom({ a1: PICTURE, a2: Buffer.from('a cup') });
    await stage.happens(looks({ avatar: 'a1' }));
    const other = words(await stage.happens(looks({ avatar: 'a2' })));
    expect(other).toEqual(['104', expect.stringMatching(/^photo [0-9a-f]{40}$/), '104']);
    expect(words(await stage.happens(looks({})))).toEqual(['104', 'photo ']);
    expect((await infoOf(stage)).field('roominfo_avatarhash')).toBeUndefined();
    expect(asked).toEqual(['#tea a1', '#tea a2']);
  });

  it('S13 that is none, or gone, is asked for once and shown nowhere', async () => {
    const { stage, asked } = await inTheRoom({ empty: Buffer.alloc(0) });
    expect(words(await stage.happens(looks({ avatar: 'empty' })))).toEqual(['104']);
    expect(words(await stage.happens(looks({ avatar: 'empty', name: 'Cake' })))).toEqual(['104']);
    expect(words(await stage.happens(looks({ avatar: 'gone' })))).toEqual(['104']);
    expect(asked).toEqual(['#tea empty', '#tea gone']);
    expect((await infoOf(stage)).field('roominfo_avatarhash')).toBeUndefined();
    expect((await stage.result('get', ROMEO, TEA, VCARD)).child('PHOTO')).toBeUndefined();
  });

  it('is not fetched for nobody: when a client comes, or asks', async () => {
    const { stage, asked } = await inTheRoom();
    await stage.leave(ROMEO, 'Romeo');
    stage.world.room('#tea').look = { avatar: 'a1' };
    await stage.happens(looks({ avatar: 'a1' }));
    expect(asked).toEqual([]);
    await stage.join(ROMEO, 'Romeo');
    await stage.settled();
    expect(asked).toEqual(['#tea a1']);
  });

  it('S03 strangers learn nothing, and nobody sets it', async () => {
    const { stage } = await inTheRoom();
    await stage.happens(looks({ avatar: 'a1' }));
    expect(await stage.refusal('get', 'stranger@example.org/x', TEA, VCARD)).toBe('item-not-found');
    const [refused] = await stage.ask('set', ROMEO, TEA, VCARD);
    expect(conditionOf(refused)).toBe('forbidden');
  });
});
