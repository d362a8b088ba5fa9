import { describe, expect, it } from 'vitest';
import type { XmlElement } from '../../../src/xmpp/element.js';
import { NS } from '../../../src/xmpp/namespace.js';
import {
  conditionOf,
  DOMAIN,
  JULIET,
  ROMEO,
  ROMEO_PHONE,
  RoomStage,
  TEA,
} from '../../support/core/room-stage.js';
import { memberNamed } from '../../support/memory-network/world.js';

const STRANGER = 'villain@elsewhere.example/dark';
const INFO = `<query xmlns='${NS.DISCO_INFO}'/>`;
const ITEMS = `<query xmlns='${NS.DISCO_ITEMS}'/>`;
const PING = `<ping xmlns='${NS.PING}'/>`;
const OWN_NICK = `<query xmlns='${NS.DISCO_INFO}' node='x-roomuser-item'/>`;

async function inside(anonymous = true): Promise<RoomStage> {
  const stage = new RoomStage({ anonymous });
  stage.world.enter('#tea', 'Alice');
  await stage.join(ROMEO, 'Romeo');
  return stage;
}

const featuresOf = (info: XmlElement) => info.childrenNamed('feature').map(({ attrs }) => attrs.var);
const formOf = (info: XmlElement) =>
  new Map(
    info
      .child('x', NS.DATA)
      ?.childrenNamed('field')
      .map((field) => [field.attrs.var, field.childText('value')]),
  );

const PAIRS = [
  ['muc_hidden', 'muc_public'],
  ['muc_membersonly', 'muc_open'],
  ['muc_moderated', 'muc_unmoderated'],
  ['muc_nonanonymous', 'muc_semianonymous'],
  ['muc_passwordprotected', 'muc_unsecured'],
  ['muc_persistent', 'muc_temporary'],
];

describe('disco#info on a room', () => {
  it('H01 H03 is a conference, with one feature of each pair and all that is true', async () => {
    const stage = await inside();
    const info = await stage.result('get', ROMEO, TEA, INFO);
    const [first] = info.elements();
    expect(first?.attrs).toEqual({ category: 'conference', type: 'text', name: '#tea' });
    const features = featuresOf(info);
    for (const pair of PAIRS) expect(pair.filter((one) => features.includes(one))).toHaveLength(1);
    expect(features).toEqual(
      expect.arrayContaining([
        NS.MUC,
        NS.MUC_STABLE_ID,
        NS.SID,
        NS.OCCUPANT_ID,
        NS.MUC_SELF_PING,
        NS.MAM,
        NS.MAM_EXTENDED,
      ]),
    );
    expect(new Set(features).size).toBe(features.length);
  });

  it('I13 I14 promises nothing that the network has not', async () => {
    const stage = await inside();
    const features = featuresOf(await stage.result('get', ROMEO, TEA, INFO));
    for (const absent of [NS.MODERATE, NS.MODERATE_0, NS.RETRACT, NS.VCARD, NS.REACTIONS])
      expect(features).not.toContain(absent);
    const payload = `<moderate xmlns='${NS.MODERATE}' id='1'><retract xmlns='${NS.RETRACT}'/></moderate>`;
    expect(await stage.refusal('set', ROMEO, TEA, payload)).toBe('service-unavailable');
  });

  it('H02 whether addresses show is a fact of the network', async () => {
    const open = await (await inside(false)).result('get', ROMEO, TEA, INFO);
    expect(featuresOf(open)).toContain('muc_nonanonymous');
    const hidden = await (await inside()).result('get', ROMEO, TEA, INFO);
    expect(featuresOf(hidden)).toContain('muc_semianonymous');
  });

  it('H05 Q06 the first form is roominfo, named, with booleans 1 and 0', async () => {
    const stage = await inside();
    const room = stage.world.room('#tea');
    const traits = { ...room.traits, openSubject: false, membersOnly: true };
    await stage.observe(0, { type: 'traits-changed', room: room.id, traits });
    await stage.observe(0, { type: 'subject-changed', room: room.id, subject: { text: 'tea' } });
    stage.take();
    const info = await stage.result('get', ROMEO, TEA, INFO);
    expect(featuresOf(info)).toContain('muc_membersonly');
    expect([...formOf(info)]).toEqual([
      ['FORM_TYPE', NS.MUC_ROOMINFO],
      ['muc#roomconfig_roomname', '#tea'],
      ['muc#roominfo_subject', 'tea'],
      ['muc#roominfo_occupants', '2'],
      ['muc#roomconfig_changesubject', '0'],
      ['muc#roomconfig_allowinvites', '1'],
      ['muc#roomconfig_allowpm', 'anyone'],
    ]);
    expect(info.child('x')?.attrs.type).toBe('result');
  });

  it('S03 who is not in the room learns the same of every room', async () => {
    const stage = await inside();
    const room = stage.world.room('#tea');
    await stage.observe(0, {
      type: 'traits-changed',
      room: room.id,
      traits: { ...room.traits, hidden: true },
    });
    stage.take();
    const answer = async (name: string) =>
      String(await stage.result('get', JULIET, `#${name}@${DOMAIN}`, INFO)).replaceAll(name, '?');
    expect(await answer('tea')).toBe(await answer('nowhere'));
    expect(featuresOf(await stage.result('get', JULIET, TEA, INFO))).toContain('muc_public');
    expect(stage.network.sessions).toHaveLength(1);
  });

  it('B11 S04 strangers → service-unavailable; unknown nodes → item-not-found', async () => {
    const stage = await inside();
    expect(await stage.refusal('get', STRANGER, TEA, INFO)).toBe('service-unavailable');
    const node = `<query xmlns='${NS.DISCO_INFO}' node='nothing'/>`;
    expect(await stage.refusal('get', ROMEO, TEA, node)).toBe('item-not-found');
  });

  it('H08 the own nick: in the room, and where the user stays; else none', async () => {
    const stage = await inside();
    const nick = async (from: string) =>
      (await stage.result('get', from, TEA, OWN_NICK)).child('identity')?.attrs.name;
    expect(await nick(ROMEO)).toBe('Romeo');
    expect(await nick(JULIET)).toBeUndefined();
  });
});

