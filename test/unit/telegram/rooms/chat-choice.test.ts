import { beforeEach, describe, expect, it } from 'vitest';
import {
  type ChatSettings,
  chatSettingsOf,
  chosenWith,
  settingsWith,
} from '../../../../gateways/telegram/account/chat-settings.js';
import type { PeerId, TgPerson } from '../../../../gateways/telegram/client/model.js';
import { ChatChoice } from '../../../../gateways/telegram/rooms/chat-choice.js';

const USUAL: ChatSettings = { chats: 'all', topics: 'threads', chosen: new Map() };

function person(id: PeerId, contact: boolean): TgPerson {
  const names = { firstName: 'A', lastName: '' };
  return { id, ...names, bot: false, deleted: false, contact, self: false, status: { kind: 'unknown' } };
}

describe('the choice of chats', () => {
  let settings: ChatSettings;
  let muted: readonly PeerId[];
  let away: boolean;
  let asked: number;
  let choice: ChatChoice;
  beforeEach(() => {
    [settings, muted, away, asked] = [USUAL, [], false, 0];
    choice = new ChatChoice({
      client: () => ({
        dialogs: async () => {
          asked += 1;
          if (away) throw new Error('away');
          return muted.map((peer) => ({
            ...{ peer, top: 1, readInbox: 0, readOutbox: 0, unread: 0, muted: true, archived: false },
          }));
        },
        directory: {
          person: (id) => (id === 'u1' ? person('u1', true) : undefined),
          chat: () => undefined,
          rights: () => undefined,
        },
        person: async (id) => person(id, false),
      }),
      me: () => 'u9',
      settings: () => settings,
      roomOf: (chat) => (chat === 'c5' ? 'g4' : chat),
      addressed: async (id) => id === 'u3',
    });
  });

  it('takes everything unless something else is said, and asks nothing for it', async () => {
    for (const chat of ['u1', 'u2', 'g1', 'c1'] as const) expect(choice.wants(chat)).toBe(true);
    expect(asked).toBe(0);
  });

  it('takes contacts only: no groups, no strangers but those whom the user has written to', async () => {
    settings = { ...USUAL, chats: 'contacts' };
    const wanted = async (chat: PeerId) => choice.wants(chat);
    expect(await Promise.all((['u1', 'u2', 'u3', 'u9', 'u777000', 'g1', 'c1'] as const).map(wanted))).toEqual(
      [...[true, false, true, true, true, false, false]],
    );
  });

  it('leaves out what is muted, as it is now', async () => {
    settings = { ...USUAL, chats: 'unmuted' };
    muted = ['c1'];
    expect(await choice.wants('c1')).toBe(false);
    expect(choice.wants('c2')).toBe(true);
    choice.muted('c2', true);
    choice.muted('c1', false);
    expect([choice.wants('c1'), choice.wants('c2')]).toEqual([true, false]);
    expect(asked).toBe(1);
    muted = [];
    choice.reset();
    expect(await choice.wants('c2')).toBe(true);
  });

  it('decides nothing while nobody knows what is muted', async () => {
    settings = { ...USUAL, chats: 'unmuted' };
    muted = ['c1'];
    away = true;
    await expect(choice.wants('c1')).rejects.toThrow('away');
    away = false;
    expect(await choice.wants('c1')).toBe(false);
  });

  it('counts the word on a single chat most, also when a group has become another one', async () => {
    const chosen = new Map<PeerId, boolean>([
      ['c1', true],
      ['u1', false],
      ['g4', false],
    ]);
    settings = { chats: 'contacts', topics: 'threads', chosen };
    expect([choice.wants('c1'), choice.wants('u1'), choice.wants('c5')]).toEqual([true, false, false]);
    settings = { chats: 'all', topics: 'threads', chosen };
    expect(choice.wants('c5')).toBe(false);
  });
});

describe('what is kept of the choice', () => {
  it('is read as it was written, beside everything else in the settings', () => {
    const chosen = chosenWith(chosenWith(new Map(), 'c1', true), 'g2', false);
    const written = settingsWith({ settings: { user: 'u1' } }, { chats: 'unmuted', topics: 'rooms', chosen });
    expect(written).toMatchObject({ user: 'u1' });
    expect(chatSettingsOf({ settings: written })).toEqual({ chats: 'unmuted', topics: 'rooms', chosen });
    expect(chosenWith(chosen, 'c1', undefined)).toEqual(new Map([['g2', false]]));
  });

  it('is what is usual where nobody can read it, and bounded', () => {
    expect(chatSettingsOf(undefined)).toEqual(USUAL);
    expect(chatSettingsOf({ settings: { chats: 7, topics: null, chosen: { x: true } } })).toEqual(USUAL);
    const many = new Map(Array.from({ length: 600 }, (_, id) => [`c${id + 1}` as PeerId, true]));
    const kept = chatSettingsOf({ settings: settingsWith(undefined, { chosen: many }) }).chosen;
    expect([kept.size, kept.has('c1'), kept.has('c600')]).toEqual([500, false, true]);
  });
});
