import type { XmlElement } from '../../../xmpp/element.js';
import type { Jid } from '../../../xmpp/jid.js';
import { NS } from '../../../xmpp/namespace.js';
import { StanzaError } from '../../../xmpp/stanza-error.js';
import { discoInfoResult, discoItemsResult } from '../../../xmpp/xep/0030-service-discovery/disco.js';
import { adminListResult, parseAdminChanges, parseAdminList } from '../../../xmpp/xep/0045-muc/admin.js';
import { ownerResult, parseOwnerRequest } from '../../../xmpp/xep/0045-muc/owner.js';
import { NODE_OWN_NICK, privacyFeatures, roomInfoForm } from '../../../xmpp/xep/0045-muc/room-info.js';
import { parsePageRequest } from '../../../xmpp/xep/0059-result-set-management/result-set.js';
import { slicePage } from '../../../xmpp/xep/0059-result-set-management/slice.js';
import { archiveFormResult } from '../../../xmpp/xep/0313-message-archive-management/query.js';
import { parseModeration } from '../../../xmpp/xep/0425-moderated-retraction/moderation.js';
import type { DomainContext } from '../../domain.js';
import { answerArchiveQuery, describeArchive, type ResultSink } from '../../room-iq/archive-query.js';
import type { HostedRoom, Seated } from './hosted-room.js';
import type { Occupant } from './occupants.js';
import { adminListOf, applyAdminChanges } from './room-admin.js';
import { configured, hostedConfigForm } from './room-config.js';
import type { RoomTalk } from './room-talk.js';

/** Occupants in one answer, so that it stays far below what servers take in a stanza (S11). */
const MAX_OCCUPANTS_PER_PAGE = 200;

const FEATURES = [
  ...[NS.DISCO_INFO, NS.DISCO_ITEMS, NS.MUC, NS.MUC_STABLE_ID, NS.MUC_SELF_PING, NS.OCCUPANT_ID, NS.PING],
  ...[NS.SID, NS.CORRECT, NS.RETRACT, NS.REACTIONS, NS.REPLY, NS.CHAT_STATES, NS.OOB, NS.SFS],
];
const ARCHIVE_FEATURES = [NS.MAM, NS.MAM_EXTENDED, NS.RETRACT_TOMBSTONE, NS.MODERATE];

/** A field of `muc#roominfo` of our own: the rooms that are one conversation with this one. */
const LEGS_FIELD = 'isthmus#roominfo_legs';

/** A request to a room, or to somebody in it. */
export interface RoomRequest {
  readonly type: 'get' | 'set';
  readonly from: Jid;
  readonly to: Jid;
  readonly payload: XmlElement;
  readonly language: string;
  /** Where what comes before the answer goes. */
  readonly sink: ResultSink;
}

/** What requests to rooms need besides the room. */
export interface RoomIqServices extends Pick<DomainContext, 'options' | 'translator' | 'store'> {
  /** Addresses of the other rooms of its relay. */
  legsOf(room: string): readonly string[];
  /** Asks somebody's client. Rejects with StanzaError. */
  ask(whom: Occupant, request: Pick<RoomRequest, 'type' | 'payload'>, from: string): Promise<XmlElement>;
  /** Ends the room for good. */
  destroy(room: HostedRoom, reason: string | undefined): Promise<void>;
}

/** Answers requests to a room of the gateway's own. */
export class RoomIqs {
  constructor(private readonly services: RoomIqServices) {}

  /** The payload of the result. Rejects with StanzaError, or the store's error. */
  async answer(room: HostedRoom, talk: RoomTalk, request: RoomRequest): Promise<XmlElement | undefined> {
    const { type, to, payload } = request;
    const seated = room.occupants.at(request.from.full);
    if (to.resource !== '') return this.#toOccupant(room, seated, request);
    switch (`${type} ${payload.ns} ${payload.name}`) {
      case `get ${NS.DISCO_INFO} query`:
        return this.#info(room, seated, payload.attrs.node);
      case `get ${NS.DISCO_ITEMS} query`:
        if (payload.attrs.node) throw new StanzaError('item-not-found');
        return itemsOf(room, seated, payload);
      case `get ${NS.PING} ping`:
        return undefined;
      case `get ${NS.MAM} query`:
      case `set ${NS.MAM} query`:
      case `get ${NS.MAM} metadata`:
        return this.#archive(room, seated, request);
      case `get ${NS.MUC_ADMIN} query`:
        return adminListResult(adminListOf(room, present(seated), parseAdminList(payload)));
      case `set ${NS.MUC_ADMIN} query`:
        await applyAdminChanges(room, present(seated), parseAdminChanges(payload));
        return undefined;
      case `get ${NS.MUC_OWNER} query`:
      case `set ${NS.MUC_OWNER} query`:
        return this.#owner(room, request);
      case `set ${NS.MODERATE} moderate`: {
        const moderator = present(seated);
        if (!room.services.archive.kept) throw new StanzaError('feature-not-implemented');
        if (moderator.occupant.role !== 'moderator') throw new StanzaError('forbidden');
        const { id, reason } = parseModeration(payload);
        await talk.moderate(moderator, id, reason);
        return undefined;
      }
      default:
        throw new StanzaError('service-unavailable');
    }
  }