describe('disco#items on a room', () => {
  it('H07 occupants, for occupants only', async () => {
    const stage = await inside();
    const jids = async (from: string) =>
      (await stage.result('get', from, TEA, ITEMS)).childrenNamed('item').map(({ attrs }) => attrs.jid);
    expect(await jids(ROMEO)).toEqual([`${TEA}/Alice`, `${TEA}/Romeo`]);
    expect(await jids(ROMEO_PHONE)).toEqual([]);
    expect(await jids(JULIET)).toEqual([]);
    expect(await jids(STRANGER)).toEqual([]);
  });

  it('S11 H06 a crowd comes in pages', async () => {
    const stage = await inside();
    for (let n = 0; n < 450; n += 1) stage.world.admit(stage.world.room('#tea'), memberNamed(`guest${n}`));
    await stage.settled();
    stage.take();
    const jids: (string | undefined)[] = [];
    let after = '';
    for (;;) {
      const set = `<set xmlns='${NS.RSM}'><after>${after}</after></set>`;
      const page = await stage.result('get', ROMEO, TEA, `<query xmlns='${NS.DISCO_ITEMS}'>${set}</query>`);
      const items = page.childrenNamed('item');
      if (items.length === 0) break;
      expect(items.length).toBeLessThanOrEqual(200);
      jids.push(...items.map(({ attrs }) => attrs.jid));
      after = page.child('set', NS.RSM)?.childText('last') ?? '';
    }
    expect(new Set(jids).size).toBe(452);
    expect(jids).toHaveLength(452);
    const cut = await stage.result('get', ROMEO, TEA, ITEMS);
    expect(cut.child('set', NS.RSM)?.childText('count')).toBe('452');
  });
});

