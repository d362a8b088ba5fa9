import { expect, it } from 'vitest';
import { ircStage } from '../../support/irc-stage.js';

it('H09 I01 I07 a room is shown in order and carries messages both ways', async () => {
  const stage = await ircStage();
  const carol = await stage.person('carol');
  await carol.join('#lobby');
  const alice = await stage.user('alice');
  const room = stage.room('#lobby');

  const joined = await alice.joinRoom(room, 'ally');
  expect(joined.occupants.map(({ attrs }) => attrs.from)).toEqual([`${room}/carol`]);
  expect(joined.self.attrs.from).toBe(`${room}/ally`);
  expect(joined.subject.getChildText('subject')).toBe('');
  await carol.waitForLine(/^:ally!\S+ JOIN :?#lobby$/);

  carol.say('#lobby', 'hello from IRC');
  const fromIrc = await alice.waitFor({ name: 'message', body: 'hello from IRC' }, 'the IRC message');
  expect(fromIrc.attrs).toMatchObject({ from: `${room}/carol`, type: 'groupchat' });
  expect(fromIrc.getChild('stanza-id', 'urn:xmpp:sid:0')?.attrs.by).toBe(room);
  expect(fromIrc.getChild('occupant-id', 'urn:xmpp:occupant-id:0')).toBeDefined();

  const id = await alice.message(room, 'hello from XMPP', 'groupchat');
  await carol.waitForMessage('#lobby', 'hello from XMPP');
  const reflected = await alice.waitFor({ name: 'message', id }, 'the reflection');
  expect(reflected.attrs.from).toBe(`${room}/ally`);
  expect(reflected.getChild('stanza-id', 'urn:xmpp:sid:0')).toBeDefined();
});
