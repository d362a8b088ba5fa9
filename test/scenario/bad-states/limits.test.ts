import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { XmlElement } from '../../../src/xmpp/element.js';
import { BadStage, DOMAIN } from './stage.js';

/** What RFC 6120 §13.12 guarantees, set as the server's limit. */
const SERVER_LIMIT = 10_000;
const FLOOD = 1000;
const BURST = 50;
const RESOURCES = 3;

let stage: BadStage;
beforeAll(async () => {
  stage = await BadStage.start({
    xmpp: { queue: { maxStanzaBytes: SERVER_LIMIT } },
    config: () => ({
      limits: { messageBurst: BURST, messagesPerSecond: 1, resourcesPerUser: RESOURCES, joinsPerMinute: 20 },
    }),
  });
});
afterAll(() => stage.stop());

const condition = (stanza: XmlElement | undefined): string | undefined =>
  stanza?.child('error')?.elements()[0]?.name;
const to = (user: string): XmlElement[] =>
  stage.stanzas.all.filter(({ attrs }) => attrs.to?.startsWith(user) === true);

describe('S07 addresses', () => {
  it.each([
    ['no nick', ''],
    ['a nick of 1,100 bytes', `/${'n'.repeat(1100)}`],
    ['a nick that is only invisible', '/\u200b\u2060'],
    ['a nick with a control character', '/a&#x85;b'],
    ['a nick with a direction override', '/a\u202eb'],
    ['a nick of spaces', '/   '],
  ])('%s → an error, and IRC hears nothing', async (_, resource) => {
    const user = stage.newUser();
    stage.send(
      `<presence from='${user}' to='${stage.room('#tea')}${resource}'><x xmlns='http://jabber.org/protocol/muc'/></presence>`,
    );
    await stage.converse();
    const [answer, ...more] = to(user);
    // An address that no server would pass on has nobody to answer for it.
    if (answer !== undefined) expect(['jid-malformed', 'not-acceptable']).toContain(condition(answer));
    expect(more).toEqual([]);
  });

  it.each(['#'.repeat(2), '%', 'nobody@', `${'l'.repeat(1100)}`, '\\27\\2f', '#tea%', '#tea%bad host'])(
    'a local part %j is answered once and calls nobody',
    async (local) => {
      const user = stage.newUser();
      stage.send(
        `<iq type='get' id='odd' from='${user}' to='${local}@${DOMAIN}'><query xmlns='jabber:iq:version'/></iq>`,
      );
      await stage.converse();
      expect(to(user).length).toBeLessThanOrEqual(1);
      if (local.length < 1000 && !local.includes('@') && !local.includes(' '))
        expect(to(user)).toHaveLength(1);
    },
  );
});

describe('S11 a server that takes 10,000 bytes', () => {
  it('a long line of IRC arrives cut and marked, and the room goes on', async () => {
    const { user, irc } = await stage.join();
    irc.send(`:alice!u@h PRIVMSG #tea :${'&'.repeat(6000)}`, ':alice!u@h PRIVMSG #tea :short');
    const cut = await stage.next(
      user,
      'the cut line',
      (stanza) => stanza.childText('body')?.startsWith('&&&') === true,
    );
    expect(cut.childText('body')).toMatch(/ \[…\]$/);
    expect(cut.attrs.type).toBe('groupchat');
    await stage.next(user, 'the next line', (stanza) => stanza.childText('body') === 'short');
    irc.send(`:alice!u@h PRIVMSG ${irc.nick} :${'<'.repeat(6000)}`);
    await stage.next(
      user,
      'the cut private line',
      (stanza) => stanza.childText('body')?.startsWith('<<<') === true,
    );
    await stage.converse();
  });
});

describe('S15 a server that bounces everything', () => {
  it('no bounce is answered or sent to the network, and the room’s next words still come', async () => {
    const { user, irc } = await stage.join();
    const lines = irc.lines.all.length;
    irc.send(':alice!u@h PRIVMSG #tea :one', `:alice!u@h PRIVMSG ${irc.nick} :two`);
    const room = await stage.next(user, 'the line', (stanza) => stanza.childText('body') === 'one');
    const direct = await stage.next(user, 'the private line', (stanza) => stanza.childText('body') === 'two');
    const seen = to(user).length;
    for (let n = 0; n < BURST - 10; n += 1) {
      const { from, type, id } = (n % 2 === 0 ? room : direct).attrs;
      stage.send(
        `<message type='error' id='${id}' from='${user}' to='${from}'><body>${type}</body>` +
          "<error type='cancel'><service-unavailable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>",
      );
    }
    irc.send(':alice!u@h PRIVMSG #tea :three');
    await stage.next(user, 'the next line', (stanza) => stanza.childText('body') === 'three');
    expect(to(user).length).toBe(seen + 1);
    expect(irc.lines.all.slice(lines).filter((line) => line.startsWith('PRIVMSG'))).toEqual([]);
    await stage.converse();
  });

  it('H22 a client that is gone is not written to any more, and its nick leaves the channel', async () => {
    const { user, irc } = await stage.join();
    stage.send(
      `<message type='error' from='${user}' to='${stage.room('#tea')}/alice'>` +
        "<error type='cancel'><recipient-unavailable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>",
    );
    await irc.lines.wait((line) => line.startsWith('PART #tea'), 'the leave');
    await stage.converse();
  });
});

