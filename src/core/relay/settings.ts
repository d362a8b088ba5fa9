import { z } from 'zod';
import type { RelayContent } from './model.js';

/** How one leg takes part in its relay: of what happens on the others what is told here, and the other way round. */
export const legSettingsSchema = z.strictObject({
  direction: z
    .enum(['both', 'from', 'to'])
    .default('both')
    .describe('Whether words go both ways, only from this room to the others, or only to it.'),
  presence: z
    .enum(['nobody', 'speakers', 'everybody'])
    .default('nobody')
    .describe('Whose coming and going elsewhere is told here: of nobody, of who has spoken lately, of all.'),
  typing: z.boolean().default(true).describe('Whether it is shown here who types elsewhere.'),
  topics: z
    .enum(['ignored', 'told', 'set'])
    .default('told')
    .describe('What a new topic elsewhere does here: nothing, a line, or that it becomes the topic.'),
  moderates: z
    .boolean()
    .default(false)
    .describe("Whether what this room's moderators do to somebody counts on the other legs."),
  obeys: z
    .boolean()
    .default(false)
    .describe('Whether what moderators of other legs do is done here too, as far as the relay may.'),
  nick: z.string().min(1).max(64).optional().describe('What the relay is called here.'),
  password: z.string().min(1).max(1_024).optional().describe('Of the room.'),
  language: z.string().min(2).max(35).optional().describe("The language of the relay's own words here."),
  most: z.int().min(0).optional().describe('People of other legs who are here by themselves at a time.'),
});

/** With all defaults filled in. */
export type LegSettings = z.output<typeof legSettingsSchema>;

/** What a leg is that nobody has set anything of. */
export const DEFAULT_LEG_SETTINGS: LegSettings = legSettingsSchema.parse({});

/** Whether something crosses from one leg to another. Pure. @param spoke the person has spoken lately */
export function reaches(content: RelayContent, from: LegSettings, to: LegSettings, spoke: boolean): boolean {
  if (from.direction === 'to' || to.direction === 'from') return false;
  // Who takes away the words of others is a moderator.
  if (content.kind === 'retracted' && content.by !== undefined) return from.moderates;
  if (content.kind === 'subject') return to.topics !== 'ignored';
  if (content.kind !== 'presence') return true;
  return to.presence === 'everybody' || (to.presence === 'speakers' && spoke);
}
