import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { IrcClient } from '../../client/irc-client.js';
import type { IrcServer } from '../../servers/irc-server.js';
import { startNgircd } from '../../servers/ngircd.js';
import { expectNoThrottle, expectTalk } from './talk.js';

describe('ngIRCd', () => {
  let server: IrcServer;

  beforeAll(async () => {
    server = await startNgircd({
      channels: [{ name: '#lobby', topic: 'Be kind' }],
    });
  });
  afterAll(() => server.stop());

  it('lets two clients talk', () => expectTalk(server));

  it('does not throttle', () => expectNoThrottle(server, 200));

  it('has its predefined channel', async () => {
    const alice = await IrcClient.connect({ server, nick: 'alice' });
    await alice.join('#lobby');
    await alice.waitForLine(/ 332 alice #lobby :Be kind$/, 'the topic');
    await alice.quit();
  });

  it('comes back after a kill', async () => {
    await server.kill();
    await server.restart();
    const alice = await IrcClient.connect({ server, nick: 'alice' });
    await alice.quit();
  });

  it('asks for a password when told to', async () => {
    const guarded = await startNgircd({ serverPassword: 'sesame' });
    await expect(IrcClient.connect({ server: guarded, nick: 'eve', password: 'wrong' })).rejects.toThrow();
    const alice = await IrcClient.connect({ server: guarded, nick: 'alice', password: 'sesame' });
    await alice.quit();
    await guarded.stop();
  });
});
