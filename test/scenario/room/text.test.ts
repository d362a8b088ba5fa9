import { beforeAll, describe, expect, it } from 'vitest';
import { IrcClient } from '../../client/irc-client.js';
import { errorCondition } from '../../client/stanza-match.js';
import { startNgircd } from '../../servers/ngircd.js';
import { type IrcStage, ircStage } from '../../support/irc-stage.js';
import { fromRoom } from './occupants.js';

describe('what is said', () => {
  let stage: IrcStage;
  beforeAll(async () => {
    stage = await ircStage();
  });

  it('F25 F26 many lines and long ones arrive whole, cut between characters, and cannot become commands', async () => {
    const room = stage.room('#long');
    const carol = await stage.person('carol');
    await carol.join('#long');
    const alice = await stage.user('alice');
    await alice.joinRoom(room, 'ally');
    const long = 'Привет, мир 👋🏽 '.repeat(60).trim();
    const id = await alice.message(room, `one\n\ntwo\r\nQUIT :no\n${long}`, 'groupchat');
    const reflected = await alice.waitFor({ name: 'message', type: 'groupchat', id }, 'the reflection');
    expect(reflected.getChildText('body')).toContain(long);
    await alice.message(room, 'the end', 'groupchat');
    await carol.waitForMessage('#long', 'the end');
    const lines = carol.received.filter((line) => / PRIVMSG #long :/.test(line));
    const texts = lines.map((line) => line.replace(/^.* PRIVMSG #long :/, ''));
    expect(texts.slice(0, 3)).toEqual(['one', 'two', 'QUIT :no']);
    expect(texts.slice(3, -1).join('').replaceAll(' ', '')).toBe(long.replaceAll(' ', ''));
    for (const line of lines) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(510);
    expect(texts.join('')).not.toContain('\ufffd');
    expect(alice.count({ type: 'groupchat', id })).toBe(1);
    const endless = await alice.message(room, 'x\n'.repeat(200), 'groupchat');
    const refused = await alice.waitFor({ type: 'error', id: endless }, 'the refusal');
    expect(errorCondition(refused)).toBe('policy-violation');
  });

  it('F09 F24 I23 Q14 actions, colours, notices and CTCP; payloads beside a body leave only the text', async () => {
    const room = stage.room('#style');
    const dave = await stage.person('dave');
    await dave.join('#style');
    const alice = await stage.user('alice', 'style');
    await alice.joinRoom(room, 'ally');
    await alice.message(room, '/me waves', 'groupchat');
    await dave.waitForMessage('#style', '\x01ACTION waves\x01');
    dave.say('#style', '\x01ACTION nods\x01');
    await alice.waitFor({ body: '/me nods' }, 'the action');
    dave.say('#style', '\x0304red\x03 and \x02bold\x02');
    await alice.waitFor({ body: 'red and *bold*' }, 'the colours, as text');
    dave.send('NOTICE #style :take notice');
    await alice.waitFor({ body: '[notice] take notice' }, 'the notice');
    dave.say('#style', '\x01VERSION\x01');
    dave.say('ally', '\x01VERSION\x01');
    await dave.waitForLine(/^:ally\S* NOTICE dave :.VERSION .*Isthmus/i);
    dave.say('#style', '<b>&amp;</b>');
    await alice.waitFor({ body: '<b>&amp;</b>' }, 'the text that looks like markup');
    expect(alice.count({ body: /VERSION/ })).toBe(0);
    await alice.send(
      `<message type='groupchat' to='${room}' id='rich'><body>just the text</body>` +
        "<active xmlns='http://jabber.org/protocol/chatstates'/><markable xmlns='urn:xmpp:chat-markers:0'/>" +
        "<request xmlns='urn:xmpp:receipts'/><origin-id xmlns='urn:xmpp:sid:0' id='o1'/>" +
        "<encryption xmlns='urn:xmpp:eme:0' namespace='x'/><store xmlns='urn:xmpp:hints'/></message>",
    );
    await dave.waitForMessage('#style', 'just the text');
    // What has no text is nothing to IRC, and no error to the client (F09, I23).
    const before = fromRoom(alice, room).length;
    await alice.send(
      `<message type='groupchat' to='${room}' id='typing'><composing xmlns='http://jabber.org/protocol/chatstates'/></message>`,
    );
    await alice.send(
      `<message type='groupchat' to='${room}' id='seen'><displayed xmlns='urn:xmpp:chat-markers:0' id='x'/></message>`,
    );
    await alice.barrier(stage.domain);
    await alice.waitFor({ type: 'groupchat', id: 'rich' }, 'the reflection');
    await dave.barrier();
    expect(dave.count(/^:ally\S* PRIVMSG /)).toBe(2);
    expect(fromRoom(alice, room).length - before).toBeLessThanOrEqual(1);
    expect(alice.count({ type: 'error' })).toBe(0);
  });

  it('F11 G05 an encrypted message is refused, its fallback never relayed, nor the key of a file', async () => {
    const room = stage.room('#secret');
    const erin = await stage.person('erin');
    await erin.join('#secret');
    const alice = await stage.user('alice', 'secret');
    await alice.joinRoom(room, 'ally');
    await alice.send(
      `<message type='groupchat' to='${room}' id='omemo'><body>I sent you an OMEMO message</body>` +
        "<encrypted xmlns='eu.siacs.conversations.axolotl'><header sid='1'/></encrypted></message>",
    );
    const refused = await alice.waitFor({ type: 'error', id: 'omemo' }, 'the refusal');
    expect(errorCondition(refused)).toBe('not-acceptable');
    const link = await alice.message(
      room,
      'see aesgcm://host.example/file.jpg#0123456789abcdef',
      'groupchat',
    );
    const kept = await alice.waitFor({ type: 'error', id: link }, 'the refusal');
    expect(errorCondition(kept)).toBe('not-acceptable');
    await erin.barrier();
    expect(erin.count(/ PRIVMSG /)).toBe(0);
  });
});

it.each([
  ['koi8-r', [0xf0, 0xd2, 0xc9, 0xd7, 0xc5, 0xd4]],
  ['windows-1251', [0xcf, 0xf0, 0xe8, 0xe2, 0xe5, 0xf2]],
])('S08 a channel in %s, read and written', async (encoding, bytes) => {
  const irc = await startNgircd();
  const server = { port: irc.port, tls: false, encoding, outgoingEncoding: encoding };
  const stage = await ircStage({ irc, options: { servers: { [irc.host]: server } } });
  const carol = await IrcClient.connect({ server: irc, nick: 'carol', encoding: 'latin1' });
  await carol.join('#old');
  const alice = await stage.user('alice');
  const room = stage.room('#old');
  await alice.joinRoom(room, 'ally');
  const word = Buffer.from(bytes);
  carol.say('#old', word.toString('latin1'));
  await alice.waitFor({ body: 'Привет' }, 'the word');
  carol.sendBytes(Buffer.from('PRIVMSG #old :Привет, UTF-8\r\n'));
  await alice.waitFor({ body: 'Привет, UTF-8' }, 'a word in UTF-8');
  await alice.message(room, 'Привет', 'groupchat');
  await carol.waitForMessage('#old', word.toString('latin1'));
});
