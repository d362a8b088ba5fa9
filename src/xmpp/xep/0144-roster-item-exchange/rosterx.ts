import { el, type XmlElement } from '../../element.js';
import { NS } from '../../namespace.js';
import type { RosterEntry } from '../../roster.js';

/** What the receiver should do with the items; one kind per stanza (XEP-0144 §6 rule 1). */
export type SuggestionAction = 'add' | 'delete' | 'modify';

/** The `<x/>` that suggests changes of a roster. */
export function rosterSuggestion(action: SuggestionAction, items: readonly RosterEntry[]): XmlElement {
  return el(
    'x',
    NS.ROSTERX,
    null,
    ...items.map(({ jid, name, groups }) =>
      el(
        'item',
        NS.ROSTERX,
        { action, jid, name: name === '' ? undefined : name },
        ...groups.map((group) => el('group', NS.ROSTERX, null, group)),
      ),
    ),
  );
}
