import { z } from 'zod';
import type { RelayContent } from './model.js';

const shape = {
  direction: z.enum(['both', 'from', 'to']),
  presence: z.enum(['nobody', 'speakers', 'everybody']),
  typing: z.boolean(),
  topics: z.enum(['ignored', 'told', 'set']),
  moderates: z.boolean(),
  obeys: z.boolean(),
  nick: z.string().trim().min(1).max(64),
  password: z.string().min(1).max(1_024),
  language: z.string().min(2).max(35),
  most: z.int().min(0),
};

/** How one leg takes part in its relay: of what happens on the others what is told here, and the other way round. */
const legSettingsSchema = z.object({
  direction: shape.direction.default('both'),
  presence: shape.presence.default('nobody'),
  typing: shape.typing.default(true),
  topics: shape.topics.default('told'),
  moderates: shape.moderates.default(false),
  obeys: shape.obeys.default(false),
  nick: shape.nick.optional(),
  password: shape.password.optional(),
  language: shape.language.optional(),
  most: shape.most.optional(),
});

/** With all defaults filled in. */
export type LegSettings = z.output<typeof legSettingsSchema>;
/** Name of one of them. */
export type SettingName = keyof LegSettings;
/** Some of them; undefined takes one away that need not be there. */
export type SettingsChange = { readonly [Name in SettingName]?: LegSettings[Name] | undefined };

/** What the operator's configuration may say of a leg; what it leaves out is as it was. */
export const configuredSettings = {
  direction: shape.direction
    .optional()
    .describe(
      '`both` (default): words go both ways; `from`: only from this room to the others; `to`: only to it.',
    ),
  presence: shape.presence
    .optional()
    .describe(
      'Whose coming and going elsewhere is told here: of `nobody` (default), of `speakers` who have spoken lately, of `everybody`.',
    ),
  typing: shape.typing.optional().describe('Whether it is shown here who types elsewhere. By default it is.'),
  topics: shape.topics
    .optional()
    .describe(
      'What a new topic elsewhere does here: it is `ignored`, `told` in a line (default), or `set` as the topic.',
    ),
  moderates: shape.moderates
    .optional()
    .describe(
      "Whether what this room's moderators do to somebody counts on the other legs. By default it does not.",
    ),
  obeys: shape.obeys
    .optional()
    .describe(
      'Whether what moderators of other legs do is done here too, as far as the relay may. By default it is not.',
    ),
  nick: shape.nick.optional().describe('What the relay is called here, if not as everywhere.'),
  password: shape.password.optional().describe('Of the room, where it has one.'),
  language: shape.language
    .optional()
    .describe("The language of the relay's own words here, if not the gateway's: `en`, `ru`."),
  most: shape.most
    .optional()
    .describe('People of other legs who are here by themselves at a time, if not as everywhere.'),
};

/** What a leg is that nobody has set anything of. */
export const DEFAULT_LEG_SETTINGS: LegSettings = legSettingsSchema.parse({});
/** In the order in which they are shown. */
export const SETTING_NAMES = Object.keys(shape) as readonly SettingName[];

/** As it was kept; what is unknown, as of a later version, is left out. */
export const storedSettings = legSettingsSchema.default(DEFAULT_LEG_SETTINGS);

/** Settings with a change. Pure. */
export function changed(settings: LegSettings, change: SettingsChange): LegSettings {
  const merged: Record<string, unknown> = { ...settings };
  for (const [name, value] of Object.entries(change)) {
    if (value === undefined) delete merged[name];
    else merged[name] = value;
  }
  return legSettingsSchema.parse(merged);
}

/** Whether a leg has to come in anew for a change. Pure. */
export function needsEntry(before: LegSettings, after: LegSettings): boolean {
  return before.nick !== after.nick || before.password !== after.password;
}

const YES: ReadonlySet<string> = new Set(['yes', 'on', '1', 'true', 'да']);
const NO: ReadonlySet<string> = new Set(['no', 'off', '0', 'false', 'нет']);

/** Reads the value of a setting as people type it; an empty one takes it away. Undefined: no such value. Pure. */
export function readSetting(name: SettingName, typed: string): SettingsChange | undefined {
  const text = typed.trim();
  if (text === '') return isOptional(name) ? { [name]: undefined } : undefined;
  const parsed = shape[name].safeParse(plainValue(name, text));
  return parsed.success ? { [name]: parsed.data } : undefined;
}

/** The values that a setting can have, where there are few. */
export function choicesOf(name: SettingName): readonly string[] | 'yes-no' | undefined {
  const type: z.ZodType = shape[name];
  if (type instanceof z.ZodBoolean) return 'yes-no';
  return type instanceof z.ZodEnum ? type.options.map(String) : undefined;
}

/** Whether it can be absent. */
export function isOptional(name: SettingName): boolean {
  return DEFAULT_LEG_SETTINGS[name] === undefined;
}

function plainValue(name: SettingName, text: string): unknown {
  const word = text.toLowerCase();
  const choices = choicesOf(name);
  if (choices === 'yes-no') return YES.has(word) ? true : NO.has(word) ? false : undefined;
  if (choices) return word;
  return name === 'most' ? Number(/^\d{1,6}$/.test(text) ? text : Number.NaN) : text;
}

/** Whether something crosses from one leg to another. Pure. @param spoke the person has spoken lately */
export function reaches(content: RelayContent, from: LegSettings, to: LegSettings, spoke: boolean): boolean {
  if (from.direction === 'to' || to.direction === 'from') return false;
  // Who takes away the words of others is a moderator.
  if (content.kind === 'retracted' && content.by !== undefined) return from.moderates;
  if (content.kind === 'subject') return to.topics !== 'ignored';
  if (content.kind !== 'presence') return true;
  return to.presence === 'everybody' || (to.presence === 'speakers' && spoke);
}
