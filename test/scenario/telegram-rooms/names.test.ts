import { afterEach, describe, expect, it } from 'vitest';
import { NS } from '../../../src/xmpp/namespace.js';
import { HOSTILE_NAMES } from '../../servers/telegram/world/crowd.js';
import {
  type Company,
  company,
  enter,
  itemOf,
  nickOf,
  presenceOf,
  saidIn,
} from '../../support/telegram/room-talk.js';

const UNSEEN = /[\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069\u200b\ufeff]/u;

describe('names in groups of Telegram', () => {
  let all: Company;
  afterEach(() => all.stage.stop());

  it('S07 S22 whatever they are made of, everybody has one of his own that shows nothing but itself', async () => {
    all = await company();
    const { stage, server, romeo, juliet } = all;
    const people = [...HOSTILE_NAMES, ...HOSTILE_NAMES].map((name) =>
      server.person(name, { lastName: name }),
    );
    const place = juliet.as.createsChannel({ title: HOSTILE_NAMES.join(' ') }, romeo, ...people);
    const { people: shown, room } = await enter(stage, place);
    expect(shown.size).toBe(people.length + 2);
    for (const nick of shown.keys()) expect(nick).not.toMatch(UNSEEN);
    for (const person of people) {
      const [nick] = [...shown].find(([, one]) => itemOf(one).jid === stage.jid(person)) ?? [];
      const text = `I am ${person.id}`;
      person.says(text, place);
      expect(nickOf(await saidIn(stage, room, text))).toBe(nick);
    }
    const info = await stage.iq('get', room, `<query xmlns='${NS.DISCO_INFO}'/>`);
    expect(info.child('query')?.child('identity')?.attrs.name).not.toMatch(UNSEEN);
  });

  it('S07 nobody takes the name of the user, or of another by writing it differently', async () => {
    all = await company();
    const { stage, server, romeo, juliet } = all;
    const place = juliet.as.createsChannel({ title: 'Verona' }, romeo);
    const { room, own } = await enter(stage, place);
    expect(nickOf(own)).toBe('Romeo');
    const thief = server.person('ROMEO');
    juliet.as.adds(place, thief);
    const nick = `ROMEO (u${thief.id})`;
    await presenceOf(stage, room, nick);
    thief.says('I am he', place);
    expect(nickOf(await saidIn(stage, room, 'I am he'))).toBe(nick);
  });

  it('E07 deleted accounts stay who they were', async () => {
    all = await company();
    const { stage, romeo, juliet, nurse } = all;
    const group = juliet.as.createsGroup('Verona', romeo, nurse);
    nurse.deletesAccount();
    const { people } = await enter(stage, group);
    const gone = [...people].find(([, one]) => itemOf(one).jid === stage.jid(nurse));
    expect(gone?.[0]).toBe('Deleted Account');
  });
});

describe('a group that becomes another kind of chat', () => {
  let all: Company;
  afterEach(() => all.stage.stop());

  it('I38 where only admins speak now, the user is a visitor, and the room is moderated', async () => {
    all = await company();
    const { stage, romeo, juliet } = all;
    const place = juliet.as.createsChannel({ title: 'Verona' }, romeo);
    const { room } = await enter(stage, place);
    juliet.as.changes(place, { broadcast: true });
    expect(itemOf(await presenceOf(stage, room, 'Romeo'))).toMatchObject({ role: 'visitor' });
    const features = async () => {
      const info = await stage.iq('get', room, `<query xmlns='${NS.DISCO_INFO}'/>`);
      return (info.child('query')?.elements() ?? []).map(({ attrs }) => attrs.var);
    };
    await expect.poll(features).toContain('muc_moderated');
    juliet.says('Hear ye', place);
    expect((await saidIn(stage, room, 'Hear ye')).attrs.from).toBe(`${room}/Verona`);
  });
});
