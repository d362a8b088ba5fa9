import { beforeAll, describe, expect, it } from 'vitest';
import type { IrcClient } from '../../client/irc-client.js';
import type { XmppClient } from '../../client/xmpp-client.js';
import { type RelayStage, relayStage } from '../../support/relay/relay-stage.js';
import { bodyIs, setting, standInGone } from '../../support/relay/room-views.js';

describe('the settings of a room and of a channel', () => {
  let stage: RelayStage;
  let room: string;
  let alice: XmppClient;
  let carol: IrcClient;

  beforeAll(async () => {
    stage = await relayStage();
    room = stage.room('club');
    alice = await stage.user('alice');
    await alice.joinRoom(room, 'Alice');
    carol = await stage.person('carol');
    await carol.join('#club');
    await stage.link(room, stage.channel('#club'));
    await carol.waitForLine(/^:Relay\S* JOIN :?#club/, 'the relay in the channel');
  });

  /** Sets how the channel takes part. */
  async function channelSetting(name: string, value: string): Promise<void> {
    carol.say('#club', `Relay: settings ${name} ${value}`);
    await carol.waitForLine(new RegExp(`PRIVMSG #club :.*${name} = ${value} `), `${name} ${value}`);
  }

  const heard = async (text: string): Promise<string | undefined> =>
    (await alice.waitFor(bodyIs(text), text)).attrs.from;

  it('decide whose coming, going and other name on IRC is shown in the room', async () => {
    await setting(alice, room, 'presence everybody');
    const erin = await stage.person('erin');
    await erin.join('#club');
    await alice.waitFor({ name: 'presence', from: `${room}/erin`, type: null }, 'erin, who has said nothing');
    erin.send('NICK erica');
    await alice.waitFor(standInGone(room, 'erin'), 'her old name');
    await alice.waitFor({ name: 'presence', from: `${room}/erica`, type: null }, 'her new one');
    erin.say('#club', 'it is me');
    expect(await heard('it is me')).toBe(`${room}/erica`);
    erin.send('PART #club :bye');
    await alice.waitFor(standInGone(room, 'erica'), 'that she has gone');
  });

  it('decide whose coming, going and other name in the room is told on IRC', async () => {
    const bob = await stage.user('bob');
    await channelSetting('presence', 'speakers');
    await bob.joinRoom(room, 'Bob');
    await bob.message(room, 'Bob is a speaker', 'groupchat');
    await carol.waitForLine(/PRIVMSG #club :.*Bob is a speaker/, 'his words');
    await bob.send(`<presence to='${room}/Robert'/>`);
    await carol.waitForLine(/PRIVMSG #club :Bob is now called Robert/, 'his other name');
    await bob.send(`<presence to='${room}/Robert' type='unavailable'/>`);
    await carol.waitForLine(/PRIVMSG #club :Robert has gone/, 'that he has gone');
    expect(carol.count(/PRIVMSG #club :Bob has come/)).toBe(0);

    await channelSetting('presence', 'everybody');
    const dave = await stage.user('dave');
    await dave.joinRoom(room, 'Dave');
    await carol.waitForLine(/PRIVMSG #club :Dave has come/, 'somebody who has said nothing');
    await channelSetting('presence', 'nobody');
    await dave.send(`<presence to='${room}/Dave' type='unavailable'/>`);
    await alice.waitFor(standInGone(room, 'Dave'), 'that he has gone');
    await alice.message(room, 'who is there?', 'groupchat');
    await carol.waitForLine(/PRIVMSG #club :.*who is there/, 'words after that');
    expect(carol.count(/PRIVMSG #club :Dave has gone/)).toBe(0);
  });

  it('decide whether a new topic is told, set, or ignored', async () => {
    const subject = (text: string): Promise<void> =>
      alice.send(`<message to='${room}' type='groupchat'><subject>${text}</subject></message>`);
    carol.send('TOPIC #club :Tea');
    expect(await heard('carol set the subject: Tea')).toBe(`${room}/Relay`);
    await subject('Biscuits');
    await carol.waitForLine(/PRIVMSG #club :Alice set the subject: Biscuits/, 'the topic, told');

    await channelSetting('topics', 'set');
    await setting(alice, room, 'topics set');
    await subject('Scones');
    await carol.waitForLine(/^:Relay\S* TOPIC #club :Scones/, 'the topic of the channel');
    carol.send('MODE #club +t');
    await subject('Crumpets');
    await carol.waitForLine(
      /PRIVMSG #club :Alice set the subject: Crumpets/,
      'the topic that it may not set',
    );
    carol.send('TOPIC #club :Cake');
    const open =
      "<x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE'><value>http://jabber.org/protocol/muc#roomconfig</value></field><field var='muc#roomconfig_changesubject'><value>1</value></field></x>";
    expect(await heard('carol set the subject: Cake')).toBe(`${room}/Relay`);
    await alice.iq('set', room, `<query xmlns='http://jabber.org/protocol/muc#owner'>${open}</query>`);
    carol.send('TOPIC #club :Muffins');
    const told = await alice.waitFor(
      (stanza) => stanza.getChildText('subject') === 'Muffins',
      'the subject of the room',
    );
    expect(told.attrs.from).toBe(`${room}/Relay`);

    await setting(alice, room, 'topics ignored');
    carol.send('TOPIC #club :Nothing');
    carol.say('#club', 'after the topic');
    await heard('after the topic');
    expect(alice.count({ body: /set the subject: (?:Nothing|Scones|Muffins)/ })).toBe(0);
    // What was set elsewhere does not come back.
    expect(carol.count(/ TOPIC #club :(?:Muffins|Scones)/)).toBe(2);
  });
});
