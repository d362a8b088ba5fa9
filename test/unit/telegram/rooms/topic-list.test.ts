import { beforeEach, describe, expect, it } from 'vitest';
import type { TgTopic } from '../../../../gateways/telegram/client/client.js';
import type { TgMessage, TgService } from '../../../../gateways/telegram/client/model.js';
import { TopicList } from '../../../../gateways/telegram/rooms/topic-list.js';

function told(topic: number, service: TgService): TgMessage {
  const said = { text: '', entities: [], mentionsMe: false, silent: false, own: false };
  return { id: 50, chat: 'c1', date: 0, ...said, topic, service };
}

describe('the topics of a forum', () => {
  let asked: number;
  let topics: TgTopic[];
  let list: TopicList;
  beforeEach(() => {
    asked = 0;
    topics = [{ id: 7, title: 'Green', closed: false }];
    list = new TopicList(() => ({
      topics: async () => {
        asked += 1;
        return topics;
      },
    }));
  });

  it('are asked for once', async () => {
    expect(list.known('c1')).toBeUndefined();
    const [one, other] = await Promise.all([list.of('c1'), list.find('c1', 7)]);
    expect([one.get(7), other]).toEqual([topics[0], topics[0]]);
    expect(asked).toBe(1);
  });

  it('are asked for again where one is not among them', async () => {
    await list.of('c1');
    topics = [...topics, { id: 9, title: 'Black', closed: false }];
    expect(await list.find('c1', 9)).toEqual(topics[1]);
    expect(asked).toBe(2);
  });

  it('are not asked for again and again where one is gone, until it is told of', async () => {
    await list.of('c1');
    for (let message = 0; message < 3; message += 1) expect(await list.find('c1', 9)).toBeUndefined();
    expect(asked).toBe(2);
    list.noted(told(9, { kind: 'topic-created', title: 'Black' }));
    expect((await list.find('c1', 9))?.title).toBe('Black');
  });

  it('follow what is told of them', async () => {
    await list.of('c1');
    expect(list.noted(told(9, { kind: 'topic-created', title: 'Black' }))).toEqual({
      ...{ id: 9, title: 'Black', closed: false },
    });
    list.noted(told(7, { kind: 'topic-changed', title: '', closed: true }));
    list.noted(told(7, { kind: 'topic-changed', title: 'Greener' }));
    expect([...(await list.of('c1')).values()]).toEqual([
      { id: 7, title: 'Greener', closed: true },
      { id: 9, title: 'Black', closed: false },
    ]);
    expect(list.noted(told(7, { kind: 'pinned', message: 3 }))).toBeUndefined();
    expect(asked).toBe(1);
  });
});
