import { expect, it } from 'vitest';
import { errorCondition } from '../../client/stanza-match.js';
import { ircStage } from '../../support/irc-stage.js';
import { ScriptedIrcServer } from '../../support/scripted-irc-server.js';
import { refusedJoin } from './occupants.js';

it('H16 Q13 with registration required: registration-required before it, the room after it', async () => {
  const stage = await ircStage({ component: { policy: 'registered' } });
  const room = stage.room('#members');
  const alice = await stage.user('alice');
  const refused = await refusedJoin(alice, room, 'ally');
  expect(errorCondition(refused)).toBe('registration-required');
  expect(refused.getChild('error')?.attrs.type).toBe('auth');
  const registered = await alice.iq(
    'set',
    stage.domain,
    "<query xmlns='jabber:iq:register'><nick>ally</nick></query>",
  );
  expect(registered.attrs.type).toBe('result');
  const joined = await alice.joinRoom(room, 'ally');
  expect(joined.self.attrs.from).toBe(`${room}/ally`);
});

it('H16 S04 closed: who is not on the list is refused, and IRC hears nothing of him', async () => {
  const stage = await ircStage({ component: { policy: 'closed', allow: ['alice@localhost'] } });
  const room = stage.room('#few');
  const carol = await stage.person('carol');
  await carol.join('#few');
  const bob = await stage.user('bob');
  expect(['registration-required', 'forbidden', 'not-allowed']).toContain(
    errorCondition(await refusedJoin(bob, room, 'bobby')),
  );
  await carol.barrier();
  expect(carol.count(/ JOIN /)).toBe(1);
});

it('H16 Q13 a server that lets nobody in and does not say so: an answer comes all the same', async () => {
  const silent = await ScriptedIrcServer.listen();
  const servers = { '127.0.0.1': { port: silent.port, tls: false } };
  const stage = await ircStage({ options: { servers, timeouts: { registrationMs: 300 } } });
  const room = stage.room('#lobby');
  const alice = await stage.user('alice');
  const refused = await refusedJoin(alice, room, 'ally');
  expect(errorCondition(refused)).toBe('remote-server-timeout');
  expect(refused.getChild('error')?.attrs.type).toBe('wait');
  expect(silent.connections).toBeGreaterThan(0);
  silent.close();
});
