import type { XmlElement } from '@xmpp/client';
import { beforeAll, describe, expect, it } from 'vitest';
import { errorCondition } from '../../client/stanza-match.js';
import { type IrcStage, ircStage } from '../../support/irc-stage.js';
import { XMPP_SERVERS } from './occupants.js';

const INFO = "<query xmlns='http://jabber.org/protocol/disco#info'/>";
const ITEMS = "<query xmlns='http://jabber.org/protocol/disco#items'/>";
const RSM = 'http://jabber.org/protocol/rsm';

const varsOf = (answer: XmlElement): string[] =>
  answer
    .getChild('query')
    ?.getChildren('feature')
    .flatMap(({ attrs }) => attrs.var ?? []) ?? [];
const itemsOf = (answer: XmlElement) =>
  answer
    .getChild('query')
    ?.getChildren('item')
    .map(({ attrs }) => attrs) ?? [];

describe.each(XMPP_SERVERS)('discovering rooms on %s', (xmpp) => {
  let stage: IrcStage;
  beforeAll(async () => {
    stage = await ircStage({ xmpp });
  });

  it('H01 H02 H03 H04 H05 H07 H08 H30 Q06 what a room says of itself, from outside and from inside', async () => {
    const room = stage.room('#disco');
    const carol = await stage.person('carol');
    await carol.join('#disco');
    carol.send('MODE #disco +s');
    carol.send('TOPIC #disco :About');
    await carol.barrier();
    const alice = await stage.user('alice');
    const outside = await alice.iq('get', room, INFO);
    expect(varsOf(outside)).toEqual(
      expect.arrayContaining([
        ...['http://jabber.org/protocol/muc', 'http://jabber.org/protocol/muc#stable_id'],
        ...['urn:xmpp:sid:0', 'urn:xmpp:occupant-id:0', 'urn:xmpp:mam:2'],
        ...['http://jabber.org/protocol/muc#self-ping-optimization', 'urn:xmpp:ping'],
        ...['muc_open', 'muc_semianonymous', 'muc_persistent'],
      ]),
    );
    expect(itemsOf(await alice.iq('get', room, ITEMS))).toEqual([]);
    expect(errorCondition(await alice.iq('get', `${room}/carol`, INFO))).toBe('bad-request');

    await alice.joinRoom(room, 'ally');
    const inside = await alice.iq('get', room, INFO);
    const identity = inside.getChild('query')?.getChildElements()[0];
    expect(identity?.name).toBe('identity');
    expect(identity?.attrs).toMatchObject({ category: 'conference', type: 'irc' });
    expect(identity?.attrs.name).toContain('#disco');
    expect(varsOf(inside)).toEqual(
      expect.arrayContaining(['muc_hidden', 'muc_unmoderated', 'muc_unsecured']),
    );
    for (const [one, other] of [
      ['muc_hidden', 'muc_public'],
      ['muc_membersonly', 'muc_open'],
      ['muc_moderated', 'muc_unmoderated'],
      ['muc_nonanonymous', 'muc_semianonymous'],
      ['muc_passwordprotected', 'muc_unsecured'],
      ['muc_persistent', 'muc_temporary'],
    ] as const)
      expect(varsOf(inside).filter((name) => name === one || name === other)).toHaveLength(1);
    const form = inside.getChild('query')?.getChild('x', 'jabber:x:data');
    const values = Object.fromEntries(
      form?.getChildren('field').map((field) => [field.attrs.var, field.getChildText('value')]) ?? [],
    );
    expect(values).toMatchObject({
      FORM_TYPE: 'http://jabber.org/protocol/muc#roominfo',
      'muc#roominfo_subject': 'About',
      'muc#roominfo_occupants': '2',
    });
    expect(values['muc#roomconfig_roomname']).toContain('#disco');
    for (const [name, value] of Object.entries(values))
      if (/changesubject|allowinvites/.test(name)) expect(value).toMatch(/^[01]$/);
    const occupants = itemsOf(await alice.iq('get', room, ITEMS)).map(({ jid }) => jid);
    expect(occupants.sort()).toEqual([`${room}/ally`, `${room}/carol`]);
    const nick = await alice.iq(
      'get',
      room,
      "<query xmlns='http://jabber.org/protocol/disco#info' node='x-roomuser-item'/>",
    );
    expect(nick.getChild('query')?.getChild('identity')?.attrs.name).toBe('ally');
    const card = await alice.iq('get', `${room}/carol`, "<vCard xmlns='vcard-temp'/>");
    expect(card.attrs.type).toBe('result');
    const other = await alice.iq(
      'get',
      room,
      "<query xmlns='http://jabber.org/protocol/disco#info' node='nothing'/>",
    );
    expect(errorCondition(other)).toBe('item-not-found');
  });

  it('H06 S16 the channels of a server are listed in pages; hidden ones are not', async () => {
    const dave = await stage.person('dave');
    const names = Array.from({ length: 25 }, (_, n) => `#list${String(n).padStart(2, '0')}`);
    for (const name of names) await dave.join(name);
    dave.send('MODE #list24 +s');
    await dave.barrier();
    const bob = await stage.user('bob');
    await bob.joinRoom(stage.room('#list00'), 'bobby');
    const place = `${stage.irc.host}@${stage.domain}`;
    const seen: string[] = [];
    for (let after = ''; ; ) {
      const answer = await bob.iq(
        'get',
        place,
        `<query xmlns='http://jabber.org/protocol/disco#items'><set xmlns='${RSM}'><max>10</max>${after && `<after>${after}</after>`}</set></query>`,
      );
      expect(answer.attrs.type).toBe('result');
      const page = itemsOf(answer).flatMap(({ jid }) => jid ?? []);
      const set = answer.getChild('query')?.getChild('set', RSM);
      expect(page.length).toBeLessThanOrEqual(10);
      seen.push(...page);
      after = set?.getChildText('last') ?? '';
      if (page.length < 10 || after === '') break;
    }
    const listed = seen.filter((jid) => jid.startsWith('#list'));
    expect(new Set(listed).size).toBe(listed.length);
    expect(listed.sort()).toEqual(names.slice(0, 24).map((name) => stage.room(name)));
  });
});
