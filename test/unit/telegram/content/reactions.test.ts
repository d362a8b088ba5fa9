import { describe, expect, it } from 'vitest';
import type { TgReactions } from '../../../../gateways/telegram/client/model.js';
import {
  groupReactions,
  privateReactions,
  shownReaction,
  toTelegramReaction,
} from '../../../../gateways/telegram/content/reactions.js';

const like = { emoji: '👍', custom: false };
const heart = { emoji: '❤', custom: false };
const custom = { emoji: '5368324170671202286', custom: true };
const unknown = () => undefined;

describe('reactions of Telegram', () => {
  it('F30 a custom emoji shows as what it stands for, else as a sign that there is one', () => {
    expect(shownReaction(custom, (id) => (id === custom.emoji ? '🦄' : undefined))).toBe('🦄');
    expect(shownReaction(custom, unknown)).toBe('❔');
  });

  it.each([
    ['👍', '👍'],
    ['❤', '❤️'],
    ['👨‍👩‍👧', '👨‍👩‍👧'],
    ['🇩🇪', '🇩🇪'],
    ['🤷‍♂', '🤷‍♂'],
    ['1️⃣', '1️⃣'],
    ['', '❔'],
    ['5', '❔'],
    ['<b>', '❔'],
    ['\u202e', '❔'],
    ['👍'.repeat(100), '❔'],
  ])('F19 S09 %j is shown as one emoji', (emoji, shown) => {
    expect(shownReaction({ emoji, custom: false }, unknown)).toBe(shown);
  });

  it('F19 of two people each one’s reactions are known from the counts alone', () => {
    const reactions: TgReactions = {
      counts: [
        { ...like, count: 2 },
        { ...heart, count: 1 },
        { ...custom, count: 1 },
      ],
      recent: [],
      own: [like, heart],
    };
    expect(privateReactions(reactions, unknown)).toEqual({ own: ['👍', '❤️'], theirs: ['👍', '❔'] });
    expect(privateReactions({ counts: [], recent: [], own: [] }, unknown)).toEqual({ own: [], theirs: [] });
  });

  it('F19 in a group everybody has his own, and the others are counted', () => {
    const reactions: TgReactions = {
      counts: [
        { ...like, count: 5 },
        { ...heart, count: 1 },
      ],
      recent: [
        { ...like, by: 'u1' },
        { ...heart, by: 'u1' },
        { ...like, by: 'u9' },
      ],
      own: [like],
    };
    const { by, others } = groupReactions(reactions, 'u9', unknown);
    expect([...by]).toEqual([
      ['u9', ['👍']],
      ['u1', ['👍', '❤️']],
    ]);
    expect(others).toEqual(['👍']);
  });

  it('F20 the user’s emoji is sent as Telegram writes it, if the chat allows it', () => {
    expect(toTelegramReaction('❤️', ['❤', '👍'])).toEqual({ emoji: '❤', custom: false });
    expect(toTelegramReaction('👎', ['❤', '👍'])).toBeUndefined();
    expect(toTelegramReaction('👎', 'all')).toEqual({ emoji: '👎', custom: false });
    expect(toTelegramReaction('', 'all')).toBeUndefined();
  });
});
