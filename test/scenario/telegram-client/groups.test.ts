import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TgMessage } from '../../../gateways/telegram/client/model.js';
import type { ScriptedPerson } from '../../servers/telegram/world/scripted-person.js';
import { ClientStage, type StageClient } from '../../support/telegram/client-stage.js';

let stage: ClientStage;
let alice: ScriptedPerson;
let bob: ScriptedPerson;
let carol: ScriptedPerson;
let one: StageClient;
beforeEach(async () => {
  stage = await ClientStage.open(1);
  alice = stage.server.person('Alice', { phone: '491701234567' });
  bob = stage.server.person('Bob', { username: 'bobby' });
  carol = stage.server.person('Carol');
  for (const somebody of [bob, carol]) somebody.says('hi', alice);
  one = await stage.login(alice.person);
  await one.client.dialogs(10);
});
afterEach(() => stage.close());

const id = ({ person }: ScriptedPerson) => `u${person.id}` as const;

describe.each(['group', 'supergroup', 'channel'] as const)('a %s', (kind) => {
  it('is made, changed, left, and told of', async () => {
    const chat = await one.client.createGroup('Tea', [id(bob)], kind);
    expect(one.client.directory.chat(chat)).toMatchObject({ title: 'Tea', kind, left: false });
    expect(one.client.directory.rights(chat)).toMatchObject({ creator: true, send: true, delete: true });
    await one.client.changeChat(chat, { title: 'Coffee', about: 'Better than tea' });
    await one.until(() => one.client.directory.chat(chat)?.title === 'Coffee');
    expect(await one.client.about(chat)).toMatchObject({ text: 'Better than tea', reactions: 'all' });
    const members = await one.client.members(chat, { filter: 'recent', limit: 10 });
    expect(members.map(({ person }) => person).sort()).toEqual([id(alice), id(bob)].sort());
    expect(await one.client.member(chat, id(alice))).toMatchObject({ standing: 'creator' });
    expect(await one.client.inviteLink(chat)).toMatch(/^https:\/\/t\.me\//);
    await one.client.leave(chat);
    expect((await one.client.dialogs(10)).some(({ peer, channelPts }) => peer === chat && channelPts)).toBe(
      false,
    );
  });

  it('has members with rights', async () => {
    const chat = await one.client.createGroup('Tea', [id(bob)], kind);
    await one.client.invite(chat, id(carol));
    await one.client.setStanding(chat, id(carol), 'admin');
    expect(await one.client.member(chat, id(carol))).toMatchObject({ standing: 'admin' });
    const admins = await one.client.members(chat, { filter: 'admins', limit: 10 });
    expect(admins.map(({ standing }) => standing).sort()).toEqual(['admin', 'creator']);
    await one.client.setStanding(chat, id(carol), 'member');
    expect(await one.client.member(chat, id(carol))).toMatchObject({ standing: 'member' });
    await one.client.setStanding(chat, id(bob), 'banned');
    expect((await one.client.member(chat, id(bob)))?.standing ?? 'banned').toBe('banned');
  });
});

describe('a supergroup', () => {
  it('mutes people, and lets them speak again', async () => {
    const chat = await one.client.createGroup('Tea', [id(bob)], 'supergroup');
    await one.client.setStanding(chat, id(bob), 'restricted');
    expect(await one.client.member(chat, id(bob))).toMatchObject({ standing: 'restricted' });
    const muted = await one.client.members(chat, { filter: 'restricted', limit: 10 });
    expect(muted.map(({ person }) => person)).toEqual([id(bob)]);
    await one.client.setStanding(chat, id(bob), 'member');
    expect(await one.client.member(chat, id(bob))).toMatchObject({ standing: 'member' });
    expect(await one.client.member(chat, id(carol))).toBeUndefined();
  });

  it('tells of words, edits, deletions, pins and people', async () => {
    const tea = bob.as.createsChannel({ title: 'Tea' }, alice);
    const said = bob.says('helo', tea);
    await one.next('message', ({ message }) => message.text === 'helo');
    const chat = `c${tea.id}` as const;
    bob.edits(said, 'hello');
    expect((await one.next('edited')).message).toMatchObject({ chat, text: 'hello', from: id(bob) });
    bob.pins(said);
    expect(await one.next('pinned')).toMatchObject({ chat, messages: [said.message.id], pinned: true });
    bob.as.adds(tea, carol);
    const isAdded = ({ service }: TgMessage) =>
      service?.kind === 'added' && service.people.includes(id(carol));
    const { message } = await one.next('message', (event) => isAdded(event.message));
    expect(message.chat).toBe(chat);
    bob.deletes(said);
    expect(await one.next('deleted')).toEqual({ type: 'deleted', chat, messages: [said.message.id] });
    bob.as.retitles(tea, 'Coffee');
    expect((await one.next('chat', (event) => event.chat.title === 'Coffee')).chat.id).toBe(chat);
  });

  it('is what a basic group becomes', async () => {
    const tea = bob.as.createsGroup('Tea', alice, carol);
    await one.next('message');
    bob.as.migrates(tea);
    const told = await one.next('message', (event) => event.message.service?.kind === 'migrated-to');
    expect(told.message.chat).toBe(`g${tea.id}`);
    const { chat } = told.message.service as { readonly chat: `c${string}` };
    bob.says('in the new place', tea.migratedTo ?? tea);
    expect((await one.next('message', (event) => event.message.text !== '')).message.chat).toBe(chat);
  });

  it('has topics', async () => {
    const tea = bob.as.createsChannel({ title: 'Tea', forum: true }, alice);
    const green = bob.as.opensTopic(tea, 'Green');
    const chat = `c${tea.id}` as const;
    await one.next('message', (event) => event.message.service?.kind === 'topic-created');
    const topics = await one.client.topics(chat, 10);
    expect(topics.map(({ title }) => title)).toContain('Green');
    const topic = topics.find(({ title }) => title === 'Green')?.id ?? 0;
    expect(green).toBeDefined();
    const [sent] = await one.client.send(chat, { randomId: 1n, text: 'sencha?', entities: [], topic });
    expect(sent).toMatchObject({ topic });
    expect(sent?.replyTo).toBeUndefined();
    const page = await one.client.history(chat, { limit: 10, topic });
    expect(page.messages.map(({ text }) => text)).toContain('sencha?');
    await one.client.read(chat, sent?.id ?? 0, topic);
  });

  it('reacts with what it allows', async () => {
    const tea = bob.as.createsChannel({ title: 'Tea', reactions: ['👍', '🔥'] }, alice);
    await one.next('message');
    const allowed = await one.client.allowedReactions(`c${tea.id}`);
    expect(allowed).toEqual({ emojis: ['👍', '🔥'], perUser: 1 });
  });
});

describe('coming in', () => {
  it('works by link, by name, and again', async () => {
    const tea = bob.as.createsChannel({ title: 'Tea', username: 'teatime' });
    const two = await stage.login(bob.person);
    await two.client.dialogs(10);
    const link = await two.client.inviteLink(`c${tea.id}`);
    expect(await one.client.join({ username: 'teatime' })).toEqual({ chat: `c${tea.id}`, asked: false });
    await one.client.leave(`c${tea.id}`);
    const joined = await one.client.join({ link });
    expect(joined).toEqual({ chat: `c${tea.id}`, asked: false });
    expect(await one.client.join({ link })).toEqual({ chat: `c${tea.id}`, asked: false });
    await expect(one.client.join({ link: 'https://t.me/+nosuchlink' })).rejects.toMatchObject({
      kind: 'refused',
    });
  });
});
