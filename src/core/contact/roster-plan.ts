import type { ContactId } from '../../gateway/ids.js';
import type { ContactRecord } from '../../store/contact-store.js';
import type { RosterItem } from '../../xmpp/roster.js';
import type { ContactPatch } from './contact-book.js';

/** Characters of a name or group written into a roster at most; servers bound the whole item. */
const NAME_MAX = 200;
/** Groups of one item at most. */
const GROUPS_MAX = 20;

/** One change of the user's roster. */
export interface RosterStep {
  readonly contact: ContactId;
  readonly item: RosterItem;
  /** What is noted when the server has taken it. */
  readonly done: ContactPatch;
}

/** What is to be done so that roster and contact list agree. */
export interface RosterPlan {
  readonly steps: readonly RosterStep[];
  /** What the roster tells about contacts, to be noted at once. */
  readonly notes: readonly (readonly [ContactId, ContactPatch])[];
}

/** What a contact is called in a roster. */
interface Naming {
  readonly name: string;
  readonly groups: readonly string[];
}

/** Name and groups as they would be written. */
export function namingOf({ name, groups }: Pick<ContactRecord, 'name' | 'groups'>): Naming {
  const kept = new Set(groups.map((group) => cut(group.trim())).filter((group) => group !== ''));
  return { name: cut(name.trim()), groups: [...kept].slice(0, GROUPS_MAX) };
}

/**
 * Compares a user's roster with his contacts on the network. What the user has renamed, regrouped or deleted is his:
 * an item that differs from what was last written is left alone, and one that is gone is not written again.
 * @param records contacts that have an address, with it
 * @param items the roster's items of this gateway's domain, by contact
 */
export function planRoster(
  records: readonly { readonly record: ContactRecord; readonly jid: string }[],
  items: ReadonlyMap<ContactId, RosterItem>,
): RosterPlan {
  const steps: RosterStep[] = [];
  const notes: [ContactId, ContactPatch][] = [];
  const known = new Set<ContactId>();
  for (const { record, jid } of records) {
    const contact = record.contact as ContactId;
    known.add(contact);
    const item = items.get(contact);
    const step = item ? changeOf(record, item) : additionOf(record, jid);
    if (step) steps.push({ contact, ...step });
    const note = noteOf(record, item);
    if (note) notes.push([contact, note]);
  }
  for (const [contact, { subscription }] of items) {
    if (known.has(contact) || subscription === 'none') continue;
    notes.push([contact, standing(subscription)]);
  }
  return { steps, notes };
}

/** The user's `to` and `from` as his roster has them. */
export function standing(subscription: RosterItem['subscription']): { to: boolean; from: boolean } {
  return {
    to: subscription === 'both' || subscription === 'to',
    from: subscription === 'both' || subscription === 'from',
  };
}

function additionOf(record: ContactRecord, jid: string): Omit<RosterStep, 'contact'> | undefined {
  // Written once and gone: the user has deleted it.
  if (!record.listed || record.blocked || record.written !== undefined) return undefined;
  const written = namingOf(record);
  return { item: { jid, ...written, subscription: 'both' }, done: { written, to: true, from: true } };
}

function changeOf(record: ContactRecord, item: RosterItem): Omit<RosterStep, 'contact'> | undefined {
  const { written } = record;
  if (!record.listed) {
    if (!written || !same(written, item)) return undefined;
    return {
      item: { ...item, subscription: 'remove' },
      done: { written: undefined, to: false, from: false, pending: '' },
    };
  }
  const wanted = namingOf(record);
  // An item without name and groups was made by a subscription alone: nobody has called it anything.
  const untouched = written ? same(written, item) : item.name === '' && item.groups.length === 0;
  if (!untouched || same(wanted, item)) return undefined;
  return { item: { jid: item.jid, ...wanted, subscription: item.subscription }, done: { written: wanted } };
}

function noteOf(record: ContactRecord, item: RosterItem | undefined): ContactPatch | undefined {
  if (!item) {
    // Written once and gone: the user has deleted it, and is not asked whether he wants him after all.
    const deleted = record.written !== undefined && !record.suggested;
    if (!record.to && !record.from && !deleted) return undefined;
    return { to: false, from: false, ...(deleted && { suggested: true }) };
  }
  const { to, from } = standing(item.subscription);
  // Our consent may still be on its way to him.
  if (item.asking && record.to && !to) return undefined;
  if (to === record.to && from === record.from) return undefined;
  return { to, from };
}

function same(a: Naming, b: Naming): boolean {
  if (a.name !== b.name || a.groups.length !== b.groups.length) return false;
  const groups = new Set(a.groups);
  return b.groups.every((group) => groups.has(group));
}

function cut(text: string): string {
  return text.length <= NAME_MAX ? text : [...text].slice(0, NAME_MAX).join('');
}
