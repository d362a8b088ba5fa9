import type { ReactionsFacet } from '../../gateway/session.js';
import type { Text } from '../../gateway/text.js';

/** Variation selector 16: an emoji is the same with and without it (UTS 51 §2.1). */
const PRESENTATION = /\ufe0f/g;

/** Why the network does not take these reactions (XEP-0444 §3.3); undefined when it does. */
export function reactionProblem(
  { maxPerUser, allowed }: Pick<ReactionsFacet, 'maxPerUser' | 'allowed'>,
  emojis: readonly string[],
): Text | undefined {
  if (allowed) {
    const known = new Set(allowed.map(bare));
    if (!emojis.every((emoji) => known.has(bare(emoji))))
      return { key: 'error-reaction-not-allowed', args: { allowed: allowed.join(' ') } };
  }
  if (maxPerUser !== undefined && emojis.length > maxPerUser)
    return { key: 'error-too-many-reactions', args: { count: maxPerUser } };
  return undefined;
}

function bare(emoji: string): string {
  return emoji.replace(PRESENTATION, '');
}
