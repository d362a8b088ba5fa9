import { Api } from 'telegram';
import { describe, expect, it } from 'vitest';
import { TgError, type TgListener } from '../../../../gateways/telegram/client/client.js';
import type { TgEvent, UpdateState } from '../../../../gateways/telegram/client/events.js';
import { Directory } from '../../../../gateways/telegram/client/gramjs/directory.js';
import type { Requests } from '../../../../gateways/telegram/client/gramjs/requests.js';
import { UpdateStream } from '../../../../gateways/telegram/client/gramjs/updates/update-stream.js';
import { DEFAULT_LIMITS } from '../../../../gateways/telegram/client/options.js';

const BEFORE: UpdateState = { pts: 10, qts: 0, date: 1, seq: 1 };
const NOW: UpdateState = { pts: 90, qts: 0, date: 9, seq: 7 };

/** The events of an account whose server answers as it is told. */
class Stage {
  readonly events: TgEvent[] = [];
  readonly asked: string[] = [];
  reached = 0;
  readonly stream: UpdateStream;

  constructor(answer: (request: Api.AnyRequest) => Promise<unknown>) {
    const nothing = (): undefined => undefined;
    const listener: TgListener = {
      event: (event) => {
        this.events.push(event);
        return undefined;
      },
      reached: ({ pts }) => {
        this.reached = pts;
      },
      ...{ state: nothing, lost: nothing, session: nothing, channelReached: nothing },
    };
    const invoke = (request: Api.AnyRequest) => {
      this.asked.push(request.className);
      return answer(request);
    };
    const hashes = { load: async () => undefined, save: async () => undefined };
    this.stream = new UpdateStream({
      requests: { invoke } as unknown as Requests,
      directory: new Directory(hashes, 10, async () => undefined),
      ...{ listener, limits: DEFAULT_LIMITS, me: () => 'u1' as const },
      ...{ loginTaken: nothing, expects: () => false },
    });
  }
}

describe('what was missed in private chats and basic groups', () => {
  it.each(['PERSISTENT_TIMESTAMP_INVALID', 'ANSWER_NOT_READABLE'])(
    'S23 is a gap where the server does not tell it in words that can be read: %s',
    async (reason) => {
      const stage = new Stage(async (request) => {
        if (request instanceof Api.updates.GetState) return new Api.updates.State({ ...NOW, unreadCount: 0 });
        throw new TgError('refused', reason);
      });
      await stage.stream.start(BEFORE, new Map());
      await expect.poll(() => stage.reached).toBe(NOW.pts);
      expect(stage.events).toEqual([{ type: 'gap' }]);
      await stage.stream.stop();
    },
  );

  it('S23 is asked for once, however often the session has to begin anew', async () => {
    const stage = new Stage(() => Promise.reject(new TgError('unreachable', 'NO_CONNECTION')));
    for (let times = 0; times < 3; times += 1) await stage.stream.start(BEFORE, new Map());
    expect(stage.asked.filter((name) => name === 'updates.GetDifference')).toHaveLength(1);
    await stage.stream.stop();
  });
});
