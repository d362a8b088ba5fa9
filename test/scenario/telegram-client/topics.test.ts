import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ScriptedPerson } from '../../servers/telegram/world/scripted-person.js';
import { ClientStage, type StageClient } from '../../support/telegram/client-stage.js';

let stage: ClientStage;
let alice: ScriptedPerson;
let bob: ScriptedPerson;
let one: StageClient;
beforeEach(async () => {
  stage = await ClientStage.open(1);
  alice = stage.server.person('Alice', { phone: '491701234567' });
  bob = stage.server.person('Bob');
  one = await stage.login(alice.person);
});
afterEach(() => stage.close());

describe('a forum', () => {
  const forum = async () => {
    const tea = bob.as.createsChannel({ title: 'Tea', forum: true }, alice);
    bob.as.promotes(tea, alice, { manageTopics: true });
    await one.client.dialogs(10);
    return { tea, chat: `c${tea.id}` as const };
  };

  it('has topics made, renamed, closed and opened again', async () => {
    const { chat } = await forum();
    const topic = await one.client.createTopic(chat, 'Green');
    await one.client.changeTopic(chat, topic, { title: 'Greener', closed: true });
    expect(await one.client.topics(chat, 10)).toContainEqual({ id: topic, title: 'Greener', closed: true });
    await one.client.changeTopic(chat, topic, { closed: false });
    await one.client.changeTopic(chat, topic, { closed: false });
    expect(await one.client.topics(chat, 10)).toContainEqual({ id: topic, title: 'Greener', closed: false });
    await expect(one.client.changeTopic(chat, 4_711, { closed: true })).rejects.toMatchObject({
      kind: 'refused',
    });
  });

  it('lists more topics than fit into one page', async () => {
    const { tea, chat } = await forum();
    for (let number = 1; number <= 250; number += 1) bob.as.opensTopic(tea, `Tea ${number}`);
    const topics = await one.client.topics(chat, 1_000);
    expect(new Set(topics.map(({ title }) => title)).size).toBe(251);
    expect(await one.client.topics(chat, 120)).toHaveLength(120);
  });

  it('is answered across topics', async () => {
    const { tea, chat } = await forum();
    const green = bob.as.opensTopic(tea, 'Green');
    const black = bob.as.opensTopic(tea, 'Black');
    const said = bob.saysIn(green, 'sencha?', tea);
    const heard = await one.next('message', ({ message }) => message.text === 'sencha?');
    expect(heard.message).toMatchObject({ topic: green.id });
    const made = await one.next('message', ({ message }) => message.service?.kind === 'topic-created');
    expect(made.message.topic).toBe(made.message.id);
    const [sent] = await one.client.send(chat, {
      ...{ randomId: 1n, text: 'rather assam', entities: [], topic: black.id },
      ...{ replyTo: said.message.id, replyChat: chat },
    });
    expect(sent).toMatchObject({ topic: black.id, replyTo: { id: said.message.id, chat } });
  });
});

describe('the comments of a channel', () => {
  it('stand below the post', async () => {
    const talk = bob.as.createsChannel({ title: 'Talk' }, alice);
    const news = bob.as.createsChannel({ title: 'News', broadcast: true, linked: talk });
    bob.says('tea is good', news);
    const post = await one.next('message', ({ message }) => message.text === 'tea is good');
    expect(post.message).toMatchObject({
      chat: `c${talk.id}`,
      forwarded: { from: `c${news.id}`, post: true },
    });
    const copy = alice.heard(talk);
    if (!copy) throw new Error('the post is not in the group');
    const comment = bob.answers({ message: copy }, 'indeed', talk);
    bob.answers(comment, 'is it?', talk);
    for (const text of ['indeed', 'is it?']) {
      const { message } = await one.next('message', (event) => event.message.text === text);
      expect(message).toMatchObject({ thread: copy.id });
    }
  });
});

describe('a conversation', () => {
  it('is silenced, and heard again', async () => {
    const tea = bob.as.createsChannel({ title: 'Tea' }, alice);
    await one.next('message');
    const chat = `c${tea.id}` as const;
    alice.mutes(tea);
    expect(await one.next('muted')).toEqual({ type: 'muted', chat, muted: true });
    expect((await one.client.dialogs(10)).find(({ peer }) => peer === chat)).toMatchObject({ muted: true });
    alice.mutes(tea, false);
    expect(await one.next('muted')).toEqual({ type: 'muted', chat, muted: false });
  });
});
