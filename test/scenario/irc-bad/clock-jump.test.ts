import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { IrcPathStage, sharedTranslator } from '../../fuzz/irc/stage.js';
import { ScriptedIrcServer } from '../../support/scripted-irc-server.js';

const DAY_MS = 86_400_000;
/** How long a JOIN may go unanswered here, in milliseconds. */
const JOIN_MS = 1200;

const translator = sharedTranslator();
let server: ScriptedIrcServer;
beforeEach(async () => {
  // Only the wall clock is the test's; timers run as they are.
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() });
  server = await ScriptedIrcServer.listen();
});
afterEach(() => {
  vi.useRealTimers();
  server.close();
});

it.each([
  ['forward', DAY_MS],
  ['back', -DAY_MS],
])('a clock set %s by a day ends no connection, and time-outs last as long as ever', async (_, jump) => {
  const stage = new IrcPathStage(server.port, translator, { timeouts: { joinMs: JOIN_MS } });
  stage.join();
  const peer = await server.peer();
  await peer.admit('#tea', '@alice');
  await peer.taken('in');
  stage.join('#silent');
  await peer.lines.wait((line) => line === 'JOIN #silent', 'the JOIN that gets no answer');
  vi.setSystemTime(Date.now() + jump);
  await vi.waitFor(
    () =>
      expect(stage.sink.sent.join('')).toMatch(
        /type='error'[^>]*from='#silent|from='#silent[^>]*type='error'/,
      ),
    10 * JOIN_MS,
  );
  expect(peer.alive).toBe(true);
  peer.send(':alice!u@h PRIVMSG #tea :still here');
  await peer.taken('said');
  expect(stage.sink.sent.join('')).toContain('still here');
  await stage.stop();
});
