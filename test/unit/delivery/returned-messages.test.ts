import { v7 as uuidv7 } from 'uuid';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ContactId, NetworkMessageId } from '../../../src/gateway/ids.js';
import { BOB, TalkStage } from '../../support/core/talk-stage.js';
import { CLIENT, DOMAIN, OutboxStage, USER } from '../../support/delivery/outbox-stage.js';

/** How long the store keeps a message that may be returned, and how long it is known. */
const KEPT = 30_000;
const WAIT = 900_000;

beforeEach(() => {
  vi.useFakeTimers({
    now: new Date('2026-03-01T12:00:00Z'),
    toFake: ['Date', 'performance', 'setTimeout', 'clearTimeout'],
  });
});
afterEach(() => {
  vi.useRealTimers();
});

/** A user who is offline. */
async function offline(options: Parameters<typeof OutboxStage.start>[0] = {}): Promise<OutboxStage> {
  const stage = await OutboxStage.start(options);
  stage.account.resources.clear();
  return stage;
}

/** A person writes; returns the id of the stanza. */
async function hear(stage: OutboxStage, network: string, text = 'hi'): Promise<string> {
  const id = uuidv7();
  const networkIds = [network as NetworkMessageId];
  await stage.delivery.accept(
    stage.account,
    { id, peer: { kind: 'contact', id: 'bob' as ContactId }, networkIds, direction: 'in' },
    [`<message from='bob@${DOMAIN}' to='${USER}' type='chat' id='${id}'><body>${text}</body></message>`],
  );
  await stage.settled();
  return id;
}

async function bounce(stage: OutboxStage, id: string, condition = 'service-unavailable'): Promise<void> {
  stage.delivery.bounced(stage.account, id, condition);
  await stage.settled();
}

/** The user's first client comes; returns what he is sent. */
async function comeBack(stage: OutboxStage): Promise<string[]> {
  stage.account.resources.set(CLIENT, { priority: 0, show: '', status: '' });
  await stage.delivery.back(stage.account);
  await stage.settled();
  return stage.sink.take();
}

const pending = async (stage: OutboxStage) => (await stage.store.inbox.pending(DOMAIN)).length;
const held = async (stage: OutboxStage) => (await stage.store.messages.held(stage.account.record.id)).length;

describe('a message for a user who is not there', () => {
  it('goes to his server at once, and is kept until his server has had time to return it', async () => {
    const stage = await offline();
    await hear(stage, 'n1');
    expect(stage.sink.take()).toHaveLength(1);
    expect(await pending(stage)).toBe(1);
    vi.advanceTimersByTime(KEPT);
    expect(await pending(stage)).toBe(0);
  });

  it('that his server returns is sent again when he comes, with the same id and its time', async () => {
    const stage = await offline();
    const id = await hear(stage, 'n1');
    stage.sink.take();
    await bounce(stage, id);
    expect(await pending(stage)).toBe(0);
    expect(await held(stage)).toBe(1);
    const [again, ...more] = await comeBack(stage);
    expect(more).toEqual([]);
    expect(again).toContain(`id='${id}'`);
    expect(again).toContain(
      `<delay xmlns='urn:xmpp:delay' from='${DOMAIN}' stamp='2026-03-01T12:00:00.000Z'/>`,
    );
    expect(await held(stage)).toBe(0);
    expect(await stage.state(id)).toBe('received');
    expect(await comeBack(stage)).toEqual([]);
  });

  it('is not lost by a restart in between', async () => {
    const stage = await offline();
    const id = await hear(stage, 'n1');
    await bounce(stage, id);
    await stage.kill();
    stage.sink.take();
    expect(await comeBack(stage)).toEqual([expect.stringContaining(`id='${id}'`)]);
  });

  it('keeps its order among those returned', async () => {
    const stage = await offline();
    const ids = [await hear(stage, 'n1'), await hear(stage, 'n2'), await hear(stage, 'n3')];
    for (const id of ids) await bounce(stage, id);
    stage.sink.take();
    const again = await comeBack(stage);
    expect(again.map((xml) => /id='([^']*)'/.exec(xml)?.[1])).toEqual(ids);
  });

  it('L01, S15 is sent again once each time that he comes, and given up after a few: no cycle', async () => {
    const stage = await offline({ delivery: { resends: 3 } });
    const id = await hear(stage, 'n1');
    stage.sink.take();
    for (let resend = 0; resend < 3; resend += 1) {
      await bounce(stage, id);
      expect(await held(stage)).toBe(1);
      expect(stage.sink.take()).toEqual([]);
      expect(await comeBack(stage)).toEqual([expect.stringContaining(`id='${id}'`)]);
      expect(await comeBack(stage)).toEqual([]);
    }
    expect(stage.notices).toEqual([]);
    await bounce(stage, id);
    expect(await stage.state(id)).toBe('failed');
    expect(await held(stage)).toBe(0);
    expect(stage.notices).toEqual(['message-given-up']);
    await bounce(stage, id);
    expect(await comeBack(stage)).toEqual([]);
  });

  it('S15 it is known over restarts how often it was returned', async () => {
    const stage = await offline({ delivery: { resends: 2 } });
    const id = await hear(stage, 'n1');
    await bounce(stage, id);
    for (let resend = 0; resend < 2; resend += 1) {
      await stage.kill();
      stage.sink.take();
      expect(await comeBack(stage)).toHaveLength(1);
      await bounce(stage, id);
    }
    expect(await stage.state(id)).toBe('failed');
    expect(await held(stage)).toBe(0);
  });

  it('L01 who has blocked a person on his server hears once that something of that person was given up', async () => {
    const stage = await offline({ delivery: { resends: 1 } });
    for (const network of ['n1', 'n2', 'n3']) {
      const id = await hear(stage, network);
      await bounce(stage, id);
      await comeBack(stage);
      await bounce(stage, id);
      expect(await stage.state(id)).toBe('failed');
    }
    expect(stage.notices).toEqual(['message-given-up']);
  });

  it.each(['item-not-found', 'not-acceptable', 'gone'])(
    'L01 refused for good (%s) it is given up',
    async (condition) => {
      const stage = await offline();
      const id = await hear(stage, 'n1');
      await bounce(stage, id, condition);
      expect(await stage.state(id)).toBe('failed');
      expect(await held(stage)).toBe(0);
      expect(await pending(stage)).toBe(0);
    },
  );

  it('S17 so many wait for one user, and no more', async () => {
    const stage = await offline({ delivery: { heldPerUser: 2 } });
    const ids = [await hear(stage, 'n1'), await hear(stage, 'n2'), await hear(stage, 'n3')];
    for (const id of ids) await bounce(stage, id);
    expect(await held(stage)).toBe(2);
    expect(await stage.state(ids[2] ?? '')).toBe('failed');
  });

  it('a return of something else, or by somebody else, changes nothing', async () => {
    const stage = await offline();
    const id = await hear(stage, 'n1');
    await bounce(stage, 'something-else');
    expect(await pending(stage)).toBe(1);
    vi.advanceTimersByTime(WAIT);
    await bounce(stage, id);
    expect(await held(stage)).toBe(0);
    expect(stage.faults).toEqual([]);
  });

  it('is caught long after it has left the store, when it was sent to a client that was not there', async () => {
    const stage = await OutboxStage.start();
    const ids = [await hear(stage, 'n1'), await hear(stage, 'n2')];
    stage.account.resources.clear();
    ids.push(await hear(stage, 'n3'));
    vi.advanceTimersByTime(WAIT - 1);
    expect(await pending(stage)).toBe(0);
    for (const id of ids) await bounce(stage, id);
    expect(await held(stage)).toBe(3);
    stage.sink.take();
    expect(await comeBack(stage)).toHaveLength(3);
  });
});

