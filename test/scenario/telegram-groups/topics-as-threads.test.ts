import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NS } from '../../../src/xmpp/namespace.js';
import type { ChannelPlace, Topic } from '../../servers/telegram/world/world.js';
import { idOf, orders, say } from '../../support/telegram/group-talk.js';
import { type Company, company, enter, saidIn } from '../../support/telegram/room-talk.js';

/** XEP-0201. */
describe('topics of a forum as threads of its room', () => {
  let all: Company;
  let forum: ChannelPlace;
  let green: Topic;
  let black: Topic;
  let room: string;
  beforeEach(async () => {
    all = await company();
    const { stage, romeo, juliet } = all;
    forum = juliet.as.createsChannel({ title: 'Tea', forum: true }, romeo);
    green = juliet.as.opensTopic(forum, 'Green');
    black = juliet.as.opensTopic(forum, 'Black');
    room = (await enter(stage, forum)).room;
  });
  afterEach(() => all.stage.stop());

  const thread = (topic: Topic) => `c${forum.id}.${topic.id}`;
  const topicsOf = () => forum.box.newest().map(({ text, topic }) => [text, topic] as const);

  it('say in which of them words stand, by a thread, and in words where it is another one', async () => {
    const { stage, juliet } = all;
    juliet.saysIn(green, 'sencha?', forum);
    const first = await saidIn(stage, room, 'sencha?');
    expect(first.childText('thread')).toBe(thread(green));
    expect(first.childText('body')).toContain('Topic: Green');
    juliet.saysIn(green, 'or gyokuro', forum);
    const second = await saidIn(stage, room, 'gyokuro');
    expect(second.childText('body')).toBe('or gyokuro');
    juliet.saysIn(black, 'assam', forum);
    expect((await saidIn(stage, room, 'assam')).childText('body')).toContain('Topic: Black');
    juliet.says('hello all', forum);
    const general = await saidIn(stage, room, 'hello all');
    expect(general.childText('thread')).toBeUndefined();
    expect(general.childText('body')).toContain('Topic: General');
  });

  it('are gone into by what is said with their thread; all else stands in the general one', async () => {
    const { stage } = all;
    await say(stage, room, 'with a cup', `<thread>${thread(black)}</thread>`);
    await expect.poll(topicsOf).toContainEqual(['with a cup', black.id]);
    await say(stage, room, 'a thread of my own', '<thread>e0ffe42b28561960c6b12b944a092794</thread>');
    await say(stage, room, 'no thread');
    await expect.poll(topicsOf).toContainEqual(['no thread', undefined]);
    expect(topicsOf()).toContainEqual(['a thread of my own', undefined]);
  });

  it('F22 are gone into by answers, which stay where the question was unless the thread says otherwise', async () => {
    const { stage, juliet } = all;
    const question = juliet.saysIn(green, 'sencha?', forum);
    const id = idOf(await saidIn(stage, room, 'sencha?'));
    const reply = `<reply xmlns='${NS.REPLY}' to='${room}/Juliet' id='${id}'/>`;
    await say(stage, room, 'yes please', reply);
    await expect.poll(topicsOf).toContainEqual(['yes please', green.id]);
    await say(stage, room, 'rather assam', `${reply}<thread>${thread(black)}</thread>`);
    await expect.poll(topicsOf).toContainEqual(['rather assam', black.id]);
    const across = forum.box.newest().find(({ text }) => text === 'rather assam');
    expect(across?.replyTo).toMatchObject({
      ...{ replyToMsgId: question.message.id, replyToTopId: black.id },
      replyToPeerId: { className: 'PeerChannel' },
    });
  });

  it('a closed one is told, and what is said there comes back with the reason', async () => {
    const { stage, juliet } = all;
    juliet.as.changesTopic(forum, black, { closed: true });
    await saidIn(stage, room, 'closed the topic');
    const id = await say(stage, room, 'too late', `<thread>${thread(black)}</thread>`);
    const error = await stage.next(({ attrs }) => attrs.id === id && attrs.type === 'error', 'an error');
    expect(String(error)).toContain('closed');
    juliet.as.changesTopic(forum, black, { title: 'Blackest' });
    await saidIn(stage, room, 'Blackest');
  });

  it('are no rooms', async () => {
    const { stage } = all;
    const one = stage.jid(forum).replace('@', `.${green.id}@`);
    await stage.receive(
      `<presence from='romeo@example.org/orchard' to='${one}/me'><x xmlns='${NS.MUC}'/></presence>`,
    );
    const refused = await stage.next(({ attrs }) => attrs.from?.startsWith(one) === true, 'a refusal');
    expect(String(refused)).toContain('item-not-found');
    expect(String(refused)).toContain('threads');
  });

  it('are listed, made, renamed, closed and opened by a command', async () => {
    const { stage, romeo, juliet } = all;
    juliet.as.promotes(forum, romeo, { manageTopics: true });
    expect(await orders(stage, 'topics')).toMatch(/Green[\s\S]*Black|Black[\s\S]*Green/);
    expect(await orders(stage, 'new', 'Oolong', '-')).toContain('Oolong');
    await expect.poll(() => [...forum.topics.values()].map(({ title }) => title)).toContain('Oolong');
    await orders(stage, `topics topic: ${black.id}\ntitle: Blackest\nstate: close`);
    expect(forum.topics.get(black.id)).toMatchObject({ title: 'Blackest', closed: true });
    await orders(stage, `topics topic: ${black.id}\nstate: open`);
    expect(forum.topics.get(black.id)).toMatchObject({ title: 'Blackest', closed: false });
  });
});
