import type { XmlElement } from '../../element.js';
import { xmlAttr, xmlText } from '../../escape-xml.js';
import { NS } from '../../namespace.js';
import { type DataForm, formTypeField } from '../0004-data-forms/data-form.js';

/** One party's reactions to a message; an empty list takes them back (XEP-0444 §3). */
export interface Reactions {
  readonly id: string;
  readonly emojis: readonly string[];
}

/** What a network lets people react with (XEP-0444 §2.2). */
export interface ReactionRestrictions {
  readonly maxPerUser?: number;
  readonly allowed?: readonly string[];
}

/** Reactions of one party that are looked at. */
const MAX_REACTIONS = 32;
/** UTF-16 units of the longest emoji; sequences of families and flags have about 30. */
const MAX_EMOJI = 64;

/** Each reaction once, without what is none. */
export function tidyReactions(emojis: readonly string[]): readonly string[] {
  const kept = new Set<string>();
  for (const text of emojis) {
    const emoji = text.trim();
    if (emoji !== '' && emoji.length <= MAX_EMOJI) kept.add(emoji);
    if (kept.size === MAX_REACTIONS) break;
  }
  return [...kept];
}

/** Reads `<reactions/>`; undefined when it names no message. */
export function readReactions(element: XmlElement): Reactions | undefined {
  const { id } = element.attrs;
  if (!id) return undefined;
  const emojis = element.childrenNamed('reaction', NS.REACTIONS).map((reaction) => reaction.text());
  return { id, emojis: tidyReactions(emojis) };
}

/** As XML text. */
export function renderReactions({ id, emojis }: Reactions): string {
  const inside = tidyReactions(emojis)
    .map((emoji) => `<reaction>${xmlText(emoji)}</reaction>`)
    .join('');
  return `<reactions xmlns='${NS.REACTIONS}' id='${xmlAttr(id)}'>${inside}</reactions>`;
}

/** The form for service discovery; undefined where everything is allowed. */
export function restrictionsForm({ maxPerUser, allowed }: ReactionRestrictions): DataForm | undefined {
  if (maxPerUser === undefined && allowed === undefined) return undefined;
  return {
    type: 'result',
    fields: [
      formTypeField(NS.REACTIONS_RESTRICTIONS),
      ...(maxPerUser === undefined ? [] : [{ var: 'max_reactions_per_user', values: [String(maxPerUser)] }]),
      ...(allowed === undefined ? [] : [{ var: 'allowlist', values: allowed }]),
    ],
  };
}
