import { beforeAll, describe, expect, it } from 'vitest';
import type { IrcClient } from '../../client/irc-client.js';
import type { XmppClient } from '../../client/xmpp-client.js';
import { type RelayStage, relayStage } from '../../support/relay/relay-stage.js';

const BACKLOG = 5;

describe('a leg whose server is away', () => {
  let stage: RelayStage;
  let alice: XmppClient;
  let bob: XmppClient;
  let carol: IrcClient;
  const rooms = () => [stage.room('first'), stage.room('second')] as const;

  beforeAll(async () => {
    stage = await relayStage({
      queue: { backlog: BACKLOG, lateMs: 1, pauseFirstMs: 100, pauseLastMs: 500 },
      limits: { retryFirstMs: 100, retryLastMs: 500, pingMs: 1_000 },
    });
    const [first, second] = rooms();
    [alice, bob] = await Promise.all([stage.user('alice'), stage.user('bob')]);
    await alice.joinRoom(first, 'Alice');
    await bob.joinRoom(second, 'Bob');
    await stage.link(first, second);
    await stage.link(first, stage.channel('#club'));
  });

  it('does not hold the others; when it is back it is told what it has missed, in order and with the time, the oldest as a number', async () => {
    const [first] = rooms();
    await stage.irc.stop();
    for (let number = 1; number <= BACKLOG + 3; number += 1)
      await alice.message(first, `word ${number}`, 'groupchat');
    await bob.waitFor({ body: new RegExp(`word ${BACKLOG + 3}$`) }, 'the last word');
    await stage.irc.restart();
    carol = await stage.person('carol');
    await carol.join('#club');
    await alice.message(first, 'afterwards', 'groupchat');
    await carol.waitForLine(/afterwards/, 'the word afterwards', { timeoutMs: 60_000 });
    const words = Array.from({ length: BACKLOG + 3 }, (_, index) => `word ${index + 1}`);
    const said = [...words, 'afterwards'];
    const told = carol.received.filter((line) => line.includes('PRIVMSG #club :'));
    const shown = told.flatMap((line) => /Alice.*UTC\] (.*)$/.exec(line)?.[1] ?? []);
    const [summary = ''] = told;
    const [, left = '?'] = /:(\d+) messages were said/.exec(summary) ?? [];
    // Whether the last word came before or after the leg was back is open; that nothing is missing is not.
    expect(shown).toEqual(said.slice(-shown.length));
    expect(Number(left) + shown.length).toBe(said.length);
    expect(shown.length).toBeGreaterThanOrEqual(BACKLOG);
    expect(told).toHaveLength(shown.length + 1);
    expect(bob.count((stanza) => /word \d+$/.test(stanza.getChildText('body') ?? ''))).toBe(words.length);
  });
});