  #info(room: HostedRoom, seated: Seated | undefined, node: string | undefined): XmlElement {
    const { record } = room;
    const name = record.name || room.jid.local;
    if (node === NODE_OWN_NICK) {
      const identity = { category: 'conference', type: 'text', name: seated?.occupant.nick ?? '' };
      return discoInfoResult({ node, identities: seated ? [identity] : [], features: [] });
    }
    if (node) throw new StanzaError('item-not-found');
    const { hidden, membersOnly, moderated, password, nonAnonymous, openSubject, description, subject } =
      record;
    const privacy = privacyFeatures({
      ...{ hidden, membersOnly, moderated, nonAnonymous, temporary: false },
      passwordProtected: password !== undefined,
    });
    const isOpen = seated !== undefined || !(hidden || membersOnly || password !== undefined);
    const form = roomInfoForm({
      ...{ name, description, openSubject },
      ...(isOpen && { subject: subject?.text ?? '', occupants: room.occupants.size }),
    });
    const legs = isOpen ? this.services.legsOf(room.jid.bare) : [];
    return discoInfoResult({
      identities: [{ category: 'conference', type: 'text', name }],
      features: [...FEATURES, ...(room.services.archive.kept ? ARCHIVE_FEATURES : []), ...privacy],
      forms: [{ ...form, fields: [...form.fields, { var: LEGS_FIELD, type: 'jid-multi', values: legs }] }],
    });
  }

  /** Who may enter reads all of it (I16). */
  #archive(
    room: HostedRoom,
    seated: Seated | undefined,
    request: RoomRequest,
  ): XmlElement | Promise<XmlElement> {
    const { archive } = room.services;
    if (!archive.kept) throw new StanzaError('service-unavailable');
    if (!seated && !room.admits(request.from)) throw new StanzaError('forbidden');
    if (request.payload.name === 'metadata')
      return describeArchive(this.services.store.archive, archive.whose);
    if (request.type === 'get') return archiveFormResult();
    return answerArchiveQuery({ options: this.services.options, sink: request.sink }, request, (filter) =>
      archive.page(filter),
    );
  }

  async #owner(
    room: HostedRoom,
    { type, from, payload, language }: RoomRequest,
  ): Promise<XmlElement | undefined> {
    if (room.affiliationOf(from) !== 'owner') throw new StanzaError('forbidden');
    if (type === 'get') {
      const { translator } = this.services;
      return ownerResult(hostedConfigForm(room.record, room.jid.bare, translator, language));
    }
    const asked = parseOwnerRequest(payload);
    if (asked.kind === 'destroy') {
      await this.services.destroy(room, payload.child('destroy')?.childText('reason') || undefined);
    } else if (asked.kind === 'submit') {
      const wanted = configured(room.record, asked.form);
      if (wanted)
        await room.configure((record) => configured(record, asked.form)?.record ?? record, wanted.codes);
    }
    return undefined;
  }

  /** What somebody in the room asks somebody else there (XEP-0045 §17.4), or itself whether it is in (XEP-0410). */
  async #toOccupant(
    room: HostedRoom,
    seated: Seated | undefined,
    { type, to, payload }: RoomRequest,
  ): Promise<XmlElement | undefined> {
    if (!seated && payload.ns === NS.DISCO_INFO) throw new StanzaError('bad-request');
    if (!seated) throw new StanzaError('not-acceptable', { type: 'cancel', by: room.jid.bare });
    const target = room.occupants.called(to.resource);
    if (!target) throw new StanzaError('item-not-found');
    const isOwn = target === seated.occupant;
    if (isOwn && payload.ns === NS.PING) return undefined;
    const asksAccount = ofAccount(payload);
    if (asksAccount && type === 'set') throw new StanzaError('not-allowed');
    const answer = await this.services.ask(
      target,
      { type, payload },
      `${room.jid.bare}/${seated.occupant.nick}`,
    );
    return answer.elements()[0];
  }
}

/** What belongs to the account and not to a client. */
export function ofAccount({ ns }: XmlElement): boolean {
  return ns === NS.VCARD || ns === NS.PUBSUB || ns === NS.VCARD4;
}

function itemsOf(room: HostedRoom, seated: Seated | undefined, payload: XmlElement): XmlElement {
  if (!seated) return discoItemsResult([]);
  const items = [...room.occupants.all()].map(({ nick }) => ({ jid: `${room.jid.bare}/${nick}` }));
  items.sort((one, other) => (one.jid < other.jid ? -1 : 1));
  const asked = parsePageRequest(payload);
  const page = slicePage(items, ({ jid }) => jid, asked ?? {}, MAX_OCCUPANTS_PER_PAGE);
  const cut = asked !== undefined || page.items.length < items.length;
  return discoItemsResult(page.items, undefined, ...(cut ? [page.set] : []));
}

function present(seated: Seated | undefined): Seated {
  if (!seated) throw new StanzaError('not-acceptable', { type: 'cancel' });
  return seated;
}
