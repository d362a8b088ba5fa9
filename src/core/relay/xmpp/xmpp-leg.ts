import { GatewayError } from '../../../gateway/error.js';
import type { Text } from '../../../gateway/text.js';
import type { XmlElement } from '../../../xmpp/element.js';
import type { Jid } from '../../../xmpp/jid.js';
import { NS } from '../../../xmpp/namespace.js';
import type { RawStanza } from '../../../xmpp/stream/overheard.js';
import { renderRoomLeave } from '../../../xmpp/xep/0045-muc/room-presence.js';
import { BoundedMap } from '../../limit/bounded-map.js';
import type { Crossing, Leg, LegEnd, LegHost, LegPicture, LegState } from '../leg.js';
import type { Mark } from '../marks.js';
import type { NamedPerson } from '../mentions.js';
import type { LegId, LegSignal, Sanction, Speaker, Whisper } from '../model.js';
import { Attendance, NICK_TRIES } from './attendance.js';
import { CatchUp } from './catch-up.js';
import { Faces } from './faces.js';
import { pictureOf } from './fetch-picture.js';
import { outlineOf } from './names.js';
import { obeySanction } from './obey.js';
import { Occupants, toSpeaker } from './occupants.js';
import { type Head, RoomEar } from './room-ear.js';
import { RoomMouth } from './room-mouth.js';
import type { Seat } from './seat.js';
import { isOutside } from './self-ping.js';
import { type StandIn, StandIns } from './stand-ins.js';
import { Whispers } from './whispers.js';
import { WordsUnderWay } from './words-under-way.js';
import type { XmppLegOptions, XmppLegServices } from './xmpp-leg-options.js';

/** Status 110, with which a room tells somebody of himself (XEP-0045 §7.2.2). */
const SELF = '110';
/** Stand-ins that are asked at one look whether they are still in. */
const PINGS = 5;
/** Addresses of ours that were found in the room without our knowing. */
const GHOSTS = 500;

/** A room on XMPP that the gateway does not host: the relay sits in it, and a stand-in for everybody who speaks. */
export class XmppLeg implements Leg {
  readonly knowsAgain = true;
  #state: LegState = { state: 'joining' };
  #host: LegHost | undefined;
  readonly #attendance: Attendance;
  readonly #seat: Seat;
  readonly #standIns: StandIns;
  readonly #occupants: Occupants;
  readonly #words: WordsUnderWay;
  readonly #ear: RoomEar;
  readonly #mouth: RoomMouth;
  readonly #whispers: Whispers;
  readonly #faces: Faces;
  readonly #catchUp: CatchUp;
  readonly #ghosts = new BoundedMap<string, true>(GHOSTS);
  /** Who was there before the room was lost, and has not come back. */
  #before: readonly StandIn[] = [];
  /** The room puts riddles to those who want to come in (XEP-0158). */
  #riddles = false;

