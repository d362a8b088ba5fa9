import { expect, it } from 'vitest';
import { ircStage } from '../../support/irc-stage.js';

it('H20 H09 a client that leaves and joins in one breath is in the room', async () => {
  const stage = await ircStage();
  const carol = await stage.person('carol');
  await carol.join('#lobby');
  const alice = await stage.user('alice');
  const room = stage.room('#lobby');
  await alice.joinRoom(room, 'ally');

  await alice.send(`<presence type='unavailable' to='${room}/ally'/>`);
  const again = await alice.joinRoom(room, 'ally');
  expect(again.self.attrs.from).toBe(`${room}/ally`);
  await carol.barrier();
  carol.say('#lobby', 'welcome back');
  await alice.waitFor(
    { name: 'message', from: `${room}/carol`, body: 'welcome back' },
    'a message after the rejoin',
  );
  expect(alice.count({ name: 'presence', type: 'unavailable', from: `${room}/ally` })).toBe(1);
});
