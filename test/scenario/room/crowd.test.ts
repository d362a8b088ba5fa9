import { expect, it } from 'vitest';
import type { IrcClient } from '../../client/irc-client.js';
import { statusCodes } from '../../client/stanza-match.js';
import { ircStage } from '../../support/irc-stage.js';
import { fromRoom, XMPP_SERVERS } from './occupants.js';

const PEOPLE = 300;
const AT_ONCE = 8;

it.each(XMPP_SERVERS)(
  'H09 H10 D24 Q05 a room of 300 is shown whole, and a split that takes them all is told once each, on %s',
  async (xmpp) => {
    const stage = await ircStage({ xmpp });
    const room = stage.room('#crowd');
    const nicks = Array.from({ length: PEOPLE }, (_, n) => `guest${n}`);
    const crowd: IrcClient[] = [];
    // ngIRCd lets only few wait for its accept().
    while (crowd.length < PEOPLE) {
      const next = nicks.slice(crowd.length, crowd.length + AT_ONCE);
      crowd.push(...(await Promise.all(next.map((nick) => stage.person(nick)))));
    }
    await Promise.all(crowd.map((person) => person.join('#crowd')));
    const alice = await stage.user('alice');
    const bob = await stage.user('bob');
    const joined = await alice.joinRoom(room, 'ally');
    expect(joined.occupants.map(({ attrs }) => attrs.from).sort()).toEqual(
      nicks.map((nick) => `${room}/${nick}`).sort(),
    );
    expect((await bob.joinRoom(room, 'bobby')).occupants).toHaveLength(PEOPLE + 1);
    for (const [n, person] of crowd.entries()) person.say('#crowd', `hello ${n}`);
    for (const client of [alice, bob])
      for (const n of crowd.keys()) await client.waitFor({ body: `hello ${n}` }, `the word of guest${n}`);
    for (const person of crowd) person.drop();
    for (const client of [alice, bob])
      for (const nick of nicks)
        await client.waitFor({ type: 'unavailable', from: `${room}/${nick}` }, `the end of ${nick}`);
    for (const client of [alice, bob]) {
      const gone = fromRoom(client, room).filter(({ attrs }) => attrs.type === 'unavailable');
      expect(gone).toHaveLength(PEOPLE);
      expect(gone.flatMap(statusCodes)).toEqual([]);
    }
    // Q05: people of a room are nobody's contacts.
    expect(alice.count({ name: 'presence', type: 'subscribe' })).toBe(0);
    await alice.message(room, 'alone at last', 'groupchat');
    await bob.waitFor({ body: 'alone at last' }, 'the message');
  },
);
