import { beforeAll, describe, expect, it } from 'vitest';
import type { XmppClient } from '../../client/xmpp-client.js';
import { type IrcStage, ircStage } from '../../support/irc-stage.js';
import { registration, SERVERS, say } from '../../support/service-talk.js';

describe.each(SERVERS)('a chat with the gateway through %s', (xmpp) => {
  let stage: IrcStage;
  let alice: XmppClient;

  beforeAll(async () => {
    stage = await ircStage({ xmpp });
    alice = await stage.user('alice');
  });

  it('K06 K07 help lists the words; an unknown word gets one hint', async () => {
    const help = await say(alice, stage.domain, 'help');
    for (const word of ['register', 'join']) expect(help).toMatch(new RegExp(`^${word} — `, 'm'));
    expect(await say(alice, stage.domain, 'abracadabra')).toMatch(/do not know that word/);
  });

  it('K06 registers question by question; “cancel” ends a dialogue', async () => {
    expect(await say(alice, stage.domain, 'register')).toMatch(/Nick/);
    expect(await say(alice, stage.domain, 'cancel')).toMatch(/Cancelled/);
    let answer = await say(alice, stage.domain, 'register');
    for (const reply of ['Ally', '-', '-', '-', '-', 'no']) {
      if (/registered\.$/.test(answer)) break;
      answer = await say(alice, stage.domain, reply);
    }
    expect(answer).toMatch(/You are registered/);
    const state = await alice.iq('get', stage.domain, registration(''));
    expect(state.getChild('query')?.getChildText('nick')).toBe('Ally');
    expect(state.getChild('query')?.getChild('registered')).toBeDefined();
  });

  it('K06 speaks Russian to who speaks Russian, and remembers it', async () => {
    expect(await say(alice, stage.domain, 'помощь', 'ru')).toMatch(/Отправьте мне одно из этих слов/);
    expect(await say(alice, stage.domain, 'абракадабра', 'ru')).toMatch(/Я не знаю такого слова/);
    expect(await say(alice, stage.domain, 'join', 'ru')).toMatch(/Комната/);
    expect(await say(alice, stage.domain, 'отмена', 'ru')).toMatch(/Отменено/);
  });

  it('K07 A08 says nothing to what nobody typed', async () => {
    const before = alice.received.length;
    const to = stage.domain;
    for (const stanza of [
      `<message to='${to}' type='error'><body>help</body><error type='cancel'><gone xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>`,
      `<message to='${to}' type='headline'><body>help</body></message>`,
      `<message to='${to}' type='groupchat'><body>help</body></message>`,
      `<message to='${to}' type='chat'><body>help</body><delay xmlns='urn:xmpp:delay' stamp='2020-01-01T00:00:00Z'/></message>`,
      `<message to='${to}' type='chat'><composing xmlns='http://jabber.org/protocol/chatstates'/></message>`,
      `<message to='${to}' type='chat'><body>  </body></message>`,
    ])
      await alice.send(stanza);
    await alice.barrier(to);
    expect(alice.received.slice(before).filter(({ name }) => name === 'message')).toEqual([]);
  });
});
