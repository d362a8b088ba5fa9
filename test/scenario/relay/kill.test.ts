import { beforeAll, describe, expect, it } from 'vitest';
import type { IrcClient } from '../../client/irc-client.js';
import type { XmppClient } from '../../client/xmpp-client.js';
import { type RelayStage, relayStage } from '../../support/relay/relay-stage.js';

const WORDS = 40;

/** How often each word was heard. */
function tally(heard: readonly string[], prefix: string): readonly number[] {
  return Array.from(
    { length: WORDS },
    (_, index) => heard.filter((text) => new RegExp(`${prefix}${index + 1}$`).test(text)).length,
  );
}

describe('a gateway that is killed while words flow', () => {
  let stage: RelayStage;
  let alice: XmppClient;
  let bob: XmppClient;
  let carol: IrcClient;

  beforeAll(async () => {
    stage = await relayStage({
      queue: { pauseFirstMs: 100, pauseLastMs: 500 },
      limits: { retryFirstMs: 100, retryLastMs: 500, pingMs: 1_000 },
    });
    const [first, second] = [stage.room('first'), stage.room('second')];
    [alice, bob] = await Promise.all([stage.user('alice'), stage.user('bob')]);
    await alice.joinRoom(first, 'Alice');
    await bob.joinRoom(second, 'Bob');
    carol = await stage.person('carol');
    await carol.join('#club');
    await stage.link(first, second);
    await stage.link(first, stage.channel('#club'));
  });

  const bodies = (client: XmppClient): readonly string[] =>
    client.received.flatMap((stanza) => stanza.getChildText('body') ?? []);

  it('takes every word of a room to the others once and in order, those said in its absence too', async () => {
    const first = stage.room('first');
    for (let number = 1; number <= WORDS; number += 1) {
      await alice.message(first, `from xmpp ${number}`, 'groupchat');
      if (number === WORDS / 2) await stage.gateway.kill();
    }
    await alice.waitFor(
      (stanza) => stanza.getChildText('body') === `from xmpp ${WORDS}`,
      'her own last word',
    );
    await stage.gateway.start();
    await bob.waitFor((stanza) => stanza.getChildText('body') === `from xmpp ${WORDS}`, 'the last word');
    await expect
      .poll(() => carol.count(new RegExp(`from xmpp ${WORDS}$`)), { timeout: 30_000 })
      .toBeGreaterThan(0);
    const once = Array.from({ length: WORDS }, () => 1);
    expect(tally(bodies(bob), 'from xmpp ')).toEqual(once);
    expect(tally(bodies(alice), 'from xmpp ')).toEqual(once);
    console.log(tally(carol.received, 'from xmpp ').join(''));
    console.log(bodies(bob).join('|'));
  });
});
