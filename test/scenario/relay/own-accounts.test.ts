import { beforeAll, describe, expect, it } from 'vitest';
import type { IrcClient } from '../../client/irc-client.js';
import type { XmppClient } from '../../client/xmpp-client.js';
import { type RelayStage, relayStage } from '../../support/relay/relay-stage.js';

describe('somebody of a room who has registered with the network', () => {
  let stage: RelayStage;
  let room: string;
  let carol: IrcClient;
  let alice: XmppClient;
  let bob: XmppClient;

  const isBody = (text: string) => (stanza: { getChildText(name: string): string | null }) =>
    stanza.getChildText('body') === text;

  beforeAll(async () => {
    stage = await relayStage();
    room = stage.room('own');
    carol = await stage.person('carol');
    await carol.join('#own');
    [alice, bob] = await Promise.all([stage.user('alice'), stage.user('bob')]);
    await alice.joinRoom(room, 'alice');
    // Called like alice's account, which changes nothing.
    await bob.joinRoom(room, 'ally');
    await stage.link(room, stage.channel('#own'));
    await alice.iq('set', 'irc.localhost', `<query xmlns='jabber:iq:register'><nick>ally</nick></query>`);
    alice.clear();
  });

  async function agree(yes: boolean): Promise<void> {
    await alice.message(stage.domain, 'speak-as-me');
    await alice.waitFor((stanza) => /Room/.test(stanza.getChildText('body') ?? ''), 'which room');
    await alice.message(stage.domain, room);
    await alice.waitFor((stanza) => /my own account/.test(stanza.getChildText('body') ?? ''), 'whether');
    await alice.message(stage.domain, yes ? 'yes' : 'no');
    const answer = yes ? /your own accounts now/ : /by the relay now/;
    await alice.waitFor((stanza) => answer.test(stanza.getChildText('body') ?? ''), 'the answer');
  }

  it('is spoken for by the relay as long as he has not agreed', async () => {
    await alice.message(room, 'not yet', 'groupchat');
    expect(await carol.waitForLine(/PRIVMSG #own :.*not yet$/)).toMatch(/^:Relay!/);
  });

  it('speaks by his own account when he has, and is heard once', async () => {
    await agree(true);
    await alice.message(room, 'as myself', 'groupchat');
    expect(await carol.waitForLine(/PRIVMSG #own :as myself$/)).toMatch(/^:ally!/);
    // Nobody is somebody by the name that he claims.
    await bob.message(room, 'I am ally', 'groupchat');
    expect(await carol.waitForLine(/PRIVMSG #own :.*I am ally$/)).toMatch(/^:Relay!/);
    await alice.waitFor(isBody('I am ally'), 'words of the other');
    expect(alice.count(isBody('as myself'))).toBe(1);
  });

  it('is heard by what he says in the channel himself', async () => {
    const channel = stage.channel('#own');
    await alice.joinRoom(channel, 'ally');
    await alice.message(channel, 'from the channel', 'groupchat');
    await carol.waitForLine(/^:ally!\S+ PRIVMSG #own :from the channel$/);
    await bob.waitFor(isBody('from the channel'), 'what he says in the channel');
    expect(bob.count(isBody('from the channel'))).toBe(1);
  });

  it('is spoken for again when he takes it back, and stays where he came in himself', async () => {
    await agree(false);
    await alice.message(room, 'by the relay again', 'groupchat');
    expect(await carol.waitForLine(/PRIVMSG #own :.*by the relay again$/)).toMatch(/^:Relay!/);
    await carol.barrier();
    expect(carol.count(/^:ally!\S+ (PART|QUIT)/)).toBe(0);
  });

  it('has agreed to nothing any more when he comes back to a network, or to relays, that he had left', async () => {
    const register = (domain: string, content: string) =>
      alice.iq('set', domain, `<query xmlns='jabber:iq:register'>${content}</query>`);
    for (const [domain, form] of [
      ['irc.localhost', '<nick>ally</nick>'],
      [stage.domain, `<x xmlns='jabber:x:data' type='submit'/>`],
    ] as const) {
      await register(domain, form);
      alice.clear();
      await agree(true);
      await alice.message(room, `as myself, ${domain}`, 'groupchat');
      expect(await carol.waitForLine(new RegExp(`as myself, ${domain}$`))).toMatch(/^:ally!/);
      await register(domain, '<remove/>');
      await register(domain, form);
      await alice.message(room, `a stranger, ${domain}`, 'groupchat');
      expect(await carol.waitForLine(new RegExp(`a stranger, ${domain}$`))).toMatch(/^:Relay!/);
    }
  });
});
