import { beforeAll, describe, expect, it } from 'vitest';
import type { IrcClient } from '../../client/irc-client.js';
import { errorCondition } from '../../client/stanza-match.js';
import { escapeXml, type XmppClient } from '../../client/xmpp-client.js';
import { type IrcStage, ircStage } from '../../support/irc-stage.js';
import { SERVERS } from '../../support/service-talk.js';

const OMEMO = 'eu.siacs.conversations.axolotl';

describe.each(SERVERS)('private messages through %s', (xmpp) => {
  let stage: IrcStage;
  let alice: XmppClient;
  let carol: IrcClient;
  let contact: string;
  /** Sends a message to carol with these children; returns its id. */
  const send = async (children: string, attrs = "type='chat'") => {
    const id = alice.nextId();
    await alice.send(`<message ${attrs} id='${id}' to='${contact}'>${children}</message>`);
    return id;
  };
  /** Resolves when everything sent to carol before has arrived. */
  const arrived = async (token: string) => {
    await alice.message(contact, token);
    await carol.waitForMessage('carol', token);
  };
  const said = () => carol.received.filter((line) => / PRIVMSG carol /.test(line));

  beforeAll(async () => {
    stage = await ircStage({ xmpp });
    [alice, carol] = await Promise.all([stage.user('alice'), stage.person('carol')]);
    contact = stage.contact('carol');
  });

  it('F01 C22 Q04 a message to an address typed by hand arrives once, with nothing sent back', async () => {
    const id = await alice.message(contact, 'hello carol');
    await carol.waitForMessage('carol', 'hello carol');
    await arrived('and that is all');
    expect(carol.count(/ PRIVMSG carol :hello carol$/)).toBe(1);
    expect(alice.received.filter((stanza) => stanza.attrs.id === id)).toEqual([]);
  });

  it('F06 F07 F08 D19 E13 F23 answers come from the bare address, live, in order, each with its own id', async () => {
    for (let index = 0; index < 20; index += 1) carol.say('alice', `answer ${index}`);
    await alice.waitFor({ name: 'message', body: 'answer 19' }, 'the last answer');
    const answers = alice.received.filter((stanza) => /^answer \d+$/.test(stanza.getChildText('body') ?? ''));
    expect(answers.map((stanza) => stanza.getChildText('body'))).toEqual(
      Array.from({ length: 20 }, (_, index) => `answer ${index}`),
    );
    for (const answer of answers) {
      expect(answer.attrs).toMatchObject({ from: contact, type: 'chat', to: 'alice@localhost' });
      expect(answer.getChild('delay', 'urn:xmpp:delay')).toBeUndefined();
      expect(answer.getChildText('nick', 'http://jabber.org/protocol/nick')).toBe('carol');
    }
    expect(new Set(answers.map(({ attrs }) => attrs.id)).size).toBe(20);
  });

  it('F02 F05 somebody who is not there → item-not-found for that very message', async () => {
    const id = await alice.message(stage.contact('nobody'), 'are you there?');
    const error = await alice.waitFor({ name: 'message', type: 'error', id }, 'the error');
    expect(errorCondition(error)).toBe('item-not-found');
    expect(error.attrs.from).toBe(stage.contact('nobody'));
    expect(error.getChild('error')?.getChildText('text')).toMatch(/\w/);
  });

  it('F09 F13 what has no text is neither text nor an error', async () => {
    const ids = [
      await send("<composing xmlns='http://jabber.org/protocol/chatstates'/>"),
      await send("<displayed xmlns='urn:xmpp:chat-markers:0' id='x'/>"),
      await send("<received xmlns='urn:xmpp:receipts' id='x'/>"),
      await send("<event xmlns='http://jabber.org/protocol/pubsub#event'><items node='x'/></event>"),
      await send("<no-store xmlns='urn:xmpp:hints'/>"),
      await send(`<encrypted xmlns='${OMEMO}'><header sid='1'/></encrypted>`),
    ];
    const before = said().length;
    await arrived('after silence');
    expect(said().length).toBe(before + 1);
    expect(alice.received.filter(({ attrs }) => ids.includes(attrs.id ?? ''))).toEqual([]);
  });

  it('F10 a headline is no error; groupchat to a person is refused and not delivered', async () => {
    const headline = await send('<body>NEWS</body>', "type='headline'");
    const group = await send('<body>NEWS</body>', "type='groupchat'");
    const error = await alice.waitFor({ name: 'message', type: 'error', id: group }, 'the refusal');
    expect(['bad-request', 'service-unavailable']).toContain(errorCondition(error));
    await arrived('after the news');
    expect(carol.count(/NEWS/)).toBe(0);
    expect(alice.received.filter(({ attrs }) => attrs.id === headline)).toEqual([]);
  });

  it.each([
    ['OMEMO', `<encrypted xmlns='${OMEMO}'/><body>FALLBACK</body>`],
    ['OMEMO 2', "<encrypted xmlns='urn:xmpp:omemo:2'/><body>FALLBACK</body>"],
    ['OpenPGP', "<openpgp xmlns='urn:xmpp:openpgp:0'/><body>FALLBACK</body>"],
    ['PGP', "<x xmlns='jabber:x:encrypted'/><body>FALLBACK</body>"],
    ['OTR', '<body>?OTR:FALLBACK</body>'],
  ])('F11 %s: the fallback is not relayed, and the user is told', async (name, children) => {
    const id = await send(children);
    const error = await alice.waitFor({ name: 'message', type: 'error', id }, 'the refusal');
    expect(['not-acceptable', 'policy-violation']).toContain(errorCondition(error));
    expect(error.getChild('error')?.getChildText('text')).toMatch(/\w/);
    await arrived(`after ${name}`);
    expect(carol.count(/FALLBACK/)).toBe(0);
  });

  it('F11 a query for keys finds none, at once', async () => {
    const answer = await alice.iq(
      'get',
      contact,
      `<pubsub xmlns='http://jabber.org/protocol/pubsub'><items node='${OMEMO}.devicelist'/></pubsub>`,
    );
    expect(errorCondition(answer)).toBe('item-not-found');
  });

  it('F16 F18 F19 a correction is said as one; a reaction and a retraction are errors', async () => {
    const id = await send('<body>teh</body>');
    await carol.waitForMessage('carol', 'teh');
    await send(`<body>the</body><replace xmlns='urn:xmpp:message-correct:0' id='${id}'/>`);
    await carol.waitForMessage('carol', '* the');
    for (const children of [
      `<reactions xmlns='urn:xmpp:reactions:0' id='${id}'><reaction>+</reaction></reactions>`,
      `<retract xmlns='urn:xmpp:message-retract:1' id='${id}'/>`,
    ]) {
      const refused = await send(children);
      const error = await alice.waitFor({ name: 'message', type: 'error', id: refused }, 'the refusal');
      expect(errorCondition(error)).toBe('feature-not-implemented');
    }
  });

  it('F24 /me is an action both ways, and formatting of IRC becomes message styling', async () => {
    await send('<body>/me waves</body>');
    await carol.waitForMessage('carol', '\u0001ACTION waves\u0001');
    carol.say('alice', '\u0001ACTION nods\u0001');
    await alice.waitFor({ name: 'message', body: '/me nods' }, 'the action');
    carol.say('alice', '\u0002bold\u000f \u000304red\u0003 plain');
    const styled = await alice.waitFor({ name: 'message', body: '*bold* red plain' }, 'the formatted words');
    expect(styled.getChild('unstyled', 'urn:xmpp:styling:0')).toBeUndefined();
    carol.say('alice', '2*3*4');
    const literal = await alice.waitFor({ name: 'message', body: '2*3*4' }, 'the literal words');
    expect(literal.getChild('unstyled', 'urn:xmpp:styling:0')).toBeDefined();
  });

  it('F25 F26 a long text is split between characters, in order; line breaks make messages, never commands', async () => {
    const words = Array.from({ length: 120 }, (_, index) => `слово${index}🙂`).join(' ');
    const before = said().length;
    await alice.message(contact, words);
    await arrived('after the long text');
    const parts = said()
      .slice(before, -1)
      .map((line) => line.slice(line.indexOf(' :') + 2));
    expect(parts.length).toBeGreaterThan(1);
    expect(parts.join(' ')).toBe(words);
    expect(parts.join('')).not.toContain('\ufffd');
    await alice.message(contact, 'first\r\nQUIT :injected\nPRIVMSG carol :forged\rlast');
    await arrived('after the lines');
    expect(carol.count(/ QUIT :injected$/)).toBe(0);
    const lines = said()
      .slice(-5, -1)
      .map((line) => line.slice(line.indexOf(' :') + 2));
    expect(lines).toEqual(['first', 'QUIT :injected', 'PRIVMSG carol :forged', 'last']);
  });

  it('F25 beyond any measure: an error, and nothing is sent', async () => {
    const before = said().length;
    const id = await alice.message(contact, 'far too long '.repeat(3_000));
    const error = await alice.waitFor({ name: 'message', type: 'error', id }, 'the refusal');
    expect(['policy-violation', 'not-acceptable']).toContain(errorCondition(error));
    await arrived('after too much');
    expect(said().length).toBe(before + 1);
  });

  it('F12 Q14 the extras that clients add are not text', async () => {
    const id = alice.nextId();
    await send(
      "<body>just this</body><active xmlns='http://jabber.org/protocol/chatstates'/>" +
        "<request xmlns='urn:xmpp:receipts'/><markable xmlns='urn:xmpp:chat-markers:0'/>" +
        `<origin-id xmlns='urn:xmpp:sid:0' id='${id}'/><store xmlns='urn:xmpp:hints'/>`,
    );
    await arrived('after the extras');
    expect(said().at(-2)).toMatch(/ PRIVMSG carol :just this$/);
    expect(alice.count({ child: ['received', 'urn:xmpp:receipts'] })).toBe(0);
  });

  it('F21 the quotation of a reply stays, since IRC has no replies', async () => {
    await send(
      "<body>&gt; what?\nthis</body><reply xmlns='urn:xmpp:reply:0' id='x' to='x@y'/>" +
        "<fallback xmlns='urn:xmpp:fallback:0' for='urn:xmpp:reply:0'><body start='0' end='8'/></fallback>",
    );
    await carol.waitForMessage('carol', '> what?');
    await carol.waitForMessage('carol', 'this');
  });

  it('S09 markup in foreign words and names is text', async () => {
    const evil = "</body></message><message to='bob@localhost'><body>]]>&amp;\"'";
    carol.say('alice', evil);
    const message = await alice.waitFor({ name: 'message', body: evil }, 'the markup');
    expect(escapeXml(message.getChildText('body') ?? '')).toBe(escapeXml(evil));
  });

  it('F04 the network is down: remote-server-timeout, of type wait', async () => {
    await stage.irc.stop();
    const bob = await stage.user('bob');
    const id = await bob.message(contact, 'nobody listens');
    const error = await bob.waitFor({ name: 'message', type: 'error', id }, 'the error', {
      timeoutMs: 40_000,
    });
    expect(errorCondition(error)).toBe('remote-server-timeout');
    expect(error.getChild('error')?.attrs.type).toBe('wait');
  });
});
