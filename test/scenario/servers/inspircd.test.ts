import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { IrcClient } from '../../client/irc-client.js';
import { type AthemeServices, startAtheme } from '../../servers/atheme.js';
import { type InspircdServer, startInspircd } from '../../servers/inspircd.js';
import { expectNoThrottle, expectTalk } from './talk.js';

describe('InspIRCd with atheme', () => {
  let server: InspircdServer;
  let services: AthemeServices;

  beforeAll(async () => {
    server = await startInspircd();
    services = await startAtheme(server);
  });
  afterAll(async () => {
    await services?.stop();
    await server?.stop();
  });

  it('lets two clients talk', () => expectTalk(server));

  it('does not throttle', () => expectNoThrottle(server, 200));

  it('speaks IRCv3', async () => {
    const alice = await IrcClient.connect({
      server,
      nick: 'alice',
      capabilities: [
        ...['account-notify', 'account-tag', 'away-notify', 'batch', 'cap-notify', 'chghost', 'echo-message'],
        ...['extended-join', 'invite-notify', 'labeled-response', 'message-tags', 'multi-prefix'],
        ...['server-time', 'setname', 'userhost-in-names'],
      ],
    });
    await alice.join('#tags');
    alice.send('@label=7 PRIVMSG #tags :tagged');
    expect(await alice.waitForLine(/ PRIVMSG #tags :tagged$/)).toMatch(/^@.*label=7/);
    await alice.quit();
  });

  it('logs in by SASL PLAIN to a registered account', async () => {
    await services.registerAccount('carol', 'sesame1');
    const sasl = { account: 'carol', password: 'sesame1' };
    const carol = await IrcClient.connect({ server, nick: 'carol', sasl });
    await carol.waitForLine(/ 900 \S+ \S+ carol /, 'the confirmation of the account');
    await carol.quit();
    await expect(
      IrcClient.connect({ server, nick: 'mallory', sasl: { ...sasl, password: 'wrong' } }),
    ).rejects.toThrow('SASL failed');
  });

  it('links services again after a kill', async () => {
    await services.kill();
    await services.restart();
    await services.registerAccount('dave', 'sesame2');
    const dave = await IrcClient.connect({
      server,
      nick: 'dave',
      sasl: { account: 'dave', password: 'sesame2' },
    });
    await dave.quit();
  });
});
