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

/** A server that will not tell what was missed; resolves with what was told when that place is reached. */
function told(refusal: TgError): Promise<readonly TgEvent[]> {
  const events: TgEvent[] = [];
  return new Promise((resolve, reject) => {
    const listener: TgListener = {
      event: (event) => {
        events.push(event);
        return undefined;
      },
      reached: ({ pts }) => (pts === NOW.pts ? resolve(events) : reject(new Error(`${pts} was reached`))),
      ...{ state: () => undefined, lost: () => undefined, session: () => undefined },
      channelReached: () => undefined,
    };
    const invoke = async (request: Api.AnyRequest) => {
      if (request instanceof Api.updates.GetState) return new Api.updates.State({ ...NOW, unreadCount: 0 });
      throw refusal;
    };
    const hashes = { load: async () => undefined, save: async () => undefined };
    const stream = new UpdateStream({
      requests: { invoke } as unknown as Requests,
      directory: new Directory(hashes, 10, async () => undefined),
      ...{ listener, limits: DEFAULT_LIMITS, me: () => 'u1' as const },
      ...{ loginTaken: () => undefined, expects: () => false },
    });
    stream.start(BEFORE, new Map()).catch(reject);
  });
}

describe('what was missed in private chats and basic groups', () => {
  it.each(['PERSISTENT_TIMESTAMP_INVALID', 'ANSWER_NOT_READABLE'])(
    'S23 is a gap where the server does not tell it in words that can be read: %s',
    async (reason) => {
      expect(await told(new TgError('refused', reason))).toEqual([{ type: 'gap' }]);
    },
  );
});
