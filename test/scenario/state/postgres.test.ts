import { expect, it } from 'vitest';
import { startPostgres } from '../../servers/postgres.js';
import { ircStage } from '../../support/irc-stage.js';
import { command, commandOf, complete, register, registration } from '../../support/service-talk.js';

it('A04 F08 a whole conversation, and a restart, on PostgreSQL', async () => {
  const postgres = await startPostgres();
  const stage = await ircStage({
    config: { data: { database: { kind: 'postgres', url: postgres.url } } },
  });
  let alice = await stage.user('alice');
  const carol = await stage.person('carol');
  await carol.join('#pg');
  await register(alice, stage.domain, { nick: 'Ally', name: 'Alice of Postgres' });
  const room = stage.room('#pg');
  await alice.joinRoom(room, 'Ally');
  carol.say('#pg', 'first words');
  await alice.waitFor({ body: 'first words' }, 'the words');
  await alice.message(room, 'second words', 'groupchat');
  await carol.waitForMessage('#pg', 'second words');
  carol.say('Ally', 'in private');
  const original = await alice.waitFor({ name: 'message', body: 'in private' }, 'the private words');
  const shown = commandOf(await command(alice, stage.domain, 'isthmus:stay'));
  const value =
    shown.getChild('x')?.getChildByAttr('var', 'room')?.getChild('option')?.getChildText('value') ?? '';
  await complete(alice, stage.domain, 'isthmus:stay', { room: value });
  await alice.disconnect();

  await stage.gateway.kill();
  await stage.gateway.start();
  await carol.waitForLine(/^:Ally!\S+ (QUIT|PART)/, 'the leave');
  await carol.waitForLine(/^:Ally!\S+ JOIN/, 'the first join');
  await carol.waitForLine(/^:Ally!\S+ JOIN/, 'the return');
  carol.say('#pg', 'third words');
  await carol.barrier();
  alice = await stage.user('alice');
  await alice.joinRoom(room, 'Ally');
  // Said while the gateway was still entering, it may come after the history.
  const bodies = () =>
    alice.received
      .flatMap((stanza) => stanza.getChildText('body') ?? [])
      .filter((body) => body.endsWith('words'));
  await expect.poll(bodies).toEqual(['first words', 'second words', 'third words']);
  // Killed before it knew that the server had read it, the gateway may send a message again, with its id.
  const repeats = alice.received.filter((stanza) => stanza.getChildText('body') === 'in private');
  expect(repeats.every(({ attrs }) => attrs.id === original.attrs.id)).toBe(true);
  const form = await alice.iq('get', stage.domain, registration(''));
  expect(form.getChild('query')?.getChildText('name')).toBe('Alice of Postgres');
  const removed = await alice.iq('set', stage.domain, registration('<remove/>'));
  expect(removed.attrs.type).toBe('result');
});
