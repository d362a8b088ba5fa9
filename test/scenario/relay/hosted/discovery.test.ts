import { beforeAll, describe, expect, it } from 'vitest';
import type { XmppClient } from '../../../client/xmpp-client.js';
import { bodyOf, createRoom } from '../../../support/relay/hosted-room.js';
import { type RelayStage, relayStage } from '../../../support/relay/relay-stage.js';

const ITEMS = 'http://jabber.org/protocol/disco#items';
const INFO = 'http://jabber.org/protocol/disco#info';

describe('the domain of relays', () => {
  let stage: RelayStage;
  let hosted: string;
  let alice: XmppClient;
  beforeAll(async () => {
    stage = await relayStage();
    hosted = await createRoom(stage, stage.boss, 'plaza');
    alice = await stage.user('alice');
  });

  it('H06 lists its rooms, which say what they are and with what they are joined', async () => {
    const list = await alice.iq('get', stage.domain, `<query xmlns='${ITEMS}'/>`);
    const items = list.getChild('query', ITEMS)?.getChildren('item') ?? [];
    expect(items.map(({ attrs }) => attrs.jid)).toContain(hosted);
    const service = await alice.iq('get', stage.domain, `<query xmlns='${INFO}'/>`);
    const kinds = service.getChild('query', INFO)?.getChildren('identity') ?? [];
    expect(kinds.map(({ attrs }) => attrs.category)).toContain('conference');

    await stage.boss.joinRoom(stage.room('plaza'), 'Boss');
    await stage.link(hosted, stage.room('plaza'));
    const answer = await alice.iq('get', hosted, `<query xmlns='${INFO}'/>`);
    const query = answer.getChild('query', INFO);
    const features = query?.getChildren('feature').map(({ attrs }) => attrs.var);
    expect(features).toEqual(
      expect.arrayContaining([
        'http://jabber.org/protocol/muc',
        'urn:xmpp:mam:2',
        'urn:xmpp:sid:0',
        'muc_open',
      ]),
    );
    const fields = query?.getChild('x', 'jabber:x:data')?.getChildren('field') ?? [];
    const legs = fields.find(({ attrs }) => attrs.var === 'isthmus#roominfo_legs');
    expect(legs?.getChildren('value').map((value) => value.text())).toEqual([stage.room('plaza')]);
  });

  it('I32 makes rooms for those only who may', async () => {
    await expect(alice.joinRoom(`nowhere@${stage.domain}`, 'Alice')).rejects.toThrow(/item-not-found/);
    await alice.message(stage.domain, 'create');
    const answer = await alice.waitFor((stanza) => bodyOf(stanza) !== '', 'an answer');
    expect(bodyOf(answer)).not.toContain('Name of the room');
  });

  it('answers self-pings, and who is not in is told so', async () => {
    await alice.joinRoom(hosted, 'Alice');
    const ping = "<ping xmlns='urn:xmpp:ping'/>";
    expect((await alice.iq('get', `${hosted}/Alice`, ping)).attrs.type).toBe('result');
    const outside = await stage.boss.iq('get', `${hosted}/Boss`, ping);
    expect(outside.getChild('error')?.getChild('not-acceptable')).toBeDefined();
    const bob = await stage.user('bob');
    await expect(bob.joinRoom(hosted, 'Alice')).rejects.toThrow(/conflict/);
    await bob.message(hosted, 'let me in', 'groupchat');
    const refused = await bob.waitFor(
      (stanza) => stanza.attrs.type === 'error' && stanza.name === 'message',
      'no',
    );
    expect(refused.getChild('error')?.getChild('not-acceptable')).toBeDefined();
  });
});
