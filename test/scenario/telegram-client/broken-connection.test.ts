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
  bob = stage.server.world.addPerson({ firstName: 'Bob', phone: '491707654321' });
  one = await stage.login(alice);
  post(stage.server, bob, alice, { text: 'hello' });
  await one.next('message');
});
afterEach(() => stage.close());

const send = (text: string) => one.client.send(`u${bob.id}`, { randomId: 7n, text, entities: [] });

describe('a connection that breaks while something is said', () => {
  it.each([
    ['before the server has acted', { kind: 'refuse' }],
    ['after the server has acted', { kind: 'drop' }],
    ['in the middle of the answer', { kind: 'cut', bytes: 20 }],
  ] as const)('%s: it is said once, and told to nobody twice', async (_when, fault) => {
    stage.server.faults.next(Api.messages.SendMessage, fault);
    const [sent] = await send('only once');
    expect(bob.box.newest().map(({ text }) => text)).toEqual(['only once', 'hello']);
    expect(sent?.id).toBe(alice.box.newest()[0]?.id);
    post(stage.server, bob, alice, { text: 'got it' });
    await one.next('message', ({ message }) => message.text === 'got it');
    expect(one.texts).toEqual([]);
  });

  it('an answer that never comes is an unknown outcome, and the next try finds what was said', async () => {
    const slow = await stage.login(bob, { limits: { requestMs: 300 } });
    await slow.client.dialogs(10);
    const silent = Array.from({ length: 3 }, () => ({ kind: 'silence' }) as const);
    stage.server.faults.next(Api.messages.SendMessage, { kind: 'unanswered' }, ...silent);
    const say = () => slow.client.send(`u${alice.id}`, { randomId: 8n, text: 'hm', entities: [] });
    await expect(say()).rejects.toMatchObject({ kind: 'unreachable', maybeDone: true });
    const [sent] = await say();
    expect(sent).toMatchObject({ text: 'hm', own: true });
    expect(alice.box.newest().filter(({ text }) => text === 'hm')).toHaveLength(1);
    expect(slow.texts).not.toContain('hm');
  });

  it('the same words from another device meanwhile are another message', async () => {
    stage.server.faults.next(Api.messages.SendMessage, { kind: 'refuse' });
    stage.server.faults.loseUpdates = true;
    const sending = send('same');
    await stage.server.asked(Api.messages.SendMessage);
    post(stage.server, alice, bob, { text: 'same' });
    stage.server.faults.loseUpdates = false;
    const [sent] = await sending;
    const { message: other } = await one.next('message');
    expect(other).toMatchObject({ text: 'same', own: true });
    expect(other.id).not.toBe(sent?.id);
    expect(bob.box.newest().filter(({ text }) => text === 'same')).toHaveLength(2);
  });
});

describe('a connection that breaks while nothing is said', () => {
  it('is made again, and what was missed is told in order', async () => {
    stage.server.faults.loseUpdates = true;
    for (const text of ['1', '2', '3']) post(stage.server, bob, alice, { text });
    stage.server.faults.loseUpdates = false;
    stage.server.disconnect(alice);
    await one.until(() => one.texts.length >= 3);
    expect(one.texts).toEqual(['1', '2', '3']);
    expect(one.states.slice(-2)).toEqual(['away', 'connected']);
  });

  it('is noticed when the server says nothing any more', async () => {
    const two = await stage.login(bob, { limits: { pingMs: 50 } });
    const [centre] = stage.server.centres;
    if (centre) centre.mute = true;
    await two.until(() => two.states.at(-1) === 'away');
    if (centre) centre.mute = false;
    await two.until(() => two.states.at(-1) === 'connected');
    expect(await two.client.me()).toMatchObject({ id: `u${bob.id}` });
  });

  it('is made again when the server turns clients away for a while', async () => {
    const [centre] = stage.server.centres;
    if (centre) centre.transportError = -429;
    stage.server.disconnect(alice);
    await one.until(() => one.states.filter((state) => state === 'away').length > 1);
    if (centre) centre.transportError = undefined;
    await one.until(() => one.states.at(-1) === 'connected');
    expect(one.losses).toEqual([]);
  });
});
