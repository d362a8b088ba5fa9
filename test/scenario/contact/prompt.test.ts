import { beforeAll, describe, expect, it } from 'vitest';
import { errorCondition } from '../../client/stanza-match.js';
import type { XmppClient } from '../../client/xmpp-client.js';
import { type IrcStage, ircStage } from '../../support/irc-stage.js';
import { SERVERS } from '../../support/service-talk.js';

const NS = 'jabber:iq:gateway';

describe.each(SERVERS)('addresses by what a person types, through %s', (xmpp) => {
  let stage: IrcStage;
  let alice: XmppClient;
  const ask = (typed: string) =>
    alice.iq('set', stage.domain, `<query xmlns='${NS}'><prompt>${typed}</prompt></query>`);

  beforeAll(async () => {
    stage = await ircStage({ xmpp });
    alice = await stage.user('alice');
  });

  it('E08 Q03 the prompt, in the language of the request', async () => {
    const english = (await alice.iq('get', stage.domain, `<query xmlns='${NS}'/>`)).getChild('query', NS);
    expect(english?.getChildText('prompt')).toBe('Channel or nick, and server');
    expect(english?.getChildText('desc')).toMatch(/irc\.libera\.chat/);
    const id = alice.nextId();
    await alice.send(
      `<iq type='get' id='${id}' to='${stage.domain}' xml:lang='ru'><query xmlns='${NS}'/></iq>`,
    );
    const russian = await alice.waitFor({ name: 'iq', id }, 'the prompt');
    expect(russian.getChild('query', NS)?.getChildText('prompt')).toMatch(/[а-я]/);
  });

  it.each([
    ['#Room irc.example.org', '#room%irc.example.org'],
    ['Nick irc.example.org', 'nick%irc.example.org'],
    ['#a&amp;b irc.example.org', '#a\\26b%irc.example.org'],
    ["o'neill irc.example.org", 'o\\27neill%irc.example.org'],
    ['#c/d irc.example.org', '#c\\2fd%irc.example.org'],
    ['#x\\y irc.example.org', '#x\\y%irc.example.org'],
    ['#x\\20y irc.example.org', '#x\\5c20y%irc.example.org'],
    ['irc://irc.example.org/help', '#help%irc.example.org'],
    ['[a]{b}^|` irc.example.org', '[a]{b}^|`%irc.example.org'],
  ])('E01 E02 E06 E09 %s', async (typed, local) => {
    const answer = await ask(typed);
    expect(answer.getChild('query', NS)?.getChildText('jid')).toBe(`${local}@${stage.domain}`);
  });

  it.each(['two words here irc.example.org', '#bad,name irc.example.org', ' ', '#a irc..example'])(
    'E09 “%s” is no address',
    async (typed) => {
      const answer = await ask(typed);
      expect(['not-acceptable', 'item-not-found', 'jid-malformed']).toContain(errorCondition(answer));
    },
  );
});

describe('escaped addresses at work', () => {
  it('E01 E03 E06 A13 a channel with odd characters is one room in any spelling of its address', async () => {
    const stage = await ircStage();
    const [alice, carol] = await Promise.all([stage.user('alice'), stage.person('carol')]);
    await carol.join("#R&D/o'x[1]");
    const room = `#r\\26d\\2fo\\27x[1]%${stage.irc.host}@${stage.domain}`;
    await alice.joinRoom(room, 'ally');
    await carol.waitForLine(/^:ally!\S+ JOIN /, 'the user');
    const id = alice.nextId();
    await alice.send(
      `<message type='groupchat' id='${id}' to="#R\\26D\\2fO\\27X[1]%${stage.irc.host}@IRC.LOCALHOST"><body>hi</body></message>`,
    );
    await carol.waitForMessage("#R&D/o'x[1]", 'hi');
    const reflected = await alice.waitFor({ name: 'message', id }, 'the reflection');
    expect(reflected.attrs.from).toBe(`${room}/ally`);
  });
});
