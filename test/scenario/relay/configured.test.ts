import { beforeAll, describe, expect, it } from 'vitest';
import type { XmppClient } from '../../client/xmpp-client.js';
import { type RelayStage, relayStage } from '../../support/relay/relay-stage.js';

/** So that rooms are tried again soon which nobody had begun at the start. */
const limits = { retryFirstMs: 200, retryLastMs: 200 };

describe('relays of the configuration', () => {
  let stage: RelayStage;
  let boss: XmppClient;
  let alice: XmppClient;
  beforeAll(async () => {
    stage = await relayStage({
      limits,
      relays: [
        {
          name: 'club',
          legs: [
            { room: 'club@rooms.localhost', presence: 'everybody', nick: 'Bridge' },
            '#club on 127.0.0.1',
          ],
        },
        { name: 'other', legs: ['other@rooms.localhost', '#other on 127.0.0.1'] },
      ],
    });
    boss = await stage.user('boss');
    alice = await stage.user('alice');
  });

  async function status(pattern: RegExp): Promise<string> {
    for (;;) {
      boss.clear();
      await boss.message(stage.domain, 'relays');
      const answer = await boss.waitFor({ from: stage.domain, body: /relays?\b/ }, 'how relays fare');
      const body = answer.getChildText('body') ?? '';
      if (pattern.test(body)) return body;
    }
  }

  it('are made at the start, with the settings of their rooms', async () => {
    await alice.joinRoom(stage.room('club'), 'Alice');
    await alice.waitFor(
      { from: `${stage.room('club')}/Bridge`, name: 'presence' },
      'the relay by its name there',
    );
    await status(/#club.*: working/);
    const carol = await stage.person('carol');
    await carol.join('#club');
    await alice.waitFor(
      { from: `${stage.room('club')}/carol`, name: 'presence' },
      'carol, who has said nothing',
    );
  });

  it('are as the file has them after each start, and those that it had no longer are over', async () => {
    await alice.joinRoom(stage.room('own'), 'Alice');
    await stage.link(stage.room('own'), stage.channel('#own'));
    await stage.restart({
      limits,
      relays: [{ name: 'club', legs: ['club@rooms.localhost', '#second on 127.0.0.1'] }],
    });
    const body = await status(/#second.*: working/);
    expect(body).not.toContain('#club');
    expect(body).not.toContain('#other');
    expect(body).toContain('#own');
  });

  it('say so where a network was taken out of the configuration, and go on when it is there again', async () => {
    const relays = [{ name: 'club', legs: ['club@rooms.localhost', '#second on 127.0.0.1'] }];
    await stage.restart({ limits }, false);
    const body = await status(/own.*: refused.*no network under irc\.localhost/);
    expect(body).toMatch(/own@rooms\.localhost: (?:working|coming in)/);
    await stage.restart({ limits, relays });
    await status(/#own.*: working/);
  });
});
