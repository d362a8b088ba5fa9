import { beforeAll, describe, expect, it } from 'vitest';
import type { IrcClient } from '../../client/irc-client.js';
import { errorCondition } from '../../client/stanza-match.js';
import type { XmppClient } from '../../client/xmpp-client.js';
import { type IrcStage, ircStage } from '../../support/irc-stage.js';

const ADMIN = 'http://jabber.org/protocol/muc#admin';
const OWNER = 'http://jabber.org/protocol/muc#owner';
const MAM = 'urn:xmpp:mam:2';
const RSM = 'http://jabber.org/protocol/rsm';

const admin = (items: string) => `<query xmlns='${ADMIN}'>${items}</query>`;

describe('a room managed by its user', () => {
  let stage: IrcStage;
  let alice: XmppClient;
  let bob: XmppClient;
  beforeAll(async () => {
    stage = await ircStage();
    alice = await stage.user('alice');
    bob = await stage.user('bob');
  });

  async function roomOf(channel: string, nick: string): Promise<{ room: string; guest: IrcClient }> {
    const room = stage.room(channel);
    await alice.joinRoom(room, 'ally');
    const guest = await stage.person(nick);
    await guest.join(channel);
    await alice.waitFor({ name: 'presence', from: `${room}/${nick}` }, 'the guest');
    return { room, guest };
  }

  it('I24 I26 a kick: the network kicks, 307 with reason comes before the result', async () => {
    const { room, guest } = await roomOf('#kick', 'carol');
    const answer = await alice.iq(
      'set',
      room,
      admin("<item nick='carol' role='none'><reason>too loud</reason></item>"),
    );
    expect(answer.attrs.type).toBe('result');
    await guest.waitForLine(/^:ally\S* KICK #kick carol :?too loud/);
    const gone = await alice.waitFor(
      { name: 'presence', type: 'unavailable', from: `${room}/carol`, status: '307' },
      'the kick',
    );
    expect(gone.getChild('x')?.getChild('item')?.getChildText('reason')).toBe('too loud');
    expect(alice.received.indexOf(gone)).toBeLessThan(alice.received.indexOf(answer));
  });

  it('I25 I27 a ban: listed, out and unable to come back; lifted by what the list shows', async () => {
    const { room, guest } = await roomOf('#ban', 'dave');
    const banned = await alice.iq('set', room, admin("<item nick='dave' affiliation='outcast'/>"));
    expect(banned.attrs.type).toBe('result');
    await guest.waitForLine(/ KICK #ban dave/);
    guest.send('JOIN #ban');
    await guest.waitForLine(/ 474 /);

    const list = await alice.iq('get', room, admin("<item affiliation='outcast'/>"));
    const items = list.getChild('query', ADMIN)?.getChildren('item') ?? [];
    expect(items).toHaveLength(1);
    expect(items[0]?.attrs.affiliation).toBe('outcast');

    const lift = await alice.iq(
      'set',
      room,
      admin(`<item jid='${items[0]?.attrs.jid}' affiliation='none'/>`),
    );
    expect(lift.attrs.type).toBe('result');
    await guest.join('#ban');
  });

  it('I24 I27 I29 who has no right is refused and nothing happens', async () => {
    const { room } = await roomOf('#rights', 'erin');
    await bob.joinRoom(room, 'bobby');
    const refused = await bob.iq('set', room, admin("<item nick='erin' role='none'/>"));
    expect(errorCondition(refused)).toBe('forbidden');
    expect(errorCondition(await bob.iq('get', room, `<query xmlns='${OWNER}'/>`))).toBe('forbidden');
    const self = await alice.iq('get', room, admin("<item role='moderator'/>"));
    expect(
      self
        .getChild('query')
        ?.getChildren('item')
        .map(({ attrs }) => attrs.nick),
    ).toEqual(['ally']);

    const voiced = await alice.iq('set', room, admin("<item nick='bobby' affiliation='member'/>"));
    expect(voiced.attrs.type).toBe('result');
    const told = await bob.waitFor(
      (stanza) =>
        stanza.name === 'presence' &&
        stanza.attrs.from === `${room}/bobby` &&
        stanza.getChild('x')?.getChild('item')?.attrs.affiliation === 'member',
      'the voice',
    );
    expect(told.getChild('x')?.getChild('status')?.attrs.code).toBe('110');
  });

  it('I30 I31 the form changes the modes of the channel', async () => {
    const { room, guest } = await roomOf('#form', 'frank');
    const form = await alice.iq('get', room, `<query xmlns='${OWNER}'/>`);
    const fields = form.getChild('query', OWNER)?.getChild('x')?.getChildren('field') ?? [];
    expect(fields.map(({ attrs }) => attrs.var)).toContain('muc#roomconfig_moderatedroom');
    const answer = await alice.iq(
      'set',
      room,
      `<query xmlns='${OWNER}'><x xmlns='jabber:x:data' type='submit'>` +
        "<field var='muc#roomconfig_moderatedroom'><value>1</value></field></x></query>",
    );
    expect(answer.attrs.type).toBe('result');
    await guest.waitForLine(/^:ally\S* MODE #form \+\S*m/);
    await alice.waitFor({ name: 'message', from: room, child: 'x', status: '104' }, 'the change');
    const info = await alice.iq('get', room, "<query xmlns='http://jabber.org/protocol/disco#info'/>");
    expect(String(info)).toContain('muc_moderated');
  });

  it('I16 I18 I21 the archive, in pages, to each what he has received', async () => {
    const { room, guest } = await roomOf('#mam', 'grace');
    for (const text of ['one', 'two', 'three']) guest.say('#mam', text);
    await alice.waitFor({ body: 'three' }, 'the last message');
    await bob.joinRoom(room, 'bobby');
    guest.say('#mam', 'four');
    await bob.waitFor({ body: 'four' }, 'the message to both');
    await alice.waitFor({ body: 'four' }, 'the message to both');

    const page = async (user: XmppClient, set: string) => {
      const before = user.received.length;
      const fin = await user.iq(
        'set',
        room,
        `<query xmlns='${MAM}'><set xmlns='${RSM}'>${set}</set></query>`,
      );
      const results = user.received.slice(before).flatMap((stanza) => stanza.getChild('result', MAM) ?? []);
      return {
        bodies: results.map((result) =>
          result.getChild('forwarded')?.getChild('message')?.getChildText('body'),
        ),
        first: results[0]?.attrs.id,
        complete: fin.getChild('fin', MAM)?.attrs.complete,
      };
    };
    const last = await page(alice, '<max>2</max><before/>');
    expect(last).toMatchObject({ bodies: ['three', 'four'], complete: undefined });
    const rest = await page(alice, `<max>2</max><before>${last.first}</before>`);
    expect(rest).toMatchObject({ bodies: ['one', 'two'], complete: 'true' });
    expect(await page(bob, '<max>9</max>')).toMatchObject({ bodies: ['four'], complete: 'true' });
  });
});
