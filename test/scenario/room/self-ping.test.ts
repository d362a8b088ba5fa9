import { beforeAll, describe, expect, it } from 'vitest';
import { errorCondition } from '../../client/stanza-match.js';
import { type IrcStage, ircStage } from '../../support/irc-stage.js';
import { leaveRoom, occupantIdOf, XMPP_SERVERS } from './occupants.js';

const PING = "<ping xmlns='urn:xmpp:ping'/>";

describe.each(XMPP_SERVERS)('what lasts, on %s', (xmpp) => {
  let stage: IrcStage;
  beforeAll(async () => {
    stage = await ircStage({ xmpp });
  });

  it('H23 Q10 H26 self-ping and occupant-ids over leaving, coming back and a restart of the gateway', async () => {
    const room = stage.room('#ping');
    const carol = await stage.person('carol');
    await carol.join('#ping');
    const alice = await stage.user('alice');
    const phone = await stage.user('alice', 'second');
    const outside = await alice.iq('get', `${room}/ally`, PING);
    expect(errorCondition(outside)).toBe('not-acceptable');
    expect(outside.getChild('error')?.attrs).toMatchObject({ type: 'cancel', by: room });

    const first = await alice.joinRoom(room, 'ally');
    expect((await alice.iq('get', `${room}/ally`, PING)).attrs.type).toBe('result');
    // The other client of the same user is not in.
    expect(errorCondition(await phone.iq('get', `${room}/ally`, PING))).toBe('not-acceptable');
    const about = await alice.iq('get', `${room}/nobody`, PING);
    expect(errorCondition(about)).toBe('item-not-found');

    await leaveRoom(alice, room, 'ally');
    expect(errorCondition(await alice.iq('get', `${room}/ally`, PING))).toBe('not-acceptable');
    const second = await alice.joinRoom(room, 'ally');
    const other = await alice.joinRoom(stage.room('#pong'), 'ally');

    // Killed: the room is lost without a word to anybody.
    await stage.gateway.kill();
    await stage.gateway.start();
    const lost = await alice.iq('get', `${room}/ally`, PING);
    expect(errorCondition(lost)).toBe('not-acceptable');
    expect(lost.getChild('error')?.attrs).toMatchObject({ type: 'cancel', by: room });
    await carol.waitForLine(/^:ally\S* QUIT/);
    const third = await alice.joinRoom(room, 'ally');

    const ids = [first, second, third].map(({ self }) => occupantIdOf(self));
    expect(new Set(ids).size).toBe(1);
    expect(occupantIdOf(other.self)).not.toBe(ids[0]);
    expect(ids[0]).toMatch(/^[\x21-\x7e]{20,128}$/);
    const carols = [first, second, third].map(({ occupants }) => occupants.map(occupantIdOf).join());
    expect(new Set(carols).size).toBe(1);
    expect(carols[0]).not.toBe(ids[0]);
  });

  it('D07 H32 I16 an orderly stop tells every client 332; what was said is there afterwards', async () => {
    const room = stage.room('#stop');
    const dave = await stage.person('dave');
    await dave.join('#stop');
    const bob = await stage.user('bob');
    await bob.joinRoom(room, 'bobby');
    dave.say('#stop', 'remember this');
    await bob.waitFor({ body: 'remember this' }, 'the message');
    await stage.gateway.stop();
    await bob.waitFor(
      { name: 'presence', type: 'unavailable', from: `${room}/bobby`, status: '332' },
      'the end of the gateway',
    );
    await dave.waitForLine(/^:bobby\S* QUIT/);
    await stage.gateway.start();
    const { history } = await bob.joinRoom(room, 'bobby');
    expect(history.map((stanza) => stanza.getChildText('body'))).toEqual(['remember this']);
  });
});
