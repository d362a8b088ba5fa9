import { beforeAll, describe, expect, it } from 'vitest';
import { errorCondition } from '../../client/stanza-match.js';
import type { XmppClient } from '../../client/xmpp-client.js';
import { startAtheme } from '../../servers/atheme.js';
import { startInspircd } from '../../servers/inspircd.js';
import { freePort } from '../../servers/process.js';
import { filesHolding } from '../../support/disk.js';
import { type IrcStage, ircStage } from '../../support/irc-stage.js';
import { befriend, registration, submit } from '../../support/service-talk.js';

const NS = 'jabber:iq:register';

describe('registration with an account of the network', () => {
  let stage: IrcStage;
  let alice: XmppClient;
  const form = (password: string, server: string, more: Readonly<Record<string, string>> = {}) =>
    registration(submit({ nick: 'Ally', server, username: 'ally', password, ...more }, NS));

  beforeAll(async () => {
    const irc = await startInspircd();
    const services = await startAtheme(irc);
    await services.registerAccount('ally', 'right-PASSWORD');
    const closed = await freePort();
    stage = await ircStage({
      irc,
      options: {
        servers: { [irc.host]: { port: irc.port, tls: false }, localhost: { port: closed, tls: false } },
      },
    });
    alice = await stage.user('alice');
  });

  it('C06 C13 S19 a password that the server refuses is not acceptable, nothing is stored, the secret not sent back', async () => {
    const answer = await alice.iq('set', stage.domain, form('wrong-PASSWORD', stage.irc.host));
    expect(errorCondition(answer)).toBe('not-acceptable');
    expect(answer.getChild('query')).toBeUndefined();
    expect(answer.toString()).not.toContain('wrong-PASSWORD');
    const state = await alice.iq('get', stage.domain, registration(''));
    expect(state.getChild('query', NS)?.getChild('registered')).toBeUndefined();
    expect(alice.count({ name: 'presence', type: 'subscribe' })).toBe(0);
  });

  it('C07 a server that cannot be reached is another error, of type wait', async () => {
    const answer = await alice.iq('set', stage.domain, form('right-PASSWORD', 'localhost'));
    expect(errorCondition(answer)).toBe('remote-server-timeout');
    expect(answer.getChild('error')?.attrs.type).toBe('wait');
  });

  it('C06 C09 D01 right credentials register, and log the user in when he is online', async () => {
    const answer = await alice.iq(
      'set',
      stage.domain,
      form('right-PASSWORD', stage.irc.host, { connect: '1' }),
    );
    expect(answer.attrs.type).toBe('result');
    await befriend(alice, stage.domain);
    const dave = await stage.person('dave');
    await alice.joinRoom(stage.room('#login'), 'Ally');
    dave.send('WHOIS Ally');
    await dave.waitForLine(/ 330 dave Ally ally /i, 'the account of the user');
  });

  it('C12 a change that is refused leaves the old settings at work', async () => {
    const answer = await alice.iq('set', stage.domain, form('worse-PASSWORD', stage.irc.host));
    expect(errorCondition(answer)).toBe('not-acceptable');
    const query = (await alice.iq('get', stage.domain, registration(''))).getChild('query', NS);
    expect(query?.getChildText('nick')).toBe('Ally');
    expect(query?.toString()).not.toContain('PASSWORD');
  });

  it('C13 an empty password keeps the one on record', async () => {
    const answer = await alice.iq('set', stage.domain, form('', stage.irc.host, { connect: '1' }));
    expect(answer.attrs.type).toBe('result');
    await alice.send(`<presence type='unavailable' to='${stage.room('#login')}/Ally'/>`);
    await stage.gateway.restart();
    await alice.waitFor({ name: 'presence', type: null, from: stage.domain }, 'the gateway back');
    await alice.joinRoom(stage.room('#login'), 'Ally');
    const dora = await stage.person('dora');
    dora.send('WHOIS Ally');
    await dora.waitForLine(/ 330 dora Ally ally /i, 'the account of the user');
  });

  it('S19 no password in the log or, as plain text, on disk', async () => {
    expect(stage.gateway.logs()).not.toContain('PASSWORD');
    expect(filesHolding(stage.gateway.folder, 'right-PASSWORD')).toEqual([]);
  });
});
