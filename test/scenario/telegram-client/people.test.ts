import { Api } from 'telegram';
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
  bob = stage.server.person('Bob', { username: 'bobby', phone: '491707654321', about: 'builds' });
  one = await stage.login(alice.person);
});
afterEach(() => stage.close());

const id = ({ person }: ScriptedPerson) => `u${person.id}` as const;

describe('people', () => {
  it('are found by number, name and words, or not at all', async () => {
    expect(await one.client.resolve({ username: 'bobby' })).toBe(id(bob));
    expect(await one.client.resolve({ phone: '491707654321' })).toBe(id(bob));
    expect(await one.client.resolve({ username: 'nobodyatall' })).toBeUndefined();
    expect(await one.client.resolve({ phone: '491700000000' })).toBeUndefined();
    expect(await one.client.search('bobby', 10)).toContain(id(bob));
    expect(await one.client.about(id(bob))).toMatchObject({ text: 'builds' });
  });

  it('become contacts, and are none any more', async () => {
    await one.client.resolve({ username: 'bobby' });
    await one.client.addContact(id(bob), 'Bob the Builder');
    const [contact] = await one.client.contacts();
    expect(contact).toMatchObject({ id: id(bob), firstName: 'Bob', lastName: 'the Builder', contact: true });
    await one.client.removeContact(id(bob));
    expect(await one.client.contacts()).toEqual([]);
  });

  it('are blocked, and heard of again', async () => {
    await one.client.resolve({ username: 'bobby' });
    await one.client.setBlocked(id(bob), true);
    expect(await one.client.blockedPeople()).toEqual([id(bob)]);
    await one.client.setBlocked(id(bob), false);
    expect(await one.client.blockedPeople()).toEqual([]);
  });

  it('E07 are told by the same number when they are called otherwise', async () => {
    bob.says('hello', alice);
    await one.next('message');
    bob.renames({ firstName: 'Robert', username: 'rob' });
    const { person } = await one.next('person');
    expect(person).toMatchObject({ id: id(bob), firstName: 'Robert', username: 'rob' });
  });

  it('are known after a restart by what was kept, without asking for everybody', async () => {
    bob.says('hello', alice);
    await one.next('message');
    await one.restart();
    await one.client.me();
    const before = stage.server.count(Api.messages.GetDialogs);
    await one.client.send(id(bob), { randomId: 1n, text: 'still there', entities: [] });
    expect(bob.person.box.newest()[0]?.text).toBe('still there');
    expect(stage.server.count(Api.messages.GetDialogs)).toBe(before);
    expect(await one.client.person(id(bob))).toMatchObject({ firstName: 'Bob' });
  });

  it('are asked for where nothing was kept', async () => {
    bob.says('hello', alice);
    await one.next('message');
    await one.client.stop();
    one.hashes.clear();
    await one.restart();
    await one.client.send(id(bob), { randomId: 1n, text: 'who was that?', entities: [] });
    expect(bob.person.box.newest()[0]?.text).toBe('who was that?');
  });

  it('of whom a channel tells only half are named by what they said there', async () => {
    const tea = bob.as.createsChannel({ title: 'Tea' }, alice);
    const stranger = stage.server.person('Stranger');
    stranger.as.joins(tea);
    stranger.says('hello all', tea);
    const { message } = await one.next('message', (event) => event.message.text === 'hello all');
    expect(message.from).toBe(id(stranger));
    expect(one.client.directory.person(id(stranger))).toMatchObject({ firstName: 'Stranger' });
    await one.client.send(id(stranger), { randomId: 1n, text: 'welcome', entities: [] });
    expect(stranger.person.box.newest()[0]?.text).toBe('welcome');
  });

  it('come in the list of conversations, with how far they were read', async () => {
    bob.says('one', alice);
    bob.says('two', alice);
    const tea = bob.as.createsChannel({ title: 'Tea' }, alice);
    const dialogs = await one.client.dialogs(10);
    expect(dialogs.find(({ peer }) => peer === id(bob))).toMatchObject({
      unread: 2,
      readInbox: 0,
      muted: false,
    });
    expect(dialogs.find(({ peer }) => peer === `c${tea.id}`)).toMatchObject({ channelPts: tea.box.pts });
    await one.client.read(id(bob), dialogs.find(({ peer }) => peer === id(bob))?.top ?? 0);
    expect((await one.client.dialogs(10)).find(({ peer }) => peer === id(bob))?.unread).toBe(0);
  });
});

describe('what was said before', () => {
  it('is read in pages, backwards and forwards', async () => {
    for (let index = 1; index <= 30; index += 1) bob.says(`${index}`, alice);
    const chat = id(bob);
    await one.client.dialogs(10);
    const newest = await one.client.history(chat, { limit: 10 });
    expect(newest.messages.map(({ text }) => Number(text))).toEqual([30, 29, 28, 27, 26, 25, 24, 23, 22, 21]);
    expect(newest.more).toBe(true);
    const before = newest.messages.at(-1)?.id ?? 0;
    const older = await one.client.history(chat, { limit: 10, before });
    expect(older.messages[0]?.text).toBe('20');
    const after = older.messages[0]?.id ?? 0;
    const next = await one.client.history(chat, { limit: 3, after });
    expect(next.messages.map(({ text }) => text)).toEqual(['23', '22', '21']);
    const last = await one.client.history(chat, { limit: 50, after: newest.messages[1]?.id ?? 0 });
    expect(last).toMatchObject({ messages: [{ text: '30' }], more: false });
  });
});
