import { describe, expect, it } from 'vitest';
import type { IrcClient } from '../../client/irc-client.js';
import type { XmppClient } from '../../client/xmpp-client.js';
import { type IrcStage, ircStage } from '../../support/irc-stage.js';
import { register, SERVERS } from '../../support/service-talk.js';

/** A room with a registered user, who is online, and carol. */
async function scene(xmpp: (typeof SERVERS)[number]): Promise<{
  stage: IrcStage;
  alice: XmppClient;
  carol: IrcClient;
  room: string;
}> {
  const stage = await ircStage({ xmpp });
  const [alice, carol] = await Promise.all([stage.user('alice'), stage.person('carol')]);
  await carol.join('#lasting');
  await register(alice, stage.domain, { nick: 'Ally' });
  const room = stage.room('#lasting');
  await alice.joinRoom(room, 'Ally');
  return { stage, alice, carol, room };
}

/** The words of people on IRC in the user's own archive at his server (XEP-0313), oldest first. */
async function ownArchive(user: XmppClient): Promise<(string | null)[]> {
  await user.iq('set', undefined, "<query xmlns='urn:xmpp:mam:2'/>");
  const messages = user.received.flatMap(
    (stanza) =>
      stanza
        .getChild('result', 'urn:xmpp:mam:2')
        ?.getChild('forwarded', 'urn:xmpp:forward:0')
        ?.getChild('message') ?? [],
  );
  return messages
    .filter(({ attrs }) => attrs.from?.startsWith('carol%'))
    .map((message) => message.getChildText('body'));
}

describe.each(SERVERS)('%s goes away and comes back', (xmpp) => {
  // An orderly stop tells of clients' departures first, of all or of some: their users have left for good.
  it('A04 F08 H17 Q12 killed: IRC sees nothing of it, the user is back in his room and misses nothing', async () => {
    const { stage, carol, room } = await scene(xmpp);
    carol.say('#lasting', 'before');
    await stage.server.kill();
    for (let index = 0; index < 30; index += 1) carol.say('#lasting', `meanwhile ${index}`);
    carol.say('Ally', 'and in private');
    await carol.barrier();
    await stage.server.restart();
    const alice = await stage.user('alice', 'tablet');
    // A killed server may have lost what it was told last, such as the user's consent: he gives it again.
    await alice.send(`<presence type='subscribed' to='${stage.domain}'/>`);
    await alice.waitFor({ name: 'presence', type: null, from: stage.domain }, 'the gateway', {
      timeoutMs: 40_000,
    });
    const joined = await alice.joinRoom(room, 'Ally', { history: "<history maxstanzas='60'/>" });
    expect(joined.history.map((message) => message.getChildText('body'))).toEqual([
      'before',
      ...Array.from({ length: 30 }, (_, index) => `meanwhile ${index}`),
    ]);
    // The server may have had it before the client was there, and then only shows it in his archive.
    expect(await ownArchive(alice)).toEqual(['and in private']);
    const id = await alice.message(room, 'back again', 'groupchat');
    await carol.waitForMessage('#lasting', 'back again');
    await alice.waitFor({ name: 'message', id }, 'the reflection');
    expect(carol.count(/^:Ally!\S+ (QUIT|PART)/)).toBe(0);
    expect(carol.count(/^:Ally!\S+ JOIN/)).toBe(1);
    carol.say('#lasting', 'welcome back');
    await alice.waitFor({ name: 'message', body: 'welcome back' }, 'the welcome');
    expect(alice.count({ name: 'message', body: 'welcome back' })).toBe(1);
  });
});
