import { beforeAll, describe, expect, it } from 'vitest';
import { statusCodes } from '../../client/stanza-match.js';
import { type IrcStage, ircStage } from '../../support/irc-stage.js';
import { fromRoom, itemOf, occupantIdOf, stanzaIdOf, XMPP_SERVERS } from './occupants.js';

describe.each(XMPP_SERVERS)('entering a room on %s', (xmpp) => {
  let stage: IrcStage;
  beforeAll(async () => {
    stage = await ircStage({ xmpp });
  });

  it('H09 H10 H25 I07 I09 I11 occupants, self, history, subject, live traffic, in this order, while people talk', async () => {
    const room = stage.room('#order');
    const carol = await stage.person('carol');
    const dave = await stage.person('dave');
    await carol.join('#order');
    await dave.join('#order');
    carol.send('TOPIC #order :All in order');
    const phone = await stage.user('alice', 'phone');
    await phone.joinRoom(room, 'ally');
    for (let n = 0; n < 10; n += 1) carol.say('#order', `old ${n}`);
    await phone.waitFor({ body: 'old 9' }, 'the last old message');

    const laptop = await stage.user('alice', 'laptop');
    const talk = (async () => {
      for (let n = 0; n < 400; n += 1) {
        carol.say('#order', `new ${n}`);
        if (n % 20 === 0) await carol.barrier();
      }
    })();
    const joined = await laptop.joinRoom(room, 'ally', { history: "<history maxstanzas='30'/>" });
    await talk;
    await laptop.waitFor({ body: 'new 399' }, 'the last live message');
    await phone.waitFor({ body: 'new 399' }, 'the last live message');

    expect(joined.occupants.map(({ attrs }) => attrs.from).sort()).toEqual([`${room}/carol`, `${room}/dave`]);
    expect(statusCodes(joined.self)).toContain('110');
    expect(joined.self.attrs.from).toBe(`${room}/ally`);
    for (const presence of [...joined.occupants, joined.self]) {
      expect(itemOf(presence).affiliation).toBeDefined();
      expect(itemOf(presence).role).toBeDefined();
      occupantIdOf(presence);
    }
    expect(joined.subject.getChildText('subject')).toBe('All in order');

    const stanzas = fromRoom(laptop, room).filter(({ name }) => name !== 'iq');
    const kinds = stanzas.map((stanza) => {
      if (stanza.name === 'presence') return statusCodes(stanza).includes('110') ? 'self' : 'other';
      if (stanza.getChild('subject')) return 'subject';
      return stanza.getChild('delay') ? 'history' : 'live';
    });
    const order = kinds.filter((kind, at) => kind !== kinds[at - 1]);
    expect(order).toEqual(['other', 'self', 'history', 'subject', 'live']);

    const bodies = stanzas.flatMap((stanza) => stanza.getChildText('body') ?? []);
    expect(new Set(bodies).size).toBe(bodies.length);
    const first = bodies.indexOf('new 0') >= 0 ? 0 : Number(bodies[0]?.replace('new ', ''));
    const news = bodies.filter((body) => body.startsWith('new '));
    expect(news).toEqual(Array.from({ length: 400 - first }, (_, n) => `new ${n + first}`));
    const ids = new Map(
      fromRoom(phone, room).flatMap((stanza) => {
        const body = stanza.getChildText('body');
        return body ? [[body, stanzaIdOf(stanza)] as const] : [];
      }),
    );
    for (const stanza of stanzas) {
      const body = stanza.getChildText('body');
      if (!body) continue;
      expect(stanzaIdOf(stanza)).toBe(ids.get(body));
      expect(occupantIdOf(stanza)).toMatch(/^.{16,128}$/);
    }
  });

  it('I08 history: the smallest set wins, none is none, and each message says when', async () => {
    const room = stage.room('#past');
    const erin = await stage.person('erin');
    await erin.join('#past');
    const phone = await stage.user('alice', 'phone2');
    await phone.joinRoom(room, 'ally');
    for (let n = 0; n < 5; n += 1) erin.say('#past', `first ${n}`);
    const last = await phone.waitFor({ body: 'first 4' }, 'the last of the first');
    const laptop = await stage.user('alice', 'laptop2');
    const bodies = async (history: string) => {
      const joined = await laptop.joinRoom(room, 'ally', { history: `<history ${history}/>` });
      return joined.history.map((stanza) => stanza.getChildText('body'));
    };
    expect(await bodies("maxstanzas='2'")).toEqual(['first 3', 'first 4']);
    expect(await bodies("maxstanzas='0'")).toEqual([]);
    expect(await bodies("maxchars='0'")).toEqual([]);
    expect(await bodies("maxchars='100000' maxstanzas='1'")).toEqual(['first 4']);
    expect(await bodies("seconds='3600'")).toHaveLength(5);
    expect(await bodies("seconds='0'")).toEqual([]);
    expect(await bodies("since='2099-01-01T00:00:00Z'")).toEqual([]);
    expect(await bodies("since='1999-01-01T00:00:00Z' maxstanzas='3'")).toHaveLength(3);
    const { history } = await laptop.joinRoom(room, 'ally');
    expect(history).toHaveLength(5);
    const [shown] = history.slice(-1);
    expect(shown?.getChild('delay', 'urn:xmpp:delay')?.attrs).toMatchObject({
      from: room,
      stamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
    });
    expect(shown && stanzaIdOf(shown)).toBe(stanzaIdOf(last));
    expect(shown?.attrs.id).toBe(last.attrs.id);
  });
});
