import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { NetworkMessageId } from '../../../src/gateway/ids.js';
import type { DatabaseOptions } from '../../../src/store/options.js';
import type { Store } from '../../../src/store/store.js';
import { DOMAIN, OutboxStage } from '../../support/delivery/outbox-stage.js';
import { busy, MemoryPost } from '../../support/memory-network/post.js';
import { engines, newKey, open } from '../store/engines.js';

const MESSAGES = 400;
const PEOPLE = 20;

describe.each(engines)('messages on the way, on $name', (engine) => {
  let database: DatabaseOptions;
  let key: Buffer;
  let store: Store;

  beforeAll(() => engine.start());
  afterAll(() => engine.stop());
  beforeEach(async () => {
    database = await engine.create();
    key = newKey();
    store = await open(database, key, [DOMAIN]);
  });
  afterEach(() => store.close());

  /** The file as the next process finds it. */
  async function reopen(): Promise<Store> {
    await store.close();
    store = await open(database, key, [DOMAIN]);
    return store;
  }

  function start(post = new MemoryPost()): Promise<OutboxStage> {
    const delivery = { waitingPerUser: 2 * MESSAGES, loadedMessages: 50, retryFirstMs: 20, retryMaxMs: 100 };
    return OutboxStage.start({ post, store, reopen, delivery });
  }

  const stateOf = (stage: OutboxStage, id: string) => expect.poll(() => stage.state(id));

  it('what waits outlives a killed process, in order', async () => {
    const stage = await start();
    stage.post.reachable = false;
    stage.session.lose();
    const ids: string[] = [];
    for (let n = 0; n < 3; n += 1) ids.push(await stage.write('bob', `text ${n}`));
    await stage.kill();
    expect(stage.post.taken).toEqual([]);
    stage.post.reachable = true;
    stage.session.connect();
    await expect.poll(() => stage.post.texts('bob')).toEqual(['text 0', 'text 1', 'text 2']);
    for (const id of ids) await stateOf(stage, id).toBe('sent');
  });

  it('F05 what was being sent when the process was killed is unknown, once and for all', async () => {
    const stage = await start();
    stage.post.next('bob', 'open');
    const one = await stage.write('bob', 'one');
    const two = await stage.write('bob', 'two');
    await stage.kill();
    await stateOf(stage, one).toBe('unknown');
    await stateOf(stage, two).toBe('sent');
    await stage.kill();
    expect(stage.post.texts('bob')).toEqual(['one', 'two']);
    expect(stage.sink.sent.filter((xml) => xml.includes("type='error' id='x-one'"))).toHaveLength(1);
  });

  it('F12 a report that came before the ids is found, also by the next process', async () => {
    const stage = await start();
    stage.post.next('bob', 'open', { ids: ['known' as NetworkMessageId] });
    const one = stage.submit('bob', 'one', true);
    await expect.poll(() => stage.post.open.length).toBe(1);
    await stage.report('post-1', 'delivered');
    stage.post.open.shift()?.accept();
    await stateOf(stage, one.id).toBe('delivered');
    const two = await stage.write('bob', 'two', true);
    await stateOf(stage, two).toBe('sent');
    await stage.kill();
    await stage.report('known', 'delivered');
    await stateOf(stage, two).toBe('delivered');
    const receipts = stage.sink.sent.filter((xml) => xml.includes('<received '));
    expect(receipts).toHaveLength(2);
  });

  it('F08 many conversations at once: each in order, each message once, whatever the network answers first', async () => {
    const stage = await start();
    const ids = new Map<string, string>();
    const committed: Promise<void>[] = [];
    for (let n = 0; n < MESSAGES; n += 1) {
      const to = `p${n % PEOPLE}`;
      if (n % 7 === 0) stage.post.next(to, busy());
      const message = stage.submit(to, `text ${n}`, true);
      ids.set(message.id, `text ${n}`);
      committed.push(message.committed);
    }
    await Promise.all(committed);
    await expect.poll(() => stage.post.taken.length, { timeout: 20_000 }).toBe(MESSAGES);
    for (let person = 0; person < PEOPLE; person += 1) {
      const expected = Array.from({ length: MESSAGES / PEOPLE }, (_, n) => `text ${person + n * PEOPLE}`);
      expect(stage.post.texts(`p${person}`)).toEqual(expected);
    }
    await expect.poll(() => stage.outbox.list(stage.account)).toEqual([]);
    await Promise.all(stage.post.taken.map((_, index) => stage.report(`post-${index + 1}`, 'delivered')));
    for (const id of ids.keys()) await stateOf(stage, id).toBe('delivered');
    expect(stage.sink.sent.filter((xml) => xml.includes('<received '))).toHaveLength(MESSAGES);
    expect(stage.faults).toEqual([]);
    expect(await store.messages.outbox(DOMAIN, '', 1)).toEqual([]);
  });

  it('a returned message outlives a killed process, and waits for its user', async () => {
    const stage = await start();
    stage.account.resources.clear();
    const id = '01990000-0000-7000-8000-000000000001';
    await stage.delivery.accept(
      stage.account,
      {
        id,
        peer: { kind: 'contact', id: 'bob' as never },
        networkIds: ['n1' as NetworkMessageId],
        direction: 'in',
      },
      [`<message from='bob@${DOMAIN}' to='romeo@example.org' id='${id}'><body>hi</body></message>`],
    );
    stage.delivery.bounced(stage.account, id, 'service-unavailable');
    await expect.poll(async () => (await store.messages.held(stage.account.record.id)).length).toBe(1);
    await stage.kill();
    stage.sink.take();
    await stage.delivery.back(stage.account);
    expect(stage.sink.take()).toEqual([expect.stringMatching(/<body>hi<\/body><delay /)]);
  });
});
