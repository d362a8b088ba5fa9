import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ListedRoom } from '../../../src/gateway/event.js';
import type { NetworkMessageId, RoomId } from '../../../src/gateway/ids.js';
import type { XmppClient } from '../../client/xmpp-client.js';
import { DomainStage } from '../../support/domain-stage.js';
import { EVERYTHING, MemoryMessaging } from '../../support/memory-network/messaging.js';
import { MemoryPost } from '../../support/memory-network/post.js';
import { contactOf, memberOf } from '../../support/memory-network/world.js';

const BOOKMARKS = 'urn:xmpp:bookmarks:1';
const MDS = 'urn:xmpp:mds:displayed:0';
const PUBSUB = 'http://jabber.org/protocol/pubsub';

const listed = (name: string): ListedRoom => ({ room: `#${name}` as RoomId, name: `The ${name}` });

/** Items of a node of the user's own, by id; none where there is no node. */
async function itemsOf(
  client: XmppClient,
  node: string,
): Promise<Readonly<Record<string, string | undefined>>> {
  const asked = `<pubsub xmlns='${PUBSUB}'><items node='${node}'/></pubsub>`;
  const answer = await client.iq('get', client.bareJid, asked).catch(() => undefined);
  const items = answer?.getChild('pubsub')?.getChild('items')?.getChildren('item') ?? [];
  return Object.fromEntries(
    items.map((item) => {
      const [payload] = item.getChildElements();
      return [String(item.attrs.id), payload?.attrs.name ?? payload?.getChild('stanza-id')?.attrs.id];
    }),
  );
}

describe('rooms among the bookmarks of a user, through Prosody', () => {
  const post = new MemoryPost();
  let stage: DomainStage;

  beforeAll(async () => {
    const messaging = new MemoryMessaging(EVERYTHING);
    stage = await DomainStage.start({ privileged: true, network: { post, messaging, lasting: true } });
  });
  afterAll(() => stage.stop());

  const jid = (name: string) => `#${name}@${stage.domain}`;

  it('J06 they come and go with the list of the network, and what the user has made stays', async () => {
    const alice = await stage.user('alice');
    await stage.register(alice);
    const bring = (...names: readonly string[]) =>
      post.bring(contactOf('alice'), { type: 'room-list', rooms: names.map(listed) });
    await bring('tea', 'cake');
    const bookmarks = () => itemsOf(alice, BOOKMARKS);
    await expect.poll(bookmarks).toEqual({ [jid('tea')]: 'The tea', [jid('cake')]: 'The cake' });
    const mine = `<conference xmlns='${BOOKMARKS}' name='Mine' autojoin='true'/>`;
    const item = `<item id='${jid('tea')}'>${mine}</item>`;
    await alice.iq(
      'set',
      alice.bareJid,
      `<pubsub xmlns='${PUBSUB}'><publish node='${BOOKMARKS}'>${item}</publish></pubsub>`,
    );
    await bring('pie');
    await expect.poll(bookmarks).toEqual({ [jid('tea')]: 'Mine', [jid('pie')]: 'The pie' });
    await alice.disconnect();
  });

  it('J07 how far he has read elsewhere is kept on his server', async () => {
    const bob = await stage.user('bob');
    await stage.register(bob);
    stage.world.enter('#tea', 'Carol');
    await bob.joinRoom(jid('tea'), 'bob');
    const id = 'n1' as NetworkMessageId;
    const who = { member: memberOf('Carol'), nick: 'Carol', contact: contactOf('Carol') };
    const room = '#tea' as RoomId;
    const said = { type: 'room-message', room, text: 'hello', style: 'text', id, ...who } as const;
    await post.bring(contactOf('bob'), said);
    const live = await bob.waitFor({ name: 'message', body: 'hello' }, 'the message');
    await post.bring(contactOf('bob'), { type: 'room-displayed', room, upTo: id });
    const shown = String(live.getChild('stanza-id')?.attrs.id);
    await expect.poll(() => itemsOf(bob, MDS)).toEqual({ [jid('tea')]: shown });
    await bob.waitFor((stanza) => stanza.getChild('displayed')?.attrs.id === shown, 'the marker');
    await bob.disconnect();
  });
});
