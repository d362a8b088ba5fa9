import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HeldUpdates, losing, twice } from '../../servers/telegram/faults.js';
import { createChannel } from '../../servers/telegram/world/groups.js';
import { post } from '../../servers/telegram/world/posting.js';
import type { ChannelPlace, Person } from '../../servers/telegram/world/world.js';
import { ClientStage, type StageClient } from '../../support/telegram/client-stage.js';

let stage: ClientStage;
let alice: Person;
let bob: Person;
let one: StageClient;
let channel: ChannelPlace;
beforeEach(async () => {
  stage = await ClientStage.open(1);
  alice = stage.server.world.addPerson({ firstName: 'Alice', phone: '491701234567' });
  bob = stage.server.world.addPerson({ firstName: 'Bob' });
  channel = createChannel(stage.server, { person: bob }, { title: 'Birds' }).place;
  stage.server.world.join(channel, alice, {});
  one = await stage.login(alice);
  await one.until(() => one.channels.size === 1);
  for (const place of [alice, channel]) post(stage.server, bob, place, { text: 'first' });
  await one.next('message');
  await one.next('message');
});
afterEach(() => stage.close());

const numbers = Array.from({ length: 40 }, (_, index) => `${index}`);

describe.each([
  ['a private chat', () => alice],
  ['a channel', () => channel],
])('updates of %s', (_name, place) => {
  it('come once when the server says everything twice', async () => {
    stage.server.faults.delivery = twice;
    for (const text of numbers) post(stage.server, bob, place(), { text });
    await one.until(() => one.texts.length >= numbers.length);
    expect(one.texts).toEqual(numbers);
  });

  it('come in order when they arrive in the wrong one', async () => {
    const held = new HeldUpdates();
    stage.server.faults.delivery = held.deliver;
    for (const text of numbers) post(stage.server, bob, place(), { text });
    held.release('backwards');
    await one.until(() => one.texts.length >= numbers.length);
    expect(one.texts).toEqual(numbers);
  });

  it('come all of them when every third is lost on the way', async () => {
    stage.server.faults.delivery = losing((index) => index % 3 === 0);
    for (const text of numbers) post(stage.server, bob, place(), { text });
    stage.server.faults.delivery = undefined;
    post(stage.server, bob, place(), { text: 'last' });
    await one.until(() => one.texts.length > numbers.length);
    expect(one.texts).toEqual([...numbers, 'last']);
  });

  it('come after a restart when the program was away', async () => {
    await one.client.stop();
    for (const text of numbers) post(stage.server, bob, place(), { text });
    await one.restart();
    await one.until(() => one.texts.length >= numbers.length);
    expect(one.texts).toEqual(numbers);
  });

  it('are told as a gap when there were too many of them', async () => {
    stage.server.channelTooLong = 10;
    stage.server.tooLong = 10;
    await one.client.stop();
    for (const text of numbers) post(stage.server, bob, place(), { text });
    await one.restart();
    const gap = await one.next('gap');
    expect(gap.chat).toBe(place().kind === 'channel' ? `c${channel.id}` : undefined);
    post(stage.server, bob, place(), { text: 'after' });
    expect((await one.next('message')).message.text).toBe('after');
  });

  it('come again when they could not be taken', async () => {
    let left = 3;
    one.taking = async () => {
      left -= 1;
      if (left >= 0) throw new Error('the disk is full');
    };
    for (const text of numbers) post(stage.server, bob, place(), { text });
    await one.until(() => one.texts.length >= numbers.length);
    expect(one.texts).toEqual(numbers);
  });

  it('wait for what was told before to be taken, and are counted only then', async () => {
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const reached = (): number =>
      place().kind === 'channel' ? (one.channels.get(`c${channel.id}`) ?? 0) : (one.at?.pts ?? 0);
    const before = reached();
    one.taking = () => held;
    post(stage.server, bob, place(), { text: '1' });
    post(stage.server, bob, place(), { text: '2' });
    await one.client.me();
    expect([one.texts, reached()]).toEqual([[], before]);
    release();
    await one.until(() => one.texts.length === 2 && reached() === before + 2);
    expect(one.texts).toEqual(['1', '2']);
  });
});
