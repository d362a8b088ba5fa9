import { beforeAll, describe, expect, it } from 'vitest';
import type { IrcClient } from '../../client/irc-client.js';
import type { XmppClient } from '../../client/xmpp-client.js';
import { type RelayStage, relayStage } from '../../support/relay/relay-stage.js';

describe('a stand-in in a room of Prosody', () => {
  let stage: RelayStage;
  let alice: XmppClient;
  let carol: IrcClient;
  let room: string;

  beforeAll(async () => {
    stage = await relayStage({ limits: { pingMs: 2_000, retryFirstMs: 200 } });
    room = stage.room('court');
    [alice, carol] = await Promise.all([stage.user('alice'), stage.person('carol')]);
    await Promise.all([alice.joinRoom(room, 'Alice'), carol.join('#court')]);
    await stage.link(room, stage.channel('#court'));
  });

  const says = async (person: IrcClient, words: string, listener = alice): Promise<string> => {
    person.say('#court', words);
    const heard = await listener.waitFor((stanza) => stanza.getChildText('body') === words, words);
    return `${heard.attrs.from}`;
  };

  it('G06 has a face for whoever asks the room', async () => {
    expect(await says(carol, 'here I am')).toBe(`${room}/carol`);
    const card = await alice.iq('get', `${room}/carol`, "<vCard xmlns='vcard-temp'/>");
    expect(card.attrs.type).toBe('result');
    expect(card.getChild('vCard')?.getChildText('NICKNAME')).toBe('carol');
    const version = await alice.iq('get', `${room}/carol`, "<query xmlns='jabber:iq:version'/>");
    expect(version.getChild('query')?.getChildText('name')).toBe('Isthmus');
    const info = await alice.iq(
      'get',
      `${room}/carol`,
      "<query xmlns='http://jabber.org/protocol/disco#info'/>",
    );
    expect(info.getChild('query')?.getChild('identity')).toBeDefined();
  });

  it('A06 refuses what it does not know, and is never silent', async () => {
    const unknown = await alice.iq('get', `${room}/carol`, "<query xmlns='urn:example:nothing'/>");
    expect(unknown.getChild('error')?.getChild('service-unavailable')).toBeDefined();
    const set = await alice.iq('set', `${room}/carol`, "<vCard xmlns='vcard-temp'/>");
    expect(set.attrs.type).toBe('error');
  });

  it('I05 takes a private message, or says why not', async () => {
    const id = await alice.message(`${room}/carol`, 'between us', 'chat');
    const answer = await Promise.race([
      carol.waitForLine(/(?:PRIVMSG|NOTICE) carol :.*between us/, 'the private words').then(() => 'told'),
      alice
        .waitFor((stanza) => stanza.attrs.id === id && stanza.attrs.type === 'error', 'a refusal')
        .then((stanza) => stanza.getChild('error')?.getChildText('text') ?? ''),
    ]);
    expect(answer).toMatch(/\w/);
    expect(alice.count((stanza) => stanza.getChildText('body') === 'between us')).toBeLessThanOrEqual(1);
  });

  it('S07 is told from somebody of the same name', async () => {
    const bob = await stage.user('bob');
    await bob.joinRoom(room, 'dan');
    const dan = await stage.person('Dan');
    await dan.join('#court');
    expect(await says(dan, 'which one am I?')).toBe(`${room}/Dan [irc]`);
    await bob.disconnect();
  });

  it('A04 is there again after the server was restarted', async () => {
    await stage.server.restart();
    const again = await stage.user('alice');
    await again.joinRoom(room, 'Alice');
    expect(await says(carol, 'is anybody still here?', again)).toBe(`${room}/carol`);
    await again.message(room, 'I am', 'groupchat');
    await carol.waitForLine(/PRIVMSG #court :.*I am/, 'the words after the restart');
    await carol.barrier();
    expect(carol.count(/PRIVMSG #court :.*I am/)).toBe(1);
    expect(again.count((stanza) => stanza.getChildText('body') === 'is anybody still here?')).toBe(1);
  });
});