describe('occupants', () => {
  it('H07 disco from outside → bad-request; on nobody → item-not-found', async () => {
    const stage = await inside();
    for (const payload of [INFO, ITEMS]) {
      for (const from of [JULIET, ROMEO_PHONE, STRANGER])
        expect(await stage.refusal('get', from, `${TEA}/Alice`, payload)).toBe('bad-request');
      expect(await stage.refusal('get', ROMEO, `${TEA}/Nobody`, payload)).toBe('item-not-found');
      expect(await stage.refusal('get', ROMEO, `${TEA}/Alice`, payload)).toBe('result');
    }
  });

  it('H23 Q10 self-ping: in the room → result; not in it → not-acceptable by the room', async () => {
    const stage = await inside();
    expect((await stage.ask('get', ROMEO, `${TEA}/Romeo`, PING)).map(({ attrs }) => attrs.type)).toEqual([
      'result',
    ]);
    for (const from of [ROMEO_PHONE, JULIET, STRANGER]) {
      const [error] = await stage.ask('get', from, `${TEA}/Romeo`, PING);
      expect(conditionOf(error)).toBe('not-acceptable');
      expect(error?.child('error')?.attrs).toMatchObject({ type: 'cancel', by: TEA });
    }
  });

  it('H23 after the room was lost → not-acceptable; while the connection is made again → still in', async () => {
    const stage = await inside();
    const { id } = stage.world.room('#tea');
    await stage.observe(0, { type: 'room-suspended', room: id });
    expect((await stage.ask('get', ROMEO, `${TEA}/Romeo`, PING))[0]?.attrs.type).toBe('result');
    await stage.observe(0, { type: 'room-left', room: id, cause: 'network-lost' });
    stage.take();
    expect(await stage.refusal('get', ROMEO, `${TEA}/Romeo`, PING)).toBe('not-acceptable');
  });

  it('H23 a ping of others: never service-unavailable or a result of theirs', async () => {
    const stage = await inside();
    expect(await stage.refusal('get', ROMEO, `${TEA}/Alice`, PING)).toBe('feature-not-implemented');
    expect(await stage.refusal('get', ROMEO, `${TEA}/Nobody`, PING)).toBe('item-not-found');
  });

  it('G06 G07 a vCard: what the network tells of the person, to who is there; nobody sets one', async () => {
    const stage = await inside();
    const card = `<vCard xmlns='${NS.VCARD}'/>`;
    const result = await stage.result('get', ROMEO, `${TEA}/Alice`, card);
    expect(result.childText('NICKNAME')).toBe('Alice');
    expect(await stage.refusal('get', JULIET, `${TEA}/Alice`, card)).toBe('not-acceptable');
    expect(await stage.refusal('get', ROMEO, `${TEA}/Nobody`, card)).toBe('item-not-found');
    expect(await stage.refusal('set', ROMEO, `${TEA}/Romeo`, card)).toBe('forbidden');
  });

  it.each([
    [`<query xmlns='${NS.VERSION}'/>`, 'feature-not-implemented'],
    [`<time xmlns='${NS.TIME}'/>`, 'feature-not-implemented'],
    [`<query xmlns='${NS.LAST}'/>`, 'feature-not-implemented'],
    [`<query xmlns='${NS.ROSTER}'/>`, 'service-unavailable'],
  ])('A05 A06 %s to an occupant or a room → one error', async (payload, condition) => {
    const stage = await inside();
    for (const to of [TEA, `${TEA}/Alice`, `${TEA}/Nobody`])
      for (const from of [ROMEO, JULIET])
        expect(await stage.refusal('get', from, to, payload)).toBe(condition);
  });

  it('B06 a place lists the rooms, in pages', async () => {
    const stage = await inside();
    for (let n = 0; n < 5; n += 1) stage.world.room(`#room${n}`);
    const hall = `!hall@${DOMAIN}`;
    const query = `<query xmlns='${NS.DISCO_ITEMS}'><set xmlns='${NS.RSM}'><max>4</max></set></query>`;
    const page = await stage.result('get', ROMEO, hall, query);
    expect(page.childrenNamed('item')).toHaveLength(4);
    expect(page.child('set', NS.RSM)?.childText('count')).toBe('6');
    expect((await stage.result('get', STRANGER, hall, query)).elements()).toEqual([]);
  });
});
