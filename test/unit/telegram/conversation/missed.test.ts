import { describe, expect, it } from 'vitest';
import { type HistoryPage, TgError } from '../../../../gateways/telegram/client/client.js';
import type { PeerId, TgMessage } from '../../../../gateways/telegram/client/model.js';
import { eachOf, missedMessages } from '../../../../gateways/telegram/conversation/missed.js';

const message = (chat: PeerId, id: number): TgMessage => ({
  ...{ id, chat, from: chat, own: false, date: 0, text: '', entities: [] },
  ...{ mentionsMe: false, silent: false },
});
const dialog = (peer: PeerId, top: number) => ({
  ...{ peer, top, readInbox: 0, readOutbox: 0, unread: 0, muted: false, archived: false },
});
const client = (history: (chat: PeerId) => Promise<HistoryPage>) => ({
  dialogs: async () => [dialog('u7', 5), dialog('g8', 6)],
  history,
});

const heard = (newest: number, time = 0) => ({ message: newest, time });

describe('what was missed', () => {
  it('S23 comes from all chats but those that may not be read', async () => {
    const readable = client(async (chat) => {
      if (chat === 'g8') throw new TgError('refused', 'CHAT_FORBIDDEN');
      return { messages: [message(chat, 5), message(chat, 3)], more: false };
    });
    const missed = await missedMessages(readable, heard(3), 10);
    expect(missed).toEqual({ messages: [message('u7', 5)], chats: ['u7'], more: false });
  });

  it('F08 is what was said since then where no message had been told before', async () => {
    const one = { ...message('u7', 5), date: 900_000 };
    const readable = client(async (chat) => ({
      messages: chat === 'u7' ? [one, { ...message('u7', 3), date: 100_000 }] : [],
      more: false,
    }));
    const missed = await missedMessages(readable, heard(0, 800_000), 10);
    expect(missed).toEqual({ messages: [one], chats: ['u7'], more: false });
  });

  it('S23 is asked for again where the server was away', async () => {
    const away = client(() => Promise.reject(new TgError('unreachable', 'DISCONNECTED')));
    await expect(missedMessages(away, heard(3), 10)).rejects.toThrow('DISCONNECTED');
  });

  it('S23 is taken but for messages that would fail each time', async () => {
    const passed: number[] = [];
    const taken: number[] = [];
    const all = [1, 2, 3].map((id) => message('u7', id));
    const take = async ({ message: { id } }: { readonly message: TgMessage }) => {
      if (id === 2) throw new TypeError('poison');
      taken.push(id);
    };
    await eachOf(all, (event) => event.type === 'message' && passed.push(event.message.id), take);
    expect({ taken, passed }).toEqual({ taken: [1, 3], passed: [2] });
    const full = new Error('the disk is full');
    await expect(
      eachOf(
        all,
        () => undefined,
        () => Promise.reject(full),
      ),
    ).rejects.toBe(full);
  });
});