describe('S16 S17 bursts', () => {
  it('a thousand requests of one user are answered once each, most of them with "wait"; others are served', async () => {
    const user = stage.newUser();
    for (let n = 0; n < FLOOD; n += 1)
      stage.send(
        `<iq type='get' id='q${n}' from='${user}' to='${DOMAIN}'><query xmlns='http://jabber.org/protocol/disco#info'/></iq>`,
      );
    await stage.converse();
    const ids = to(user).map(({ attrs }) => attrs.id);
    expect(new Set(ids).size).toBe(FLOOD);
    expect(ids).toHaveLength(FLOOD);
    const refused = to(user).filter((stanza) => condition(stanza) === 'resource-constraint');
    expect(refused.length).toBeGreaterThan(FLOOD - 2 * BURST);
    expect(refused.every((stanza) => stanza.child('error')?.attrs.type === 'wait')).toBe(true);
  });

  it('a thousand messages of one user: the first go out, the rest are refused, one error each; others talk on', async () => {
    const { user, irc } = await stage.join();
    for (let n = 0; n < FLOOD; n += 1) stage.groupchat(user, `spam ${n}`);
    await stage.converse();
    const sent = irc.lines.all.filter((line) => line.startsWith('PRIVMSG #tea :spam'));
    expect(sent.length).toBeLessThan(2 * BURST);
    expect(to(user).filter((stanza) => condition(stanza) === 'resource-constraint').length).toBe(
      FLOOD - sent.length,
    );
  });

  it('a thousand probes, subscriptions and joins that nobody may make cost a bounded number of stanzas', async () => {
    const stranger = 'villain@elsewhere.example/x';
    for (let n = 0; n < FLOOD; n += 1) {
      stage.send(`<presence type='probe' from='${stranger}' to='${stage.contact(`nick${n}`)}'/>`);
      stage.send(`<presence type='subscribe' from='${stranger}' to='${DOMAIN}'/>`);
      stage.send(`<presence from='${stranger}' to='${DOMAIN}'/>`);
    }
    await stage.converse();
    expect(to('villain@').length).toBeLessThan(2 * BURST);
  });

  it('one user with many clients in a room: the first ones are in, each further one is told why not', async () => {
    const { user } = await stage.join();
    const bare = user.replace(/\/.*/, '');
    for (let n = 0; n < 2 * RESOURCES; n += 1) stage.askToJoin(`${bare}/client${n}`);
    await stage.converse();
    const refused = to(bare).filter((stanza) => condition(stanza) === 'resource-constraint');
    expect(refused).toHaveLength(2 * RESOURCES - (RESOURCES - 1));
  });

  it('one user who joins and joins: limited, with "wait"', async () => {
    const user = stage.newUser();
    for (let n = 0; n < BURST - 1; n += 1) stage.askToJoin(user, `#c${n}`);
    await stage.converse();
    const refused = to(user).filter((stanza) => condition(stanza) === 'resource-constraint');
    expect(refused.length).toBeGreaterThanOrEqual(BURST - 1 - 20);
    const irc = await stage.connection(user);
    irc.socket.destroy();
  });

  it('XEP-0033 addresses in a message are not followed', async () => {
    const { user, irc } = await stage.join();
    const addresses = Array.from(
      { length: 100 },
      (_, n) => `<address type='to' jid='${stage.contact(`n${n}`)}'/>`,
    );
    stage.send(
      `<message type='groupchat' id='m' from='${user}' to='${stage.room('#tea')}'><body>to all</body>` +
        `<addresses xmlns='http://jabber.org/protocol/address'>${addresses.join('')}</addresses></message>`,
    );
    await irc.lines.wait((line) => line.endsWith(':to all'), 'the one line');
    await stage.converse();
    expect(irc.lines.all.filter((line) => line.endsWith(':to all'))).toEqual(['PRIVMSG #tea :to all']);
  });
});
