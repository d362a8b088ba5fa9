import { expect, it } from 'vitest';
import { ConversationBusy, ConversationOrder } from '../../../src/core/message/conversation-order.js';

/** Work that ends when told to. */
function work(log: string[], name: string) {
  let resolve = (): void => undefined;
  let reject: (error: Error) => void = () => undefined;
  const promise = new Promise<void>((done, failed) => {
    resolve = done;
    reject = failed;
  });
  const run = () => {
    log.push(`${name} begins`);
    return promise.then(() => {
      log.push(`${name} ends`);
    });
  };
  return { run, resolve, reject };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

it('F08 what names another message waits for all before it, and holds all after it', async () => {
  const order = new ConversationOrder(10);
  const log: string[] = [];
  const [one, two, edit, three] = ['one', 'two', 'edit', 'three'].map((name) => work(log, name));
  if (!one || !two || !edit || !three) throw new Error('four works');
  void order.flow('a', one.run);
  void order.flow('a', two.run);
  void order.alone('a', edit.run);
  void order.flow('a', three.run);
  await turn();
  expect(log).toEqual(['one begins', 'two begins']);
  two.resolve();
  await turn();
  one.resolve();
  await turn();
  expect(log.slice(2)).toEqual(['two ends', 'one ends', 'edit begins']);
  edit.resolve();
  await turn();
  expect(log.slice(5)).toEqual(['edit ends', 'three begins']);
  three.resolve();
});

it('starts at once when nothing is under way, and other conversations wait for nothing', async () => {
  const order = new ConversationOrder(10);
  const log: string[] = [];
  void order.alone('a', work(log, 'a').run);
  void order.flow('b', work(log, 'b').run);
  expect(order.flow('c', () => undefined)).toBeUndefined();
  expect(log).toEqual(['a begins', 'b begins']);
});

it('goes on after a failure, and refuses more than it may hold', async () => {
  const order = new ConversationOrder(2);
  const log: string[] = [];
  const bad = work(log, 'bad');
  const failing = order.alone('a', bad.run);
  const next = work(log, 'next');
  const after = order.flow('a', next.run);
  await expect(order.flow('a', work(log, 'too many').run)).rejects.toBeInstanceOf(ConversationBusy);
  bad.reject(new Error('no'));
  await expect(failing).rejects.toThrow('no');
  next.resolve();
  await after;
  expect(log).toEqual(['bad begins', 'next begins', 'next ends']);
  await turn();
  expect(order.flow('a', () => Promise.resolve())).toBeInstanceOf(Promise);
});
