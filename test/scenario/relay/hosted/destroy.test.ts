import { beforeAll, describe, expect, it } from 'vitest';
import type { XmppClient } from '../../../client/xmpp-client.js';
import { archived, archiveOf, bodyOf, createRoom } from '../../../support/relay/hosted-room.js';
import { type RelayStage, relayStage } from '../../../support/relay/relay-stage.js';

const USER = 'http://jabber.org/protocol/muc#user';
const OWNER = 'http://jabber.org/protocol/muc#owner';

describe('a hosted room', () => {
  let stage: RelayStage;
  let alice: XmppClient;
  beforeAll(async () => {
    stage = await relayStage();
    alice = await stage.user('alice');
  });

  it('I33 is over when its owner says so: all are told, also the other rooms; another of its name is another', async () => {
    const hosted = await createRoom(stage, stage.boss, 'short');
    const carol = await stage.person('carol');
    await carol.join('#short');
    await stage.link(hosted, stage.channel('#short'));
    await alice.joinRoom(hosted, 'Alice');
    await alice.message(hosted, 'of the first room', 'groupchat');
    await carol.waitForLine(/of the first room/, 'the words');
    const destroy = `<query xmlns='${OWNER}'><destroy><reason>done</reason></destroy></query>`;
    expect((await alice.iq('set', hosted, destroy)).getChild('error')?.getChild('forbidden')).toBeDefined();
    expect((await stage.boss.iq('set', hosted, destroy)).attrs.type).toBe('result');
    const end = await alice.waitFor(
      (stanza) => stanza.getChild('x', USER)?.getChild('destroy') !== undefined,
      'the end of the room',
    );
    expect(end.attrs).toMatchObject({ type: 'unavailable', from: `${hosted}/Alice` });
    await carol.waitForLine(/short@relay\.localhost.*destroyed/, 'word of it in the channel');
    await carol.waitForLine(/ (PART|QUIT)/, 'the end of the relay');
    await expect(alice.joinRoom(hosted, 'Alice')).rejects.toThrow(/item-not-found/);

    await createRoom(stage, stage.boss, 'short');
    await alice.joinRoom(hosted, 'Alice');
    const words = (await archiveOf(alice, hosted)).map((result) => bodyOf(archived(result)));
    expect(words).not.toContain('of the first room');
  });
});
