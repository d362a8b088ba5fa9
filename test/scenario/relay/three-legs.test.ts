import { beforeAll, describe, expect, it } from 'vitest';
import type { IrcClient } from '../../client/irc-client.js';
import type { XmppClient } from '../../client/xmpp-client.js';
import { startInspircd } from '../../servers/inspircd.js';
import { type RelayStage, relayStage } from '../../support/relay/relay-stage.js';

const WEBIRC =
  '<module name="cgiirc"><cgihost type="webirc" mask="127.0.0.1" password="hush"><cgihost type="webirc" mask="::1" password="hush">';

describe('a room of Prosody, a channel of ngIRCd and one of InspIRCd', () => {
  let stage: RelayStage;
  let room: string;
  let alice: XmppClient;
  let carol: IrcClient;
  let dave: IrcClient;
  let other: IrcClient;

  beforeAll(async () => {
    stage = await relayStage(
      { puppets: { most: 5 } },
      () => startInspircd({ extraConfig: WEBIRC }),
      [],
      'hush',
    );
    room = stage.room('three');
    alice = await stage.user('alice');
    await alice.joinRoom(room, 'alice');
    carol = await stage.person('carol');
    await carol.join('#three');
    dave = await stage.person('dave', stage.other);
    await dave.join('#three');
    // Called as somebody on the other server.
    other = await stage.person('carol', stage.other);
    await other.join('#three');
    await stage.link(room, stage.channel('#three'));
    await stage.link(room, stage.otherChannel('#three'));
  });

  it('are one conversation', async () => {
    carol.say('#three', 'from ngIRCd');
    await alice.waitFor((stanza) => stanza.getChildText('body') === 'from ngIRCd', 'words of ngIRCd');
    // Her name is taken on InspIRCd.
    expect(await dave.waitForLine(/PRIVMSG #three :from ngIRCd$/)).toMatch(/^:carol\[irc\]!\S+@2001:db8:1:/);
    dave.say('#three', 'from InspIRCd');
    expect(await carol.waitForLine(/PRIVMSG #three :from InspIRCd$/)).toMatch(/^:dave!/);
    await alice.waitFor((stanza) => stanza.getChildText('body') === 'from InspIRCd', 'words of InspIRCd');
    await alice.message(room, 'from Prosody', 'groupchat');
    expect(await carol.waitForLine(/PRIVMSG #three :from Prosody$/)).toMatch(/^:alice!/);
    expect(await dave.waitForLine(/PRIVMSG #three :from Prosody$/)).toMatch(/^:alice!/);
  });

  it('call people by what they are called on each', async () => {
    dave.say('#three', 'carol[irc]: can you hear me? @alice you too?');
    await carol.waitForMessage('#three', 'carol: can you hear me? alice you too?');
  });

  it('carry private words to those who are meant', async () => {
    dave.say('carol[irc]', 'between us');
    const heard = await carol.waitForLine(/ PRIVMSG carol :between us$/, 'private words');
    expect(heard).toMatch(/^:dave!/);
    carol.say('dave', 'I see');
    expect(await dave.waitForLine(/ PRIVMSG dave :I see$/)).toMatch(/^:carol\[irc\]!/);
    await alice.barrier(stage.domain);
    expect(alice.count((stanza) => /between us|I see/.test(stanza.getChildText('body') ?? ''))).toBe(0);
    carol.say('Relay', 'hello?');
    await carol.waitForLine(/ NOTICE carol :I am a relay/, 'what the relay is');
  });

  it('know what is answered and what is meant, where the network has no way to say so', async () => {
    carol.say('#three', 'what time is it');
    const question = await alice.waitFor(
      (stanza) => stanza.getChildText('body') === 'what time is it',
      'the question',
    );
    const id = question.getChild('stanza-id', 'urn:xmpp:sid:0')?.attrs.id;
    await alice.send(
      `<message to='${room}' type='groupchat' id='answer'><body>noon</body>` +
        `<reply xmlns='urn:xmpp:reply:0' to='${room}/carol' id='${id}'/></message>`,
    );
    await carol.waitForMessage('#three', '> <carol> what time is it');
    await carol.waitForMessage('#three', 'noon');
    await alice.send(
      `<message to='${room}' type='groupchat' id='better'><body>one</body>` +
        `<replace xmlns='urn:xmpp:message-correct:0' id='answer'/></message>`,
    );
    expect(await carol.waitForLine(/PRIVMSG #three :\* one$/)).toMatch(/^:alice!/);
    await alice.send(
      `<message to='${room}' type='groupchat' id='thumb'>` +
        `<reactions xmlns='urn:xmpp:reactions:0' id='${id}'><reaction>👍</reaction></reactions></message>`,
    );
    await carol.waitForLine(/PRIVMSG #three :alice reacted to carol .*what time is it.*👍/, 'the reaction');
  });
});
