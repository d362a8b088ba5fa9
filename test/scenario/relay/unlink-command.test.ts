import { beforeAll, describe, expect, it } from 'vitest';
import type { XmppClient } from '../../client/xmpp-client.js';
import { type RelayStage, relayStage } from '../../support/relay/relay-stage.js';
import { runCommand } from '../../support/relay/run-command.js';

describe('somebody with rights in a linked room, in private with the relays', () => {
  let stage: RelayStage;
  let alice: XmppClient;
  beforeAll(async () => {
    stage = await relayStage();
    alice = await stage.user('alice');
  });

  const run = (who: XmppClient, node: string, ...forms: readonly Record<string, string>[]): Promise<string> =>
    runCommand(who, stage.domain, node, ...forms);

  it('reads how his own relay fares, sets his room and unlinks it; others see and do nothing', async () => {
    const [room, channel] = [stage.room('club'), stage.channel('#club')];
    const boss = await stage.user('boss');
    const bob = await stage.user('bob');
    await alice.joinRoom(room, 'Alice');
    const carol = await stage.person('carol');
    await carol.join('#club');
    const made = await run(boss, 'isthmus:relay:link', { room, other: `#Club on ${stage.irc.host}` });
    expect(made).toContain(`${room}: working`);
    expect(made).toContain(`${channel}: working`);

    expect(await run(boss, 'isthmus:relay:relays')).toContain(`state=joined`);
    expect(await run(bob, 'isthmus:relay:relays')).toContain('forbidden');
    expect(await run(alice, 'isthmus:relay:relays')).toContain(channel);

    const set = await run(alice, 'isthmus:relay:settings', {
      presence: 'speakers',
      nick: 'Bridge',
      password: 'x',
    });
    expect(set).toContain('presence = speakers');
    expect(set).not.toContain('password = x');
    await alice.waitFor(
      { name: 'presence', from: `${room}/Bridge`, type: null },
      'the relay by its new name',
    );

    const elsewhere = await run(alice, 'isthmus:relay:unlink', { room: channel });
    expect(elsewhere).toContain('rights');
    await run(alice, 'isthmus:relay:unlink', { room });
    await carol.waitForLine(/PRIVMSG #club :.*taken out of the relay by alice@localhost/, 'the farewell');
    expect(await run(boss, 'isthmus:relay:relays')).toContain('There are no relays');
  });
});
