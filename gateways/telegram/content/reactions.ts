import type { PeerId, TgReaction, TgReactions } from '../client/model.js';

/** For a custom emoji of which nobody knows what it stands for. */
const UNKNOWN = '❔';
/** Reactions of one person that are shown; Telegram allows three. */
const MAX_EACH = 20;
/** Kinds of reactions to one message that are told. */
const MAX_KINDS = 50;
/** UTF-16 units of one emoji; families and flags are the longest. */
const MAX_EMOJI = 40;
const EMOJI = /^[\p{Extended_Pictographic}\p{Emoji_Component}\p{Regional_Indicator}]+$/u;
const ONE_AT_LEAST = /\p{Extended_Pictographic}|\p{Regional_Indicator}|\u20e3/u;
const VARIANT = /\ufe0f/g;

/** Numbers as emojis: by them one votes in polls. */
export const NUMBERS = ['1️⃣', '2️⃣', '3️⃣', '4️⃣', '5️⃣', '6️⃣', '7️⃣', '8️⃣', '9️⃣', '🔟'] as const;

/** The emoji that a custom one (by its number) is an image of, if that is known. */
export type EmojiFallback = (custom: string) => string | undefined;

/** A reaction as one emoji (XEP-0444 §3), whatever the server has sent. */
export function shownReaction({ emoji, custom }: TgReaction, fallback: EmojiFallback): string {
  const shown = custom ? (fallback(emoji) ?? UNKNOWN) : emoji;
  return shown.length <= MAX_EMOJI && EMOJI.test(shown) && ONE_AT_LEAST.test(shown)
    ? withVariant(shown)
    : UNKNOWN;
}

/** Telegram leaves out that `❤` is a picture and no letter; clients want it (UTS 51 §2). */
function withVariant(emoji: string): string {
  return /^\p{Emoji}$/u.test(emoji) && !/^\p{Emoji_Presentation}$/u.test(emoji) ? `${emoji}\ufe0f` : emoji;
}

/** Of two people who talk: all reactions of each to one message, complete (XEP-0444 §3). */
export function privateReactions(
  { counts, own }: TgReactions,
  fallback: EmojiFallback,
): { readonly own: readonly string[]; readonly theirs: readonly string[] } {
  const isOwn = (one: TgReaction): boolean => own.some((mine) => isSame(mine, one));
  // Who reacted is not always told, but of two it is clear: what is there beyond the own is the other one's.
  const theirs = counts.filter((one) => one.count > (isOwn(one) ? 1 : 0));
  return { own: shownReactions(own, fallback), theirs: shownReactions(theirs, fallback) };
}

/** In a group: the reactions of everybody of whom they are told, and what others have given, each kind once. */
export function groupReactions(
  { counts, recent, own }: TgReactions,
  self: PeerId,
  fallback: EmojiFallback,
): { readonly by: ReadonlyMap<PeerId, readonly string[]>; readonly others: readonly string[] } {
  const given = new Map<PeerId, TgReaction[]>([[self, [...own]]]);
  for (const { by, ...reaction } of recent) {
    if (by === self) continue;
    const all = given.get(by);
    if (all) all.push(reaction);
    else given.set(by, [reaction]);
  }
  if (own.length === 0) given.delete(self);
  const known = [...given.values()].flat();
  const others = counts.slice(0, MAX_KINDS).flatMap((one) => {
    const left = one.count - known.filter((other) => isSame(one, other)).length;
    return left > 0 ? [shownReaction(one, fallback)] : [];
  });
  return {
    by: new Map([...given].map(([who, all]) => [who, shownReactions(all, fallback)])),
    others: [...new Set(others)],
  };
}

/**
 * Telegram's own form of an emoji that the user has chosen, if the chat allows it; undefined when it does not. It
 * compares them without variation selectors.
 */
export function toTelegramReaction(
  emoji: string,
  allowed: 'all' | readonly string[],
): TgReaction | undefined {
  const bare = emoji.replace(VARIANT, '');
  if (bare === '' || emoji.length > MAX_EMOJI) return undefined;
  if (allowed === 'all') return { emoji: bare, custom: false };
  const known = allowed.find((one) => one.replace(VARIANT, '') === bare);
  return known === undefined ? undefined : { emoji: known, custom: false };
}

/** The number that an emoji stands for, from 1 to 10. */
export function answerNumber(emoji: string): number | undefined {
  const bare = emoji.replace(VARIANT, '');
  const index = NUMBERS.findIndex((one) => one.replace(VARIANT, '') === bare);
  return index < 0 ? undefined : index + 1;
}

/** Several of one person, each once. */
export function shownReactions(reactions: readonly TgReaction[], fallback: EmojiFallback): readonly string[] {
  return [...new Set(reactions.slice(0, MAX_EACH).map((one) => shownReaction(one, fallback)))];
}

function isSame(a: TgReaction, b: TgReaction): boolean {
  return a.emoji === b.emoji && a.custom === b.custom;
}
