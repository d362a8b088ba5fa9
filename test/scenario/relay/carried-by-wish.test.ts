import { beforeAll, describe, expect, it } from 'vitest';
import type { IrcClient } from '../../client/irc-client.js';
import type { XmppClient } from '../../client/xmpp-client.js';
import { type RelayStage, relayStage } from '../../support/relay/relay-stage.js';
import { bodyIs } from '../../support/relay/room-views.js';

describe('somebody who does not want to be carried', () => {
  let stage: RelayStage;
  let alice: XmppClient;
  let carol: IrcClient;
  let room: string;

  beforeAll(async () => {
    stage = await relayStage();
    room = stage.room('club');
    alice = await stage.user('alice');
    await alice.joinRoom(room, 'Alice');
    carol = await stage.person('carol');
    await carol.join('#club');
    await stage.link(room, stage.channel('#club'));
  });

  /** What one says after something that is not to cross shows that it did not. */
  async function keepsIn(secret: string, from: 'room' | 'channel'): Promise<void> {
    const sign = `after ${secret}`;
    if (from === 'channel') {
      carol.say('#club', secret);
      const dave = await stage.person('dave');
      await dave.join('#club');
      dave.say('#club', sign);
      await alice.waitFor(bodyIs(sign), sign);
      expect(alice.count(bodyIs(secret))).toBe(0);
      await dave.quit();
    } else {
      await alice.message(room, secret, 'groupchat');
      const bob = await stage.user('bob');
      await bob.joinRoom(room, 'Bob');
      await bob.message(room, sign, 'groupchat');
      await carol.waitForLine(new RegExp(`PRIVMSG #club :.*${sign}`), sign);
      expect(carol.count(new RegExp(`:.*[^r] ${secret}`))).toBe(0);
      await bob.disconnect();
    }
  }

  it('says so in a room, and in private on IRC, and is heard at once; under another name, too', async () => {
    carol.say('Relay', 'stop-carrying me');
    await carol.waitForLine(/^:Relay\S* (?:PRIVMSG|NOTICE) carol :.*not told/i, 'the answer');
    await keepsIn('the secret of IRC', 'channel');
    carol.send('NICK caroline');
    await carol.waitForLine(/ NICK :?caroline/, 'the new name');
    await keepsIn('another secret of IRC', 'channel');
    await alice.message(room, 'Relay: stop-carrying me', 'groupchat');
    await alice.message(room, 'the secret of XMPP', 'groupchat');
    await keepsIn('again the secret', 'room');
  });

  it('is carried again when he wants, said in private in a room', async () => {
    await alice.message(`${room}/Relay`, 'start-carrying me', 'chat');
    await alice.waitFor(
      (stanza) => stanza.attrs.type === 'chat' && /are told/.test(stanza.getChildText('body') ?? ''),
      'the answer',
    );
    await alice.message(room, 'no secret', 'groupchat');
    await carol.waitForLine(/PRIVMSG #club :.*no secret/, 'the words');
    expect(carol.count(/secret of XMPP/)).toBe(0);
  });
});
