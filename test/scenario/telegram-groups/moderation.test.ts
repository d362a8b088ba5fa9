import { Api } from 'telegram';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NS } from '../../../src/xmpp/namespace.js';
import type { ChannelPlace } from '../../servers/telegram/world/world.js';
import { ROMEO } from '../../support/telegram/gateway-stage.js';
import { idOf, manage, refusalOf, textsIn } from '../../support/telegram/group-talk.js';
import {
  type Company,
  company,
  enter,
  itemOf,
  presenceOf,
  saidIn,
} from '../../support/telegram/room-talk.js';

let all: Company;
let place: ChannelPlace;
let room: string;
afterEach(() => all.stage.stop());

const roleOf = (name: 'juliet' | 'nurse') => place.members.get(all[name].person)?.role;
const listed = async (attributes: string) => {
  const answer = await all.stage.iq(
    'get',
    room,
    `<query xmlns='${NS.MUC_ADMIN}'><item ${attributes}/></query>`,
  );
  return (
    answer
      .child('query')
      ?.elements()
      .map(({ attrs }) => attrs.jid) ?? []
  );
};

describe('a supergroup of the user’s own', () => {
  beforeEach(async () => {
    all = await company();
    const { stage, romeo, juliet, nurse } = all;
    place = romeo.as.createsChannel({ title: 'Verona' }, juliet, nurse);
    room = (await enter(stage, place)).room;
  });

  it('I24 I26 somebody is sent out, and may come back', async () => {
    const { stage, nurse } = all;
    expect((await manage(stage, room, "<item nick='Nurse' role='none'/>")).attrs.type).toBe('result');
    expect(roleOf('nurse')).toBe('left');
    await presenceOf(stage, room, 'Nurse', ({ attrs }) => attrs.type === 'unavailable');
    nurse.as.joins(place);
    nurse.says('I am back', place);
    await saidIn(stage, room, 'I am back');
  });

  it('I25 I27 somebody is banned, is on the list, and is let off it', async () => {
    const { stage, nurse } = all;
    await manage(stage, room, "<item nick='Nurse' affiliation='outcast'><reason>too loud</reason></item>");
    expect(roleOf('nurse')).toBe('banned');
    const gone = await presenceOf(stage, room, 'Nurse', ({ attrs }) => attrs.type === 'unavailable');
    expect(itemOf(gone).role).toBe('none');
    expect(await listed("affiliation='outcast'")).toEqual([stage.jid(nurse)]);
    await manage(stage, room, `<item jid='${stage.jid(nurse)}' affiliation='none'/>`);
    expect(await listed("affiliation='outcast'")).toEqual([]);
    expect(roleOf('nurse')).toBe('left');
  });

  it('I28 somebody is kept from speaking, and may speak again', async () => {
    const { stage } = all;
    await manage(stage, room, "<item nick='Nurse' role='visitor'/>");
    expect(roleOf('nurse')).toBe('restricted');
    expect((await manage(stage, room, "<item nick='Nurse' role='participant'/>")).attrs.type).toBe('result');
    expect(roleOf('nurse')).toBe('member');
  });

  it('I29 somebody gets the rights of an administrator, and loses them', async () => {
    const { stage, juliet } = all;
    await manage(stage, room, "<item nick='Juliet' affiliation='admin'/>");
    expect(roleOf('juliet')).toBe('admin');
    expect(await listed("affiliation='admin'")).toEqual([stage.jid(juliet)]);
    const answer = await manage(stage, room, "<item nick='Juliet' role='visitor'/>");
    expect(answer.attrs.type).toBe('error');
    await manage(stage, room, "<item nick='Juliet' affiliation='member'/>");
    expect(roleOf('juliet')).toBe('member');
  });

  it('nobody else becomes its owner from here', async () => {
    const { stage } = all;
    const answer = await manage(stage, room, "<item nick='Juliet' affiliation='owner'/>");
    expect(refusalOf(answer)).toMatchObject({
      condition: 'feature-not-implemented',
      text: expect.stringContaining('owner'),
    });
  });

  it('I27 lists who owns it, and who is in it', async () => {
    const { stage, romeo, juliet, nurse } = all;
    expect(await listed("affiliation='owner'")).toEqual([stage.jid(romeo)]);
    expect([...(await listed("affiliation='member'"))].sort()).toEqual(
      [stage.jid(juliet), stage.jid(nurse)].sort(),
    );
  });

  it('XEP-0425: what somebody has said is taken away for everybody', async () => {
    const { stage, nurse } = all;
    nurse.says('a secret', place);
    const id = idOf(await saidIn(stage, room, 'a secret'));
    const retract = `<retract xmlns='${NS.RETRACT}'/><reason>not here</reason>`;
    const answer = await stage.iq(
      'set',
      room,
      `<moderate xmlns='${NS.MODERATE}' id='${id}'>${retract}</moderate>`,
    );
    expect(answer.attrs.type, String(answer)).toBe('result');
    expect(textsIn(all, place)).not.toContain('a secret');
  });

  it('I34 somebody is invited, and comes in', async () => {
    const { stage, server } = all;
    const tybalt = server.person('Tybalt', { username: 'tybalt' });
    tybalt.says('hm', all.romeo);
    await stage.message(stage.jid(tybalt), 'hm');
    await stage.write(room, `<x xmlns='${NS.MUC_USER}'><invite to='${stage.jid(tybalt)}'/></x>`, {
      type: 'normal',
    });
    await presenceOf(stage, room, 'Tybalt');
    expect(place.members.get(tybalt.person)?.role).toBe('member');
  });

  it('I34 who does not let himself be invited is to be sent the link', async () => {
    const { stage, server } = all;
    const tybalt = server.person('Tybalt', { username: 'tybalt' });
    tybalt.person.privacy.add('invite');
    tybalt.says('hm', all.romeo);
    await stage.message(stage.jid(tybalt), 'hm');
    const invite = `<x xmlns='${NS.MUC_USER}'><invite to='${stage.jid(tybalt)}'/></x>`;
    await stage.write(room, invite, { type: 'normal', id: 'invite' });
    const error = await stage.next(
      ({ attrs }) => attrs.id === 'invite' && attrs.type === 'error',
      'a refusal',
    );
    expect(refusalOf(error)).toMatchObject({
      condition: 'forbidden',
      text: expect.stringMatching(/https:\/\/t\.me\/\+/),
    });
  });

  it('I30 I31 is called otherwise, and says something else of itself', async () => {
    const { stage } = all;
    const form = (fields: string) =>
      `<query xmlns='${NS.MUC_OWNER}'><x xmlns='${NS.DATA}' type='submit'><field var='FORM_TYPE'><value>${NS.MUC_ROOMCONFIG}</value></field>${fields}</x></query>`;
    const answer = await stage.iq(
      'set',
      room,
      form(
        "<field var='muc#roomconfig_roomname'><value>Mantua</value></field><field var='muc#roomconfig_roomdesc'><value>Far away</value></field>",
      ),
    );
    expect(answer.attrs.type, String(answer)).toBe('result');
    expect([place.title, place.about]).toEqual(['Mantua', 'Far away']);
    const refused = await stage.iq(
      'set',
      room,
      form("<field var='muc#roomconfig_membersonly'><value>0</value></field>"),
    );
    expect(refusalOf(refused).condition).toBe('feature-not-implemented');
  });

  it('I19 its subject is what is pinned: said and pinned, or taken away', async () => {
    const { stage, server } = all;
    await stage.write(room, '<subject>Be there at nine</subject>', { type: 'groupchat' });
    await stage.next((one) => one.childText('subject') === 'Be there at nine', 'the subject');
    expect(textsIn(all, place)).toEqual(['Be there at nine']);
    expect(place.box.newest().find(({ text }) => text === 'Be there at nine')?.pinned).toBe(true);
    await server.asked(Api.messages.UpdatePinnedMessage);
    await stage.write(room, '<subject/>', { type: 'groupchat' });
    await stage.next((one) => one.childText('subject') === '', 'no subject');
    expect(place.box.newest().some(({ pinned }) => pinned)).toBe(false);
  });

  it('F18 a message is pinned by a reaction, and no more when it is taken back', async () => {
    const { stage, juliet } = all;
    const said = juliet.says('Remember', place);
    const id = idOf(await saidIn(stage, room, 'Remember'));
    const react = (emoji: string) =>
      stage.write(room, `<reactions xmlns='${NS.REACTIONS}' id='${id}'>${emoji}</reactions>`, {
        type: 'groupchat',
      });
    await react('<reaction>📌</reaction>');
    await expect.poll(() => said.message.pinned).toBe(true);
    await react('');
    await expect.poll(() => said.message.pinned ?? false).toBe(false);
    expect(said.message.reactions.size).toBe(0);
  });

  it('I22 I23 the user has one name on Telegram, and cannot take another one', async () => {
    const { stage } = all;
    await stage.receive(`<presence from='romeo@example.org/orchard' to='${room}/Montague'/>`);
    const error = await presenceOf(stage, room, 'Montague', ({ attrs }) => attrs.type === 'error');
    expect(refusalOf(error).text).toContain('Telegram');
  });
});

