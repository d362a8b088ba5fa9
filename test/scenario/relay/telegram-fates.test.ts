import { Api } from 'telegram';
import { afterEach, describe, expect, it } from 'vitest';
import { floodWait } from '../../servers/telegram/faults.js';
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

  it('waits as long as Telegram wants, while nothing is lost and the other legs go on', async () => {
    all = await verona('supergroup', { irc: true });
    const { stage, juliet, group, room, here, say, there, texts } = all;
    const carol = await stage.person('carol');
    await carol.join('#verona');
    await stage.link(room, stage.channel('#verona'));
    // Longer than the client waits by itself.
    stage.telegram.faults.next(Api.messages.SendMessage, floodWait(6));
    await say('first');
    await say('second');
    await carol.waitForLine(/PRIVMSG #verona :.*second/, 'the words on the leg that need not wait');
    await stage.reported((lines) => lines.some((line) => line.startsWith(`${stage.jid(group)}: away`)));
    juliet.says('still heard', group);
    await here('still heard');
    await there('second');
    expect(texts().filter((text) => text.startsWith('Alice'))).toEqual(['Alice: first', 'Alice: second']);
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

  it('is over when it is dissolved', async () => {
    all = await verona('supergroup');
    const { stage, juliet, group } = all;
    juliet.as.dissolves(group);
    await stage.reported((lines) => lines[0]?.includes('no relays') === true);
  });

  it('says so when the bot may not write any more, hears on, and writes when it may again', async () => {
    all = await verona('supergroup', { admin: false });
    const { stage, juliet, group, here, say, there } = all;
    const channel = group as ChannelPlace;
    const status = await stage.order('relays');
    expect(status).toContain('privacy mode');
    juliet.as.restricts(channel, stage.bot, { sendMessages: true });
    await stage.reported((lines) => lines.some((line) => line.startsWith(`${stage.jid(group)}: refused`)));
    juliet.says('can you hear me?', group);
    await here('can you hear me?');
    await say('I can');
    juliet.as.restricts(channel, stage.bot, {});
    await there('I can');
  });
});

async function said({ juliet }: Verona, channel: ChannelPlace, words: string): Promise<void> {
  await expect.poll(() => juliet.heard(channel)?.text, { timeout: 15_000 }).toBe(words);
}