  constructor(
    readonly id: LegId,
    private readonly options: XmppLegOptions,
    private readonly services: XmppLegServices,
  ) {
    const { reflectMs, mostOccupants, mostCaughtUp } = options;
    const { send, memory, request } = services;
    this.#occupants = new Occupants(mostOccupants);
    this.#attendance = new Attendance(id, options, services, {
      changed: (state) => this.#change(state),
      entering: () => this.#entering(),
      since: () => memory.since,
      entered: (archive, current) => this.#entered(archive, current),
      ready: () => void this.#comeBack(),
      lost: (end, by) => this.#lost(end, by),
      tick: () => this.#tick(),
    });
    this.#seat = this.#attendance.seat;
    this.#words = new WordsUnderWay({
      ...{ room: id, reflectMs, send },
      silent: () => void this.#attendance.look(),
      outside: (seat) => this.#outside(seat),
    });
    this.#standIns = this.#makeStandIns();
    const head: Head = {
      ...{ room: id, options, services, seat: this.#seat, standIns: this.#standIns, memory },
      ...{ occupants: this.#occupants, words: this.#words, host: () => this.#host },
      features: () => this.#attendance.features,
    };
    this.#ear = new RoomEar(head);
    this.#mouth = new RoomMouth(head, this.#ear);
    this.#whispers = new Whispers(head, this.#ear);
    this.#faces = new Faces(options, services);
    this.#catchUp = new CatchUp({
      ...{ room: id, address: this.#seat.address, request, most: mostCaughtUp },
      heard: (stanza, nick, time) => this.#ear.archived(stanza, nick, time),
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

  get window(): number {
    return this.#mouth.window;
  }

  start(host: LegHost): void {
    this.#host = host;
    void this.#attendance.enter();
  }

  async stop(words?: Text): Promise<void> {
    this.#attendance.stop();
    if (words && this.#seat.joined) await this.say(words).catch(() => undefined);
    this.#leaveAll();
    this.#seat.leave();
    this.#words.failAll();
    await this.services.memory.save();
  }

  /** It is a leg no more, and nothing of it is kept. Never rejects. */
  forget(): Promise<void> {
    return this.services.memory.forget();
  }

  /** The server of one of our domains was gone, and is there again. */
  reconnected(): void {
    this.#attendance.hurry();
  }

  /** Whether it is something that a stand-in hears of others: the relay's own seat hears it too. Never throws. */
  ignores({ name, to, type, inside }: RawStanza, nick: string): boolean {
    const seat = this.#standIns.seatAt(to);
    if (!seat || nick === '' || nick === seat.nick) return false;
    const idle =
      name === 'message'
        ? type === 'groupchat' && seat.joined
        : (type === '' || type === 'unavailable') && !inside.includes(SELF);
    if (idle) seat.heard = this.services.now();
    return idle;
  }

  /** A stanza of the room to one of the relay's addresses. False: it is of no concern here. Never throws. */
  receive(stanza: XmlElement, from: Jid, to: Jid): boolean {
    const own = to.full === this.#seat.address.full || to.full === this.#seat.address.bare;
    const standIn = own ? undefined : this.#standIns.at(to.full);
    const seat = own ? this.#seat : standIn?.seat;
    if (stanza.name === 'iq') return seat !== undefined && this.#iq(stanza, seat, standIn);
    if (!seat) {
      if (to.resource !== '') this.#lay(stanza, to);
      return to.resource !== '';
    }
    seat.heard = this.services.now();
    if (stanza.name === 'presence') this.#ear.presence(stanza, from, seat);
    else this.#message(stanza, from, seat, standIn);
    return true;
  }

  cross(crossing: Crossing): Promise<readonly string[]> {
    return this.#mouth.cross(crossing);
  }

  signal(from: LegId, signal: LegSignal): void {
    switch (signal.kind) {
      case 'sanction':
        return;
      // A stand-in of the same address takes its new name with his next words.
      case 'renamed':
        void this.#standIns.follow(signal.speaker, from, signal.beforeKey);
        return;
      case 'gone':
        this.#standIns.leave(signal.speaker, from);
        return;
      case 'away': {
        const standIn = this.#standIns.of(signal.speaker, from);
        if (!standIn || this.options.settings().presence === 'nobody') return;
        this.#standIns.away(signal.speaker, from, signal.away, this.#faces.faceOf(standIn, signal.away));
        return;
      }
      case 'typing':
        this.#typing(signal.speaker, from, signal.composing);
        return;
      default:
        signal satisfies never;
    }
  }

  relays(): Iterable<Mark> {
    return this.#ear.relays.values();
  }

  companyChanged(): void {
    this.#seat.show(this.services.marks.relay());
  }

  async obey(sanction: Sanction): Promise<void> {
    await obeySanction(sanction, {
      ...{ room: this.id, home: sanction.home === this.id },
      occupants: () => this.#occupants.all(),
      ours: (nick) => this.#ear.isOurs(nick),
      request: (payload) => this.services.request('set', this.#seat.address, this.id, payload),
    });
  }

  whisper(to: Speaker, whisper: Whisper): Promise<void> {
    return this.#whispers.say(to, whisper, (named) => this.#mouth.wordsOf(whisper, named));
  }

  called(name: string): NamedPerson | undefined {
    return this.#occupants.called(name, this.id);
  }

  picture(of: Speaker): LegPicture | undefined {
    const occupant = this.#occupants.keyed(of.key);
    return occupant && pictureOf(occupant, { room: this.id, seat: this.#seat, services: this.services });
  }

  async say(text: Text): Promise<void> {
    this.#mouth.announce(text);
  }

  describe(): readonly Text[] {
    const { most } = this.options.standIns;
    const facts: Text[] = [{ key: 'relay-fact-stand-ins', args: { count: this.#standIns.present, most } }];
    const refused = this.#standIns.lastRefusal;
    if (refused) facts.push(refused);
    if (this.#riddles) facts.push({ key: 'relay-fact-captcha' });
    return facts;
  }

  #makeStandIns(): StandIns {
    const { options, services, id } = this;
    const { joinMs, password } = options;
    const { send, addressOf, labelOf, now, memory, log, marks } = services;
    return new StandIns(options.standIns, {
      ...{ room: id, joinMs, nickTries: NICK_TRIES, send, addressOf, labelOf, now },
      ...(password !== undefined && { password }),
      markOf: (from) => marks.words(from, []),
      ownerOf: (outline, person) => memory.ownerOf(outline, person),
      isTaken: (name) => outlineOf(name) === outlineOf(this.#seat.nick) || this.#occupants.hasLookAlike(name),
      refused: (speaker, error) => {
        log.debug({ leg: id, nick: speaker.nick, err: error }, 'a room does not let a stand-in in');
      },
      removed: ({ speaker: person, from: home, seat }, banned, by) => {
        const act = banned ? 'banned' : 'kicked';
        if (by !== undefined && this.#ear.isOurs(by)) return;
        const standIn = seat.address.bare;
        this.#host?.signal({ kind: 'sanction', act, person, home, standIn, ...(by !== undefined && { by }) });
      },
      entered: (standIn, away) => void this.#faces.show(standIn, away),
    });
  }

  async #entering(): Promise<void> {
    await this.services.memory.load();
    this.#riddles = false;
    this.companyChanged();
    this.#ear.begin();
  }

  async #entered(archive: boolean, current: () => boolean): Promise<void> {
    const { memory, log } = this.services;
    await this.#ear.caughtUp(this.options.joinMs);
    if (archive && this.#seat.joined && current()) {
      try {
        await this.#catchUp.read(memory.since);
      } catch (error) {
        log.warn({ leg: this.id, err: error }, 'a room does not tell what was said meanwhile');
      }
    }
    if (current()) this.#ear.live();
  }

  /** Those who were there before the room was lost come in again, one after the other. */
  async #comeBack(): Promise<void> {
    while (this.#state.state === 'joined') {
      const [next, ...others] = this.#before;
      if (!next) return;
      this.#before = others;
      await this.#standIns.attend(next.speaker, next.from);
    }
  }

  /** Those whom the room may only be thought to have lost too. */
  #leaveAll(): void {
    this.#standIns.close();
    for (const { seat } of this.#before)
      this.services.send(renderRoomLeave(seat.address.full, `${this.id}/${seat.nick}`));
    this.#before = [];
  }

  #lost(end: LegEnd | undefined, by: string | undefined): void {
    // Where only the relay was made to go, its people are still there.
    if (end && end !== 'destroyed') this.#leaveAll();
    const present = this.#standIns.forgetAll();
    // It may be lost again before they have come back.
    if (present.length > 0) this.#before = present;
    this.#words.failAll();
    void this.services.memory.save();
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

  /** Who is idle leaves; of those to whom the room has long said nothing a few are asked whether they are in. */
  #tick(): void {
    this.#standIns.sweep();
    const { now, request } = this.services;
    for (const { seat, speaker, from } of this.#standIns.unheard(now() - this.options.pingMs, PINGS)) {
      seat.heard = now();
      void isOutside(seat, this.id, request).then((outside) => {
        if (!outside) return undefined;
        this.#standIns.lost(seat);
        return this.#standIns.attend(speaker, from);
      });
    }
  }

  #iq(iq: XmlElement, seat: Seat, standIn: StandIn | undefined): boolean {
    const { type } = iq.attrs;
    if (type !== 'get' && type !== 'set') return false;
    this.#faces.answer(iq, seat, standIn);
    return true;
  }

  #message(stanza: XmlElement, from: Jid, seat: Seat, standIn: StandIn | undefined): void {
    const { id, type } = stanza.attrs;
    if (type === 'error') {
      if (id !== undefined && !this.#whispers.refused(id, stanza)) this.#words.refused(id, stanza);
    } else if (type === 'groupchat') this.#ear.groupchat(stanza, from.resource, seat);
    else if (from.resource !== '') this.#whispers.heard(stanza, from.resource, standIn);
    else if (seat !== this.#seat || !this.#catchUp.receive(stanza)) {
      this.#riddle(stanza, seat);
      if (seat === this.#seat) this.#ear.announced(stanza);
    }
  }

  /** XEP-0158: only a person could answer, and is told. */
  #riddle(stanza: XmlElement, seat: Seat): void {
    if (!stanza.child('captcha', NS.CAPTCHA)) return;
    if (!this.#riddles)
      this.services.log.warn({ leg: this.id }, 'a room wants to know by a riddle who is human');
    this.#riddles = true;
    seat.refuse(new GatewayError('forbidden', { key: 'relay-room-captcha', args: { room: this.id } }));
  }

  /** An address of ours is in the room that should not be, of a time before a restart: it leaves. */
  #lay(stanza: XmlElement, to: Jid): void {
    const { type } = stanza.attrs;
    const there = stanza.name === 'message' ? type === 'groupchat' : type === undefined;
    if (!there || !this.services.isOwn(to.full) || this.#ghosts.get(to.full)) return;
    this.#ghosts.set(to.full, true);
    // Who it is, rooms know by the sender; the name is not known here.
    this.services.send(renderRoomLeave(to.full, `${this.id}/${this.#seat.nick}`));
  }

  #typing(speaker: Speaker, from: LegId, composing: boolean): void {
    const seat = this.#standIns.joined(speaker, from);
    if (!seat || !this.options.settings().typing) return;
    const state = composing ? 'composing' : 'paused';
    const payload = `<${state} xmlns='${NS.CHAT_STATES}'/><no-store xmlns='${NS.HINTS}'/>`;
    this.#words.send(seat, this.#ear.newId(), payload);
  }

  #change(state: LegState): void {
    this.#state = state;
    this.#host?.changed(state);
  }
}
