import type { Session } from '../../gateway/session.js';
import { Jid, JidMalformedError, prepareLocal } from '../../xmpp/jid.js';
import { escapeLocal } from '../../xmpp/jid-escaping.js';
import { StanzaError } from '../../xmpp/stanza-error.js';
import type { AdminList, AdminListItem, MucAffiliation, MucRole } from '../../xmpp/xep/0045-muc/admin.js';
import type { DomainContext } from '../domain.js';
import { effectiveRole } from '../room/member-entry.js';
import type { Occupancy } from '../room/occupancy.js';
import { findJid } from '../service/address.js';
import { mayManage } from './standing.js';

/** Entries in one list; more would be more than servers take in a stanza (S11), and muc#admin knows no pages. */
const MAX_LISTED = 500;

/**
 * The list that is asked for (I27): roles from the shared members, affiliations from the network.
 * @throws {StanzaError} `forbidden` for the lists that only moderators may see; rejects with GatewayError
 */
export async function adminList(
  context: DomainContext,
  session: Session,
  occupancy: Occupancy,
  list: AdminList,
): Promise<readonly AdminListItem[]> {
  // Who owns, runs and belongs to a room shows in the occupants' presence anyway.
  const open = list.kind === 'affiliation' && list.affiliation !== 'outcast';
  if (!open && !mayManage(occupancy)) throw new StanzaError('forbidden');
  return list.kind === 'role'
    ? withRole(context, occupancy, list.role)
    : withAffiliation(context, session, occupancy, list.affiliation);
}

function withRole(context: DomainContext, occupancy: Occupancy, role: MucRole): readonly AdminListItem[] {
  const items: AdminListItem[] = [];
  for (const { member, resource } of occupancy.visible()) {
    if (effectiveRole(member, occupancy.room.traits.moderated) !== role) continue;
    if (items.length >= MAX_LISTED) break;
    const jid = context.gateway.anonymousRooms
      ? undefined
      : findJid(context, { kind: 'contact', id: member.contact });
    items.push({ affiliation: member.affiliation, role, nick: resource, ...(jid !== undefined && { jid }) });
  }
  return items;
}

async function withAffiliation(
  context: DomainContext,
  session: Session,
  occupancy: Occupancy,
  affiliation: MucAffiliation,
): Promise<readonly AdminListItem[]> {
  const listed = (await session.rooms?.listAffiliation(occupancy.room.id, affiliation)) ?? [];
  return listed.slice(0, MAX_LISTED).flatMap(({ contact, text, reason }) => {
    const jid =
      contact === undefined ? jidOfText(context, text) : findJid(context, { kind: 'contact', id: contact });
    return jid === undefined ? [] : [{ affiliation, jid, ...(reason !== undefined && { reason }) }];
  });
}

/** An entry that is no contact, such as a mask, as an address: clients read no list without, and change by it. */
function jidOfText({ options }: DomainContext, text: string): string | undefined {
  try {
    return new Jid(prepareLocal(escapeLocal(text)), options.domain, '').bare;
  } catch (error) {
    if (error instanceof JidMalformedError) return undefined;
    throw error;
  }
}
