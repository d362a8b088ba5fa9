import { describe, expect, it } from 'vitest';
import { editTo } from '../../../../gateways/telegram/conversation/outgoing.js';
import type { MemberId } from '../../../../src/gateway/ids.js';

describe('words that name people whom the core knows', () => {
  const edited = async (
    text: string,
    mentions: readonly { begin: number; end: number; member: string }[],
  ) => {
    const seen: unknown[] = [];
    const client = { edit: async (...told: unknown[]) => void seen.push(...told.slice(2)) } as never;
    const named = mentions.map((one) => ({ ...one, member: one.member as MemberId }));
    await editTo(client, { chat: 'c1', number: 7 } as never, { text, mentions: named });
    return seen;
  };

  it('call out to them, whatever they are called', async () => {
    expect(await edited('*bob*: hi Ann Smith!', [{ begin: 10, end: 19, member: 'u5' }])).toEqual([
      'bob: hi @Ann Smith!',
      [
        { kind: 'bold', offset: 0, length: 3 },
        { kind: 'person', offset: 8, length: 10, person: 'u5' },
      ],
    ]);
  });

  it('call out to no chat, and to nobody beyond their end', async () => {
    const places = [
      { begin: 0, end: 2, member: 'c5' },
      { begin: 1, end: 99, member: 'u5' },
    ];
    expect(await edited('hi Ann', places)).toEqual(['hi Ann', []]);
  });
});
