import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type IrcPeer, ScriptedIrcServer } from '../../support/scripted-irc-server.js';
import { runs } from '../runs.js';
import { hostileText } from '../stanza/arbitraries.js';
import { complaints } from '../stanza/outputs.js';
import { lineBytes } from './arbitraries.js';
import { CHANNEL, IrcPathStage, sharedTranslator } from './stage.js';

/** Milliseconds for a whole target, shrinking included. */
const TIME_LIMIT_MS = 300_000;
/** A run needs a connection: fewer of them. */
const SHARE = 0.7;

const translator = sharedTranslator();
let server: ScriptedIrcServer;
beforeAll(async () => {
  server = await ScriptedIrcServer.listen();
});
afterAll(() => server.close());

function expectHarmless(stage: IrcPathStage, peer: IrcPeer): void {
  expect(complaints([], stage.sink.sent.filter(isNoAnswer))).toEqual([]);
  expect(peer.illegal).toEqual([]);
  expect(stage.faults).toEqual([]);
}

/** Refusals of what the user said are answers, which another target counts. */
const isNoAnswer = (xml: string): boolean =>
  !/^<message [^>]*type='error'|^<message [^>]*type="error"/.test(xml);

it(
  'S08 S09 F26 whatever a server says in a channel, stanzas are sound and no forged line goes back',
  async () => {
    const step = fc.oneof({ weight: 5, arbitrary: lineBytes }, { weight: 1, arbitrary: hostileText });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 30 }), async (steps) => {
        const stage = new IrcPathStage(server.port, translator);
        stage.join();
        const peer = await server.peer();
        try {
          await peer.admit(CHANNEL, '@alice +bob');
          await peer.taken('admitted');
          for (const [index, one] of steps.entries()) {
            if (typeof one === 'string') stage.say(one);
            else peer.sendBytes(one);
            if (index % 10 === 9) await peer.taken(`step${index}`);
          }
          await peer.taken('end');
          await stage.settled();
          expectHarmless(stage, peer);
        } finally {
          await stage.stop();
          peer.socket.destroy();
        }
      }),
      runs('IRC lines in a channel', SHARE),
    );
  },
  TIME_LIMIT_MS,
);

it(
  'A08 whatever a server says instead of a greeting, the process stands and nothing unsound goes out',
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(lineBytes, { minLength: 1, maxLength: 20 }), async (chunks) => {
        const stage = new IrcPathStage(server.port, translator);
        stage.join();
        const peer = await server.peer();
        try {
          await peer.lines.wait((line) => line.startsWith('USER '), 'USER');
          for (const chunk of chunks) peer.sendBytes(chunk);
          await peer.taken('end');
          await stage.settled();
          expectHarmless(stage, peer);
        } finally {
          peer.socket.destroy();
          await stage.stop();
        }
      }),
      runs('IRC lines at registration', SHARE),
    );
  },
  TIME_LIMIT_MS,
);
