import { beforeAll, describe, expect, it } from 'vitest';
import type { IrcClient } from '../../../client/irc-client.js';
import type { XmppClient } from '../../../client/xmpp-client.js';
import { bodyOf, createRoom, stanzaId } from '../../../support/relay/hosted-room.js';
import { type RelayStage, relayStage } from '../../../support/relay/relay-stage.js';

const ADMIN = 'http://jabber.org/protocol/muc#admin';
const OWNER = 'http://jabber.org/protocol/muc#owner';
const USER = 'http://jabber.org/protocol/muc#user';

describe('people in a hosted room', () => {
  let stage: RelayStage;
  let hosted: string;
  let alice: XmppClient;
  let bob: XmppClient;
  let carol: IrcClient;
  beforeAll(async () => {
    stage = await relayStage();
    hosted = await createRoom(stage, stage.boss, 'hall');
    carol = await stage.person('carol');
    await carol.join('#hall');
    await stage.link(hosted, stage.channel('#hall'));
    alice = await stage.user('alice');
    bob = await stage.user('bob');
    await stage.boss.joinRoom(hosted, 'Boss');
    await alice.joinRoom(hosted, 'Alice');
    await bob.joinRoom(hosted, 'Bob');
    carol.say('#hall', 'I am here');
    await alice.waitFor((stanza) => bodyOf(stanza) === 'I am here', 'Carol');
  });

  it('speak in private with each other, and not in the archive', async () => {
    await alice.message(`${hosted}/Bob`, 'between us');
    const told = await bob.waitFor((stanza) => bodyOf(stanza) === 'between us', 'the private words');
    expect(told.attrs).toMatchObject({ from: `${hosted}/Alice`, type: 'chat' });
  });

  it('speak in private with people of other rooms', async () => {
    await alice.message(`${hosted}/carol`, 'psst, carol');
    await carol.waitForLine(/psst, carol/, 'the private words');
    expect(carol.count(/PRIVMSG #hall :.*psst/)).toBe(0);
  });

  it('I24 I39 are kicked by who has rights, people of other rooms too', async () => {
    const kick = (nick: string) =>
      `<query xmlns='${ADMIN}'><item nick='${nick}' role='none'><reason>enough</reason></item></query>`;
    const forbidden = await alice.iq('set', hosted, kick('Bob'));
    expect(forbidden.getChild('error')?.getChild('forbidden')).toBeDefined();
    expect((await stage.boss.iq('set', hosted, kick('carol'))).attrs.type).toBe('result');
    const gone = await alice.waitFor(
      (stanza) => stanza.attrs.from === `${hosted}/carol` && stanza.attrs.type === 'unavailable',
      'the kick',
    );
    const x = gone.getChild('x', USER);
    expect(x?.getChild('status')?.attrs.code).toBe('307');
    expect(x?.getChild('item')?.getChild('actor')?.attrs.nick).toBe('Boss');
    const self = await stage.boss.iq('set', hosted, kick('Relay'));
    expect(self.getChild('error')?.getChild('not-allowed')).toBeDefined();
  });

  it('I13 have their words taken away by a moderator', async () => {
    await bob.message(hosted, 'rude words', 'groupchat');
    const heard = await alice.waitFor((stanza) => bodyOf(stanza) === 'rude words', 'the words');
    const wish = `<moderate xmlns='urn:xmpp:message-moderate:1' id='${stanzaId(heard)}'><retract xmlns='urn:xmpp:message-retract:1'/><reason>no</reason></moderate>`;
    expect((await alice.iq('set', hosted, wish)).attrs.type).toBe('error');
    expect((await stage.boss.iq('set', hosted, wish)).attrs.type).toBe('result');
    const told = await alice.waitFor(
      (stanza) => stanza.getChild('retract', 'urn:xmpp:message-retract:1') !== undefined,
      'the retraction',
    );
    expect(told.attrs.from).toBe(hosted);
    const moderated = told.getChild('retract')?.getChild('moderated', 'urn:xmpp:message-moderate:1');
    expect(moderated?.attrs.by).toBe(`${hosted}/Boss`);
  });

  it('I25 I30 are banned, or kept outside by the settings, which owners alone change', async () => {
    const ban = `<query xmlns='${ADMIN}'><item jid='bob@localhost' affiliation='outcast'/></query>`;
    expect((await stage.boss.iq('set', hosted, ban)).attrs.type).toBe('result');
    await bob.waitFor(
      (stanza) => stanza.attrs.type === 'unavailable' && stanza.attrs.from === `${hosted}/Bob`,
      'the ban',
    );
    await expect(bob.joinRoom(hosted, 'Bob')).rejects.toThrow(/forbidden/);
    const archive = await bob.iq('set', hosted, "<query xmlns='urn:xmpp:mam:2'/>");
    expect(archive.getChild('error')?.getChild('forbidden')).toBeDefined();
    expect((await alice.iq('get', hosted, `<query xmlns='${OWNER}'/>`)).attrs.type).toBe('error');
    const closed =
      `<query xmlns='${OWNER}'><x xmlns='jabber:x:data' type='submit'>` +
      `<field var='FORM_TYPE'><value>http://jabber.org/protocol/muc#roomconfig</value></field>` +
      `<field var='muc#roomconfig_membersonly'><value>1</value></field></x></query>`;
    expect((await stage.boss.iq('set', hosted, closed)).attrs.type).toBe('result');
    const out = await alice.waitFor(
      (stanza) => stanza.attrs.type === 'unavailable' && stanza.attrs.from === `${hosted}/Alice`,
      'the end of her stay',
    );
    expect(
      out
        .getChild('x', USER)
        ?.getChildren('status')
        .map(({ attrs }) => attrs.code),
    ).toContain('322');
    await expect(alice.joinRoom(hosted, 'Alice')).rejects.toThrow(/registration-required/);
    const member = `<query xmlns='${ADMIN}'><item jid='alice@localhost' affiliation='member'/></query>`;
    expect((await stage.boss.iq('set', hosted, member)).attrs.type).toBe('result');
    await alice.joinRoom(hosted, 'Alice');
  });
});
