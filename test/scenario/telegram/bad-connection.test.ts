import { Api } from 'telegram';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Fault, HeldUpdates, losing, twice } from '../../servers/telegram/faults.js';
import { type Conversation, conversation } from './conversation.js';

let talk: Conversation;
beforeEach(async () => {
  talk = await conversation();
});
afterEach(() => talk.stage.stop());

/** What she has heard of him, in order. */
function heard(): readonly string[] {
  return [...talk.juliet.person.box.messages.values()].filter(({ out }) => !out).map(({ text }) => text);
}

describe('a connection that breaks within a message', () => {
  const faults: readonly (readonly [string, Fault])[] = [
    ['before it is taken', { kind: 'refuse' }],
    ['after it was taken, before the answer', { kind: 'drop' }],
    ['in the middle of the answer', { kind: 'cut', bytes: 20 }],
  ];
  it.each(faults)('S23 F08 %s: it arrives once, and so do those around it', async (_when, fault) => {
    const { stage, server, juliet, romeo, her } = talk;
    server.faults.next(Api.messages.SendMessage, fault);
    const words = ['one', 'two', 'three'];
    for (const word of words) await stage.write(her, word);
    await expect.poll(heard).toEqual(words);
    juliet.says('and back', romeo);
    await stage.message(her, 'and back');
    expect(stage.bodies(her)).toEqual(['and back']);
    expect(stage.heard.all.some(({ attrs }) => attrs.type === 'error')).toBe(false);
  });

  it('F25 S23 in the middle of a long text: all parts arrive, once', async () => {
    const { stage, server, her } = talk;
    const words = Array.from({ length: 2_000 }, (_, index) => `word${index}`).join(' ');
    server.faults.next(Api.messages.SendMessage, { kind: 'drop' }, { kind: 'refuse' }, { kind: 'drop' });
    await stage.write(her, words);
    await expect.poll(() => heard().at(-1), { timeout: 20_000 }).toContain('word1999');
    expect(heard().join(' ')).toBe(words);
  });
});

describe('updates that do not come as they should', () => {
  const words = Array.from({ length: 10 }, (_, index) => `word ${index}`);

  async function all(): Promise<void> {
    const { stage, her } = talk;
    await stage.message(her, 'word 9');
    await expect.poll(() => stage.bodies(her)).toHaveLength(words.length);
    expect(stage.bodies(her)).toEqual(words);
  }

  it('F08 twice each: each is told once', async () => {
    const { server, romeo, juliet } = talk;
    server.faults.delivery = twice;
    for (const word of words) juliet.says(word, romeo);
    await all();
  });

  it('F08 backwards: they are told in order', async () => {
    const { server, romeo, juliet } = talk;
    const held = new HeldUpdates();
    server.faults.delivery = held.deliver;
    for (const word of words) juliet.says(word, romeo);
    server.faults.delivery = undefined;
    held.release('backwards');
    await all();
  });

  it('F08 with every second one lost: nothing is', async () => {
    const { server, romeo, juliet } = talk;
    server.faults.delivery = losing((index) => index % 2 === 0);
    for (const word of words.slice(0, -1)) juliet.says(word, romeo);
    server.faults.delivery = undefined;
    juliet.says(words.at(-1) ?? '', romeo);
    await all();
  });

  it('A04 none for a while, as the connection is gone: all come when it is back', async () => {
    const { server, romeo, juliet } = talk;
    server.disconnect(romeo.person);
    for (const word of words) juliet.says(word, romeo);
    await all();
  });
});

describe('when Telegram is away', () => {
  it('A04 what he writes waits and goes out in order when it is back', async () => {
    const { stage, server, romeo, her } = talk;
    for (const centre of server.centres) centre.away = true;
    server.disconnect(romeo.person);
    const words = ['one', 'two', 'three'];
    for (const word of words) await stage.write(her, word);
    for (const centre of server.centres) centre.away = false;
    await expect.poll(heard, { timeout: 20_000 }).toEqual(words);
  });
});
