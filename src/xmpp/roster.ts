import { el, type XmlElement } from './element.js';
import { NS } from './namespace.js';

/** RFC 6121 §2.1.2.5, seen by the user. */
export type SubscriptionState = 'none' | 'to' | 'from' | 'both';

/** What an item is called and where it stands. */
export interface RosterEntry {
  readonly jid: string;
  /** Empty: none. */
  readonly name: string;
  readonly groups: readonly string[];
}

/** One item of a roster (RFC 6121 §2.1.2). */
export interface RosterItem extends RosterEntry {
  readonly subscription: SubscriptionState | 'remove';
  /** The user has asked for the contact's presence and awaits the answer; never set by a client. */
  readonly asking?: boolean;
}

const STATES: ReadonlySet<string> = new Set(['none', 'to', 'from', 'both', 'remove']);

/** The items of a roster result or push; items without an address are left out. */
export function readRoster(query: XmlElement | undefined): readonly RosterItem[] {
  const items: RosterItem[] = [];
  for (const item of query?.childrenNamed('item', NS.ROSTER) ?? []) {
    const { jid, name = '', subscription, ask } = item.attrs;
    if (jid === undefined) continue;
    items.push({
      jid,
      name,
      groups: item.childrenNamed('group', NS.ROSTER).map((group) => group.text()),
      subscription:
        subscription !== undefined && STATES.has(subscription)
          ? (subscription as RosterItem['subscription'])
          : 'none',
      asking: ask === 'subscribe',
    });
  }
  return items;
}

/** The query that asks for a roster (RFC 6121 §2.1.3). */
export function rosterQuery(): XmlElement {
  return el('query', NS.ROSTER);
}

/** The query that sets one item, which is all that a server takes at a time (RFC 6121 §2.1.5). */
export function rosterSet({ jid, name, groups, subscription }: RosterItem): XmlElement {
  const item =
    subscription === 'remove'
      ? el('item', NS.ROSTER, { jid, subscription })
      : el(
          'item',
          NS.ROSTER,
          { jid, subscription, name: name === '' ? undefined : name },
          ...groups.map((group) => el('group', NS.ROSTER, null, group)),
        );
  return el('query', NS.ROSTER, null, item);
}
