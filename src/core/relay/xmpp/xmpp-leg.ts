import { GatewayError } from '../../../gateway/error.js';
import type { Text } from '../../../gateway/text.js';
import { el, type XmlElement } from '../../../xmpp/element.js';
import type { Jid } from '../../../xmpp/jid.js';
import { NS } from '../../../xmpp/namespace.js';
import { type RoomPresence, readRoomPresence } from '../../../xmpp/xep/0045-muc/room-presence.js';
import { readMessage, type UserMessage } from '../../message/read-message.js';
import type { Crossing, Leg, LegEnd, LegHost, LegState } from '../leg.js';
import type { LegEvent, LegId, LegSignal, RelayContent, Sanction, Speaker } from '../model.js';
import { Attendance, NICK_TRIES } from './attendance.js';
import { actOf, obeySanction, readRestored } from './obey.js';
import { type Occupant, Occupants, toSpeaker } from './occupants.js';
import { renderCrossing, type Telling } from './render-crossing.js';
import type { Seat } from './seat.js';
import { sentences } from './sentences.js';
import { StandIns } from './stand-ins.js';
import { idsOf, namesOf, toLegEvent } from './to-leg-event.js';
import { WordsUnderWay } from './words-under-way.js';
import type { XmppLegOptions, XmppLegServices } from './xmpp-leg-options.js';

/** A room on XMPP that the gateway does not host: the relay sits in it, and a stand-in for everybody who speaks. */
export class XmppLeg implements Leg {
  /** What is said reaches the room over several streams: each is awaited, so that the order holds. */
  readonly window = 1;
  #state: LegState = { state: 'joining' };
  #host: LegHost | undefined;
  readonly #attendance: Attendance;
  readonly #seat: Seat;
  readonly #standIns: StandIns;
  readonly #occupants: Occupants;
  readonly #words: WordsUnderWay;

