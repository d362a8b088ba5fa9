import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { XmlElement } from '../../../src/xmpp/element.js';
import { filesHolding } from '../../support/disk.js';
import { BadStage, DOMAIN } from '../bad-states/stage.js';

const INFO = 'http://jabber.org/protocol/disco#info';
const REGISTER = "<query xmlns='jabber:iq:register'/>";

/** JIDs that look like those of users and are none (S05, S06). */
const STRANGERS = [
  'mallory@evil.example/x',
  'mallory@evilexample.org/x',
  'mallory@example.org.evil/x',
  'mallory@sub.example.org/x',
  'user@allowed.example.net.evil/x',
  'denied@example.org/x',
];

describe('who may not use the gateway', () => {
  let stage: BadStage;
  let asked = 0;

  beforeAll(async () => {
    stage = await BadStage.start({
      config: () => ({
        users: { domains: ['example.org', 'allowed.example.net'], deny: ['denied@example.org'] },
      }),
    });
  });
  afterAll(() => stage.stop());

  const iq = async (from: string, to: string, payload: string, type = 'get'): Promise<XmlElement> => {
    asked += 1;
    const id = `q${asked}`;
    stage.send(`<iq type='${type}' id='${id}' from='${from}' to='${to}'>${payload}</iq>`);
    return stage.stanzas.wait(
      (stanza) => stanza.attrs.id === id && stanza.name === 'iq',
      `the answer to ${payload}`,
    );
  };
  const condition = (stanza: XmlElement) =>
    stanza
      .child('error')
      ?.elements()
      .find(({ name }) => name !== 'text')?.name;
  /** Everything sent to `from` for these stanzas. */
  const answers = async (from: string, ...stanzas: readonly string[]): Promise<readonly XmlElement[]> => {
    const before = stage.stanzas.all.length;
    for (const stanza of stanzas) stage.send(stanza);
    await iq(from, DOMAIN, "<ping xmlns='urn:xmpp:ping'/>");
    const bare = from.replace(/\/.*/, '').toLowerCase();
    return stage.stanzas.all
      .slice(before)
      .filter(
        ({ attrs, name }) =>
          attrs.to?.toLowerCase().startsWith(bare) && !(name === 'iq' && attrs.type === 'result'),
      );
  };

  it.each(STRANGERS)(
    'C20 S05 %s may not register, by get or set, and is not told that others may',
    async (from) => {
      expect(condition(await iq(from, DOMAIN, REGISTER))).toBe('not-allowed');
      const set = `<query xmlns='jabber:iq:register'><nick>x</nick></query>`;
      expect(condition(await iq(from, DOMAIN, set, 'set'))).toBe('not-allowed');
      const info = (await iq(from, DOMAIN, `<query xmlns='${INFO}'/>`)).toString();
      expect(info).toContain("category='gateway'");
      expect(info).not.toContain("var='jabber:iq:register'");
    },
  );

  it.each(STRANGERS)('F03 S04 %s reaches nobody', async (from) => {
    const contact = stage.contact('alice');
    const [refused, ...more] = await answers(
      from,
      `<message type='chat' id='m' from='${from}' to='${contact}'><body>hi</body></message>`,
    );
    expect(more).toEqual([]);
    expect(refused?.attrs).toMatchObject({ type: 'error', id: 'm', from: contact });
    expect(refused && condition(refused)).toBe('registration-required');
  });

  it.each(STRANGERS)('S04 D10 %s: presence is ignored, a question for it is `unsubscribed`', async (from) => {
    const contact = stage.contact('alice');
    const ignored = await answers(
      from,
      `<presence from='${from}' to='${DOMAIN}'/>`,
      `<presence from='${from}' to='${contact}'/>`,
    );
    expect(ignored).toEqual([]);
    for (const to of [DOMAIN, contact, stage.contact('nobody')]) {
      for (const type of ['probe', 'subscribe']) {
        const [answer, ...more] = await answers(from, `<presence type='${type}' from='${from}' to='${to}'/>`);
        expect(answer?.attrs).toMatchObject({ type: 'unsubscribed', from: to });
        expect(more).toEqual([]);
      }
    }
  });

  it.each(STRANGERS)('S04 H16 %s may not join, and no command is run for him', async (from) => {
    const [refused] = await answers(
      from,
      `<presence from='${from}' to='${stage.room('#tea')}/x'><x xmlns='http://jabber.org/protocol/muc'/></presence>`,
    );
    expect(refused && condition(refused)).toBe('registration-required');
    const node = "<command xmlns='http://jabber.org/protocol/commands' node='isthmus:join'/>";
    expect(condition(await iq(from, DOMAIN, node, 'set'))).toBe('forbidden');
  });

  it('S04 nothing was sent to the network, and nothing kept of any of them', async () => {
    expect(stage.irc.connections).toBe(0);
    for (const from of STRANGERS)
      expect(filesHolding(stage.gateway.dataDir, from.replace(/\/.*/, '')), from).toEqual([]);
  });

  it('S05 users of a listed domain are welcome', async () => {
    const answer = await iq('user@allowed.example.net/x', DOMAIN, REGISTER);
    expect(answer.attrs.type).toBe('result');
  });

  it('S06 A13 other spellings of a JID are the same user, everywhere', async () => {
    const set = `<query xmlns='jabber:iq:register'><nick>Juliet</nick></query>`;
    expect((await iq('juliet@example.org/x', DOMAIN, set, 'set')).attrs.type).toBe('result');
    for (const spelling of ['JULIET@example.org/y', 'Juliet@EXAMPLE.ORG/y', 'ｊuliet@example.org/y']) {
      const answer = await iq(spelling, DOMAIN, REGISTER);
      expect(answer.toString()).toContain('registered');
      expect(answer.toString()).toContain('Juliet');
    }
    expect(condition(await iq('DENIED@Example.Org/x', DOMAIN, REGISTER))).toBe('not-allowed');
  });

  it('S02 C17 J09 what a stanza says of other senders does not count', async () => {
    const named =
      "<query xmlns='jabber:iq:register'><username>juliet@example.org</username><remove/></query>";
    expect(condition(await iq('user1000@example.org/x', DOMAIN, named, 'set'))).toBe('bad-request');
    const wrapped =
      "<sent xmlns='urn:xmpp:carbons:2'><forwarded xmlns='urn:xmpp:forward:0'><message xmlns='jabber:client' type='chat' " +
      `from='juliet@example.org/x' to='${DOMAIN}'><body>unregister</body></message></forwarded></sent>`;
    const said = await answers(
      'user1000@example.org/x',
      `<message from='user1000@example.org/x' to='${DOMAIN}'>${wrapped}</message>`,
      `<message from='user1000@example.org/x' to='${stage.contact('alice')}'>${wrapped}</message>`,
    );
    expect(said).toEqual([]);
    expect((await iq('juliet@example.org/x', DOMAIN, REGISTER)).toString()).toContain('registered');
  });

  it('S13 a bot that answers every subscription stanza with another gets nothing to go on with', async () => {
    const user = 'user2000@example.org/x';
    const rounds = Array.from({ length: 20 }, (_, round) => {
      const to = round % 2 ? DOMAIN : stage.contact('alice');
      return ['unsubscribed', 'unsubscribe', 'subscribed'].map(
        (type) => `<presence type='${type}' from='${user}' to='${to}'/>`,
      );
    });
    for (const round of rounds) expect(await answers(user, ...round)).toEqual([]);
  });

  it('S03 one user sees nothing of another: rooms, people, archives, and things that do not exist look alike', async () => {
    const { user } = await stage.join(stage.newUser(), '#secret');
    const other = stage.newUser();
    const payloads = [
      `<query xmlns='${INFO}'/>`,
      "<query xmlns='http://jabber.org/protocol/disco#items'/>",
      "<vCard xmlns='vcard-temp'/>",
      "<query xmlns='jabber:iq:last'/>",
      "<query xmlns='urn:xmpp:mam:2'/>",
      "<query xmlns='http://jabber.org/protocol/muc#admin'><item affiliation='member'/></query>",
      "<query xmlns='http://jabber.org/protocol/muc#owner'/>",
    ];
    const shape = async (from: string, to: string, payload: string, type: string) => {
      const answer = await iq(from, to, payload, type);
      return answer
        .toString()
        .replaceAll(to, 'X')
        .replace(/ id='[^']*'/, '')
        .replaceAll(/%23?secret|#secret|#nothing/g, 'R');
    };
    for (const payload of payloads) {
      for (const type of ['get', 'set']) {
        for (const suffix of ['', '/alice', `/${user.slice(0, user.indexOf('@'))}`]) {
          const real = await shape(other, `${stage.room('#secret')}${suffix}`, payload, type);
          const none = await shape(other, `${stage.room('#nothing')}${suffix}`, payload, type);
          expect(real, `${payload} ${suffix}`).toBe(none);
        }
      }
    }
    const said = await answers(
      other,
      `<message type='groupchat' id='g' from='${other}' to='${stage.room('#secret')}'><body>let me in</body></message>`,
      `<message type='chat' id='p' from='${other}' to='${stage.room('#secret')}/alice'><body>psst</body></message>`,
    );
    expect(said.map((stanza) => stanza.attrs.type)).toEqual(['error', 'error']);
  });
});

describe('a closed gateway', () => {
  it('C20 S05 only those on the list, by equality', async () => {
    const stage = await BadStage.start({
      component: { policy: 'closed', allow: ['friend@example.org', 'friends.example'] },
    });
    const ask = async (from: string) => {
      stage.send(`<iq type='get' id='${from}' from='${from}' to='${DOMAIN}'>${REGISTER}</iq>`);
      return (await stage.stanzas.wait(({ attrs }) => attrs.id === from, 'the form')).attrs.type;
    };
    expect(await ask('friend@example.org/x')).toBe('result');
    expect(await ask('anybody@friends.example/x')).toBe('result');
    for (const from of [
      'foe@example.org/x',
      'x@evilfriends.example/x',
      'x@sub.friends.example/x',
      'friend@example.org.evil/x',
    ])
      expect(await ask(from), from).toBe('error');
    await stage.stop();
  });
});

describe('a gateway for the registered', () => {
  it('F03 H16 C22 nobody writes or joins before he has registered; then it works', async () => {
    const stage = await BadStage.start({ component: { policy: 'registered' } });
    const user = stage.newUser();
    const condition = async (id: string) =>
      (await stage.next(user, 'the refusal', ({ attrs }) => attrs.type === 'error' && attrs.id === id))
        .child('error')
        ?.elements()[0]?.name;
    stage.send(
      `<message type='chat' id='m' from='${user}' to='${stage.contact('alice')}'><body>hi</body></message>`,
    );
    expect(await condition('m')).toBe('registration-required');
    stage.send(`<message type='chat' id='b' from='${user}' to='${stage.contact('alice')}'/>`);
    stage.send(
      `<iq type='set' id='r' from='${user}' to='${DOMAIN}'><query xmlns='jabber:iq:register'><nick>user1</nick></query></iq>`,
    );
    expect((await stage.next(user, 'the result', ({ attrs }) => attrs.id === 'r')).attrs.type).toBe('result');
    await stage.join(user);
    await stage.stop();
  });
});
