import { afterEach, describe, expect, it } from 'vitest';
import type { ChannelPlace, GroupPlace } from '../../servers/telegram/world/world.js';
import { type Verona, verona } from '../../support/relay/telegram-verona.js';

describe('a linked group of Telegram', () => {
  let all: Verona | undefined;
  afterEach(async () => all?.stage.stop());

  it('is followed when it becomes a supergroup, over a restart too', async () => {
    all = await verona('group');
    const { stage, juliet, group, here, say, room } = all;
    juliet.says('in the old place', group);
    await here('in the old place');
    const channel = juliet.as.migrates(group as GroupPlace);
    juliet.says('in the new place', channel);
    expect((await here('in the new place')).attrs.from).toBe(`${room}/Juliet`);
    await say('I followed');
    await said(all, channel, 'Alice: I followed');
    await stage.gateway.restart();
    await stage.working(room, stage.jid(group));
    juliet.says('after the night', channel);
    await here('after the night');
    await say('good morning');
    await said(all, channel, 'Alice: good morning');
  });

  it('is over when the bot is removed, with a word to the other legs', async () => {
    all = await verona('supergroup');
    const { stage, juliet, group, room, alice } = all;
    juliet.as.removes(group, stage.bot);
    await alice.waitFor(
      ({ attrs, ...stanza }) =>
        attrs.type === 'groupchat' && String(stanza.children).includes('not part of this conversation'),
      'the word about it',
    );
    await stage.reported((lines) => lines[0]?.includes('no relays') === true);
    await alice.message(room, 'to nobody', 'groupchat');
  });
});

async function said({ juliet }: Verona, channel: ChannelPlace, words: string): Promise<void> {
  await expect.poll(() => juliet.heard(channel)?.text, { timeout: 15_000 }).toBe(words);
}
