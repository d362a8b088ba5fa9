import { beforeAll, describe, expect, it } from 'vitest';
import { errorCondition, statusCodes } from '../../client/stanza-match.js';
import { type IrcStage, ircStage } from '../../support/irc-stage.js';
import { itemOf, occupantIdOf } from './occupants.js';

describe('nicks in rooms', () => {
  let stage: IrcStage;
  beforeAll(async () => {
    stage = await ircStage();
  });

  it('H24 H25 H26 a change of nick goes to all rooms of the network, keeps the occupant-id and reaches IRC', async () => {
    const [one, two] = [stage.room('#one'), stage.room('#two')];
    const carol = await stage.person('carol');
    await carol.join('#one');
    const alice = await stage.user('alice');
    const bob = await stage.user('bob');
    const { self } = await alice.joinRoom(one, 'ally');
    await alice.joinRoom(two, 'ally');
    await bob.joinRoom(one, 'bobby');
    await alice.send(`<presence to='${one}/allison'/>`);
    for (const room of [one, two]) {
      const old = await alice.waitFor(
        { name: 'presence', type: 'unavailable', from: `${room}/ally` },
        'the end of the old nick',
      );
      expect(statusCodes(old).sort()).toEqual(['110', '303']);
      expect(itemOf(old).nick).toBe('allison');
      const fresh = await alice.waitFor(
        { name: 'presence', type: null, from: `${room}/allison` },
        'the new nick',
      );
      expect(statusCodes(fresh)).toContain('110');
      if (room === one) expect(occupantIdOf(fresh)).toBe(occupantIdOf(self));
    }
    const seen = await bob.waitFor(
      { name: 'presence', type: 'unavailable', from: `${one}/ally` },
      'the old nick',
    );
    expect(statusCodes(seen)).toEqual(['303']);
    await bob.waitFor({ name: 'presence', type: null, from: `${one}/allison` }, 'the new nick');
    await carol.waitForLine(/^:ally!\S+ NICK :?allison$/);
    expect(alice.count({ name: 'presence', from: /\/allison$/, type: null })).toBe(2);
  });

  it('H24 a nick that is taken → conflict, one that cannot be → not-acceptable, and the old one stays', async () => {
    const room = stage.room('#stay');
    await stage.person('dora');
    const bob = await stage.user('bob', 'stay');
    const { self } = await bob.joinRoom(room, 'bobby');
    const nick = self.attrs.from?.split('/')[1];
    await bob.send(`<presence to='${room}/dora'/>`);
    const refused = await bob.waitFor({ name: 'presence', type: 'error', from: `${room}/dora` }, 'a refusal');
    expect(errorCondition(refused)).toBe('conflict');
    await bob.send(`<presence to='${room}/*'/>`);
    const odd = await bob.waitFor({ name: 'presence', type: 'error', from: `${room}/*` }, 'a refusal');
    expect(errorCondition(odd)).toBe('not-acceptable');
    await bob.message(room, 'same as ever', 'groupchat');
    const said = await bob.waitFor({ body: 'same as ever' }, 'the reflection');
    expect(said.attrs.from).toBe(`${room}/${nick}`);
  });

  it('H24 people of IRC change their nick, go away and come back', async () => {
    const room = stage.room('#away');
    const erin = await stage.person('erin');
    await erin.join('#away');
    const bob = await stage.user('bob', 'away');
    const { occupants } = await bob.joinRoom(room, 'bobby');
    const id = occupants[0] && occupantIdOf(occupants[0]);
    erin.send('NICK erika');
    const old = await bob.waitFor(
      { name: 'presence', type: 'unavailable', from: `${room}/erin` },
      'the old nick',
    );
    expect(statusCodes(old)).toEqual(['303']);
    expect(itemOf(old).nick).toBe('erika');
    const fresh = await bob.waitFor({ name: 'presence', type: null, from: `${room}/erika` }, 'the new nick');
    expect(occupantIdOf(fresh)).toBe(id);
    const frank = await stage.person('frank');
    await bob.send(`<presence to='${room}/bobby'><show>away</show><status>at lunch</status></presence>`);
    await bob.message(room, 'behind the AWAY', 'groupchat');
    await bob.waitFor({ body: 'behind the AWAY' }, 'the reflection');
    frank.send('WHOIS bobby');
    await frank.waitForLine(/ 301 \S+ bobby :at lunch$/);
    await bob.send(`<presence to='${room}/bobby'/>`);
    await bob.message(room, 'behind the return', 'groupchat');
    await bob.waitFor({ body: 'behind the return' }, 'the reflection');
    frank.send('PRIVMSG bobby :are you back?');
    await frank.barrier();
    expect(frank.count(/ 301 /)).toBe(1);
  });

  it('H13 a nick that the server would cut → in with the real one, 110 and 210', async () => {
    const room = stage.room('#long');
    const alice = await stage.user('alice', 'long');
    const wanted = 'a nick with spaces';
    const joined = await alice.joinRoom(room, wanted);
    expect(statusCodes(joined.self)).toEqual(expect.arrayContaining(['110', '210']));
    expect(joined.self.attrs.from).not.toBe(`${room}/${wanted}`);
  });
});