  constructor(
    readonly id: LegId,
    private readonly options: XmppLegOptions,
    private readonly services: XmppLegServices,
  ) {
    const { joinMs, reflectMs, password, standIns, mostOccupants } = options;
    const { send, addressOf, labelOf, now } = services;
    this.#occupants = new Occupants(mostOccupants);
    this.#attendance = new Attendance(id, options, services, {
      changed: (state) => this.#change(state),
      entering: () => this.#occupants.clear(),
      lost: (end, by) => this.#lost(end, by),
      tick: () => this.#standIns.sweep(),
    });
    this.#seat = this.#attendance.seat;
    this.#words = new WordsUnderWay({
      ...{ room: id, reflectMs, send },
      silent: () => void this.#attendance.look(),
      outside: (seat) => this.#outside(seat),
    });
    this.#standIns = new StandIns(standIns, {
      ...{ room: id, joinMs, nickTries: NICK_TRIES, send, addressOf, labelOf, now },
      ...(password !== undefined && { password }),
      refused: (speaker, error) => {
        services.log.debug({ leg: id, nick: speaker.nick, err: error }, 'a room does not let a stand-in in');
      },
      removed: (person, home, banned, by) => {
        const act = banned ? 'banned' : 'kicked';
        if (by !== undefined && this.#ours(by)) return;
        const standIn = addressOf(person, home).bare;
        this.#host?.signal({ kind: 'sanction', act, person, home, standIn, ...(by !== undefined && { by }) });
      },
    });
  }

  get state(): LegState {
    return this.#state;
  }

  get nick(): string | undefined {
    return this.#seat.joined ? this.#seat.nick : undefined;
  }

  moderates(address: string): boolean {
    for (const occupant of this.#occupants.all())
      if (occupant.jid?.bare === address && toSpeaker(occupant).moderator) return true;
    return false;
  }

  start(host: LegHost): void {
    this.#host = host;
    void this.#attendance.enter();
  }

  async stop(words?: Text): Promise<void> {
    this.#attendance.stop();
    if (words && this.#seat.joined) await this.say(words).catch(() => undefined);
    this.#standIns.leaveAll();
    this.#seat.leave();
    this.#words.failAll();
  }

  /** A stanza of the room to one of the relay's addresses. Never throws. */
  receive(stanza: XmlElement, from: Jid, to: Jid): void {
    const seat = to.full === this.#seat.address.full ? this.#seat : this.#standIns.at(to.full);
    if (!seat) return;
    if (stanza.name === 'presence') this.#presence(stanza, from, seat);
    else if (stanza.name === 'message') this.#message(stanza, from, seat);
  }

  async cross(crossing: Crossing): Promise<readonly string[]> {
    const { content, from, reference } = crossing;
    if (content.kind === 'retracted' && reference?.own && !this.#mayTakeAway(content.by)) return [];
    if (content.kind === 'retracted' && (await this.#takeAway(crossing))) return [];
    const speaks = content.kind === 'said' || content.kind === 'edited' || content.kind === 'reacted';
    const { by } = namesOf(reference?.ids ?? []);
    const change = content.kind === 'edited' || content.kind === 'retracted';
    const sayer = change && by !== undefined ? this.#seatCalled(by) : undefined;
    const seat = sayer ?? ((speaks && (await this.#standIns.enter(content.speaker, from))) || this.#seat);
    if (!seat.joined)
      throw new GatewayError('network-unreachable', { key: 'relay-room-lost' }, 'not-sent', true);
    // Only who has said something can change it (XEP-0308 §4, XEP-0424 §5).
    const told = change && this.#keyOf(seat) !== by ? { ...crossing, reference: { ids: [] } } : crossing;
    const payloads = renderCrossing(told, this.#telling(seat === this.#seat));
    const ids: string[] = [];
    for (const [index, payload] of payloads.entries()) {
      const id = index === 0 ? crossing.id : `${crossing.id}-${index}`;
      ids.push(...(await this.#words.say(seat, id, payload)));
    }
    // A change of something has no name of its own.
    return content.kind === 'said' || content.kind === 'subject' ? ids : [];
  }

  signal(from: LegId, signal: LegSignal): void {
    if (signal.kind === 'sanction') return;
    if (signal.kind === 'gone') {
      this.#standIns.leave(signal.speaker, from);
      return;
    }
    if (!this.options.settings().typing) return;
    const seat = this.#standIns.joined(signal.speaker, from);
    if (!seat) return;
    const state = signal.composing ? 'composing' : 'paused';
    this.#words.send(seat, undefined, `<${state} xmlns='${NS.CHAT_STATES}'/><no-store xmlns='${NS.HINTS}'/>`);
  }

  async obey(sanction: Sanction): Promise<void> {
    await obeySanction(sanction, {
      ...{ room: this.id, home: sanction.home === this.id },
      occupants: () => this.#occupants.all(),
      ours: (nick) => this.#ours(nick),
      request: (payload) => this.services.request('set', this.#seat.address, this.id, payload),
    });
  }

  async say(text: Text): Promise<void> {
    const words = { text: this.services.translator.say(text, this.options.language) };
    const content: RelayContent = { kind: 'said', speaker: { key: '', nick: '' }, words };
    const crossing = { id: `${this.services.now()}`, from: this.id, content };
    const [payload = ''] = renderCrossing(crossing, this.#telling(false));
    if (!this.#seat.joined) throw new GatewayError('not-joined', { key: 'relay-room-lost' });
    this.#words.send(this.#seat, undefined, payload);
  }

  describe(): readonly Text[] {
    const { most } = this.options.standIns;
    return [{ key: 'relay-fact-stand-ins', args: { count: this.#standIns.present, most } }];
  }

  #lost(end: LegEnd | undefined, by: string | undefined): void {
    this.#standIns.forgetAll();
    this.#words.failAll();
    if (end) this.#host?.ended(end, by);
  }

  #outside(seat: Seat): void {
    if (seat === this.#seat) {
      this.#attendance.outside();
      return;
    }
    this.#standIns.lost(seat);
    // Where one is lost, all may be.
    void this.#attendance.look();
  }

  #presence(stanza: XmlElement, from: Jid, seat: Seat): void {
    if (stanza.attrs.type === 'error') {
      seat.refused(stanza);
      return;
    }
    const presence = readRoomPresence(stanza, from.resource);
    if (!presence) return;
    // Before the seat itself, so that who is lost is not among the occupants of the next visit.
    const known = seat === this.#seat ? this.#occupants.get(presence.nick) : undefined;
    const change = seat === this.#seat ? this.#occupants.presence(presence) : undefined;
    const self = presence.codes.has(110) || (presence.nick === seat.nick && !presence.available);
    if (self) seat.presence(presence);
    else if (known) this.#sanctioned(presence, known);
    if (!change || self || this.#standIns.called(change.occupant.nick)) return;
    if (this.#state.state !== 'joined') return;
    const { occupant, before, kind } = change;
    const speaker = toSpeaker(occupant);
    if (kind === 'left') this.#host?.signal({ kind: 'gone', speaker });
    if (kind === 'changed') return;
    const content: RelayContent = {
      ...{ kind: 'presence', speaker, change: kind },
      ...(before && { before: before.nick, beforeKey: toSpeaker(before).key }),
    };
    this.#tellHost({ content, ids: [] });
  }

  /** What somebody with rights has done to a person of the room, or to one of ours. */
  #sanctioned(presence: RoomPresence, before: Occupant): void {
    const act = actOf(presence, before);
    const { actor: by, reason, nick, available } = presence;
    if (!act || this.#state.state !== 'joined' || (by !== undefined && this.#ours(by))) return;
    const standIn = this.#standIns.personCalled(nick, before.occupantId);
    // That one of ours was made to go, it hears itself.
    if (standIn && !available) return;
    this.#host?.signal({
      ...{ kind: 'sanction', act },
      ...{ person: standIn?.speaker ?? toSpeaker(before), home: standIn?.from ?? this.id },
      ...(by !== undefined && { by }),
      ...(reason !== undefined && { reason }),
    });
  }

  /** The room itself tells that somebody who is not there has other rights now. */
  #announced(stanza: XmlElement): void {
    const standIn = readRestored(stanza);
    if (standIn === undefined) return;
    const person = { key: '', nick: '' };
    this.#host?.signal({ kind: 'sanction', act: 'restored', person, home: this.id, standIn });
  }

  #ours(nick: string): boolean {
    return nick === this.#seat.nick || this.#standIns.called(nick) !== undefined;
  }

  /** Of what somebody has said here himself: as a moderator elsewhere wants it, where this leg is set to obey. */
  #mayTakeAway(by: string | undefined): boolean {
    return by !== undefined && this.options.settings().obeys;
  }

  #message(stanza: XmlElement, from: Jid, seat: Seat): void {
    const { id, type } = stanza.attrs;
    if (type === 'error') {
      if (id !== undefined) this.#words.refused(id, stanza);
      return;
    }
    if (type === undefined && from.resource === '' && seat === this.#seat) this.#announced(stanza);
    if (type !== 'groupchat') return;
    const nick = from.resource;
    const ids = () => idsOf({ stanza, speaker: this.#speaker(nick), room: this.id });
    if (this.#words.shown(seat, nick, id, ids)) return;
    // All seats hear the same; one listens.
    if (seat !== this.#seat) return;
    if (nick !== '' && (nick === this.#seat.nick || this.#standIns.called(nick))) return;
    this.#heard(stanza, nick === '' ? undefined : this.#speaker(nick, stanza));
  }

  #heard(stanza: XmlElement, speaker: Speaker | undefined): void {
    let message: UserMessage;
    try {
      message = readMessage(stanza, this.services.translator, this.options.language);
    } catch {
      // Encrypted for somebody else (F11): nobody could read it on another leg.
      return;
    }
    if (speaker && message.chatState && message.text === undefined) {
      this.#host?.signal({ kind: 'typing', speaker, composing: message.chatState === 'composing' });
      return;
    }
    const event = toLegEvent({ stanza, speaker, message, room: this.id });
    if (!event) return;
    // The subject of a room is told at each entry, and is no news then.
    if (event.content.kind === 'subject' && this.#state.state !== 'joined') return;
    this.#tellHost(event);
  }

  #keyOf(seat: Seat): string {
    return this.#speaker(seat.nick).key;
  }

  /** The seat that the room knows by that key. */
  #seatCalled(key: string): Seat | undefined {
    for (const { nick } of this.#occupants.all()) {
      const seat = nick === this.#seat.nick ? this.#seat : this.#standIns.called(nick);
      if (seat && this.#keyOf(seat) === key) return seat;
    }
    return undefined;
  }

  #speaker(nick: string, stanza?: XmlElement): Speaker {
    const occupant = this.#occupants.get(nick);
    if (occupant) return toSpeaker(occupant);
    // Words from the history are of people who may be gone.
    const occupantId = stanza?.child('occupant-id', NS.OCCUPANT_ID)?.attrs.id;
    return toSpeaker({ nick, role: 'none', affiliation: 'none', ...(occupantId && { occupantId }) });
  }

  #tellHost(event: LegEvent): void {
    this.#host?.happened(event).catch((error: unknown) => {
      // The room remembers it; the next entry asks for what was said since.
      this.services.log.warn({ leg: this.id, err: error }, 'what was said in a room could not be kept');
    });
  }

  /** Of somebody else's words only a moderator can (XEP-0425); of a stand-in's own, he does. */
  async #takeAway({ reference }: Crossing): Promise<boolean> {
    const { room } = namesOf(reference?.ids ?? []);
    if (room === undefined) return true;
    if (this.#seat.role !== 'moderator') return false;
    const payload = el('moderate', NS.MODERATE, { id: room }, el('retract', NS.RETRACT));
    try {
      await this.services.request('set', this.#seat.address, this.id, payload);
      return true;
    } catch {
      return false;
    }
  }

  #telling(named: boolean): Telling {
    const { language, messageLength } = this.options;
    const say = sentences(this.services.translator, language);
    return { room: this.id, named, length: messageLength, say };
  }

  #change(state: LegState): void {
    this.#state = state;
    this.#host?.changed(state);
  }
}
