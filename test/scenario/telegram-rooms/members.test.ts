import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NS } from '../../../src/xmpp/namespace.js';
import { crowd } from '../../servers/telegram/world/crowd.js';
import { ScriptedPerson } from '../../servers/telegram/world/scripted-person.js';
import type { ChannelPlace } from '../../servers/telegram/world/world.js';
import { ORCHARD } from '../../support/telegram/gateway-stage.js';
import {
  type Company,
  company,
  enter,
  itemOf,
  nickOf,
  presenceOf,
  saidIn,
  statuses,
} from '../../support/telegram/room-talk.js';

const gone = ({ attrs }: { readonly attrs: Readonly<Record<string, string>> }) =>
  attrs.type === 'unavailable';

describe('who is in groups of Telegram', () => {
  let all: Company;
  let place: ChannelPlace;
  let room: string;
  beforeEach(async () => {
    all = await company();
    const { stage, romeo, juliet, nurse } = all;
    place = juliet.as.createsChannel({ title: 'Verona' }, romeo, nurse);
    room = (await enter(stage, place)).room;
  });
  afterEach(() => all.stage.stop());

  it('comes, leaves, and is thrown out', async () => {
    const { stage, server, juliet, nurse } = all;
    const tybalt = server.person('Tybalt');
    juliet.as.adds(place, tybalt);
    expect(itemOf(await presenceOf(stage, room, 'Tybalt'))).toMatchObject({
      ...{ affiliation: 'member', role: 'participant', jid: stage.jid(tybalt) },
    });
    nurse.as.leaves(place);
    expect(statuses(await presenceOf(stage, room, 'Nurse', gone))).toEqual([]);
    juliet.as.removes(place, tybalt);
    const out = await presenceOf(stage, room, 'Tybalt', gone);
    expect(statuses(out)).toEqual(['307']);
    expect(out.child('x', NS.MUC_USER)?.child('item')?.child('actor')?.attrs.nick).toBe('Juliet');
  });

  it('the same in basic groups, with the rights of those who are made admins', async () => {
    const { stage, server, romeo, juliet, nurse } = all;
    const group = juliet.as.createsGroup('Mantua', romeo, nurse);
    const { room: there } = await enter(stage, group);
    const tybalt = server.person('Tybalt');
    juliet.as.adds(group, tybalt);
    await presenceOf(stage, there, 'Tybalt');
    juliet.as.promotes(group, nurse);
    const admin = await presenceOf(stage, there, 'Nurse');
    expect(itemOf(admin)).toMatchObject({ affiliation: 'admin', role: 'moderator' });
    juliet.as.demotes(group, nurse);
    expect(itemOf(await presenceOf(stage, there, 'Nurse'))).toMatchObject({ affiliation: 'member' });
    juliet.as.removes(group, tybalt);
    await presenceOf(stage, there, 'Tybalt', gone);
  });

  it('the user himself has other rights', async () => {
    const { stage, romeo, juliet } = all;
    juliet.as.promotes(place, romeo);
    const admin = await presenceOf(stage, room, 'Romeo');
    expect(itemOf(admin)).toMatchObject({ affiliation: 'admin', role: 'moderator' });
    expect(statuses(admin)).toContain('110');
    juliet.as.demotes(place, romeo);
    expect(itemOf(await presenceOf(stage, room, 'Romeo'))).toMatchObject({ role: 'participant' });
    juliet.as.restricts(place, romeo, { sendMessages: true });
    expect(itemOf(await presenceOf(stage, room, 'Romeo'))).toMatchObject({ role: 'visitor' });
  });

  it('the user himself is thrown out: he is out of the room, and does not come back in', async () => {
    const { stage, romeo, juliet } = all;
    juliet.as.removes(place, romeo);
    const out = await presenceOf(stage, room, 'Romeo', gone);
    expect(statuses(out)).toEqual(['110', '301']);
    await stage.receive(`<presence from='${ORCHARD}' to='${room}/me'><x xmlns='${NS.MUC}'/></presence>`);
    const refused = await presenceOf(stage, room, 'me', ({ attrs }) => attrs.type === 'error');
    expect(refused.child('error')?.elements()[0]?.name).toBe('forbidden');
  });

  it('the user himself leaves with his telephone', async () => {
    const { stage, romeo } = all;
    romeo.as.leaves(place);
    expect(statuses(await presenceOf(stage, room, 'Romeo', gone))).toEqual(['110']);
  });

  it('out of a basic group too', async () => {
    const { stage, romeo, juliet } = all;
    const group = juliet.as.createsGroup('Mantua', romeo);
    const { room: there } = await enter(stage, group);
    juliet.as.removes(group, romeo);
    expect(statuses(await presenceOf(stage, there, 'Romeo', gone))).toEqual(['110', '307']);
  });

  it('H20 leaving the room here does not leave the group there', async () => {
    const { stage, romeo, nurse } = all;
    await stage.receive(`<presence from='${ORCHARD}' to='${room}/me' type='unavailable'/>`);
    await presenceOf(stage, room, 'Romeo', gone);
    expect(place.members.get(romeo.person)?.role).toBe('member');
    nurse.says('still with us', place);
    await stage.next(({ attrs }) => attrs.from === room, 'an invitation');
  });

  it('names change: 303, and the same id (XEP-0045 §7.6)', async () => {
    const { stage, romeo, juliet } = all;
    // Of strangers Telegram does not tell other names.
    juliet.says('in private', romeo);
    await stage.message(stage.jid(juliet), 'in private');
    juliet.says('before', place);
    const before = await saidIn(stage, room, 'before');
    juliet.renames({ firstName: 'Giulietta' });
    juliet.says('after', place);
    const old = await presenceOf(stage, room, 'Juliet', gone);
    expect(statuses(old)).toEqual(['303']);
    expect(itemOf(old).nick).toBe('Giulietta');
    const now = await presenceOf(stage, room, 'Giulietta');
    expect(now.child('occupant-id')?.attrs.id).toBe(before.child('occupant-id')?.attrs.id);
    expect(nickOf(await saidIn(stage, room, 'after'))).toBe('Giulietta');
  });

  it('S07 two of one name are two, and the second keeps his own', async () => {
    const { stage, server, juliet } = all;
    const other = server.person('Juliet');
    juliet.as.adds(place, other);
    const nick = `Juliet (u${other.id})`;
    expect(itemOf(await presenceOf(stage, room, nick)).jid).toBe(stage.jid(other));
    other.says('which one?', place);
    expect(nickOf(await saidIn(stage, room, 'which one'))).toBe(nick);
  });
});

describe('groups of thousands', () => {
  it('H27 show their admins, who has spoken lately, and the user; others when they speak', async () => {
    const all = await company({ telegram: { rooms: { members: 50 } } });
    const { stage, server, romeo, juliet, nurse } = all;
    try {
      const place = juliet.as.createsChannel({ title: 'Italy' }, romeo, nurse);
      const masses = crowd(server, place, 3_000);
      nurse.says('I have spoken', place);
      const { people, room } = await enter(stage, place);
      expect([...people.keys()].sort()).toEqual(['Juliet', 'Nurse', 'Romeo']);
      const quiet = masses[2_500];
      if (!quiet) throw new Error('nobody is there');
      new ScriptedPerson(server, quiet).says('one of many', place);
      const said = await saidIn(stage, room, 'one of many');
      expect(nickOf(said)).toBe('Member 2501');
      const presences = stage.heard.all.filter(
        ({ name, attrs }) => name === 'presence' && attrs.from?.startsWith(room),
      );
      expect(presences).toHaveLength(4);
    } finally {
      await stage.stop();
    }
  });
});
