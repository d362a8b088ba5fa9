import { GatewayError } from '../../../gateway/error.js';
import { el, type XmlElement } from '../../../xmpp/element.js';
import { parseJid } from '../../../xmpp/jid.js';
import { NS } from '../../../xmpp/namespace.js';
import { MUC_STATUS, type RoomPresence } from '../../../xmpp/xep/0045-muc/room-presence.js';
import type { Sanction } from '../model.js';
import { type Occupant, toSpeaker } from './occupants.js';

const SILENT: ReadonlySet<string> = new Set(['visitor', 'none']);
const POWERFUL: ReadonlySet<string> = new Set(['owner', 'admin']);

/** What a presence says that somebody with rights has done to an occupant (XEP-0045 §8.2-8.4, §9.1). Pure. */
export function actOf(presence: RoomPresence, before: Occupant | undefined): Sanction['act'] | undefined {
  const { codes, available, role, actor } = presence;
  if (!available) {
    // A fault on the way is nobody's will (§9.1.2 and status 333).
    if (codes.has(MUC_STATUS.kickedByFault) || codes.has(MUC_STATUS.shutdown)) return undefined;
    if (codes.has(MUC_STATUS.banned)) return 'banned';
    return codes.has(MUC_STATUS.kicked) ? 'kicked' : undefined;
  }
  // Without a name nobody has done it: a room that becomes moderated takes the voice of all.
  if (!before || actor === undefined || SILENT.has(role) === SILENT.has(before.role)) return undefined;
  return SILENT.has(role) ? 'muted' : 'restored';
}

/** Who is banned no more without being there (§9.1, example of a message from the room itself); his bare JID. Pure. */
export function readRestored(stanza: XmlElement): string | undefined {
  const item = stanza.child('x', NS.MUC_USER)?.child('item', NS.MUC_USER)?.attrs;
  if (!item?.jid || item.role !== undefined || item.affiliation === 'outcast') return undefined;
  try {
    return parseJid(item.jid).bare;
  } catch {
    return undefined;
  }
}

/** What obeying needs of a leg. */
export interface ObeyServices {
  readonly room: string;
  /** Whether what was done was done to people of this very room. */
  readonly home: boolean;
  occupants(): Iterable<Occupant>;
  /** Whether that is the relay, or one of its people. */
  ours(nick: string): boolean;
  /** Rejects with StanzaError. */
  request(payload: XmlElement): Promise<unknown>;
}

/** Does to a person of a foreign room what was done to him elsewhere. @throws {GatewayError} where the relay may not */
export async function obeySanction(sanction: Sanction, services: ObeyServices): Promise<void> {
  const { act, person, reason } = sanction;
  const changes: XmlElement[] = [];
  for (const occupant of services.occupants()) {
    if (services.ours(occupant.nick) || !isPerson(occupant, sanction, services.home)) continue;
    if (POWERFUL.has(occupant.affiliation) || occupant.role === 'moderator') return;
    changes.push(change(act, occupant, reason));
  }
  const address = services.home ? person.address : undefined;
  const absent = changes.length === 0 && address !== undefined;
  if (absent && act === 'banned') changes.push(item({ affiliation: 'outcast', jid: address }, reason));
  if (absent && act === 'restored') changes.push(item({ affiliation: 'none', jid: address }, reason));
  try {
    for (const one of changes) await services.request(el('query', NS.MUC_ADMIN, null, one));
  } catch {
    const args = { room: services.room, nick: person.nick };
    throw new GatewayError('forbidden', { key: 'relay-obey-refused', args });
  }
}

/** By what the room calls him where it is his own; elsewhere by his real address, where it is shown. */
function isPerson(occupant: Occupant, { person }: Sanction, home: boolean): boolean {
  if (home) return toSpeaker(occupant).key === person.key;
  return person.address !== undefined && occupant.jid?.bare === person.address;
}

function change(act: Sanction['act'], { nick, jid, role }: Occupant, reason: string | undefined): XmlElement {
  if (act === 'banned' && jid) return item({ affiliation: 'outcast', jid: jid.bare }, reason);
  // Whose address is not shown can only be made to go.
  if (act === 'banned' || act === 'kicked') return item({ role: 'none', nick }, reason);
  if (act === 'muted') return item({ role: 'visitor', nick }, reason);
  return item({ role: SILENT.has(role) ? 'participant' : role, nick }, reason);
}

function item(attrs: Readonly<Record<string, string>>, reason: string | undefined): XmlElement {
  return el(
    'item',
    NS.MUC_ADMIN,
    { ...attrs },
    reason !== undefined && el('reason', NS.MUC_ADMIN, null, reason),
  );
}
