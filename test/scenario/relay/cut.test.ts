import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { IrcClient } from '../../client/irc-client.js';
import type { XmppClient } from '../../client/xmpp-client.js';
import { type RelayStage, relayStage } from '../../support/relay/relay-stage.js';
import { hasBody, WordFlow } from '../../support/relay/word-flow.js';
import { type SeverableLine, severableLine } from '../../support/severable-line.js';

const LAST = { timeoutMs: 45_000 };
const CUTS = 3;

describe('a line between gateway and server that is cut while words flow', () => {
  let stage: RelayStage;
  let line: SeverableLine;
  let alice: XmppClient;
  let bob: XmppClient;
  let carol: IrcClient;

  beforeAll(async () => {
    stage = await relayStage(
      {
        flood: { burst: 500, perMinute: 5_000, legBurst: 1_000 },
        queue: { pauseFirstMs: 100, pauseLastMs: 500 },
        limits: { retryFirstMs: 100, retryLastMs: 500, reflectMs: 5_000 },
      },
      undefined,
      [],
      undefined,
      async ({ host, componentPort }) => {
        line = await severableLine(host, componentPort);
        return line.port;
      },
    );
    const [first, second] = [stage.room('first'), stage.room('second')];
    [alice, bob] = await Promise.all([stage.user('alice'), stage.user('bob')]);
    await alice.joinRoom(first, 'Alice');
    await bob.joinRoom(second, 'Bob');
    carol = await stage.person('carol');
    await carol.join('#club');
    await stage.link(first, second);
    await stage.link(first, stage.channel('#club'));
  });
  afterAll(() => line.close());

  it('costs no word and repeats none, on whatever leg it was said', async () => {
    const xmpp = new WordFlow('a', (text) => alice.message(stage.room('first'), text, 'groupchat'));
    const irc = new WordFlow('c', (text) => carol.say('#club', text));
    for (let cut = 0; cut < CUTS; cut += 1) {
      await Promise.all([xmpp.more(10), irc.more(10)]);
      await bob.waitFor(hasBody(`a ${cut * 20 + 1}`), 'words of XMPP', LAST);
      line.cut();
      await Promise.all([xmpp.more(10), irc.more(10)]);
    }
    await bob.waitFor(hasBody(xmpp.last), 'the last word of XMPP', LAST);
    await carol.waitForLine(new RegExp(`${xmpp.last}$`), 'the last word of XMPP', LAST);
    for (const client of [alice, bob]) await client.waitFor(hasBody(irc.last), 'the last word of IRC', LAST);
    expect(xmpp.heardBy(bob)).toEqual(xmpp.all);
    expect(xmpp.heardBy(carol)).toEqual(xmpp.all);
    expect(irc.heardBy(alice)).toEqual(irc.all);
    expect(irc.heardBy(bob)).toEqual(irc.all);
  });
});
