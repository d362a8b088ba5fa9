import { beforeAll, describe, expect, it } from 'vitest';
import { errorCondition, statusCodes } from '../../client/stanza-match.js';
import { type IrcStage, ircStage } from '../../support/irc-stage.js';
import { fromRoom, itemOf, leaveRoom, XMPP_SERVERS } from './occupants.js';

describe.each(XMPP_SERVERS)('clients in a room on %s', (xmpp) => {
  let stage: IrcStage;
  beforeAll(async () => {
    stage = await ircStage({ xmpp });
  });

  it('H14 H20 I01 several clients share one nick: all get everything, the last one to leave parts', async () => {
    const room = stage.room('#share');
    const carol = await stage.person('carol');
    await carol.join('#share');
    const phone = await stage.user('alice', 'phone');
    const laptop = await stage.user('alice', 'laptop');
    await phone.joinRoom(room, 'ally');
    await laptop.joinRoom(room, 'ally');
    await carol.waitForLine(/^:ally\S* JOIN/);
    carol.say('#share', 'hello both');
    await phone.waitFor({ body: 'hello both' }, 'the message');
    await laptop.waitFor({ body: 'hello both' }, 'the message');
    const id = await phone.message(room, 'from the phone', 'groupchat');
    for (const client of [phone, laptop]) {
      const reflected = await client.waitFor({ body: 'from the phone' }, 'the reflection');
      expect(reflected.attrs).toMatchObject({ from: `${room}/ally`, id, type: 'groupchat' });
    }

    const left = await leaveRoom(phone, room, 'ally');
    expect(statusCodes(left)).toEqual(['110']);
    expect(itemOf(left).role).toBe('none');
    carol.say('#share', 'still here?');
    await laptop.waitFor({ body: 'still here?' }, 'the message');
    await phone.barrier(stage.domain);
    expect(phone.count({ body: 'still here?' })).toBe(0);
    expect(laptop.count({ name: 'presence', type: 'unavailable', from: /^#share/ })).toBe(0);
    await carol.barrier();
    expect(carol.count(/^:ally\S* PART/)).toBe(0);
    await leaveRoom(laptop, room, 'ally');
    await carol.waitForLine(/^:ally\S* PART #share/);
    // XEP-0045 §17.3: unavailable of somebody who is not in is ignored.
    await phone.send(`<presence type='unavailable' to='${room}/ally'/>`);
    const before = fromRoom(phone, room).length;
    await phone.barrier(stage.domain);
    expect(fromRoom(phone, room)).toHaveLength(before);
  });

  it('H17 a client that lost track and joins again is shown the whole room; IRC hears nothing', async () => {
    const room = stage.room('#again');
    const dave = await stage.person('dave');
    await dave.join('#again');
    dave.send('TOPIC #again :Once more');
    const alice = await stage.user('alice', 'again');
    const other = await stage.user('alice', 'other');
    await alice.joinRoom(room, 'ally');
    await other.joinRoom(room, 'ally');
    dave.say('#again', 'said before');
    await alice.waitFor({ body: 'said before' }, 'the message');
    await other.waitFor({ body: 'said before' }, 'the message');
    const before = fromRoom(other, room).length;
    const joined = await alice.joinRoom(room, 'ally');
    expect(joined.occupants.map(({ attrs }) => attrs.from)).toEqual([`${room}/dave`]);
    expect(joined.history.flatMap((stanza) => stanza.getChildText('body') ?? [])).toEqual(['said before']);
    expect(joined.subject.getChildText('subject')).toBe('Once more');
    await other.barrier(stage.domain);
    expect(fromRoom(other, room)).toHaveLength(before);
    expect(dave.count(/^:ally\S* JOIN/)).toBe(1);
  });

  it('H21 a client that goes offline, in order or not, is out of the room', async () => {
    const room = stage.room('#gone');
    const erin = await stage.person('erin');
    await erin.join('#gone');
    const phone = await stage.user('alice', 'gone-phone');
    const laptop = await stage.user('alice', 'gone-laptop');
    await phone.joinRoom(room, 'ally');
    await laptop.joinRoom(room, 'ally');
    laptop.drop();
    await phone.disconnect();
    await erin.waitForLine(/^:ally\S* PART #gone/);
  });

  it('H12 H18 H19 what is no join and no leave', async () => {
    const room = stage.room('#odd');
    const alice = await stage.user('alice', 'odd');
    await alice.send(`<presence to='${room}'><x xmlns='http://jabber.org/protocol/muc'/></presence>`);
    const nameless = await alice.waitFor({ name: 'presence', type: 'error', from: room }, 'a refusal');
    expect(errorCondition(nameless)).toBe('jid-malformed');
    expect(nameless.getChild('error')?.attrs.type).toBe('modify');

    await alice.send(`<presence to='${room}/ally'/>`);
    const kicked = await alice.waitFor({ name: 'presence', from: `${room}/ally` }, 'being told to join');
    expect(kicked.attrs.type).toBe('unavailable');
    expect(statusCodes(kicked)).toEqual(['110', '307', '333']);
    expect(itemOf(kicked).role).toBe('none');

    await alice.joinRoom(room, 'ally');
    const before = fromRoom(alice, room).length;
    await alice.send(`<presence type='probe' to='${room}/ally'/>`);
    await alice.barrier(stage.domain);
    expect(fromRoom(alice, room)).toHaveLength(before);
    await alice.send(`<presence type='subscribe' to='${room}'/>`);
    // The server takes the refusal: nothing is pending in the roster.
    await alice.barrier(stage.domain);
    const roster = await alice.iq('get', undefined, "<query xmlns='jabber:iq:roster'/>");
    const items = roster.getChild('query')?.getChildren('item') ?? [];
    expect(items.filter(({ attrs }) => attrs.ask || attrs.subscription !== 'none')).toEqual([]);
    await alice.message(room, 'still in', 'groupchat');
    await alice.waitFor({ body: 'still in' }, 'the reflection');
  });

  it('H22 a bounce that says the client is gone removes it; an answer it did not like does not', async () => {
    const room = stage.room('#ghost');
    const frank = await stage.person('frank');
    await frank.join('#ghost');
    const ghost = await stage.user('alice', 'ghost');
    const alive = await stage.user('alice', 'alive');
    await ghost.joinRoom(room, 'ally');
    await alive.joinRoom(room, 'ally');
    const bounce = (condition: string, type: string) =>
      ghost.send(
        `<message type='error' to='${room}/frank' id='b-${condition}'><error type='${type}'>` +
          `<${condition} xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>`,
      );
    await bounce('service-unavailable', 'cancel');
    await bounce('feature-not-implemented', 'cancel');
    frank.say('#ghost', 'one');
    await ghost.waitFor({ body: 'one' }, 'a message to the client that is not gone');
    await bounce('recipient-unavailable', 'wait');
    await ghost.barrier(stage.domain);
    frank.say('#ghost', 'two');
    await alive.waitFor({ body: 'two' }, 'the message');
    await ghost.barrier(stage.domain);
    expect(ghost.count({ body: 'two' })).toBe(0);
    expect(ghost.count({ type: 'error', from: /#ghost/ })).toBe(0);
  });
});
