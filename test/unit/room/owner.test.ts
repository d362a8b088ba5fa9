import { beforeEach, describe, expect, it } from 'vitest';
import type { RoomChanges } from '../../../src/gateway/session.js';
import { NS } from '../../../src/xmpp/namespace.js';
import { conditionOf, JULIET, ROMEO, RoomStage, TEA } from '../../support/core/room-stage.js';
import type { MemoryRooms } from '../../support/memory-network/rooms.js';

let stage: RoomStage;
let changed: RoomChanges[];

beforeEach(async () => {
  stage = new RoomStage();
  await stage.join(ROMEO, 'Romeo');
  await stage.join(JULIET, 'Juliet');
  changed = [];
});

/** From now on the network lets rooms be configured. */
function configurable(): void {
  const rooms: MemoryRooms & { configure?: unknown } = stage.session(0).rooms;
  rooms.configure = async (_room: string, changes: RoomChanges) => {
    changed.push(changes);
  };
}

const owner = (inside = '') => `<query xmlns='${NS.MUC_OWNER}'>${inside}</query>`;
const submit = (fields: Readonly<Record<string, string>>, type = 'submit') =>
  owner(
    `<x xmlns='${NS.DATA}' type='${type}'>` +
      Object.entries(fields)
        .map(([name, value]) => `<field var='muc#roomconfig_${name}'><value>${value}</value></field>`)
        .join('') +
      '</x>',
  );
const set = (payload: string, from = ROMEO) => stage.refusal('set', from, TEA, payload);

describe('the settings of a room', () => {
  it('I30 the network has none → an empty query', async () => {
    expect((await stage.result('get', ROMEO, TEA, owner())).elements()).toEqual([]);
  });

  it('I30 the network has some → a form with what they are', async () => {
    configurable();
    const room = stage.world.room('#tea');
    await stage.observe(0, {
      type: 'traits-changed',
      room: room.id,
      traits: { ...room.traits, moderated: true, passwordProtected: true },
    });
    stage.take();
    const x = (await stage.result('get', ROMEO, TEA, owner())).child('x', NS.DATA);
    const values = x?.childrenNamed('field').map((field) => [field.attrs.var, field.childText('value')]);
    expect(x?.attrs.type).toBe('form');
    expect(values).toEqual([
      ['FORM_TYPE', NS.MUC_ROOMCONFIG],
      ['muc#roomconfig_moderatedroom', '1'],
      ['muc#roomconfig_membersonly', '0'],
      ['muc#roomconfig_publicroom', '1'],
      ['muc#roomconfig_changesubject', '1'],
      ['muc#roomconfig_passwordprotectedroom', '1'],
      ['muc#roomconfig_roomsecret', undefined],
    ]);
  });

  it('I30 only to those who may change them', async () => {
    configurable();
    for (const from of [JULIET, 'tybalt@example.org/x', 'villain@elsewhere.example/dark']) {
      expect(await stage.refusal('get', from, TEA, owner())).toBe('forbidden');
      expect(await set(submit({ moderatedroom: '1' }), from)).toBe('forbidden');
      expect(await set(owner('<destroy/>'), from)).toBe('forbidden');
    }
    expect(changed).toEqual([]);
  });

  it('I30 a submit → what differs goes to the network; fields of others are ignored', async () => {
    configurable();
    expect(
      await set(
        submit({ moderatedroom: 'true', membersonly: '0', publicroom: '0', roomname: 'Tea', maxusers: '9' }),
      ),
    ).toBe('result');
    expect(changed).toEqual([{ moderated: true, hidden: true }]);
  });

  it('I30 a password → with the lock, never without', async () => {
    configurable();
    expect(await set(submit({ passwordprotectedroom: '1' }))).toBe('not-acceptable');
    expect(await set(submit({ passwordprotectedroom: '1', roomsecret: '' }))).toBe('not-acceptable');
    expect(await set(submit({ passwordprotectedroom: '1', roomsecret: 'sesame' }))).toBe('result');
    expect(await set(submit({ passwordprotectedroom: '0', roomsecret: 'sesame' }))).toBe('result');
    expect(changed).toEqual([{ passwordProtected: true, password: 'sesame' }]);
  });

  it('I30 what cannot be → an error; the refusal of the network is the error', async () => {
    configurable();
    expect(await set(submit({ moderatedroom: 'perhaps' }))).toBe('not-acceptable');
    expect(await set(submit({ moderatedroom: '1' }, 'form'))).toBe('bad-request');
    expect(await set(owner())).toBe('bad-request');
    const rooms: MemoryRooms & { configure?: unknown } = stage.session(0).rooms;
    rooms.configure = rooms.kick.bind(rooms, stage.world.room('#tea').id, 'nobody' as never);
    expect(await set(submit({ moderatedroom: '1' }))).toBe('item-not-found');
  });

  it('I30 cancel → no change', async () => {
    configurable();
    expect(await set(submit({ moderatedroom: '1' }, 'cancel'))).toBe('result');
    expect(changed).toEqual([]);
  });

  it('I30 the network has none and one is submitted → an error in words', async () => {
    const [error] = await stage.ask('set', ROMEO, TEA, submit({ moderatedroom: '1' }));
    expect(conditionOf(error)).toBe('feature-not-implemented');
    expect(error?.child('error')?.childText('text')).toContain('settings');
  });

  it('I32 the empty submit of a client that has just made the room → fine', async () => {
    expect(await set(submit({}))).toBe('result');
  });

  it('I33 destroy where the network cannot → not-allowed, in words', async () => {
    const [error] = await stage.ask('set', ROMEO, TEA, owner('<destroy><reason>over</reason></destroy>'));
    expect(conditionOf(error)).toBe('not-allowed');
    expect(error?.child('error')?.childText('text')).toContain('destroy');
  });

  it('S19 a password that was refused is not sent back', async () => {
    const [error] = await stage.ask(
      'set',
      ROMEO,
      TEA,
      submit({ passwordprotectedroom: '2', roomsecret: 'sesame' }),
    );
    expect(conditionOf(error)).toBe('not-acceptable');
    expect(String(error)).not.toContain('sesame');
  });
});
