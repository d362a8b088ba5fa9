import type { RoomsFacet } from '../../gateway/session.js';
import { type Jid, JidMalformedError, parseJid, prepareResource } from '../../xmpp/jid.js';
import { unescapeLocal } from '../../xmpp/jid-escaping.js';
import { StanzaError } from '../../xmpp/stanza-error.js';
import type { AdminChange } from '../../xmpp/xep/0045-muc/admin.js';
import type { DomainContext } from '../domain.js';
import type { MemberEntry } from '../room/member-entry.js';
import type { Occupancy } from '../room/occupancy.js';
import { selfEntry, visibleEntry } from './asker.js';
import { mayManage, outranks } from './standing.js';

/** Changes in one request; each is a line or more to the network (S16). */
const MAX_CHANGES = 20;

type Who = Parameters<RoomsFacet['setAffiliation']>[1];

/** Whom a change is about. */
interface Subject {
  /** His entry, if he is in the room and seen by the account. */
  readonly entry: MemberEntry | undefined;
  readonly who: Who;
}

/** A change that has passed every check the gateway can make by itself. */
type Step = () => Promise<void>;

/**
 * Changes roles and affiliations (I24, I25, I28). Everything that can be known beforehand is checked for all
 * changes before the first is made, so that mostly all happen or none; the network has the last word on each.
 * @throws {StanzaError} `forbidden`, `not-allowed`, `conflict`, `item-not-found`; rejects with GatewayError
 */
export async function applyChanges(
  context: DomainContext,
  rooms: RoomsFacet,
  occupancy: Occupancy,
  changes: readonly AdminChange[],
): Promise<void> {
  const self = selfEntry(occupancy);
  if (!self) throw new StanzaError('forbidden');
  if (changes.length > MAX_CHANGES) throw new StanzaError('policy-violation', { type: 'modify' });
  const plan = new Plan(context, rooms, occupancy, self);
  // From a room of his own the user may take himself out, whatever he is in it.
  const leaves = context.gateway.messaging === 'stored' && changes.every((change) => plan.leaves(change));
  if (!leaves && !mayManage(occupancy)) throw new StanzaError('forbidden');
  const steps = changes.map((change) => plan.step(change));
  if (changes.some((change) => plan.demotesSelf(change))) await plan.requireAnotherOwner();
  for (const step of steps) await step();
}

class Plan {
  constructor(
    private readonly context: DomainContext,
    private readonly rooms: RoomsFacet,
    private readonly occupancy: Occupancy,
    private readonly self: MemberEntry,
  ) {}

  step(change: AdminChange): Step {
    const { room } = this.occupancy;
    if (change.kind === 'role') {
      const { member } = this.#occupant(change.nick);
      this.#mayTouch(member.affiliation);
      const { role, reason } = change;
      return role === 'none'
        ? () => this.rooms.kick(room.id, member.id, reason)
        : () => this.rooms.setRole(room.id, member.id, role);
    }
    const { entry, who } = this.#subject(change);
    if (entry === this.self && change.affiliation === 'outcast') throw new StanzaError('conflict');
    if (entry) this.#mayTouch(entry.member.affiliation);
    return () => this.rooms.setAffiliation(room.id, who, change.affiliation, change.reason);
  }

  leaves(change: AdminChange): boolean {
    return (
      change.kind === 'affiliation' &&
      change.affiliation === 'none' &&
      this.#subject(change).entry === this.self
    );
  }

  demotesSelf(change: AdminChange): boolean {
    return (
      change.kind === 'affiliation' &&
      change.affiliation !== 'owner' &&
      this.self.member.affiliation === 'owner' &&
      this.#subject(change).entry === this.self
    );
  }

  /** §10.4: a room is not left without owner. */
  async requireAnotherOwner(): Promise<void> {
    const owners = await this.rooms.listAffiliation(this.occupancy.room.id, 'owner');
    if (owners.length < 2) throw new StanzaError('conflict');
  }

  #mayTouch(affiliation: MemberEntry['member']['affiliation']): void {
    if (outranks(affiliation, this.self.member.affiliation)) throw new StanzaError('not-allowed');
  }

  #occupant(nick: string): MemberEntry {
    const entry = visibleEntry(
      this.occupancy,
      prepared(() => prepareResource(nick)),
    );
    if (!entry) throw new StanzaError('item-not-found');
    return entry;
  }

  #subject({ jid, nick }: Extract<AdminChange, { kind: 'affiliation' }>): Subject {
    if (jid !== undefined) return this.#byAddress(prepared(() => parseJid(jid)));
    const entry = this.#occupant(nick ?? '');
    return { entry, who: { member: entry.member.id } };
  }

  #byAddress(jid: Jid): Subject {
    const { account, room } = this.occupancy;
    if (jid.bare === account.owner) return { entry: this.self, who: { member: this.self.member.id } };
    if (jid.domain !== this.context.options.domain) throw new StanzaError('item-not-found');
    if (jid.bare === room.jid && jid.resource !== '') {
      const entry = this.#occupant(jid.resource);
      return { entry, who: { member: entry.member.id } };
    }
    const text = unescapeLocal(jid.local);
    const address = this.context.gateway.addresses.parse(text);
    if (address?.kind === 'room') throw new StanzaError('item-not-found');
    // An entry of a list that is no person, such as a mask.
    if (address?.kind !== 'contact') return { entry: undefined, who: { text } };
    const contact = address.id;
    for (const entry of this.occupancy.visible()) {
      if (entry.member.contact === contact) return { entry, who: { member: entry.member.id, contact } };
    }
    return { entry: undefined, who: { contact } };
  }
}

function prepared<T>(prepare: () => T): T {
  try {
    return prepare();
  } catch (error) {
    if (error instanceof JidMalformedError) throw new StanzaError('jid-malformed');
    throw error;
  }
}
