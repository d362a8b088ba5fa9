import { beforeAll, describe, expect, it } from 'vitest';
import type { XmppClient } from '../../../client/xmpp-client.js';
import { archived, archiveOf, bodyOf, createRoom, stanzaId } from '../../../support/relay/hosted-room.js';
import { type RelayStage, relayStage } from '../../../support/relay/relay-stage.js';

describe('a room on the domain of the relays', () => {
  let stage: RelayStage;
  let boss: XmppClient;
  beforeAll(async () => {
    stage = await relayStage();
    boss = stage.boss;
  });

  it('is one conversation with a channel and a room elsewhere, also while nobody is in; its archive has all of it', async () => {
    const hosted = await createRoom(stage, boss, 'devs');
    const carol = await stage.person('carol');
    await carol.join('#devs');
    await stage.link(hosted, stage.channel('#devs'));
    await carol.waitForLine(/ JOIN :?#devs/, 'the relay in the channel');
    const room = stage.room('devs');
    const bob = await stage.user('bob');
    await bob.joinRoom(room, 'Bob');
    await stage.link(hosted, room);

    carol.say('#devs', 'while nobody is in');
    await bob.waitFor((stanza) => bodyOf(stanza) === 'while nobody is in', 'the words of IRC');

    const alice = await stage.user('alice');
    const { history, self } = await alice.joinRoom(hosted, 'Alice');
    expect(history.map(bodyOf)).toContain('while nobody is in');
    expect(
      self.getChild('x', 'http://jabber.org/protocol/muc#user')?.getChild('item')?.attrs.affiliation,
    ).toBe('none');
    await alice.message(hosted, 'hello from home', 'groupchat');
    await carol.waitForLine(/PRIVMSG #devs :.*hello from home/, 'the words in the channel');
    const elsewhere = await bob.waitFor((stanza) => bodyOf(stanza) === 'hello from home', 'them elsewhere');
    expect(elsewhere.attrs.from).toBe(`${room}/Alice`);
    await bob.message(room, 'hello from elsewhere', 'groupchat');
    const heard = await alice.waitFor((stanza) => bodyOf(stanza) === 'hello from elsewhere', 'Bob');
    expect(heard.attrs).toMatchObject({ from: `${hosted}/Bob`, type: 'groupchat' });

    const results = await archiveOf(alice, hosted);
    const words = results.map((result) => bodyOf(archived(result)));
    expect(words.filter((text) => /while|hello/.test(text))).toEqual([
      'while nobody is in',
      'hello from home',
      'hello from elsewhere',
    ]);
    const ids = results.map((result) => result.getChild('result', 'urn:xmpp:mam:2')?.attrs.id);
    expect(ids).toContain(stanzaId(heard));
    expect(new Set(ids).size).toBe(ids.length);
    // Who has never been in reads the same.
    const others = await archiveOf(boss, hosted, 50);
    expect(others.map((result) => result.getChild('result', 'urn:xmpp:mam:2')?.attrs.id)).toEqual(ids);
  });
});
