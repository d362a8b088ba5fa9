import { describe, expect, it } from 'vitest';
import type { PeerId, TgMessage, TgPoll, TgReaction } from '../../../../gateways/telegram/client/model.js';
import { answerNumber, NUMBERS } from '../../../../gateways/telegram/content/reactions.js';
import { reactTo } from '../../../../gateways/telegram/conversation/react.js';

const CHAT: PeerId = 'u7';

function poll(chosen: boolean): TgPoll {
  const answers = ['yes', 'no'].map((text, index) => ({
    text,
    option: `o${index}`,
    chosen: chosen && index === 0,
  }));
  return { id: 'p', question: '?', answers, multiple: false, quiz: false, closed: false };
}

/** A client that writes down what is asked of it. */
function recording(message: Partial<TgMessage> = {}) {
  const done: string[] = [];
  const whole: TgMessage = {
    ...{ id: 1, chat: CHAT, own: false, date: 0, text: '', entities: [], mentionsMe: false, silent: false },
    ...message,
  };
  return {
    done,
    message: async () => whole,
    react: async (_chat: PeerId, _id: number, all: readonly TgReaction[]) => {
      done.push(`react ${all.map(({ emoji }) => emoji).join()}`);
    },
    vote: async (_chat: PeerId, _id: number, options: readonly string[]) => {
      done.push(`vote ${options.join()}`);
    },
    press: async () => ({ alert: false }),
  };
}

describe('reactions of the user', () => {
  it('numbers are those of answers, with or without their variant', () => {
    expect(NUMBERS.map(answerNumber)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(answerNumber('1\u20e3')).toBe(1);
    expect(['👍', '1', '#️⃣', ''].map(answerNumber)).toEqual([undefined, undefined, undefined, undefined]);
  });

  it.each([
    [['2️⃣'], false, ['vote o1']],
    [['1️⃣', '👍'], false, ['vote o0', 'react 👍']],
    [[], true, ['vote ']],
    [[], false, ['react ']],
    [['👍'], true, ['react 👍']],
  ] as const)('to a poll: %j, voted before: %s', async (chosen, voted, done) => {
    const client = recording({ media: { kind: 'poll', poll: poll(voted) } });
    await reactTo(client, CHAT, 1, chosen, 'all');
    expect(client.done).toEqual(done);
  });

  it('a number to anything else, an answer that is not there, and a sign that is not allowed are refused', async () => {
    const plain = recording();
    await expect(reactTo(plain, CHAT, 1, ['1️⃣'], 'all')).rejects.toMatchObject({ code: 'rejected' });
    const asked = recording({ media: { kind: 'poll', poll: poll(false) } });
    await expect(reactTo(asked, CHAT, 1, ['3️⃣'], 'all')).rejects.toMatchObject({ code: 'rejected' });
    await expect(reactTo(plain, CHAT, 1, ['👎'], ['👍'])).rejects.toMatchObject({ code: 'rejected' });
    expect([...plain.done, ...asked.done]).toEqual([]);
  });
});
