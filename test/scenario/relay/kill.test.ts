import { beforeAll, describe, expect, it } from 'vitest';
import type { IrcClient } from '../../client/irc-client.js';
import type { XmppClient } from '../../client/xmpp-client.js';
import { type RelayStage, relayStage } from '../../support/relay/relay-stage.js';

const WORDS = 60;
/** Words that may be on their way to a network that cannot tell whether it has them. */
const IN_DOUBT = 2;
const LAST = { timeoutMs: 25_000 };

describe('a gateway that is killed while words flow', () => {
  let stage: RelayStage;
  let alice: XmppClient;
  let bob: XmppClient;
  let carol: IrcClient;

  beforeAll(async () => {
    stage = await relayStage({
      flood: { burst: WORDS },
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

  const body = (text: string) => (stanza: XmppClient['received'][number]) =>
    stanza.getChildText('body') === text;
  const wordsIn = (texts: readonly string[], of: string): readonly number[] =>
    texts.flatMap((text) => {
      const number = new RegExp(`${of} (\\d+)$`).exec(text)?.[1];
      return number === undefined ? [] : [Number(number)];
    });
  const heardBy = (client: XmppClient, of: string) =>
    wordsIn(
      client.received.flatMap((stanza) => stanza.getChildText('body') ?? []),
      of,
    );
  const all = Array.from({ length: WORDS }, (_, index) => index + 1);

  it('takes every word of a room to the others, those said in its absence too: once and in order to rooms', async () => {
    const first = stage.room('first');
    for (const number of all) {
      await alice.message(first, `a ${number}`, 'groupchat');
      carol.say('#club', `c ${number}`);
      if (number === WORDS / 4) await bob.waitFor(body('a 5'), 'a fifth word');
      if (number === WORDS / 2) await stage.gateway.kill();
    }
    await alice.waitFor(body(`a ${WORDS}`), 'her own last word');
    await stage.gateway.start();
    await bob.waitFor(body(`a ${WORDS}`), 'the last word', LAST);
    await carol.waitForLine(new RegExp(`a ${WORDS}$`), 'the last word', LAST);

    expect(heardBy(bob, 'a')).toEqual(all);
    expect(heardBy(alice, 'a')).toEqual(all);
    // IRC remembers nothing: what was just being told is told again, and what was said meanwhile is not heard.
    const lines = wordsIn(carol.received, 'a');
    expect([...new Set(lines)]).toEqual(all);
    expect(lines.length - WORDS).toBeLessThanOrEqual(IN_DOUBT);

    carol.say('#club', `c ${WORDS + 1}`);
    for (const client of [alice, bob]) {
      await client.waitFor(body(`c ${WORDS + 1}`), 'a word of IRC');
      const heard = heardBy(client, 'c');
      expect(heard).toEqual([...new Set(heard)].sort((one, other) => one - other));
      expect(heard.slice(0, 5)).toEqual(all.slice(0, 5));
    }
    expect(heardBy(alice, 'c')).toEqual(heardBy(bob, 'c'));
  });
});
