import { beforeAll, describe, expect, it } from 'vitest';
import { type RelayStage, relayStage } from '../../support/relay/relay-stage.js';

describe('a room of Prosody and a channel of ngIRCd', () => {
  let stage: RelayStage;
  beforeAll(async () => {
    stage = await relayStage();
  });

  it('are one conversation, in which everyone has his own name', async () => {
    const [room, channel] = [stage.room('club'), stage.channel('#club')];
    const alice = await stage.user('alice');
    await alice.joinRoom(room, 'Alice');
    const carol = await stage.person('carol');
    await carol.join('#club');
    await stage.link(room, channel);
    await carol.waitForLine(/ JOIN :?#club/, 'the relay in the channel');

    carol.say('#club', 'hello from IRC');
    const heard = await alice.waitFor(
      (stanza) => stanza.getChildText('body') === 'hello from IRC',
      'the words of IRC',
    );
    expect(heard.attrs).toMatchObject({ from: `${room}/carol`, type: 'groupchat' });

    await alice.message(room, 'hello from XMPP', 'groupchat');
    const line = await carol.waitForLine(/PRIVMSG #club :.*hello from XMPP/, 'the words of XMPP');
    expect(line).toContain('Alice');
    await carol.barrier();
    expect(carol.count(/hello from IRC/)).toBe(0);
    expect(alice.count((stanza) => stanza.getChildText('body') === 'hello from XMPP')).toBe(1);
  });
});
