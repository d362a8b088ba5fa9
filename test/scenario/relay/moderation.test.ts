import { beforeAll, describe, expect, it } from 'vitest';
import type { IrcClient } from '../../client/irc-client.js';
import type { XmppClient } from '../../client/xmpp-client.js';
import { type RelayStage, relayStage } from '../../support/relay/relay-stage.js';
import { bodyIs, setting, standInGone } from '../../support/relay/room-views.js';

const MUC_ADMIN = 'http://jabber.org/protocol/muc#admin';

describe('what moderators do on one leg', () => {
  let stage: RelayStage;
  let alice: XmppClient;
  let carol: IrcClient;
  let dave: IrcClient;
  let room: string;
  /** By which the channel has banned him. */
  let mask: string;

  beforeAll(async () => {
    stage = await relayStage();
    room = stage.room('club');
    alice = await stage.user('alice');
    await alice.joinRoom(room, 'Alice');
    carol = await stage.person('carol');
    await carol.join('#club');
    await stage.link(room, stage.channel('#club'));
    await carol.waitForLine(/^:Relay\S* JOIN :?#club/, 'the relay in the channel');
    dave = await stage.person('dave');
    await dave.join('#club');
    await setting(alice, room, 'moderates yes');
    carol.send('MODE #club +o Relay');
    carol.say('#club', 'Relay: settings obeys yes');
    await carol.waitForLine(/PRIVMSG #club :.*obeys = yes/i, 'the setting of the channel');
  });

  async function sees(text: string): Promise<string | undefined> {
    return (await alice.waitFor(bodyIs(text), text)).attrs.from;
  }

  it('makes somebody go who was made to go elsewhere, natively where the relay may', async () => {
    dave.say('#club', 'rude words');
    expect(await sees('rude words')).toBe(`${room}/dave`);
    const banned = dave.waitForLine(/^:Relay\S* KICK #club dave/, 'the kick');
    const item = `<item affiliation='outcast' jid='dave%${stage.irc.host}@irc.localhost'><reason>enough</reason></item>`;
    await alice.iq('set', room, `<query xmlns='${MUC_ADMIN}'>${item}</query>`);
    await banned;
    const line = await carol.waitForLine(/MODE #club \+b /, 'the ban');
    [, mask = ''] = / \+b (\S+)/.exec(line) ?? [];
    await alice.waitFor(standInGone(room, 'dave'), 'the end of the stand-in');
  });

  it('holds over a restart, until it is undone where it was done', async () => {
    await stage.gateway.restart();
    await carol.waitForLine(/^:Relay\S* JOIN :?#club/, 'the relay in the channel again');
    // Whoever is op lets him in: that is no word of the room that banned him.
    carol.send(`MODE #club -b ${mask}`);
    await carol.barrier();
    await dave.join('#club');
    dave.say('#club', 'still not told');
    carol.say('#club', 'after that');
    await sees('after that');
    expect(alice.count(bodyIs('still not told'))).toBe(0);
    const item = `<item affiliation='none' jid='dave%${stage.irc.host}@irc.localhost'/>`;
    await alice.iq('set', room, `<query xmlns='${MUC_ADMIN}'>${item}</query>`);
    await expect
      .poll(
        async () => {
          dave.say('#club', 'told again');
          await dave.barrier();
          return alice.count(bodyIs('told again'));
        },
        { timeout: 20_000, interval: 500 },
      )
      .toBeGreaterThan(0);
  });
});
