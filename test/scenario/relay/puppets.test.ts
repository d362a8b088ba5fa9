import { beforeAll, describe, expect, it } from 'vitest';
import { type RelayStage, relayStage } from '../../support/relay/relay-stage.js';

describe('people of a room with connections of their own to a network', () => {
  let stage: RelayStage;
  beforeAll(async () => {
    stage = await relayStage({ puppets: { most: 2 } });
  });

  it('speak for themselves up to the limit, and the relay for whoever is beyond it', async () => {
    const [room, channel] = [stage.room('limit'), stage.channel('#limit')];
    const [alice, bob, dave] = await Promise.all([
      stage.user('alice'),
      stage.user('bob'),
      stage.user('dave'),
    ]);
    await alice.joinRoom(room, 'alice');
    await bob.joinRoom(room, 'bob');
    await dave.joinRoom(room, 'dave');
    const carol = await stage.person('carol');
    await carol.join('#limit');
    await stage.link(room, channel);

    await alice.message(room, 'I am alice', 'groupchat');
    const first = await carol.waitForLine(/PRIVMSG #limit :I am alice$/);
    await bob.message(room, 'I am bob', 'groupchat');
    const second = await carol.waitForLine(/PRIVMSG #limit :I am bob$/);
    // Each by his name, user name and address.
    expect(first).toMatch(/^:alice!~alice@127\.77\./);
    expect(second).toMatch(/^:bob!~bob@127\.77\./);
    const hostOf = (line: string) => line.split(' ')[0]?.split('@')[1];
    expect(hostOf(first)).not.toBe(hostOf(second));
    await dave.message(room, 'I am dave', 'groupchat');
    const third = await carol.waitForLine(/PRIVMSG #limit :.*I am dave$/);
    expect(third).toMatch(/^:Relay!/);
    // In a colour, as bridges do it.
    expect(third.replaceAll(/\p{Cc}(?:\d\d)?/gu, '')).toContain('<dave> I am dave');

    // Nothing comes back, and names are as they were.
    carol.say('#limit', 'alice: welcome, and you too, dave');
    await alice.waitFor(
      (stanza) => stanza.getChildText('body') === 'alice: welcome, and you too, dave',
      'words to all',
    );
    expect(alice.count((stanza) => stanza.getChildText('body') === 'I am bob')).toBe(1);
    await Promise.all([alice.disconnect(), bob.disconnect(), dave.disconnect(), carol.quit()]);
  });

  it('are called with the label of their room where somebody has their name already', async () => {
    const [room, channel] = [stage.room('name'), stage.channel('#name')];
    const alice = await stage.user('alice');
    await alice.joinRoom(room, 'dora');
    const dora = await stage.person('dora');
    await dora.join('#name');
    await stage.link(room, channel);
    await alice.message(room, 'so am I', 'groupchat');
    expect(await dora.waitForLine(/PRIVMSG #name :so am I$/)).toMatch(/^:do?r?a?\[xmpp\]!/);
    await alice.disconnect();
    await dora.quit();
  });

  it('are called otherwise when they are, and are let go of when they are made to go', async () => {
    const [room, channel] = [stage.room('kick'), stage.channel('#kick')];
    const alice = await stage.user('alice');
    await alice.joinRoom(room, 'ella');
    const carol = await stage.person('carol2');
    await carol.join('#kick');
    await stage.link(room, channel);
    await alice.message(room, 'first', 'groupchat');
    expect(await carol.waitForLine(/PRIVMSG #kick :first$/)).toMatch(/^:ella!/);

    await alice.joinRoom(room, 'emma');
    await alice.message(room, 'second', 'groupchat');
    await carol.waitForLine(/^:ella!\S+ NICK :?emma$/, 'the new name');
    expect(await carol.waitForLine(/PRIVMSG #kick :second$/)).toMatch(/^:emma!/);
    expect(carol.count(/^:ella!\S+ (QUIT|PART)/)).toBe(0);

    carol.send('KICK #kick emma :enough');
    await carol.waitForLine(/ KICK #kick emma /, 'the kick');
    // His connection ends when the relay has understood.
    for (let there = true; there; ) {
      carol.send('ISON emma');
      there = (await carol.waitForLine(/ 303 carol2 :/, 'who is there')).includes(':emma');
    }
    // Whom the channel does not want, the relay does not speak for there either.
    await alice.message(room, 'third', 'groupchat');
    const bob = await stage.user('bob');
    await bob.joinRoom(room, 'bob');
    await bob.message(room, 'fourth', 'groupchat');
    expect(await carol.waitForLine(/PRIVMSG #kick :fourth$/)).toMatch(/^:bob!/);
    expect(carol.count(/third/)).toBe(0);
    await Promise.all([alice.disconnect(), bob.disconnect()]);
    await carol.quit();
  });
});