describe('a message for a user who is there', () => {
  it('is forgotten when his server has read it, and still caught when it is returned', async () => {
    const stage = await OutboxStage.start();
    const id = await hear(stage, 'n1');
    expect(await pending(stage)).toBe(0);
    await bounce(stage, id);
    expect(await held(stage)).toBe(1);
  });

  it('F08 that was seen before is not shown again', async () => {
    const stage = await OutboxStage.start();
    await hear(stage, 'n1');
    await hear(stage, 'n1');
    await stage.kill();
    await hear(stage, 'n1');
    expect(stage.sink.take()).toHaveLength(1);
  });
});

describe('a store that cannot write', () => {
  it('a network that keeps messages has to bring it again', async () => {
    const stage = await OutboxStage.start();
    vi.spyOn(stage.store.messages, 'accept').mockRejectedValueOnce(new Error('full'));
    await expect(hear(stage, 'n1')).rejects.toThrow('full');
    expect(stage.sink.take()).toEqual([]);
    await hear(stage, 'n1');
    expect(stage.sink.take()).toHaveLength(1);
  });

  it('of a network that never says it again it goes out at once', async () => {
    const stage = await OutboxStage.start({ live: true });
    vi.spyOn(stage.store.messages, 'accept').mockRejectedValueOnce(new Error('full'));
    await hear(stage, 'n1');
    expect(stage.sink.take()).toHaveLength(1);
  });
});

it('a stanza returned by the server, and a client that comes, reach the messages that wait', async () => {
  const stage = await TalkStage.start(undefined, { network: { lasting: true } });
  const client = 'romeo@example.org/orchard';
  await stage.receive(`<presence type='unavailable' from='${client}' to='${DOMAIN}'/>`);
  stage.take();
  const { xmpp: id } = await stage.told('hi');
  await stage.receive(
    `<message type='error' from='romeo@example.org' to='${BOB}' id='${id}'><error type='cancel'>` +
      "<service-unavailable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>",
  );
  stage.take();
  await stage.receive(`<presence from='${client}' to='${DOMAIN}'/>`);
  const again = stage.take().filter(({ name }) => name === 'message');
  expect(again.map(({ attrs }) => attrs.id)).toEqual([id]);
  expect(again[0]?.child('delay', 'urn:xmpp:delay')).toBeDefined();
});
