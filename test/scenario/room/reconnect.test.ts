import { expect, it } from 'vitest';
import { ARRIVAL_TIMEOUT_MS } from '../../client/inbox.js';
import { statusCodes } from '../../client/stanza-match.js';
import type { XmppClient } from '../../client/xmpp-client.js';
import { ircStage } from '../../support/irc-stage.js';
import { actOf, fromRoom } from './occupants.js';

const QUICK = { initialMs: 20, maxMs: 200 };

/** What the gateway itself has said unasked. */
const fromGateway = (user: XmppClient, domain: string) =>
  user.received.filter(({ name, attrs }) => name !== 'iq' && attrs.from === domain);

it('H32 A04 Q08 a user whose connection is cut and comes back is told nothing; the others see him go and come', async () => {
  const operator = { name: 'root', password: 'toor' };
  const stage = await ircStage({ options: { reconnect: QUICK }, ngircd: { operator } });
  const carol = await stage.person('carol');
  const alice = await stage.user('alice');
  const bob = await stage.user('bob');
  const channels = ['#a', '#b', '#c'];
  for (const channel of channels) {
    await carol.join(channel);
    carol.send(`TOPIC ${channel} :As it was`);
    await carol.barrier();
    await alice.joinRoom(stage.room(channel), 'ally');
    await bob.joinRoom(stage.room(channel), 'bobby');
    await alice.waitFor({ name: 'presence', from: `${stage.room(channel)}/bobby` }, 'bob');
  }
  await alice.barrier(stage.domain);
  const told = () => [
    ...channels.flatMap((channel) => fromRoom(alice, stage.room(channel))),
    ...fromGateway(alice, stage.domain),
  ];
  const before = new Set(told());
  carol.send('OPER root toor');
  await carol.waitForLine(/ 381 /);
  carol.send('KILL ally :just so');
  await carol.waitForLine(/^:ally\S* QUIT/);
  for (const channel of channels) {
    await carol.waitForLine(new RegExp(`^:ally\\S* JOIN :?${channel}$`));
    await bob.waitFor(
      { type: 'unavailable', from: `${stage.room(channel)}/ally` },
      'the end of the connection',
    );
    await bob.waitFor({ type: null, name: 'presence', from: `${stage.room(channel)}/ally` }, 'the return');
  }
  carol.say('#c', 'welcome back');
  await alice.waitFor({ body: 'welcome back' }, 'the first word after the return');
  await alice.barrier(stage.domain);
  const news = told().filter((stanza) => !before.has(stanza));
  expect(news.filter((stanza) => stanza.getChildText('body') !== 'welcome back').map(String)).toEqual([]);
});

it('H32 A04 Q08 an IRC server that comes back within the grace: nothing is said twice, and then all goes on', async () => {
  const stage = await ircStage({ options: { reconnect: QUICK }, users: ['eve', 'dan'] });
  const users = await Promise.all(['alice', 'bob', 'eve', 'dan'].map((name) => stage.user(name)));
  const channels = ['#a', '#b', '#c'];
  for (const channel of channels)
    for (const [n, user] of users.entries()) await user.joinRoom(stage.room(channel), `user${n}`);
  const [alice, , , dan] = users;
  await dan?.message(stage.room('#a'), 'before', 'groupchat');
  for (const user of users) {
    await user.waitFor({ body: 'before' }, 'the message before');
    await user.barrier(stage.domain);
  }
  const told = users.map((user) => new Set(user.received));
  await stage.irc.kill();
  await stage.irc.restart();
  const carol = await stage.person('carol');
  for (const channel of channels) {
    await carol.join(channel);
    for (const n of users.keys()) {
      // In her list of names, or coming after her.
      const seen = new RegExp(`^:user${n}\\S* JOIN :?${channel}$| 353 .* ${channel} :.*\\buser${n}\\b`);
      await expect.poll(() => carol.count(seen), { timeout: ARRIVAL_TIMEOUT_MS }).toBeGreaterThan(0);
    }
    for (const user of users)
      await user.waitFor({ name: 'presence', from: `${stage.room(channel)}/carol` }, 'carol');
  }
  await alice?.message(stage.room('#b'), 'after', 'groupchat');
  await carol.waitForMessage('#b', 'after');
  for (const [n, user] of users.entries()) {
    await user.waitFor({ body: 'after' }, 'the message after');
    // Carol is news, and who was first in an empty channel runs it now: nothing else has changed.
    const news = channels.flatMap((channel) =>
      fromRoom(user, stage.room(channel)).filter(
        (stanza) => !told[n]?.has(stanza) && !stanza.attrs.from?.endsWith('/carol'),
      ),
    );
    expect(
      fromGateway(user, stage.domain)
        .filter((stanza) => !told[n]?.has(stanza))
        .map(String),
    ).toEqual([]);
    const presences = news.filter(({ name }) => name === 'presence');
    expect(presences.filter(({ attrs }) => attrs.type !== undefined).map(String)).toEqual([]);
    expect(presences.length).toBeLessThanOrEqual(2 * channels.length);
    expect(news.filter(({ name }) => name === 'message')).toHaveLength(1);
  }
});

it('H32 Q08 one that stays away: 110 and 333 without 307 in each room, and joining again works', async () => {
  const stage = await ircStage({ options: { reconnect: QUICK, timeouts: { lostGraceMs: 300 } } });
  const alice = await stage.user('alice');
  const rooms = ['#a', '#b'].map((channel) => stage.room(channel));
  for (const room of rooms) await alice.joinRoom(room, 'ally');
  await stage.irc.stop();
  for (const room of rooms) {
    const lost = await alice.waitFor(
      { name: 'presence', type: 'unavailable', from: `${room}/ally` },
      'the end in the room',
    );
    expect(statusCodes(lost).sort()).toEqual(['110', '333']);
    expect(actOf(lost).actor).toBeUndefined();
  }
  await stage.irc.restart();
  for (const room of rooms) await alice.joinRoom(room, 'ally');
  await alice.message(rooms[0] ?? '', 'here again', 'groupchat');
  await alice.waitFor({ body: 'here again' }, 'the reflection');
});
