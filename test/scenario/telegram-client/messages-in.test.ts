import { Api } from 'telegram';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { edit, react, remove } from '../../servers/telegram/world/changes.js';
import { setStatus } from '../../servers/telegram/world/people.js';
import { post } from '../../servers/telegram/world/posting.js';
import { read } from '../../servers/telegram/world/reading.js';
import type { Person } from '../../servers/telegram/world/world.js';
import { ClientStage, type StageClient } from '../../support/telegram/client-stage.js';

let stage: ClientStage;
let alice: Person;
let bob: Person;
let one: StageClient;
beforeEach(async () => {
  stage = await ClientStage.open(1);
  alice = stage.server.world.addPerson({ firstName: 'Alice', phone: '491701234567' });
  bob = stage.server.world.addPerson({ firstName: 'Bob', lastName: 'Baumeister', phone: '491707654321' });
  one = await stage.login(alice);
});
afterEach(() => stage.close());

describe('what is said to an account', () => {
  it('is told with who has said it', async () => {
    const entities = [new Api.MessageEntityBold({ offset: 0, length: 5 })];
    post(stage.server, bob, alice, { text: 'hello you', entities });
    const { message } = await one.next('message');
    expect(message).toMatchObject({
      ...{ chat: `u${bob.id}`, from: `u${bob.id}`, own: false, text: 'hello you' },
      entities: [{ kind: 'bold', offset: 0, length: 5 }],
    });
    expect(one.client.directory.person(`u${bob.id}`)).toMatchObject({ firstName: 'Bob', bot: false });
  });

  it('F32 is told as own when another device of the account has said it', async () => {
    post(stage.server, alice, bob, { text: 'from the telephone' });
    const { message } = await one.next('message');
    expect(message).toMatchObject({ own: true, chat: `u${bob.id}`, from: `u${alice.id}` });
  });

  it('F17 is told again when it has other words', async () => {
    const { message } = post(stage.server, bob, alice, { text: 'helo' });
    const { message: told } = await one.next('message');
    edit(stage.server, bob.box, message, { text: 'hello' }, bob);
    const { message: edited } = await one.next('edited');
    expect(edited).toMatchObject({ id: told.id, text: 'hello' });
    expect(edited.edited).toBeGreaterThan(0);
  });

  it('F18 is taken back', async () => {
    const { message } = post(stage.server, bob, alice, { text: 'never mind' });
    const { message: told } = await one.next('message');
    remove(stage.server, bob.box, [message], true, bob);
    expect(await one.next('deleted')).toEqual({ type: 'deleted', messages: [told.id] });
  });

  it('F19 is reacted to', async () => {
    post(stage.server, alice, bob, { text: 'what do you think?' });
    const { message } = await one.next('message');
    const theirs = bob.box.newest()[0];
    if (theirs) react(stage.server, bob.box, theirs, bob, [new Api.ReactionEmoji({ emoticon: '👍' })]);
    expect(await one.next('reactions')).toMatchObject({
      ...{ chat: `u${bob.id}`, message: message.id },
      reactions: {
        counts: [{ emoji: '👍', custom: false, count: 1 }],
        recent: [{ by: `u${bob.id}` }],
        own: [],
      },
    });
  });

  it('F14 is read by the other one, and by the account elsewhere', async () => {
    post(stage.server, alice, bob, { text: 'read this' });
    await one.next('message');
    read(stage.server, bob, alice, bob.box.newest()[0]?.id ?? 0);
    expect(await one.next('read')).toMatchObject({ chat: `u${bob.id}`, by: 'them' });
  });

  it('F15 is announced by typing, and by being online', async () => {
    const two = await stage.login(bob);
    post(stage.server, alice, bob, { text: 'are you there?' });
    await two.next('message');
    await two.client.setTyping(`u${alice.id}`, true);
    expect(await one.next('typing')).toMatchObject({ who: `u${bob.id}`, typing: true });
    await two.client.setTyping(`u${alice.id}`, false);
    expect(await one.next('typing')).toMatchObject({ typing: false });
    const at = stage.server.seconds() + 300;
    setStatus(stage.server, bob, { online: true, at });
    const told = await one.next('status', ({ status }) => status.kind === 'online');
    expect(told).toEqual({
      type: 'status',
      person: `u${bob.id}`,
      status: { kind: 'online', until: at * 1_000 },
    });
  });
});
