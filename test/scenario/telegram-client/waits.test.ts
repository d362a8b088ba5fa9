import { Api } from 'telegram';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { floodWait } from '../../servers/telegram/faults.js';
import { createChannel } from '../../servers/telegram/world/groups.js';
import { post } from '../../servers/telegram/world/posting.js';
import type { Person } from '../../servers/telegram/world/world.js';
import { ClientStage } from '../../support/telegram/client-stage.js';

let stage: ClientStage;
let alice: Person;
let bob: Person;
beforeEach(async () => {
  stage = await ClientStage.open(1);
  alice = stage.server.world.addPerson({ firstName: 'Alice', phone: '491701234567' });
  bob = stage.server.world.addPerson({ firstName: 'Bob' });
});
afterEach(() => stage.close());

describe('being told to wait', () => {
  it('is obeyed silently when it is short', async () => {
    const one = await stage.login(alice);
    post(stage.server, bob, alice, { text: 'hello' });
    await one.next('message');
    stage.server.faults.next(Api.messages.SendMessage, floodWait(1));
    const [sent] = await one.client.send(`u${bob.id}`, { randomId: 1n, text: 'hi', entities: [] });
    expect(sent?.text).toBe('hi');
    expect(stage.server.count(Api.messages.SendMessage)).toBe(2);
  });

  it('is told when it is long, and the server is not asked again before', async () => {
    const one = await stage.login(alice);
    post(stage.server, bob, alice, { text: 'hello' });
    await one.next('message');
    stage.server.faults.next(Api.messages.SendMessage, floodWait(300));
    const send = () => one.client.send(`u${bob.id}`, { randomId: 1n, text: 'hi', entities: [] });
    await expect(send()).rejects.toMatchObject({ kind: 'wait', reason: 'FLOOD_WAIT', seconds: 300 });
    await expect(send()).rejects.toMatchObject({ kind: 'wait', reason: 'FLOOD_WAIT' });
    expect(stage.server.count(Api.messages.SendMessage)).toBe(1);
    // Other requests are no part of it.
    expect(await one.client.me()).toMatchObject({ firstName: 'Alice' });
  });

  it('is about one chat when that is slow', async () => {
    const { place } = createChannel(stage.server, { person: bob }, { title: 'Slow', slowModeSeconds: 60 });
    stage.server.world.join(place, alice, {});
    post(stage.server, bob, alice, { text: 'hello' });
    const one = await stage.login(alice);
    await one.client.dialogs(10);
    const chat = `c${place.id}` as const;
    await one.client.send(chat, { randomId: 1n, text: 'one', entities: [] });
    await expect(one.client.send(chat, { randomId: 2n, text: 'two', entities: [] })).rejects.toMatchObject({
      ...{ kind: 'wait', reason: 'SLOWMODE_WAIT' },
    });
    await one.client.send(`u${bob.id}`, { randomId: 3n, text: 'three', entities: [] });
    expect(bob.box.newest()[0]?.text).toBe('three');
  });

  it('is what happens to requests beyond those that may wait', async () => {
    const one = await stage.login(alice, { limits: { burst: 5, perSecond: 1, mostWaiting: 3 } });
    const all = await Promise.allSettled(Array.from({ length: 30 }, () => one.client.me()));
    const refused = all.filter(({ status }) => status === 'rejected');
    expect(refused.length).toBeGreaterThan(20);
    expect(refused[0]).toMatchObject({ reason: { kind: 'wait', reason: 'TOO_MANY_REQUESTS' } });
    expect(stage.server.count(Api.users.GetUsers)).toBeLessThan(10);
  });

  it('a fault of the server is tried again', async () => {
    const one = await stage.login(alice);
    stage.server.faults.next(Api.users.GetUsers, { kind: 'error', code: 500, text: 'RPC_CALL_FAIL' });
    stage.server.faults.next(Api.users.GetUsers, { kind: 'error', code: -503, text: 'Timeout' });
    expect(await one.client.me()).toMatchObject({ firstName: 'Alice' });
  });
});
