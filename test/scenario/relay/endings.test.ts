import { beforeAll, describe, it } from 'vitest';
import type { IrcClient } from '../../client/irc-client.js';
import type { XmppClient } from '../../client/xmpp-client.js';
import { type RelayStage, relayStage } from '../../support/relay/relay-stage.js';

describe('a relay of a room and a channel', () => {
  let stage: RelayStage;
  let alice: XmppClient;
  let boss: XmppClient;
  beforeAll(async () => {
    stage = await relayStage();
    alice = await stage.user('alice');
    boss = await stage.user('boss');
  });

  async function linked(name: string): Promise<{ room: string; channel: string; irc: IrcClient }> {
    const [room, channel] = [stage.room(name), `#${name}`];
    await alice.joinRoom(room, 'Alice');
    const irc = await stage.person(`op-${name}`);
    await irc.join(channel);
    await stage.link(room, stage.channel(channel));
    return { room, channel, irc };
  }

  async function nothingLeft(irc: IrcClient): Promise<void> {
    await irc.waitForLine(/^:Relay\S* (?:PART|QUIT)/, 'the relay goes from IRC');
    boss.clear();
    await boss.message(stage.domain, 'relays');
    await boss.waitFor({ from: stage.domain, body: /^There are no relays\./ }, 'that there is no relay');
  }

  it('ends with a word to the channel when the room is destroyed', async () => {
    const { room, irc } = await linked('doomed');
    await alice.iq('set', room, "<query xmlns='http://jabber.org/protocol/muc#owner'><destroy/></query>");
    await irc.waitForLine(/PRIVMSG #doomed :.*destroyed/, 'why it is over');
    await nothingLeft(irc);
  });

  it('ends when the room bans the relay', async () => {
    const { room, irc } = await linked('strict');
    const item = `<item affiliation='outcast' jid='strict@${stage.domain}'/>`;
    await alice.iq('set', room, `<query xmlns='http://jabber.org/protocol/muc#admin'>${item}</query>`);
    await irc.waitForLine(/PRIVMSG #strict :.*banned/, 'why it is over');
    await nothingLeft(irc);
  });

  it('ends when the channel kicks the relay', async () => {
    const { room, irc } = await linked('quiet');
    irc.send('KICK #quiet Relay :not here');
    await alice.waitFor({ from: `${room}/Relay`, body: /removed by op-quiet/ }, 'why it is over');
    await alice.waitFor({ from: `${room}/Relay`, name: 'presence', type: 'unavailable' }, 'the relay goes');
  });
});
