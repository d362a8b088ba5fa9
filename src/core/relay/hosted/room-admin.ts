import { type Jid, JidMalformedError, parseJid, prepareResource } from '../../../xmpp/jid.js';
import { StanzaError } from '../../../xmpp/stanza-error.js';
import type {
  AdminChange,
  AdminList,
  AdminListItem,
  MucAffiliation,
} from '../../../xmpp/xep/0045-muc/admin.js';
import { outranks } from '../../room-iq/standing.js';
import type { HostedRoom, Seated } from './hosted-room.js';
import type { Occupant } from './occupants.js';

/** Changes in one request. */
const MAX_CHANGES = 100;
/** Entries in one list; more would be more than servers take in a stanza (S11), and muc#admin knows no pages. */
const MAX_LISTED = 500;
const KICKED = 307;

type Step = () => void | Promise<void>;

/**
 * Changes roles and affiliations (XEP-0045 §8-10, I24-I28): all are checked before the first is made.
 * @throws {StanzaError}, and the store's error
 */
export async function applyAdminChanges(
  room: HostedRoom,
  { occupant: self }: Seated,
  changes: readonly AdminChange[],
): Promise<void> {
  if (changes.length > MAX_CHANGES) throw new StanzaError('policy-violation');
  if (self.role !== 'moderator') throw new StanzaError('forbidden');
  const steps = changes.map((change) =>
    change.kind === 'role' ? roleStep(room, self, change) : affiliationStep(room, self, change),
  );
  for (const step of steps) await step();
}

function roleStep(
  room: HostedRoom,
  self: Occupant,
  { role, nick, reason }: Extract<AdminChange, { kind: 'role' }>,
): Step {
  const target = called(room, nick);
  const why = { by: self.nick, ...(reason !== undefined && { reason }) };
  mayTouch(self, target.affiliation, target);
  if (role === 'none') return () => room.remove(target, { ...why, codes: [KICKED] });
  const isStaff = (affiliation: MucAffiliation): boolean =>
    affiliation === 'admin' || affiliation === 'owner';
  // §8.4, §9.6-7: only an admin makes moderators; one who is an admin stays one.
  if (role === 'moderator' && !isStaff(self.affiliation)) throw new StanzaError('forbidden');
  if (role !== 'moderator' && isStaff(target.affiliation)) throw new StanzaError('not-allowed');
  return () => room.setRole(target, role, why);
}

function affiliationStep(
  room: HostedRoom,
  self: Occupant,
  { affiliation, jid, nick, reason }: Extract<AdminChange, { kind: 'affiliation' }>,
): Step {
  const target = jid === undefined ? called(room, nick ?? '').jid : address(room, jid);
  const before = room.affiliationOf(target);
  for (const occupant of room.occupants.of(target.bare)) mayTouch(self, occupant.affiliation, occupant);
  if (outranks(before, self.affiliation)) throw new StanzaError('not-allowed');
  if (self.affiliation !== 'owner' && self.affiliation !== 'admin') throw new StanzaError('forbidden');
  // §10.3-7: owners alone make and unmake owners and admins.
  const high = [before, affiliation].some((one) => one === 'owner' || one === 'admin');
  if (high && self.affiliation !== 'owner') throw new StanzaError('not-allowed');
  const isSelf = target.bare === self.jid.bare;
  if (isSelf && affiliation === 'outcast') throw new StanzaError('conflict');
  if (isSelf && before === 'owner' && affiliation !== 'owner' && ownersOf(room) < 2)
    throw new StanzaError('conflict');
  const why = { by: self.nick, ...(reason !== undefined && { reason }) };
  return () => room.setAffiliation(target.toBare(), affiliation, why);
}

/** The lists that moderators see (§8.4, §9.2, §10.5). @throws {StanzaError} `forbidden` */
export function adminListOf(
  room: HostedRoom,
  { occupant: self }: Seated,
  list: AdminList,
): readonly AdminListItem[] {
  if (self.role !== 'moderator') throw new StanzaError('forbidden');
  if (list.kind === 'role') {
    return [...room.occupants.all()]
      .filter(({ role }) => role === list.role)
      .slice(0, MAX_LISTED)
      .map(({ affiliation, role, nick, jid }) => ({ affiliation, role, nick, jid: jid.bare }));
  }
  const { affiliation } = list;
  return Object.entries(room.record.affiliations)
    .filter(([, entry]) => entry.affiliation === affiliation)
    .slice(0, MAX_LISTED)
    .map(([jid, { reason }]) => ({ affiliation, jid, ...(reason !== undefined && { reason }) }));
}

function ownersOf({ record, services }: HostedRoom): number {
  const owners = Object.values(record.affiliations).filter(({ affiliation }) => affiliation === 'owner');
  return owners.length + services.operators.size;
}

/** §8.2: nobody removes those above him, and nobody the relay, by which the room lives. */
function mayTouch(self: Occupant, affiliation: MucAffiliation, target: Occupant): void {
  if (target.kind === 'relay' || outranks(affiliation, self.affiliation))
    throw new StanzaError('not-allowed');
}

function called(room: HostedRoom, nick: string): Occupant {
  const occupant = room.occupants.called(prepared(() => prepareResource(nick)));
  if (!occupant) throw new StanzaError('item-not-found');
  return occupant;
}

/** An address outside, or of an occupant. */
function address(room: HostedRoom, text: string): Jid {
  const jid = prepared(() => parseJid(text));
  return jid.bare === room.jid.bare && jid.resource !== '' ? called(room, jid.resource).jid : jid;
}

function prepared<T>(prepare: () => T): T {
  try {
    return prepare();
  } catch (error) {
    if (error instanceof JidMalformedError) throw new StanzaError('jid-malformed');
    throw error;
  }
}
