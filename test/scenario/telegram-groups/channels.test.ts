import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NS } from '../../../src/xmpp/namespace.js';
import type { ChannelPlace } from '../../servers/telegram/world/world.js';
import { bounced, idOf, refusalOf, say } from '../../support/telegram/group-talk.js';
import {
  type Company,
  company,
  enter,
  itemOf,
  presenceOf,
  saidIn,
} from '../../support/telegram/room-talk.js';

describe('a channel', () => {
  let all: Company;
  let news: ChannelPlace;
  let talk: ChannelPlace;
  beforeEach(async () => {
    all = await company();
    const { romeo, juliet, nurse } = all;
    talk = juliet.as.createsChannel({ title: 'Talk' }, romeo, nurse);
    news = juliet.as.createsChannel(
      { title: 'News', broadcast: true, linked: talk, signatures: true },
      romeo,
    );
    juliet.as.changes(talk, { linked: news });
  });
  afterEach(() => all.stage.stop());

  it('I38 speaks by itself, with the name of the author below; who reads it says nothing there', async () => {
    const { stage, juliet } = all;
    const { room, own } = await enter(stage, news);
    expect(itemOf(own)).toMatchObject({ affiliation: 'member', role: 'visitor' });
    juliet.says({ text: 'tea is good', signature: 'Juliet C.' }, news);
    const post = await saidIn(stage, room, 'tea is good');
    expect(post.attrs.from).toBe(`${room}/News`);
    expect(post.childText('body')).toContain('Juliet C.');
    const id = await say(stage, room, 'may I?');
    expect(refusalOf(await bounced(stage, id))).toMatchObject({
      ...{ condition: 'forbidden', text: expect.stringContaining(stage.jid(talk)) },
    });
  });

  it('I38 I39 is posted in by who becomes an administrator', async () => {
    const { stage, romeo, juliet } = all;
    const { room } = await enter(stage, news);
    juliet.as.promotes(news, romeo);
    await presenceOf(stage, room, 'Romeo', (one) => itemOf(one).role === 'moderator');
    await say(stage, room, 'a post of mine');
    await expect.poll(() => news.box.newest()[0]?.text).toBe('a post of mine');
  });

  it('I38 is commented on in its group: a thread for each post, comments as answers to it', async () => {
    const { stage, juliet, nurse } = all;
    const { room } = await enter(stage, talk);
    juliet.says('tea is good', news);
    const post = await saidIn(stage, room, 'tea is good');
    expect(post.attrs.from).toBe(`${room}/News`);
    const copy = nurse.heard(talk) ?? expect.fail();
    const thread = `c${talk.id}.${copy.id}`;
    expect(post.childText('thread')).toBe(thread);
    const comment = nurse.answers({ message: copy }, 'indeed', talk);
    const heard = await saidIn(stage, room, 'indeed');
    expect(heard.childText('thread')).toBe(thread);
    expect(heard.child('reply')?.attrs.id).toBe(idOf(post));
    juliet.answers(comment, 'is it not', talk);
    expect((await saidIn(stage, room, 'is it not')).childText('thread')).toBe(thread);
    nurse.says('by the way', talk);
    expect((await saidIn(stage, room, 'by the way')).childText('thread')).toBeUndefined();
    await say(stage, room, 'I agree', `<thread>${thread}</thread>`);
    await expect.poll(() => talk.box.newest()[0]?.replyTo).toMatchObject({ replyToMsgId: copy.id });
    await say(stage, room, 'me too', `<reply xmlns='${NS.REPLY}' to='${room}/Nurse' id='${idOf(heard)}'/>`);
    await expect
      .poll(() => talk.box.newest()[0]?.replyTo)
      .toMatchObject({
        ...{ replyToMsgId: comment.message.id, replyToTopId: copy.id },
      });
  });
});
