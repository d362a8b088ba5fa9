import type { XmlElement } from '@xmpp/client';
import { beforeAll, describe, expect, it } from 'vitest';
import type { IrcClient } from '../../client/irc-client.js';
import type { XmppClient } from '../../client/xmpp-client.js';
import { type RelayStage, relayStage } from '../../support/relay/relay-stage.js';
import { bodyIs, standInGone } from '../../support/relay/room-views.js';
import { runCommand } from '../../support/relay/run-command.js';

describe('who is not carried', () => {
  let stage: RelayStage;
  let room: string;
  let alice: XmppClient;
  let bob: XmppClient;
  let carol: IrcClient;
  let dave: IrcClient;

  beforeAll(async () => {
    stage = await relayStage();
    room = stage.room('club');
    alice = await stage.user('alice');
    await alice.joinRoom(room, 'Alice');
    bob = await stage.user('bob');
    await bob.joinRoom(room, 'Bob');
    carol = await stage.person('carol');
    await carol.join('#club');
    dave = await stage.person('dave');
    await dave.join('#club');
    await stage.link(room, stage.channel('#club'));
    await carol.waitForLine(/^:Relay\S* JOIN :?#club/, 'the relay in the channel');
  });

  const heard = (text: string): Promise<XmlElement> => alice.waitFor(bodyIs(text), text);

  it('says so himself on IRC: his stand-in goes, his words stay, until he wants it again', async () => {
    dave.say('#club', 'before');
    await heard('before');
    dave.say('#club', 'Relay: stop-carrying me');
    await dave.waitForLine(/PRIVMSG #club :dave: your words are not told/, 'the answer');
    await alice.waitFor(standInGone(room, 'dave'), 'the end of the stand-in');
    dave.say('#club', 'between us');
    // By another name he is the same, from his first words on.
    dave.send('NICK david');
    dave.say('#club', 'between us');
    dave.send('NICK dave');
    await dave.barrier();
    carol.say('#club', 'after that');
    await heard('after that');
    dave.say('#club', 'Relay: start-carrying me');
    await dave.waitForLine(/PRIVMSG #club :dave: your words are told/, 'the other answer');
    dave.say('#club', 'here again');
    expect((await heard('here again')).attrs.from).toBe(`${room}/dave`);
    expect(alice.count(bodyIs('between us'))).toBe(0);
    expect(alice.count({ body: /carrying/ })).toBe(0);
  });

  it('says so himself in the room: what others quote of him stays there too', async () => {
    const answers = async (whose: XmlElement, quoted: string, text: string): Promise<void> => {
      const id = whose.getChild('stanza-id', 'urn:xmpp:sid:0')?.attrs.id;
      const before = `&gt; ${quoted}\n`;
      await alice.send(
        `<message to='${room}' type='groupchat' id='${alice.nextId()}'><body>${before}${text}</body>` +
          `<reply xmlns='urn:xmpp:reply:0' to='${room}/Bob' id='${id}'/>` +
          `<fallback xmlns='urn:xmpp:fallback:0' for='urn:xmpp:reply:0'><body start='0' end='${quoted.length + 3}'/></fallback></message>`,
      );
    };
    await bob.message(room, 'a public secret', 'groupchat');
    await answers(await heard('a public secret'), 'a public secret', 'it is none');
    await carol.waitForLine(/PRIVMSG #club :.*> .*a public secret/, 'a quotation of who is carried');
    await carol.waitForLine(/PRIVMSG #club :.*it is none/, 'the answer');

    await bob.message(room, 'Relay: stop-carrying me', 'groupchat');
    await alice.waitFor({ from: `${room}/Relay`, body: /Bob: your words are not told/ }, 'the answer');
    await bob.message(room, 'a real secret', 'groupchat');
    await answers(await heard('a real secret'), 'a real secret', 'I keep it');
    await carol.waitForLine(/PRIVMSG #club :.*I keep it/, 'the answer without what is answered');
    expect(carol.count(/real secret/)).toBe(0);

    await bob.message(room, 'Relay: start-carrying me', 'groupchat');
    await alice.waitFor({ from: `${room}/Relay`, body: /Bob: your words are told/ }, 'the other answer');
    await bob.message(room, 'no secret', 'groupchat');
    await carol.waitForLine(/PRIVMSG #club :.*Bob.*no secret/, 'his words again');
  });

  it('is blocked and unblocked by a moderator, in words; nobody else can', async () => {
    dave.say('#club', 'here I am');
    await heard('here I am');
    await bob.message(room, 'Relay: block dave', 'groupchat');
    await alice.waitFor({ from: `${room}/Relay`, body: /Only people with rights/ }, 'the refusal');
    await alice.message(room, 'Relay: block dave too loud', 'groupchat');
    await alice.waitFor({ from: `${room}/Relay`, body: /dave is carried no more/ }, 'the answer');
    await alice.waitFor(standInGone(room, 'dave'), 'the end of the stand-in');
    dave.say('#club', 'loud');
    await dave.barrier();
    carol.say('#club', 'quiet now');
    await heard('quiet now');
    await alice.message(room, 'Relay: blocked', 'groupchat');
    await alice.waitFor({ from: `${room}/Relay`, body: /dave: since .*too loud/ }, 'the list');
    await alice.message(room, 'Relay: unblock dave', 'groupchat');
    await alice.waitFor({ from: `${room}/Relay`, body: /dave is carried again/ }, 'the other answer');
    dave.say('#club', 'softly');
    await heard('softly');
    expect(alice.count(bodyIs('loud'))).toBe(0);
  });

  it('is blocked and unblocked by the operator, by command and by a pattern of addresses', async () => {
    const form = await runCommand(stage.boss, stage.domain, 'isthmus:relay:block');
    const [, name = ''] = /<field[^>]*var="relay"[^>]*>.*?<value>([^<]+)/s.exec(form) ?? [];
    expect(name).not.toBe('');
    const who = '*@irc.localhost';
    const blocked = await runCommand(stage.boss, stage.domain, 'isthmus:relay:block', { relay: name, who });
    expect(blocked).toContain('is carried no more');
    dave.say('#club', 'nobody hears');
    carol.say('#club', 'nor me');
    await carol.barrier();
    await dave.barrier();
    expect(await runCommand(stage.boss, stage.domain, 'isthmus:relay:blocked')).toContain(who);
    const again = await runCommand(stage.boss, stage.domain, 'isthmus:relay:unblock', { relay: name, who });
    expect(again).toContain('is carried again');
    dave.say('#club', 'everybody hears');
    await heard('everybody hears');
    expect(alice.count({ body: /nobody hears|nor me/ })).toBe(0);
  });
});
