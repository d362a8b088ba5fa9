import { Api } from 'telegram';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { post } from '../../servers/telegram/world/posting.js';
import type { Person } from '../../servers/telegram/world/world.js';
import { ClientStage, type StageClient } from '../../support/telegram/client-stage.js';

let stage: ClientStage;
let alice: Person;
let bob: Person;
let one: StageClient;
beforeEach(async () => {
  stage = await ClientStage.open(1);
  alice = stage.server.world.addPerson({ firstName: 'Alice', phone: '491701234567' });
  bob = stage.server.world.addPerson({ firstName: 'Bob' });
  one = await stage.login(alice);
  post(stage.server, bob, alice, { text: 'hello' });
  await one.next('message');
});
afterEach(() => stage.close());

const chat = () => `u${bob.id}` as const;

describe('what an account says', () => {
  it('arrives as it was styled, and its number is known', async () => {
    const [sent] = await one.client.send(chat(), {
      ...{ randomId: 1n, text: 'bold move', entities: [{ kind: 'bold', offset: 0, length: 4 }] },
    });
    const [theirs] = bob.box.newest();
    expect(theirs).toMatchObject({ text: 'bold move', entities: [{ className: 'MessageEntityBold' }] });
    expect(sent).toMatchObject({ id: alice.box.newest()[0]?.id, own: true, chat: chat(), text: 'bold move' });
    expect(sent?.date).toBe((theirs?.date ?? 0) * 1_000);
  });

  it('is not told as an event to who has said it, and its number is counted', async () => {
    await one.client.send(chat(), { randomId: 1n, text: 'one', entities: [] });
    post(stage.server, bob, alice, { text: 'two' });
    await one.next('message', ({ message }) => message.text === 'two');
    expect(one.texts).toEqual([]);
    expect(stage.server.count(Api.updates.GetDifference)).toBe(0);
  });

  it('F21 answers a message, with the words that are meant', async () => {
    const id = alice.box.newest()[0]?.id ?? 0;
    await one.client.send(chat(), {
      ...{ randomId: 2n, text: 'hi', entities: [] },
      replyTo: id,
      quote: 'hell',
    });
    expect(bob.box.newest()[0]?.replyTo).toMatchObject({ quoteText: 'hell' });
  });

  it('F16 has other words later; the same words again are no error', async () => {
    const [sent] = await one.client.send(chat(), { randomId: 3n, text: 'helo', entities: [] });
    await one.client.edit(chat(), sent?.id ?? 0, 'hello', []);
    await one.client.edit(chat(), sent?.id ?? 0, 'hello', []);
    expect(bob.box.newest()[0]?.text).toBe('hello');
  });

  it('F18 is taken back, for all', async () => {
    const [sent] = await one.client.send(chat(), { randomId: 4n, text: 'oh no', entities: [] });
    await one.client.delete(chat(), [sent?.id ?? 0], true);
    expect(bob.box.newest().map(({ text }) => text)).toEqual(['hello']);
  });

  it('F19 may be a reaction, and its taking back', async () => {
    const id = alice.box.newest()[0]?.id ?? 0;
    await one.client.react(chat(), id, [{ emoji: '❤', custom: false }]);
    expect(bob.box.newest()[0]?.reactions.size).toBe(1);
    await one.client.react(chat(), id, []);
    expect(bob.box.newest()[0]?.reactions.size).toBe(0);
  });

  it('goes on to others by forwarding', async () => {
    const carol = stage.server.world.addPerson({ firstName: 'Carol' });
    post(stage.server, carol, alice, { text: 'hi' });
    await one.next('message');
    await one.client.forward(chat(), [alice.box.newest()[1]?.id ?? 0], `u${carol.id}`);
    expect(carol.box.newest()[0]).toMatchObject({
      text: 'hello',
      forward: { className: 'MessageFwdHeader' },
    });
  });

  it('is refused in the words of the server where it may not be said', async () => {
    await expect(
      one.client.send(chat(), { randomId: 5n, text: 'x'.repeat(5_000), entities: [] }),
    ).rejects.toMatchObject({ kind: 'refused', reason: 'MESSAGE_TOO_LONG', maybeDone: false });
  });

  it('is refused for somebody of whom the account has never heard', async () => {
    const dave = stage.server.world.addPerson({ firstName: 'Dave' });
    await expect(
      one.client.send(`u${dave.id}`, { randomId: 6n, text: 'who are you?', entities: [] }),
    ).rejects.toMatchObject({ kind: 'refused', reason: 'PEER_NOT_KNOWN' });
  });
});
