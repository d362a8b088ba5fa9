import { GatewayError } from '../../../gateway/error.js';
import type { NetworkState } from '../../../gateway/state.js';
import { el, type XmlElement } from '../../../xmpp/element.js';
import { xmlText } from '../../../xmpp/escape-xml.js';
import { iqPayload, resultReply } from '../../../xmpp/iq.js';
import { Jid, parseJid } from '../../../xmpp/jid.js';
import { NS } from '../../../xmpp/namespace.js';
import { parseStanza } from '../../../xmpp/parse-stanza.js';
import { errorReply, StanzaError } from '../../../xmpp/stanza-error.js';
import type { DiscoItem } from '../../../xmpp/xep/0030-service-discovery/disco.js';
import { MUC_STATUS } from '../../../xmpp/xep/0045-muc/room-presence.js';
import { admit } from '../../account/policy.js';
import { withoutSlash } from '../../disco/room-list.js';
import type { DomainContext } from '../../domain.js';
import { toStanzaError } from '../../message/error-mapper.js';
import { Refusals } from '../../refusals.js';
import { ArchiveIds } from '../../room/archive-ids.js';
import { HostedRoom } from './hosted-room.js';
import type { Occupant } from './occupants.js';
import { RoomArchive } from './room-archive.js';
import { ofAccount, RoomIqs, type RoomRequest } from './room-iqs.js';
import { newRecord, RoomRecords } from './room-record.js';
import { type Open, takeStanza } from './room-stanzas.js';
import { RoomTalk } from './room-talk.js';
import { SeatLine } from './seat-line.js';

/** Resource of the relay's own seat in a room. */
export const RELAY_RESOURCE = 'relay';
/** Local part of the account that archives are read with. */
const READER = 'archive';
/** What hosted rooms need of the world. */
export interface HostedServices
  extends Pick<DomainContext, 'options' | 'store' | 'sink' | 'accounts' | 'translator' | 'log' | 'requests'> {
  readonly state: NetworkState;
  /** Occupants of one room. */
  readonly mostOccupants: number;
  /** Gives a stanza of a room to the relay that sits in it. False: it has no use for it. */
  receive(stanza: XmlElement, from: Jid, to: Jid): boolean;
  /** Addresses of the other rooms of a room's relay. */
  legsOf(room: string): readonly string[];
  now(): number;
}

/** The rooms of the relays' own domain: made and ended with the legs that they are, and served to everybody. */
export class HostedRooms {
  /** Those that there are to be. */
  readonly #wanted = new Set<string>();
  readonly #rooms = new Map<string, Promise<Open>>();
  /** Those of the rooms that are open, by local part. */
  readonly #open = new Map<string, Open>();
  readonly #records: RoomRecords;
  readonly #refusals: Refusals;
  readonly #iqs: RoomIqs;
  readonly #ids = new ArchiveIds();
  readonly #seats: SeatLine;
  /** It is known which rooms there are. */
  #started = false;
  readonly #ending = new Map<string, Promise<void>>();

