import { beforeAll, describe, expect, it } from 'vitest';
import type { IrcClient } from '../../client/irc-client.js';
import type { XmppClient } from '../../client/xmpp-client.js';
import { type RelayStage, relayStage } from '../../support/relay/relay-stage.js';

const CODE = /\b\d{6}\b/;

describe('people with rights in their rooms', () => {
  let stage: RelayStage;
  let alice: XmppClient;
  let carol: IrcClient;
  let dave: IrcClient;
  beforeAll(async () => {
    stage = await relayStage();
    alice = await stage.user('alice');
    carol = await stage.person('carol');
    dave = await stage.person('dave');
  });

  async function invited(room: string): Promise<void> {
    await alice.joinRoom(room, 'Alice');
    const invite = `<x xmlns='http://jabber.org/protocol/muc#user'><invite to='${stage.domain}'/></x>`;
    await alice.send(`<message to='${room}'>${invite}</message>`);
    await alice.waitFor(
      { from: `${room}/Relay`, body: /Relay: link/ },
      'the words of the relay that was invited',
    );
  }

  it('invite the relay, ask it for a link, and agree by a code said in the other room by one of its operators', async () => {
    const [room, channel] = [stage.room('club'), '#club'];
    await carol.join(channel);
    await dave.join(channel);
    await invited(room);

    await alice.message(room, `Relay: link ${channel} on ${stage.irc.host}`, 'groupchat');
    const told = await alice.waitFor({ from: `${room}/Relay`, body: CODE }, 'the code');
    const [code = ''] = CODE.exec(told.getChildText('body') ?? '') ?? [];
    await carol.waitForLine(/ JOIN :?#club/, 'the relay in the channel');

    dave.say(channel, code);
    await carol.waitForLine(/PRIVMSG #club :That code counts only/, 'the answer to one who may not');
    const before = await alice.message(room, 'not for IRC', 'groupchat');
    await alice.waitFor({ id: before, from: `${room}/Alice` }, 'words from before the link');
    carol.say(channel, `${code} please`);
    await alice.waitFor(
      { from: `${room}/Relay`, body: /one conversation now/ },
      'the word that rooms are linked',
    );
    await carol.waitForLine(/PRIVMSG #club :.*one conversation now/, 'the same on IRC');

    carol.say(channel, 'the very first words');
    await alice.waitFor({ from: `${room}/carol`, body: 'the very first words' }, 'the first words of IRC');
    await alice.message(room, 'and an answer', 'groupchat');
    await carol.waitForLine(/PRIVMSG #club :.*and an answer/, 'the first words of XMPP');
    expect(alice.count({ body: new RegExp(`^${code}`) })).toBe(0);
    expect(carol.count(/Relay: link|not for IRC/)).toBe(0);
  });

  it('speak to it by name: nobody else is obeyed, and what was said to it does not cross', async () => {
    const room = stage.room('club');
    dave.say('#club', 'Relay: unlink');
    await dave.waitForLine(/PRIVMSG #club :Only people with rights/, 'the refusal');
    dave.say('#club', 'Relay: help');
    await dave.waitForLine(/PRIVMSG #club :.*Relay: unlink/, 'the help');
    await alice.message(room, 'Relay, link #club on nowhere.example.net', 'groupchat');
    await alice.waitFor({ from: `${room}/Relay`, body: /cannot be reached/ }, 'why it cannot be');
    await alice.message(room, `Relay: link #CLUB%${stage.irc.host}@irc.localhost`, 'groupchat');
    await alice.waitFor({ from: `${room}/Relay`, body: /already/ }, 'that the same room is there already');
    await alice.message(room, `Relay: link ${room}`, 'groupchat');
    await alice.waitFor(
      { from: `${room}/Relay`, body: /one and the same room/ },
      'that a room is no other room',
    );
    await dave.barrier();
    expect(dave.count(/PRIVMSG #club :.*Relay[,:] link #club on/i)).toBe(0);
    expect(alice.count({ body: /Relay: (?:unlink|help)$/ })).toBe(0);
  });

  it('read how the relay fares, and change how their room takes part, in their language', async () => {
    const room = stage.room('club');
    await alice.message(room, 'Relay: relays', 'groupchat');
    const status = await alice.waitFor({ from: `${room}/Relay`, body: /from there/ }, 'the status');
    expect(status.getChildText('body')).toMatch(/#club.*: working/);
    await alice.message(room, 'Relay: settings language ru', 'groupchat');
    await alice.waitFor({ from: `${room}/Relay`, body: /язык шлюза здесь/ }, 'the setting in Russian');
    await alice.message(room, 'Relay, помощь', 'groupchat');
    await alice.waitFor({ from: `${room}/Relay`, body: /Что я понимаю/ }, 'help in Russian');
    await alice.message(room, 'Relay: настройки presence everybody', 'groupchat');
    await alice.waitFor({ from: `${room}/Relay`, body: /presence = everybody/ }, 'the other setting');
    const erin = await stage.person('erin');
    await erin.join('#club');
    await alice.waitFor({ from: `${room}/erin`, name: 'presence', type: null }, 'erin, who has said nothing');
    carol.say('#club', 'Relay: settings presence everybody');
    await carol.waitForLine(/PRIVMSG #club :.*presence = everybody/, 'the setting of the channel');
    carol.say('#club', 'Relay: settings language ru');
    await carol.waitForLine(/PRIVMSG #club :.*язык шлюза здесь/, 'the same in Russian');
    const bob = await stage.user('bob');
    await bob.joinRoom(room, 'Bob');
    await carol.waitForLine(/PRIVMSG #club :.*Bob теперь здесь\./, 'that Bob has come');
    carol.say('#club', 'Relay: настройки language en');
    await carol.waitForLine(/PRIVMSG #club :.*language = en/, 'English again');
    await alice.message(room, 'Relay: settings direction from', 'groupchat');
    await alice.waitFor({ from: `${room}/Relay`, body: /direction = from/ }, 'the direction');
    erin.say('#club', 'heard on IRC only');
    await alice.message(room, 'heard everywhere', 'groupchat');
    await erin.waitForLine(/PRIVMSG #club :.*heard everywhere/, 'words to IRC');
    expect(alice.count({ body: /heard on IRC only/ })).toBe(0);
  });

  it('take their room out again, and the relay leaves both with a word', async () => {
    const room = stage.room('club');
    carol.say('#club', 'Relay: unlink');
    await alice.waitFor({ from: `${room}/Relay`, body: /carol/ }, 'who has done it');
    await alice.waitFor({ from: `${room}/Relay`, name: 'presence', type: 'unavailable' }, 'the relay goes');
    await carol.waitForLine(/^:Relay\S* (?:PART|QUIT)/, 'the relay goes from IRC');
    expect(carol.count(/PRIVMSG #club :.*taken out of the relay by carol/)).toBe(1);
  });
});
