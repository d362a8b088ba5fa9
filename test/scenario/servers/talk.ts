import { expect } from 'vitest';
import { IrcClient } from '../../client/irc-client.js';
import type { IrcServer } from '../../servers/irc-server.js';

/** Two clients, one of them over TLS, meet in a channel and talk both ways. */
export async function expectTalk(server: IrcServer): Promise<void> {
  const alice = await IrcClient.connect({ server, nick: 'alice' });
  const bob = await IrcClient.connect({ server, nick: 'bob', tls: true });
  await alice.join('#tea');
  await bob.join('#tea');
  await alice.waitForLine(/^:bob!\S+ JOIN :?#tea/, 'bob joining');

  bob.say('#tea', 'привет');
  alice.say('#tea', 'hello');

  expect(await alice.waitForMessage('#tea', 'привет')).toMatch(/^:bob!/);
  expect(await bob.waitForMessage('#tea', 'hello')).toMatch(/^:alice!/);
  await Promise.all([alice.quit(), bob.quit()]);
}

/** One client opens and closes many channels and says many lines without being throttled. */
export async function expectNoThrottle(server: IrcServer, lines: number): Promise<void> {
  const speaker = await IrcClient.connect({ server, nick: 'speaker' });
  const listener = await IrcClient.connect({ server, nick: 'listener' });
  await listener.join('#flood');
  await speaker.join('#flood');
  for (let line = 1; line <= lines; line += 1) speaker.say('#flood', `line ${line}`);
  await listener.waitForMessage('#flood', `line ${lines}`);
  expect(listener.count(/ PRIVMSG #flood :line /)).toBe(lines);
  await Promise.all([speaker.quit(), listener.quit()]);
}
