import type { RoomTraits } from '../../gateway/event.js';
import type { RoomId } from '../../gateway/ids.js';
import { NS } from '../../xmpp/namespace.js';
import { StanzaError } from '../../xmpp/stanza-error.js';
import type { DataForm } from '../../xmpp/xep/0004-data-forms/data-form.js';
import { type DiscoInfo, discoInfoResult } from '../../xmpp/xep/0030-service-discovery/disco.js';
import {
  NODE_OWN_NICK,
  privacyFeatures,
  type RoomInfo,
  roomInfoForm,
} from '../../xmpp/xep/0045-muc/room-info.js';
import { admit } from '../account/policy.js';
import { messageFeatures, reactionForms } from '../disco/message-features.js';
import type { DomainContext } from '../domain.js';
import type { IqHandler, IqRequest } from '../iq-router.js';
import type { Occupancy } from '../room/occupancy.js';
import type { RoomFaces } from '../room/room-faces.js';
import { occupancyOf, roomOf, seatedOccupancyOf, selfEntry, visibleEntry } from './asker.js';

const FEATURES = [
  NS.DISCO_INFO,
  NS.DISCO_ITEMS,
  NS.MUC,
  NS.MUC_STABLE_ID,
  NS.MUC_SELF_PING,
  NS.OCCUPANT_ID,
  NS.PING,
] as const;

/** True only of what is kept: without an archive there is nothing that an id would name (H03). */
const ARCHIVE_FEATURES = [NS.SID, NS.MAM, NS.MAM_EXTENDED] as const;

/** Said of every room that the asker is not in, whether or not it exists (S03). */
const UNSEEN: RoomTraits = {
  moderated: false,
  membersOnly: false,
  hidden: false,
  passwordProtected: false,
  openSubject: true,
};

/** disco#info on rooms and occupants (XEP-0045 §6.4, §6.6, §7.12; H01-H08). */
export function roomInfoHandler(context: DomainContext, faces: RoomFaces): IqHandler {
  return {
    ns: NS.DISCO_INFO,
    name: 'query',
    targets: ['room', 'occupant'],
    get: (request) => {
      if (request.target.kind === 'occupant') return discoInfoResult(occupantInfo(request));
      if (admit(context.options, request.from) !== 'allowed') throw new StanzaError('service-unavailable');
      const { node } = request.payload.attrs;
      if (node === undefined || node === '') return discoInfoResult(roomInfo(context, faces, request));
      if (node === NODE_OWN_NICK) return discoInfoResult(ownNick(context, request));
      throw new StanzaError('item-not-found');
    },
  };
}

function roomInfo(context: DomainContext, faces: RoomFaces, request: IqRequest): DiscoInfo {
  const { gateway, options } = context;
  const occupancy = occupancyOf(request);
  const { account } = request;
  const face = (account && faces.of(account, roomOf(request))) ?? {};
  const name = face.name ?? nameOf(context, roomOf(request));
  const { description, photo } = face;
  const looks = { name, ...(description && { description }), ...(photo && { photo }) };
  const traits = occupancy?.room.traits ?? UNSEEN;
  const privacy = privacyFeatures({
    ...traits,
    nonAnonymous: !gateway.anonymousRooms,
    temporary: false,
  });
  const own = personalInfo(context, request);
  return {
    identities: [{ category: 'conference', type: gateway.conferenceType ?? 'text', name }],
    features: [
      ...FEATURES,
      ...(options.archive.enabled ? ARCHIVE_FEATURES : []),
      ...own.features,
      ...privacy,
    ],
    forms: [roomInfoForm({ ...looks, ...(occupancy && seenBy(occupancy)) }), ...own.forms],
  };
}

/** What can be done in a room that is the account's own, as its connection carries it (F20, I13, I14). */
function personalInfo(
  { gateway, options }: DomainContext,
  request: IqRequest,
): { readonly features: readonly string[]; readonly forms: readonly DataForm[] } {
  const session = request.account?.session;
  if (gateway.messaging !== 'stored' || !session) return { features: [], forms: [] };
  const kept = options.archive.enabled;
  const moderated = kept && session.rooms?.moderate !== undefined;
  return {
    features: [
      // Nobody gets receipts in a room (XEP-0184 §5.3).
      ...messageFeatures(session).filter((feature) => feature !== NS.RECEIPTS),
      ...(kept ? [NS.RETRACT_TOMBSTONE] : []),
      ...(moderated ? [NS.MODERATE] : []),
      ...(session.rooms?.avatar ? [NS.VCARD] : []),
    ],
    forms: reactionForms(session, { kind: 'room', id: roomOf(request) }),
  };
}

/** What only those who are in the room get to know. */
function seenBy(occupancy: Occupancy): Omit<RoomInfo, 'name'> {
  const { subject, traits } = occupancy.room;
  const { openSubject, slowModeSeconds } = traits;
  let occupants = 0;
  for (const _entry of occupancy.visible()) occupants += 1;
  return {
    ...{ subject: subject?.text ?? '', occupants, openSubject },
    ...(slowModeSeconds !== undefined && { slowModeSeconds }),
  };
}

/** The nick that the user has in the room, or will have when he comes back; none if nobody knows (H08). */
function ownNick(context: DomainContext, request: IqRequest): DiscoInfo {
  const occupancy = occupancyOf(request);
  const nick =
    (occupancy && selfEntry(occupancy)?.resource) ?? request.account?.record.stays[roomOf(request)];
  const type = context.gateway.conferenceType ?? 'text';
  return {
    node: NODE_OWN_NICK,
    identities: nick === undefined ? [] : [{ category: 'conference', type, name: nick }],
    features: [],
  };
}

/** A person's public face in the room, to those who are in it (XEP-0045 §6.6). */
function occupantInfo(request: IqRequest): DiscoInfo {
  const { target, payload, account } = request;
  const occupancy = seatedOccupancyOf(request);
  if (!occupancy || target.kind !== 'occupant') throw new StanzaError('bad-request');
  const entry = visibleEntry(occupancy, target.nick);
  if (!entry || payload.attrs.node) throw new StanzaError('item-not-found');
  return {
    identities: [{ category: 'client', type: 'pc', name: entry.member.nick }],
    features: [NS.DISCO_INFO, NS.DISCO_ITEMS, ...(account?.session?.people ? [NS.VCARD] : [])],
  };
}

/** The name of a room that has told none, or not to the asker: its address as the network writes it, since the local part of the JID is escaped (Q06). */
function nameOf({ gateway }: DomainContext, id: RoomId): string {
  return gateway.addresses.format({ kind: 'room', id });
}
