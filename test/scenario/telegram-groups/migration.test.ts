import { Api } from 'telegram';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NS } from '../../../src/xmpp/namespace.js';
import { held } from '../../servers/telegram/faults.js';
import type { Posted } from '../../servers/telegram/world/posting.js';
import type { GroupPlace } from '../../servers/telegram/world/world.js';
import { DOMAIN, ORCHARD, ROMEO } from '../../support/telegram/gateway-stage.js';
import { idOf, manage, say, textsIn } from '../../support/telegram/group-talk.js';
import { type Company, company, enter, saidIn } from '../../support/telegram/room-talk.js';

describe('a group that becomes a supergroup', () => {
  let all: Company;
  let group: GroupPlace;
  let room: string;
  let before: Posted;
  let beforeId: string;
  beforeEach(async () => {
    all = await company();
    const { stage, romeo, juliet, nurse } = all;
    group = romeo.as.createsGroup('Verona', juliet, nurse);
    room = (await enter(stage, group)).room;
    before = juliet.says('said before', group);
    beforeId = idOf(await saidIn(stage, room, 'said before'));
  });
  afterEach(() => all.stage.stop());

  it('keeps its room: words both ways go on there, told once, and no other room appears', async () => {
    const { stage, juliet } = all;
    const channel = juliet.as.migrates(group);
    await saidIn(stage, room, 'has become a supergroup');
    juliet.says('in the new place', channel);
    expect((await saidIn(stage, room, 'in the new place')).attrs.from).toBe(`${room}/Juliet`);
    await say(stage, room, 'here I am');
    await expect.poll(() => textsIn(all, channel)).toContain('here I am');
    const strange = stage.heard.all.filter(({ attrs }) => attrs.from?.startsWith(stage.jid(channel)));
    expect(strange.map(String)).toEqual([]);
    expect(stage.bodies(room).filter((body) => body.includes('supergroup'))).toHaveLength(1);
  });

  it('keeps it over a restart, with all that was said before', async () => {
    const { stage, romeo, juliet } = all;
    const channel = juliet.as.migrates(group);
    await saidIn(stage, room, 'has become a supergroup');
    await stage.restart();
    await stage.receive(`<presence from='${ORCHARD}' to='${DOMAIN}'/>`);
    await stage.begun();
    const again = await enter(stage, group);
    expect(again.people.has('Juliet')).toBe(true);
    juliet.says('after the night', channel);
    await saidIn(stage, room, 'after the night');
    await say(stage, room, 'good morning');
    await expect.poll(() => textsIn(all, channel)).toContain('good morning');
    // What was said before lies where it was.
    await say(stage, room, 'as I heard', `<reply xmlns='${NS.REPLY}' to='${room}/Juliet' id='${beforeId}'/>`);
    await expect.poll(() => textsIn(all, channel)).toContain('as I heard');
    romeo.deletes(before);
    await stage.next((one) => one.child('retract') !== undefined, 'a message taken back');
  });

  it('has what was said before changed where it lies', async () => {
    const { stage, juliet } = all;
    const own = await say(stage, room, 'mine, befor');
    await expect.poll(() => textsIn(all, group)).toContain('mine, befor');
    juliet.as.migrates(group);
    await saidIn(stage, room, 'has become a supergroup');
    await say(stage, room, 'mine, before', `<replace xmlns='${NS.CORRECT}' id='${own}'/>`);
    const edit = await all.server.asked(Api.messages.EditMessage);
    expect(edit.request).toMatchObject({ message: 'mine, before', peer: { className: 'InputPeerChat' } });
    const gone = await stage.iq(
      'set',
      room,
      `<moderate id='${beforeId}' xmlns='${NS.MODERATE}'><retract xmlns='${NS.RETRACT}'/></moderate>`,
    );
    expect(gone.attrs.type, String(gone)).toBe('result');
    await expect.poll(() => textsIn(all, group)).not.toContain('said before');
  });

  it('takes what waited in the outbox, and what is sent in the moment when it happens', async () => {
    const { stage, server, juliet } = all;
    const { fault, release } = held();
    server.faults.next(Api.messages.SendMessage, fault);
    await say(stage, room, 'on its way');
    await say(stage, room, 'behind it');
    // The gateway hears of it only by the refusal.
    server.faults.loseUpdates = true;
    const channel = juliet.as.migrates(group);
    release();
    await expect.poll(() => textsIn(all, channel)).toEqual(['on its way', 'behind it']);
    server.faults.loseUpdates = false;
    expect(stage.heard.all.filter(({ attrs }) => attrs.type === 'error').map(String)).toEqual([]);
  });

  it('is managed by who was in it', async () => {
    const { stage, romeo, nurse } = all;
    const channel = romeo.as.migrates(group);
    await saidIn(stage, room, 'has become a supergroup');
    const answer = await manage(stage, room, `<item nick='Nurse' role='visitor'/>`);
    expect(answer.attrs.type, String(answer)).toBe('result');
    expect(channel.members.get(nurse.person)?.role).toBe('restricted');
  });

  it('is the supergroup itself for who sees it for the first time', async () => {
    const { stage, juliet, nurse } = all;
    const channel = juliet.as.migrates(group);
    const user = 'nurse@example.org';
    await stage.login(nurse, `${user}/kitchen`);
    juliet.says('welcome', channel);
    const called = await stage.next(({ attrs }) => attrs.from === stage.jid(channel), 'an invitation', user);
    expect(called.child('x', NS.CONFERENCE)?.attrs.jid).toBe(stage.jid(channel));
    await saidIn(stage, room, 'welcome');
    expect(ROMEO).not.toBe(user);
  });
});
