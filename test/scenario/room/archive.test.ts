import type { XmlElement } from '@xmpp/client';
import { beforeAll, describe, expect, it } from 'vitest';
import { errorCondition } from '../../client/stanza-match.js';
import type { XmppClient } from '../../client/xmpp-client.js';
import { type IrcStage, ircStage } from '../../support/irc-stage.js';
import { leaveRoom, occupantIdOf, stanzaIdOf, XMPP_SERVERS } from './occupants.js';

const MAM = 'urn:xmpp:mam:2';
const RSM = 'http://jabber.org/protocol/rsm';

interface Page {
  readonly answer: XmlElement;
  readonly results: readonly {
    readonly id: string;
    readonly message: XmlElement;
    readonly body: string | null;
  }[];
  readonly complete: boolean;
  readonly first: string;
  readonly last: string;
}

let queries = 0;

async function query(client: XmppClient, room: string, set = '', fields = ''): Promise<Page> {
  queries += 1;
  const queryId = `q${queries}`;
  const form = `<x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE'><value>${MAM}</value></field>${fields}</x>`;
  const answer = await client.iq(
    'set',
    room,
    `<query xmlns='${MAM}' queryid='${queryId}'>${form}<set xmlns='${RSM}'>${set}</set></query>`,
  );
  const results = client.received.flatMap((stanza) => {
    const result = stanza.getChild('result', MAM);
    const message = result?.getChild('forwarded', 'urn:xmpp:forward:0')?.getChild('message');
    if (!message || result?.attrs.queryid !== queryId) return [];
    expect(stanza.attrs).toMatchObject({ from: room, to: client.jid });
    return [{ id: result.attrs.id ?? '', message, body: message.getChildText('body') }];
  });
  const fin = answer.getChild('fin', MAM);
  const page = fin?.getChild('set', RSM);
  return {
    answer,
    results,
    complete: fin?.attrs.complete === 'true',
    first: page?.getChildText('first') ?? '',
    last: page?.getChildText('last') ?? '',
  };
}

describe.each(XMPP_SERVERS)('the archive of a room on %s', (xmpp) => {
  let stage: IrcStage;
  beforeAll(async () => {
    stage = await ircStage({ xmpp });
  });

  it('H25 I16 I17 I18 I19 I20 pages meet without gap or overlap, forwards and backwards; bad queries are refused', async () => {
    const room = stage.room('#kept');
    const carol = await stage.person('carol');
    await carol.join('#kept');
    const alice = await stage.user('alice');
    await alice.joinRoom(room, 'ally');
    for (let n = 0; n < 23; n += 1) carol.say('#kept', `m${n}`);
    const live = await alice.waitFor({ body: 'm22' }, 'the last message');
    carol.send('TOPIC #kept :A topic');
    await alice.waitFor({ subject: 'A topic' }, 'the topic');
    await alice.message(`${room}/carol`, 'in private', 'chat');
    await carol.waitForMessage('carol', 'in private');

    const all = await query(alice, room);
    expect(all.complete).toBe(true);
    expect(all.results.flatMap(({ body }) => body ?? [])).toEqual(
      Array.from({ length: 23 }, (_, n) => `m${n}`),
    );
    expect(all.results.filter(({ message }) => message.getChild('subject'))).toHaveLength(1);
    expect(all.results).toHaveLength(24);
    expect(all.results[22]?.id).toBe(stanzaIdOf(live));
    const sample = all.results[22]?.message;
    expect(sample?.attrs).toMatchObject({ from: `${room}/carol`, type: 'groupchat', id: live.attrs.id });
    expect(sample && occupantIdOf(sample)).toBe(occupantIdOf(live));
    expect(sample?.getChild('x')).toBeUndefined();

    const ids = all.results.map(({ id }) => id);
    const forwards: string[] = [];
    for (let after = ''; ; ) {
      const page = await query(alice, room, `<max>7</max>${after && `<after>${after}</after>`}`);
      forwards.push(...page.results.map(({ id }) => id));
      expect([page.first, page.last]).toEqual([page.results[0]?.id, page.results.at(-1)?.id]);
      if (page.complete) break;
      after = page.last;
    }
    expect(forwards).toEqual(ids);
    let backwards: string[] = [];
    for (let before = ''; ; ) {
      const page = await query(alice, room, `<max>7</max><before>${before}</before>`);
      backwards = [...page.results.map(({ id }) => id), ...backwards];
      if (page.complete) break;
      before = page.first;
    }
    expect(backwards).toEqual(ids);

    const with_ = (jid: string) => `<field var='with'><value>${jid}</value></field>`;
    expect((await query(alice, room, '', with_(`${room}/carol`))).results).toHaveLength(24);
    expect((await query(alice, room, '', with_(`${room}/nobody`))).results).toEqual([]);
    const future = "<field var='start'><value>2099-01-01T00:00:00Z</value></field>";
    expect((await query(alice, room, '', future)).results).toEqual([]);
    const past = "<field var='end'><value>2001-01-01T00:00:00Z</value></field>";
    expect((await query(alice, room, '', past)).results).toEqual([]);
    const unknown = await query(alice, room, '<after>no-such-id</after>');
    expect(errorCondition(unknown.answer)).toBe('item-not-found');
    const odd = await query(alice, room, '', "<field var='colour'><value>red</value></field>");
    expect(errorCondition(odd.answer)).toBe('feature-not-implemented');
  });

  it('I21 another user reads only what his own account has received, also after leaving', async () => {
    const room = stage.room('#spans');
    const dave = await stage.person('dave');
    await dave.join('#spans');
    const alice = await stage.user('alice', 'spans');
    const bob = await stage.user('bob', 'spans');
    const bodies = async (client: XmppClient) => (await query(client, room)).results.map(({ body }) => body);
    await alice.joinRoom(room, 'ally');
    dave.say('#spans', 'for alice');
    await alice.waitFor({ body: 'for alice' }, 'the message');
    expect(await bodies(bob)).toEqual([]);
    const { history } = await bob.joinRoom(room, 'bobby');
    expect(history).toEqual([]);
    dave.say('#spans', 'for both');
    for (const client of [alice, bob]) await client.waitFor({ body: 'for both' }, 'the message');
    await leaveRoom(alice, room, 'ally');
    await dave.waitForLine(/^:ally\S* PART/);
    dave.say('#spans', 'for bob');
    await bob.waitFor({ body: 'for bob' }, 'the message');
    expect(await bodies(alice)).toEqual(['for alice', 'for both']);
    expect(await bodies(bob)).toEqual(['for both', 'for bob']);
    const shared = (await query(alice, room)).results[1]?.id;
    const foreign = (await query(alice, room)).results[0]?.id;
    expect((await query(bob, room)).results[0]?.id).toBe(shared);
    // An id that only the other one may see is as unknown as one that does not exist.
    expect(errorCondition((await query(bob, room, `<after>${foreign}</after>`)).answer)).toBe(
      'item-not-found',
    );
    const again = await alice.joinRoom(room, 'ally');
    expect(again.history.map((stanza) => stanza.getChildText('body'))).toEqual(['for alice', 'for both']);
    const nowhere = await query(bob, stage.room('#never-heard-of'));
    expect(nowhere.results).toEqual([]);
    expect(nowhere.complete).toBe(true);
  });
});
