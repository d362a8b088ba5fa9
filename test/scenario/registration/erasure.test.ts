import { expect, it } from 'vitest';
import { filesHolding } from '../../support/disk.js';
import { ircStage } from '../../support/irc-stage.js';
import { register, registration } from '../../support/service-talk.js';

it('C19 C14 after removal nothing of the user is left on disk; the shared archive keeps what others said', async () => {
  const stage = await ircStage();
  const alice = await stage.user('alice');
  const carol = await stage.person('carol');
  await carol.join('#wipe');
  await register(alice, stage.domain, { nick: 'Ally', name: 'MARKER-REALNAME' });
  await alice.joinRoom(stage.room('#wipe'), 'Ally');
  const bob = await stage.user('bob');
  await bob.joinRoom(stage.room('#wipe'), 'bobby');
  carol.say('#wipe', 'words of carol');
  await alice.waitFor({ body: 'words of carol' }, 'the room');
  await bob.waitFor({ body: 'words of carol' }, 'the room');
  carol.say('Ally', 'MARKER-PRIVATE words');
  await alice.waitFor({ name: 'message', body: 'MARKER-PRIVATE words' }, 'the private message');
  // Orderly: everything that was buffered is in the files.
  await stage.gateway.restart();
  const { dataDir } = stage.gateway;
  expect(filesHolding(dataDir, 'alice@localhost')).not.toEqual([]);
  expect(filesHolding(dataDir, 'MARKER-REALNAME')).not.toEqual([]);
  const removed = await alice.iq('set', stage.domain, registration('<remove/>'));
  expect(removed.attrs.type).toBe('result');
  for (const marker of ['alice@localhost', 'MARKER-REALNAME', 'MARKER-PRIVATE']) {
    expect(filesHolding(dataDir, marker), marker).toEqual([]);
  }
  await stage.gateway.stop();
  for (const marker of ['alice@localhost', 'MARKER-REALNAME', 'MARKER-PRIVATE']) {
    expect(filesHolding(dataDir, marker), marker).toEqual([]);
  }
  expect(filesHolding(dataDir, 'words of carol')).not.toEqual([]);
});
