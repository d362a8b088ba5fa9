import { beforeAll, describe, expect, it } from 'vitest';
import { errorCondition } from '../../client/stanza-match.js';
import { type IrcStage, ircStage } from '../../support/irc-stage.js';
import { leaveRoom, refusedJoin, XMPP_SERVERS } from './occupants.js';

describe.each(XMPP_SERVERS)('rooms that let nobody in, on %s', (xmpp) => {
  let stage: IrcStage;
  beforeAll(async () => {
    stage = await ircStage({ xmpp });
  });

  it('H15 Q07 each refusal has its condition and type, names the room and repeats the join', async () => {
    const carol = await stage.person('carol');
    const modes = { '#key': '+k secret', '#invite': '+i', '#full': '+l 1', '#ban': '+b ally!*@*' };
    for (const [channel, mode] of Object.entries(modes)) {
      await carol.join(channel);
      carol.send(`MODE ${channel} ${mode}`);
    }
    await carol.barrier();
    const alice = await stage.user('alice');
    const refusals: readonly [string, string | undefined, string, string][] = [
      [stage.room('#key'), undefined, 'not-authorized', 'auth'],
      [stage.room('#key'), 'wrong', 'not-authorized', 'auth'],
      [stage.room('#invite'), undefined, 'registration-required', 'auth'],
      [stage.room('#full'), undefined, 'service-unavailable', 'wait'],
      [stage.room('#ban'), undefined, 'forbidden', 'auth'],
    ];
    for (const [room, password, condition, type] of refusals) {
      const refused = await refusedJoin(alice, room, 'ally', password);
      expect([room, errorCondition(refused)]).toEqual([room, condition]);
      expect(refused.getChild('error')?.attrs).toMatchObject({ type, by: room });
      expect(refused.getChild('x', 'http://jabber.org/protocol/muc')).toBeDefined();
      expect(refused.getChild('error')?.getChildText('text')).toBeTruthy();
    }
    await alice.joinRoom(stage.room('#key'), 'ally', { password: 'secret' });
    await leaveRoom(alice, stage.room('#key'), 'ally');
  });

  it('H14 a nick that somebody else has → conflict; H15 one that cannot be → not-acceptable', async () => {
    await stage.person('taken');
    const bob = await stage.user('bob');
    const refused = await refusedJoin(bob, stage.room('#lobby'), 'taken');
    expect(errorCondition(refused)).toBe('conflict');
    expect(refused.getChild('error')?.attrs.type).toBe('cancel');
    const odd = await refusedJoin(bob, stage.room('#lobby'), 'Москва');
    expect(errorCondition(odd)).toBe('not-acceptable');
    await bob.joinRoom(stage.room('#lobby'), 'free');
  });

  it('H15 S21 a server that cannot be reached → remote-server-timeout, one that may not be → a refusal', async () => {
    const alice = await stage.user('alice', 'far');
    const privately = await refusedJoin(alice, `#lobby%10.0.0.1@${stage.domain}`, 'ally');
    expect(['forbidden', 'not-allowed', 'remote-server-timeout']).toContain(errorCondition(privately));
    const nameless = await refusedJoin(alice, `#lobby%nowhere.invalid@${stage.domain}`, 'ally');
    expect(errorCondition(nameless)).toBe('remote-server-timeout');
    expect(nameless.getChild('error')?.attrs.type).toBe('wait');
  });
});