describe('a supergroup of somebody else’s', () => {
  beforeEach(async () => {
    all = await company();
    const { stage, romeo, juliet, nurse } = all;
    place = juliet.as.createsChannel({ title: 'Verona' }, romeo, nurse);
    room = (await enter(stage, place)).room;
  });

  it('I24 who has no right is refused, and nothing happens', async () => {
    const { stage } = all;
    const answer = await manage(stage, room, "<item nick='Nurse' role='none'/>");
    expect(refusalOf(answer).condition).toBe('forbidden');
    expect(roleOf('nurse')).toBe('member');
  });

  it('what an administrator may not do is said in words', async () => {
    const { stage, romeo, juliet, server } = all;
    juliet.as.promotes(place, romeo, { banUsers: false });
    await presenceOf(stage, room, 'Romeo', (one) => itemOf(one).affiliation === 'admin');
    server.faults.next(Api.channels.EditBanned, { kind: 'error', code: 400, text: 'CHAT_ADMIN_REQUIRED' });
    const answer = await manage(stage, room, "<item nick='Nurse' affiliation='outcast'/>");
    expect(refusalOf(answer)).toMatchObject({
      condition: 'forbidden',
      text: expect.stringContaining('administrators'),
    });
  });

  it('the user leaves it by giving himself no place in it', async () => {
    const { stage, romeo } = all;
    const answer = await manage(stage, room, `<item jid='${ROMEO}' affiliation='none'/>`);
    expect(answer.attrs.type, String(answer)).toBe('result');
    await presenceOf(stage, room, 'Romeo', ({ attrs }) => attrs.type === 'unavailable');
    expect(place.members.get(romeo.person)?.role).toBe('left');
  });
});
