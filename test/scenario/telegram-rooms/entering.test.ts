import { afterEach, describe, expect, it } from 'vitest';
import { NS } from '../../../src/xmpp/namespace.js';
import { DOMAIN, ORCHARD } from '../../support/telegram/gateway-stage.js';
import {
  type Company,
  company,
  enter,
  itemOf,
  presenceOf,
  statuses,
} from '../../support/telegram/room-talk.js';

describe('coming into groups of Telegram', () => {
  let all: Company;
  afterEach(() => all.stage.stop());

  it('H09 a basic group shows its people with what they are there', async () => {
    all = await company();
    const { stage, romeo, juliet, nurse } = all;
    const group = juliet.as.createsGroup('Verona', romeo, nurse);
    juliet.as.promotes(group, nurse);
    const { people, own } = await enter(stage, group);
    expect([...people.keys()].sort()).toEqual(['Juliet', 'Nurse', 'Romeo']);
    expect(itemOf(people.get('Juliet') ?? expect.fail())).toMatchObject({
      ...{ affiliation: 'owner', role: 'moderator', jid: stage.jid(juliet) },
    });
    expect(itemOf(people.get('Nurse') ?? expect.fail())).toMatchObject({
      affiliation: 'admin',
      role: 'moderator',
    });
    expect(itemOf(own)).toMatchObject({ affiliation: 'member', role: 'participant', jid: ORCHARD });
    // He has asked for another name than the one that he has on Telegram.
    expect(statuses(own)).toEqual(expect.arrayContaining(['100', '110', '210']));
  });

  it('a supergroup shows who may not speak as visitor, and a pinned message as its subject', async () => {
    all = await company();
    const { stage, romeo, juliet, nurse } = all;
    const place = juliet.as.createsChannel({ title: 'Verona' }, romeo, nurse);
    juliet.as.restricts(place, nurse, { sendMessages: true });
    juliet.pins(juliet.says('Be there *at nine*', place));
    const { people, own, subject } = await enter(stage, place);
    expect(itemOf(people.get('Nurse') ?? expect.fail())).toMatchObject({
      affiliation: 'member',
      role: 'visitor',
    });
    expect(itemOf(own)).toMatchObject({ affiliation: 'member', role: 'participant' });
    expect(subject).toBe('Be there *at nine*');
  });

  it('I38 in a channel the user is a visitor among nobody, and what he says is refused', async () => {
    all = await company();
    const { stage, romeo, juliet, nurse } = all;
    const place = juliet.as.createsChannel({ title: 'News', broadcast: true }, romeo, nurse);
    const { people, own, room } = await enter(stage, place);
    expect([...people.keys()]).toEqual(['Romeo']);
    expect(itemOf(own)).toMatchObject({ affiliation: 'member', role: 'visitor' });
    const info = await stage.iq('get', room, `<query xmlns='${NS.DISCO_INFO}'/>`);
    const features = info
      .child('query')
      ?.elements()
      .map(({ attrs }) => attrs.var);
    expect(features).toEqual(expect.arrayContaining(['muc_moderated', 'muc_membersonly']));
    const id = await stage.write(room, 'may I?', { type: 'groupchat' });
    const error = await stage.next(({ attrs }) => attrs.id === id && attrs.type === 'error', 'an error');
    expect(error.child('error')?.child('forbidden')).toBeDefined();
  });

  it('its admin is a moderator of it', async () => {
    all = await company();
    const { stage, romeo, juliet } = all;
    const place = romeo.as.createsChannel({ title: 'News', broadcast: true }, juliet);
    const { own } = await enter(stage, place);
    expect(itemOf(own)).toMatchObject({ affiliation: 'owner', role: 'moderator' });
  });

  it('H15 who is not in a group, has been banned from it, or asks for one that is not there, is told so', async () => {
    all = await company();
    const { stage, romeo, juliet } = all;
    const banned = juliet.as.createsChannel({ title: 'Capulet' }, romeo);
    juliet.as.removes(banned, romeo);
    const closed = juliet.as.createsChannel({ title: 'Closed', username: 'closed' });
    const join = async (room: string) => {
      await stage.receive(`<presence from='${ORCHARD}' to='${room}/me'><x xmlns='${NS.MUC}'/></presence>`);
      const error = await presenceOf(stage, room, 'me', ({ attrs }) => attrs.type === 'error');
      return error.child('error')?.elements()[0]?.name;
    };
    expect(await join(stage.jid(banned))).toBe('forbidden');
    expect(await join(`c999999@${DOMAIN}`)).toBe('item-not-found');
    expect(await join(stage.jid(closed))).toMatch(/item-not-found|registration-required/);
  });

  it('H16 who comes in before there is a connection waits for it', async () => {
    all = await company();
    const { stage, romeo, juliet } = all;
    const group = juliet.as.createsGroup('Verona', romeo);
    await stage.restart();
    const entered = enter(stage, group);
    await stage.receive(`<presence from='${ORCHARD}' to='${DOMAIN}'/>`);
    expect([...(await entered).people.keys()].sort()).toEqual(['Juliet', 'Romeo']);
  });
});
