import { beforeAll, describe, expect, it } from 'vitest';
import type { XmppClient } from '../../client/xmpp-client.js';
import { type RelayStage, relayStage } from '../../support/relay/relay-stage.js';

const CODE = /\b\d{6}\b/;

describe('a relay that is invited', () => {
  let stage: RelayStage;
  let alice: XmppClient;
  beforeAll(async () => {
    stage = await relayStage({ limits: { visitMs: 1_000, codeTries: 2 } });
    alice = await stage.user('alice');
  });

  async function locked(room: string): Promise<void> {
    await alice.joinRoom(room, 'Alice');
    const fields = Object.entries({
      FORM_TYPE: 'http://jabber.org/protocol/muc#roomconfig',
      'muc#roomconfig_passwordprotectedroom': '1',
      'muc#roomconfig_roomsecret': 'sesame',
    }).map(([name, value]) => `<field var='${name}'><value>${value}</value></field>`);
    const form = `<x xmlns='jabber:x:data' type='submit'>${fields.join('')}</x>`;
    await alice.iq('set', room, `<query xmlns='http://jabber.org/protocol/muc#owner'>${form}</query>`);
  }

  it('comes into a room with a password by a direct invitation (XEP-0249), and leaves with a word when nothing is linked', async () => {
    const room = stage.room('locked');
    await locked(room);
    const invitation = `<x xmlns='jabber:x:conference' jid='${room}' password='sesame'/>`;
    await alice.send(`<message to='any@${stage.domain}'>${invitation}</message>`);
    await alice.waitFor({ from: `${room}/Relay`, body: /Relay: help/ }, 'what it can do');
    await alice.waitFor({ from: `${room}/Relay`, body: /Nothing was linked/ }, 'the farewell');
    await alice.waitFor({ from: `${room}/Relay`, name: 'presence', type: 'unavailable' }, 'that it leaves');
  });

  it('stays for as long as a code is open, and keeps the password when the rooms are linked', async () => {
    const room = stage.room('locked');
    const carol = await stage.person('carol');
    await carol.join('#locked');
    const invitation = `<x xmlns='jabber:x:conference' jid='${room}' password='sesame'/>`;
    await alice.send(`<message to='${stage.domain}'>${invitation}</message>`);
    await alice.waitFor({ from: `${room}/Relay`, body: /Relay: help/ }, 'what it can do');
    await alice.message(room, `Relay: link #locked on ${stage.irc.host}`, 'groupchat');
    const told = await alice.waitFor({ from: `${room}/Relay`, body: CODE }, 'the code');
    const [code = ''] = CODE.exec(told.getChildText('body') ?? '') ?? [];
    carol.say('#locked', code);
    await alice.waitFor({ from: `${room}/Relay`, body: /one conversation now/ }, 'that the rooms are linked');
    alice.clear();
    await stage.gateway.restart();
    await alice.waitFor({ from: `${room}/Relay`, name: 'presence', type: null }, 'the relay after a restart');
    await alice.message(room, 'still here', 'groupchat');
    await carol.waitForLine(/PRIVMSG #locked :.*still here/, 'words after the restart');
  });

  it('does not wait where a code was guessed at too often', async () => {
    const room = stage.room('guessed');
    await alice.joinRoom(room, 'Alice');
    const carol = await stage.person('carol2');
    await carol.join('#guessed');
    const invite = `<x xmlns='http://jabber.org/protocol/muc#user'><invite to='${stage.domain}'/></x>`;
    await alice.send(`<message to='${room}'>${invite}</message>`);
    await alice.waitFor({ from: `${room}/Relay`, body: /Relay: help/ }, 'what it can do');
    await alice.message(room, `Relay: link #guessed on ${stage.irc.host}`, 'groupchat');
    const told = await alice.waitFor({ from: `${room}/Relay`, body: CODE }, 'the code');
    const [code = ''] = CODE.exec(told.getChildText('body') ?? '') ?? [];
    const wrong = code === '123456' ? '654321' : '123456';
    carol.say('#guessed', wrong);
    await carol.waitForLine(/PRIVMSG #guessed :That is not the code/, 'that it is wrong');
    carol.say('#guessed', wrong);
    await carol.waitForLine(/^:Relay\S* (?:PART|QUIT)/, 'that the relay waits no longer');
    carol.say('#guessed', code);
    await carol.barrier();
    expect(alice.count({ from: `${room}/Relay`, body: /one conversation now/ })).toBe(0);
  });
});