  constructor(private readonly services: HostedServices) {
    this.#records = new RoomRecords(services.state);
    this.#refusals = new Refusals(services);
    this.#seats = new SeatLine(services);
    this.#iqs = new RoomIqs({
      ...services,
      ask: (whom, request, from) => this.#ask(whom, request, from),
      destroy: async (room, reason) => this.#destroy(room, reason),
    });
  }

  /**
   * Notes who is to own a room before it is made. Rejects with the store's error.
   * @param owner bare JID @param most how many he may own; undefined: any number
   * @throws {GatewayError} when there is a room of that name, or he owns enough
   */
  async claim(local: string, owner: string, most = Number.POSITIVE_INFINITY): Promise<void> {
    const args = { room: local };
    if (this.#wanted.has(local)) throw new GatewayError('rejected', { key: 'relay-hosted-taken', args });
    await this.#ending.get(local);
    const owned = [...this.#open.values()].filter(
      ({ room }) => room.record.affiliations[owner]?.affiliation === 'owner',
    );
    if (owned.length >= most) throw new GatewayError('limit', { key: 'relay-hosted-too-many' });
    await this.#records.put(local, newRecord(this.services.now(), owner));
  }

  /** Whether there is a room of that name. */
  has(local: string): boolean {
    return this.#wanted.has(local);
  }

  /** Opens the room of a leg; whatever comes for it waits until it is. */
  begin(local: string): void {
    this.#wanted.add(local);
    if (this.#rooms.has(local)) return;
    const opening = this.#make(local);
    this.#rooms.set(local, opening);
    opening.then(
      (open) => {
        if (this.#rooms.get(local) === opening) this.#open.set(local, open);
      },
      (error: unknown) => {
        this.services.log.error({ err: error, room: local }, 'a room could not be opened');
        // Who asks for it next has it tried again.
        if (this.#rooms.get(local) === opening) this.#rooms.delete(local);
      },
    );
  }

  /** The room is no more: everybody is told, and its settings are forgotten. Never rejects. */
  async end(local: string): Promise<void> {
    this.#wanted.delete(local);
    const opening = this.#rooms.get(local);
    this.#rooms.delete(local);
    this.#open.delete(local);
    const ending = this.#forget(local, opening);
    this.#ending.set(local, ending);
    await ending;
    if (this.#ending.get(local) === ending) this.#ending.delete(local);
  }

  /** All rooms that there are have begun; who wants to come into another is told that there is none. */
  started(): void {
    this.#started = true;
  }

  /** Everybody is told that the service goes down (XEP-0045 §15.6). */
  stop(): void {
    for (const { room } of this.#open.values()) room.empty({ codes: [MUC_STATUS.shutdown] });
  }

  /** What a relay's seat sends to a room. Never throws. */
  fromSeat(xml: string): void {
    const stanza = parseStanza(xml);
    if (!stanza) return;
    const from = parseJid(stanza.attrs.from ?? '');
    const to = parseJid(stanza.attrs.to ?? '');
    if (stanza.name === 'iq') {
      this.#seats.answered(stanza);
      return;
    }
    this.#within(to.local, (open) => {
      const kind = from.domain === to.domain && from.resource === RELAY_RESOURCE ? 'relay' : 'stand-in';
      return takeStanza(open, stanza, { from, to, kind });
    }).catch((error: unknown) => {
      const refusal = toStanzaError(error, this.services.translator, this.services.options.language);
      const reply = errorReply(stanza, refusal, { includePayload: false });
      if (reply !== undefined) this.#seats.tell(reply);
    });
  }

  /** What a relay's seat asks a room; the stanza of the result. Rejects with StanzaError. */
  async request(type: 'get' | 'set', from: Jid, to: string, payload: XmlElement): Promise<XmlElement> {
    const address = parseJid(to);
    const { language } = this.services.options;
    return this.#within(address.local, async ({ room, talk }) => {
      const send = (xml: string): void => this.#seats.tell(xml);
      const sink = { send, congested: false, drained: async () => undefined };
      const answer = await this.#iqs.answer(room, talk, { type, from, to: address, payload, language, sink });
      // Behind what was sent before.
      await this.#seats.arrived();
      return el('iq', NS.COMPONENT, { type: 'result', from: to, to: from.full }, answer);
    });
  }

  /** A stanza of somebody outside. False: it is for no room of these. @throws {StanzaError} */
  receive(stanza: XmlElement, from: Jid, to: Jid, language: string): boolean {
    const { type } = stanza.attrs;
    if (!this.#started && stanza.name === 'presence' && type === undefined && stanza.child('x', NS.MUC))
      throw new StanzaError('remote-server-timeout');
    if (!this.#wanted.has(to.local)) return false;
    if (stanza.name === 'iq' && (type === 'result' || type === 'error')) return false;
    if (admit(this.services.options, from) !== 'allowed') throw new StanzaError('forbidden');
    const open = this.#open.get(to.local);
    const work = open
      ? this.#outside(open, stanza, from, to, language)
      : this.#within(to.local, (opened) => this.#outside(opened, stanza, from, to, language));
    work?.catch((error: unknown) => this.#refusals.fault(stanza, error, language));
    return true;
  }

  /** The rooms that everybody may know of. */
  items(): readonly DiscoItem[] {
    return [...this.#open.values()].flatMap(({ room: { record, jid, occupants } }) =>
      record.hidden
        ? []
        : [{ jid: jid.bare, name: withoutSlash(`${record.name || jid.local} (${occupants.size})`) }],
    );
  }

  async #forget(local: string, opening: Promise<Open> | undefined): Promise<void> {
    try {
      const open = await opening?.catch(() => undefined);
      open?.room.empty({ extra: '<destroy/>' });
      await this.#records.remove(local);
    } catch (error) {
      this.services.log.warn({ err: error, room: local }, 'a room could not be ended');
    }
  }

  async #make(local: string): Promise<Open> {
    const { options, store, accounts, sink, log, mostOccupants } = this.services;
    const { domain, archive, limits, occupantKey, admins } = options;
    await this.#ending.get(local);
    const record = (await this.#records.find(local)) ?? newRecord(this.services.now());
    await this.#records.put(local, record);
    const reader = await accounts.ensure(new Jid(READER, domain, ''));
    const key = await store.archive.roomKey(domain, `${local} ${record.since}`);
    const roomArchive = new RoomArchive({
      ...{ archive: store.archive, account: reader.record.id, room: key, ids: this.#ids },
      kept: archive.enabled,
    });
    await roomArchive.open(archive.maxPage);
    const room = new HostedRoom(new Jid(local, domain, ''), record, {
      options: {
        ...{ mostOccupants, mostSessions: limits.resourcesPerUser, messageLength: limits.messageLength },
        ...{ history: archive.history, mostHistory: archive.maxPage },
      },
      ...{ archive: roomArchive, sink, operators: admins, occupantKey },
      inside: (xml) => this.#seats.tell(xml, () => roomArchive.flushed()),
      save: (changed) => this.#records.put(local, changed),
      fault: (error) => log.warn({ err: error, room: local }, 'a room was shown without its history'),
    });
    return { room, talk: new RoomTalk(room) };
  }

  /** What is asked of an occupant, his client answers; for the relay's seats, the relay. Rejects with StanzaError. */
  #ask(
    { jid, kind, sessions }: Occupant,
    { type, payload }: Pick<RoomRequest, 'type' | 'payload'>,
    from: string,
  ): Promise<XmlElement> {
    const [full = jid.bare] = sessions.keys();
    if (kind !== 'user') return this.#seats.ask(type, from, full, payload);
    const { requests } = this.services;
    return requests.request(type, from, ofAccount(payload) ? jid.bare : full, payload);
  }

  async #destroy(room: HostedRoom, reason: string | undefined): Promise<void> {
    const words = reason === undefined ? '' : `<reason>${xmlText(reason)}</reason>`;
    room.empty({ extra: `<destroy>${words}</destroy>` });
  }

  async #within<Result>(local: string, task: (open: Open) => Result | Promise<Result>): Promise<Result> {
    if (this.#wanted.has(local)) this.begin(local);
    const open = await this.#rooms.get(local);
    if (!open) throw new StanzaError('item-not-found');
    return task(open);
  }

  #outside(open: Open, stanza: XmlElement, from: Jid, to: Jid, language: string): Promise<void> | undefined {
    if (stanza.name !== 'iq') return takeStanza(open, stanza, { from, to, kind: 'user' });
    return this.#answer(open, stanza, from, to, language);
  }

  async #answer({ room, talk }: Open, iq: XmlElement, from: Jid, to: Jid, language: string): Promise<void> {
    const { type } = iq.attrs;
    if (type !== 'get' && type !== 'set') throw new StanzaError('bad-request');
    const { sink } = this.services;
    const request = { type, from, to, payload: iqPayload(iq), language, sink } as const;
    const answer = await this.#iqs.answer(room, talk, request);
    this.services.sink.send(resultReply(iq, answer));
  }
}
