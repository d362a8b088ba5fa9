import { z } from 'zod';
import type { RelayDefinition } from './definitions.js';
import { matchesGlob } from './glob.js';
import type { LegId, Speaker } from './model.js';

/** Entries of one relay's list; further ones are refused. */
export const MOST_BLOCKS = 5_000;
/** Patterns among them: each is compared with whoever speaks. */
export const MOST_PATTERNS = 200;
/** UTF-16 units of a pattern. */
export const PATTERN_LENGTH = 256;
/** No leg has this name: patterns stand where otherwise a leg does. */
const PATTERNS = '*\n';

/** Why somebody is not carried. */
export const blockSchema = z.object({
  /** Muted people stay where they are; of banned ones no stand-in remains. */
  act: z.enum(['banned', 'muted']),
  nick: z.string(),
  /** Bare JID of the person, where it is known. */
  address: z.string().optional(),
  /** Bare JID to which it was done, where that is a stand-in. */
  standIn: z.string().optional(),
  /** The leg where it was done; none: by command. */
  where: z.string().optional(),
  /** The leg whose moderator asked for it in words. */
  asked: z.string().optional(),
  /** Holds on that leg only. */
  only: z.string().optional(),
  by: z.string().optional(),
  reason: z.string().optional(),
  /** UTC milliseconds. */
  time: z.number(),
});

/** Why somebody is not carried. */
export type Block = z.output<typeof blockSchema>;

/** How somebody is called in a relay's definition. */
export function personOf(leg: LegId, { key }: Pick<Speaker, 'key'>): string {
  return `${leg}\n${key}`;
}

/** How a pattern of addresses is called there. */
export function patternOf(glob: string): string {
  return `${PATTERNS}${glob.toLowerCase()}`;
}

/** Reads {@link personOf}. */
export function readPerson(entry: string): { readonly leg: LegId; readonly key: string } {
  const [leg = '', ...key] = entry.split('\n');
  return { leg, key: key.join('\n') };
}

/** The patterns of a list. */
export function patternsOf(blocked: RelayDefinition['blocked']): readonly string[] {
  return Object.keys(blocked).filter((entry) => entry.startsWith(PATTERNS));
}

/**
 * Why a person is not carried, if he is not: himself, or by a pattern of his address. Pure; the cost is that of
 * {@link MOST_PATTERNS} short comparisons at most.
 */
export function findBlock(
  { blocked }: Pick<RelayDefinition, 'blocked'>,
  leg: LegId,
  speaker: Speaker,
): Block | undefined {
  const own = blocked[personOf(leg, speaker)];
  if (own) return own;
  const names = [speaker.address, speaker.key, `${speaker.nick}@${leg}`].flatMap((name) => name ?? []);
  for (const entry of patternsOf(blocked)) {
    const glob = entry.slice(PATTERNS.length);
    if (names.some((name) => matchesGlob(glob, name.toLowerCase()))) return blocked[entry];
  }
  return undefined;
}
