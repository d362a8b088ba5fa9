import { beforeAll, describe, expect, it } from 'vitest';
import type { XmppClient } from '../../client/xmpp-client.js';
import { type RelayStage, relayStage } from '../../support/relay/relay-stage.js';

describe('relays of the configuration', () => {
  let stage: RelayStage;
  let boss: XmppClient;
  beforeAll(async () => {
    stage = await relayStage({
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
    const alice = await stage.user('alice');
    await status(/#club.*: working/);
    const { occupants } = await alice.joinRoom(stage.room('club'), 'Alice');
    expect(occupants.map(({ attrs }) => attrs.from)).toContain(`${stage.room('club')}/Bridge`);
    const carol = await stage.person('carol');
    await carol.join('#club');
    await alice.waitFor(
      { from: `${stage.room('club')}/Bridge`, body: 'carol has come.' },
      'that carol has come',
    );
  });

  it('are as the file has them after each start, and those that it had no longer are over', async () => {
    await stage.link(stage.room('own'), stage.channel('#own'));
    await stage.restart({
      relays: [{ name: 'club', legs: ['club@rooms.localhost', '#second on 127.0.0.1'] }],
    });
    const body = await status(/#second.*: working/);
    expect(body).not.toContain('#club');
    expect(body).not.toContain('#other');
    expect(body).toContain('#own');
  });

  it('say so where a network was taken out of the configuration, and go on when it is there again', async () => {
    const relays = [{ name: 'club', legs: ['club@rooms.localhost', '#second on 127.0.0.1'] }];
    await stage.restart({}, false);
    const body = await status(/own.*: refused.*no network under irc\.localhost/);
    expect(body).toMatch(/own@rooms\.localhost: (?:working|coming in)/);
    await stage.restart({ relays });
    await status(/#own.*: working/);
  });
});
