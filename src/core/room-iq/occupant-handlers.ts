import { NS } from '../../xmpp/namespace.js';
import { StanzaError } from '../../xmpp/stanza-error.js';
import { vcardElement } from '../../xmpp/xep/0054-vcard-temp/vcard.js';
import type { IqAnswer, IqHandler, IqRequest } from '../iq-router.js';
import type { MemberEntry } from '../room/member-entry.js';
import type { Occupancy } from '../room/occupancy.js';
import { seatedOccupancyOf, visibleEntry } from './asker.js';

/** Pings and vCards of rooms and their occupants (XEP-0410; H23, Q10). */
export function occupantHandlers(): readonly IqHandler[] {
  return [
    { ns: NS.PING, name: 'ping', targets: ['room'], get: () => undefined },
    { ns: NS.PING, name: 'ping', targets: ['occupant'], get: pingOccupant },
    { ns: NS.VCARD, name: 'vCard', targets: ['occupant'], get: cardOfOccupant, set: refuseCard },
  ];
}

/**
 * XEP-0410 §3.3: the room itself answers for the client that is in it. Clients that ask about others learn that
 * they are in the room, and nothing of the other's client.
 */
function pingOccupant(request: IqRequest): IqAnswer {
  const { occupancy, entry } = askedOccupant(request);
  if (occupancy.self !== entry.member.id) throw new StanzaError('feature-not-implemented');
  return undefined;
}

/** What the network tells of a person, by the user's own connection. Rejects with GatewayError. */
async function cardOfOccupant(request: IqRequest): Promise<IqAnswer> {
  const { entry } = askedOccupant(request);
  const people = request.account?.session?.people;
  if (!people) throw new StanzaError('service-unavailable');
  const facts = await people.describe(entry.member.contact);
  return vcardElement({
    formattedName: facts.name ?? entry.member.nick,
    nickname: entry.member.nick,
    ...(facts.lines.length > 0 && { description: facts.lines.join('\n') }),
  });
}

function refuseCard(): never {
  throw new StanzaError('forbidden');
}

function askedOccupant(request: IqRequest): { readonly occupancy: Occupancy; readonly entry: MemberEntry } {
  const occupancy = seatedOccupancyOf(request);
  if (!occupancy || request.target.kind !== 'occupant') {
    throw new StanzaError('not-acceptable', { type: 'cancel', by: request.to.bare });
  }
  const entry = visibleEntry(occupancy, request.target.nick);
  if (!entry) throw new StanzaError('item-not-found');
  return { occupancy, entry };
}
