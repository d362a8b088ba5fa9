import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RoomMessage } from '../../../src/gateway/event.js';
import type { NetworkMessageId, RoomId } from '../../../src/gateway/ids.js';
import type { XmppClient } from '../../client/xmpp-client.js';
import { DomainStage } from '../../support/domain-stage.js';
import { busy, MemoryPost, postError } from '../../support/memory-network/post.js';
import { contactOf, memberOf } from '../../support/memory-network/world.js';
import { SERVERS } from '../../support/service-talk.js';
import { leaveRoom, stanzaIdOf } from '../room/occupants.js';
import { archivedBodies, invitationOf } from './talk.js';

describe.each(SERVERS)('rooms of a network that stores, through %s', (xmpp) => {
  const post = new MemoryPost();
  let stage: DomainStage;
  let count = 0;

  beforeAll(async () => {
    stage = await DomainStage.start({
      xmpp,
      users: ['erin', 'frank'],
      network: { post, lasting: true },
      config: { delivery: { retryFirstMs: 100, retryMaxMs: 500 } },
    });
  });
  afterAll(() => stage.stop());

  /** Carol writes in a room; resolves when the gateway has taken it, or is not there. */
  async function brings(to: string, room: string, text: string, more: Partial<RoomMessage> = {}) {
    count += 1;
    const id = `n${count}` as NetworkMessageId;
    const who = { member: memberOf('Carol'), nick: 'Carol', contact: contactOf('Carol') };
    const said = { type: 'room-message', room: room as RoomId, text, style: 'text', id, ...who } as const;
    await post.bring(contactOf(to), { ...said, ...more });
    return id;
  }

  async function user(name: string): Promise<XmppClient> {
    const client = await stage.user(name);
    await stage.register(client);
    return client;
  }

  const roomJid = (room: string) => `${room}@${stage.domain}`;

  it('I35 I36 I16 F08 he is invited, finds what he missed, talks, and misses nothing of an absence', async () => {
    const room = roomJid('#tea');
    stage.world.enter('#tea', 'Carol');
    const alice = await user('alice');
    await brings('alice', '#tea', 'missed 1', { roomName: 'Tea time' });
    await brings('alice', '#tea', 'missed 2', { roomName: 'Tea time' });
    const invitation = await alice.waitFor((stanza) => invitationOf(stanza) !== undefined, 'the invitation');
    expect(invitation.attrs.from).toBe(room);
    expect(invitationOf(invitation)).toMatch(/Carol.*Tea time/);
    const { history, occupants } = await alice.joinRoom(room, 'alice');
    expect(history.map((stanza) => stanza.getChildText('body'))).toEqual(['missed 1', 'missed 2']);
    expect(occupants.map(({ attrs }) => attrs.from)).toEqual([`${room}/Carol`]);
    await brings('alice', '#tea', 'live', { subject: 'Offer', thread: 't1' });
    const live = await alice.waitFor({ name: 'message', body: 'live' }, 'the live message');
    expect(live.getChildText('subject')).toBe('Offer');
    const id = await alice.message(room, 'mine', 'groupchat');
    const mine = await alice.waitFor({ name: 'message', id }, 'the reflection');
    expect(mine.attrs.from).toBe(`${room}/alice`);
    expect(stanzaIdOf(mine)).not.toBe(stanzaIdOf(live));
    await expect.poll(() => post.texts('#tea')).toEqual(['mine']);
    await leaveRoom(alice, room, 'alice');
    await brings('alice', '#tea', 'absent 1');
    await brings('alice', '#tea', 'absent 2');
    await alice.waitFor((stanza) => invitationOf(stanza) !== undefined, 'the second invitation');
    const since = `<history since='${live.getChild('delay')?.attrs.stamp ?? '2020-01-01T00:00:00Z'}'/>`;
    const again = await alice.joinRoom(room, 'alice', { history: since });
    const bodies = again.history.map((stanza) => stanza.getChildText('body'));
    expect(bodies).toEqual(['missed 1', 'missed 2', 'live', 'mine', 'absent 1', 'absent 2']);
    expect(await archivedBodies(alice, room)).toEqual(bodies);
    expect(alice.received.filter((stanza) => invitationOf(stanza) !== undefined)).toHaveLength(2);
    await alice.disconnect();
  });

  it('F05 a refusal is an error for the original id, from the room', async () => {
    const room = roomJid('#errors');
    stage.world.enter('#errors', 'Carol');
    const bob = await user('bob');
    await bob.joinRoom(room, 'bob');
    post.next('#errors', busy(), postError('rejected'));
    const id = await bob.message(room, 'not this', 'groupchat');
    const error = await bob.waitFor({ name: 'message', type: 'error', id }, 'the error');
    expect(error.attrs.from).toBe(room);
    expect(post.texts('#errors')).toEqual([]);
    await bob.disconnect();
  });

  it('S03 S12 two users in rooms of one name: neither sees the other, his words or his archive', async () => {
    const room = roomJid('#both');
    const [erin, frank] = [await user('erin'), await user('frank')];
    await erin.joinRoom(room, 'erin');
    await brings('erin', '#both', 'for Erin');
    await erin.waitFor({ name: 'message', body: 'for Erin' }, 'the message');
    await frank.joinRoom(room, 'frank');
    const id = await erin.message(room, 'from Erin', 'groupchat');
    await erin.waitFor({ name: 'message', id }, 'the reflection');
    await frank.barrier(stage.domain);
    expect(await archivedBodies(frank, room)).toEqual([]);
    expect(frank.received.some((stanza) => stanza.getChild('body'))).toBe(false);
    await Promise.all([erin.disconnect(), frank.disconnect()]);
  });

  it('F08 a restart of the gateway loses nothing and doubles nothing', async () => {
    const room = roomJid('#restart');
    stage.world.enter('#restart', 'Carol');
    const alice = await stage.user('alice');
    await alice.joinRoom(room, 'alice');
    await brings('alice', '#restart', 'before');
    await alice.waitFor({ name: 'message', body: 'before' }, 'the message');
    await stage.stopGateway();
    await brings('alice', '#restart', 'meanwhile');
    await stage.startGateway();
    const { history } = await alice.joinRoom(room, 'alice');
    expect(history.map((stanza) => stanza.getChildText('body'))).toEqual(['before', 'meanwhile']);
    expect(await archivedBodies(alice, room)).toEqual(['before', 'meanwhile']);
    await alice.disconnect();
  });

  it('no fault was logged', () => {
    expect(stage.faults).toEqual([]);
  });
});
