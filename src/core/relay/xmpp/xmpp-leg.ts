import { GatewayError } from '../../../gateway/error.js';
import type { Log } from '../../../gateway/gateway.js';
import type { Text } from '../../../gateway/text.js';
import { el, type XmlElement } from '../../../xmpp/element.js';
import { xmlAttr } from '../../../xmpp/escape-xml.js';
import type { Jid } from '../../../xmpp/jid.js';
import { NS } from '../../../xmpp/namespace.js';
import { conditionOf, StanzaError } from '../../../xmpp/stanza-error.js';
import { readRoomPresence } from '../../../xmpp/xep/0045-muc/room-presence.js';
import { readMessage, type UserMessage } from '../../message/read-message.js';
import type { Translator } from '../../translator.js';
import type { Crossing, Leg, LegEnd, LegHost, LegState } from '../leg.js';
import type { LegId, LegSignal, RelayContent, RelayWords, Speaker } from '../model.js';
import { presenceText } from '../presence-text.js';
import type { LegSettings } from '../settings.js';
import { Occupants, toSpeaker } from './occupants.js';
import { renderCrossing, type Telling } from './render-crossing.js';
import { Seat } from './seat.js';
import { type StandInOptions, StandIns } from './stand-ins.js';
import { idsOf, namesOf, toLegEvent } from './to-leg-event.js';

/** How a relay is in a foreign room. */
export interface XmppLegOptions {
  readonly standIns: StandInOptions;
  /** The relay's own name there. */
  readonly nick: string;
  readonly password?: string;
  readonly language: string;
  /** How long the room may take to let somebody in, and to show what was said (ms). */
  readonly joinMs: number;
  readonly reflectMs: number;
  /** Between two looks whether the relay is still in (XEP-0410), and who of its people is idle (ms). */
  readonly pingMs: number;
  /** Before the first and the last of the tries to come in again (ms). */
  readonly retryFirstMs: number;
  readonly retryLastMs: number;
  /** Occupants that are remembered. */
  readonly mostOccupants: number;
  /** UTF-16 units of one message. */
  readonly messageLength: number;
  /** As set for this leg, at every moment. */
  settings(): LegSettings;
}

/** What a leg in a foreign room needs of the world. */
export interface XmppLegServices {
  /** The relay's own address there, with resource. */
  readonly address: Jid;
  /** Sends a stanza in the name of any domain of ours. */
  send(xml: string): void;
  /** Rejects with StanzaError. */
  request(type: 'get' | 'set', from: Jid, to: string, payload: XmlElement): Promise<XmlElement>;
  addressOf(speaker: Speaker, from: LegId): Jid;
  labelOf(leg: LegId): string;
  /** From when on the relay wants to know what was said, UTC milliseconds. */
  since(): number | undefined;
  now(): number;
  readonly translator: Translator;
  readonly log: Log;
}

/** Errors to a self-ping by which the room says that one is in (XEP-0410 §3.3). */
const STILL_IN: ReadonlySet<string> = new Set([
  'service-unavailable',
  'feature-not-implemented',
  'item-not-found',
]);
/** Errors that say nothing of it. */
const UNSURE: ReadonlySet<string> = new Set([
  'remote-server-timeout',
  'remote-server-not-found',
  'resource-constraint',
]);
const NICK_TRIES = 12;

interface Pending {
  readonly seat: Seat;
  readonly resolve: (ids: readonly string[]) => void;
  readonly reject: (error: GatewayError) => void;
}

/** A room on XMPP that the gateway does not host: the relay sits in it, and a stand-in for everybody who speaks. */
export class XmppLeg implements Leg {
  /** What is said reaches the room over several streams: each is awaited, so that the order holds. */
  readonly window = 1;
  #state: LegState = { state: 'joining' };
  #host: LegHost | undefined;
  readonly #seat: Seat;
  readonly #standIns: StandIns;
  readonly #occupants: Occupants;
  /** Said, and not yet seen in the room, by the id of the message. */
  readonly #pending = new Map<string, Pending>();
  #retry: NodeJS.Timeout | undefined;
  #pinging: NodeJS.Timeout | undefined;
  #tries = 0;
  #stopped = false;

  constructor(
    readonly id: LegId,
    private readonly options: XmppLegOptions,
    private readonly services: XmppLegServices,
  ) {
    const { joinMs, password, standIns, mostOccupants } = options;
    const { send } = services;
    const seat = {
      room: id,
      joinMs,
      nickTries: NICK_TRIES,
      send,
      ...(password !== undefined && { password }),
    };
    this.#occupants = new Occupants(mostOccupants);
    this.#seat = new Seat(services.address, { ...seat, lost: (_seat, end, by) => this.#lost(end, by) });
    this.#standIns = new StandIns(standIns, {
      ...seat,
      addressOf: services.addressOf,
      labelOf: services.labelOf,
      now: services.now,
      refused: (speaker, error) => {
        services.log.debug({ leg: id, nick: speaker.nick, err: error }, 'a room does not let a stand-in in');
      },
      removed: (speaker, from, banned, by) => {
        const act = banned ? 'banned' : 'kicked';
        this.#host?.signal({
          kind: 'sanction',
          act,
          person: speaker,
          home: from,
          ...(by !== undefined && { by }),
        });
      },
    });
  }

  get state(): LegState {
    return this.#state;
  }

  start(host: LegHost): void {
    this.#host = host;
    void this.#enter();
  }

  async stop(words?: Text): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#retry);
    clearInterval(this.#pinging);
    if (words && this.#seat.joined) await this.say(words).catch(() => undefined);
    this.#standIns.leaveAll();
    this.#seat.leave();
    this.#failPending();
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
      ids.push(...(await this.#tell(seat, id, payload)));
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
    this.#send(seat, undefined, `<${state} xmlns='${NS.CHAT_STATES}'/><no-store xmlns='${NS.HINTS}'/>`);
  }

  async say(text: Text): Promise<void> {
    const { translator } = this.services;
    const words: RelayWords = { text: translator.say(text, this.options.language) };
    const content: RelayContent = { kind: 'said', speaker: { key: '', nick: '' }, words };
    const crossing = { id: `${this.services.now()}`, from: this.id, content };
    const [payload = ''] = renderCrossing(crossing, this.#telling(false));
    if (!this.#seat.joined) throw new GatewayError('not-joined', { key: 'relay-room-lost' });
    this.#send(this.#seat, undefined, payload);
  }

  describe(): readonly Text[] {
    return [
      {
        key: 'relay-fact-stand-ins',
        args: { count: this.#standIns.present, most: this.options.standIns.most },
      },
    ];
  }

  async #enter(): Promise<void> {
    if (this.#stopped) return;
    this.#change({ state: 'joining' });
    this.#occupants.clear();
    const since = this.services.since();
    try {
      await this.#seat.join(this.#names(), since === undefined ? {} : { since });
    } catch (error) {
      this.#refused(error);
      return;
    }
    this.#tries = 0;
    this.#change({ state: 'joined' });
    clearInterval(this.#pinging);
    this.#pinging = setInterval(() => void this.#look(), this.options.pingMs);
    this.#pinging.unref();
  }

  *#names(): Generator<string> {
    const { nick } = this.options;
    yield nick;
    for (let number = 2; number < NICK_TRIES; number += 1) yield `${nick} ${number}`;
  }

  #refused(error: unknown): void {
    if (this.#stopped) return;
    const reason = error instanceof GatewayError ? error.text : { key: 'relay-room-lost' };
    const passing = error instanceof GatewayError && error.retryable;
    this.#change({ state: passing ? 'away' : 'refused', reason });
    this.#again();
  }

  /** A room that refuses may think otherwise later: it is asked again, ever more rarely. */
  #again(): void {
    if (this.#stopped) return;
    const { retryFirstMs, retryLastMs } = this.options;
    const pause = Math.min(retryFirstMs * 2 ** this.#tries, retryLastMs);
    this.#tries += 1;
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => void this.#enter(), pause);
    this.#retry.unref();
  }

  #lost(end: LegEnd | undefined, by: string | undefined): void {
    clearInterval(this.#pinging);
    this.#standIns.forgetAll();
    this.#failPending();
    if (this.#stopped) return;
    this.#change({ state: 'away', reason: { key: 'relay-room-lost' } });
    if (end) this.#host?.ended(end, by);
    else this.#again();
  }

  /** XEP-0410: whether the relay is still in; and who has been silent for long. */
  async #look(): Promise<void> {
    this.#standIns.sweep();
    if (!this.#seat.joined) return;
    try {
      const self = `${this.id}/${this.#seat.nick}`;
      await this.services.request('get', this.#seat.address, self, el('ping', NS.PING));
    } catch (error) {
      const condition = error instanceof StanzaError ? error.condition : '';
      if (STILL_IN.has(condition) || UNSURE.has(condition) || !this.#seat.joined) return;
      this.#seat.forget();
      this.#lost(undefined, undefined);
    }
  }

  #presence(stanza: XmlElement, from: Jid, seat: Seat): void {
    if (stanza.attrs.type === 'error') {
      seat.refused(stanza);
      return;
    }
    const presence = readRoomPresence(stanza, from.resource);
    if (!presence) return;
    // Before the seat itself, so that who is lost is not among the occupants of the next visit.
    const change = seat === this.#seat ? this.#occupants.presence(presence) : undefined;
    const self = presence.codes.has(110) || (presence.nick === seat.nick && !presence.available);
    if (self) seat.presence(presence);
    if (!change || self || this.#standIns.called(change.occupant.nick)) return;
    if (this.#state.state !== 'joined') return;
    const { occupant, before, kind } = change;
    const speaker = toSpeaker(occupant);
    if (kind === 'left') this.#host?.signal({ kind: 'gone', speaker });
    if (kind === 'changed') return;
    const content: RelayContent = {
      ...{ kind: 'presence', speaker, change: kind },
      ...(before && { before: before.nick }),
    };
    this.#tellHost({ content, ids: [] });
  }

  #message(stanza: XmlElement, from: Jid, seat: Seat): void {
    const { id, type } = stanza.attrs;
    if (type === 'error') {
      if (id !== undefined) this.#undelivered(id, stanza);
      return;
    }
    if (type !== 'groupchat') return;
    const nick = from.resource;
    const pending = id === undefined ? undefined : this.#pending.get(id);
    if (id !== undefined && pending?.seat === seat && seat.nick === nick) {
      this.#pending.delete(id);
      pending.resolve(idsOf({ stanza, speaker: this.#speaker(nick), room: this.id }));
      return;
    }
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

  #tellHost(event: Parameters<LegHost['happened']>[0]): void {
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

  #tell(seat: Seat, id: string, payload: string): Promise<readonly string[]> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#pending.delete(id);
        const text = { key: 'relay-room-silent', args: { room: this.id } };
        reject(new GatewayError('network-unreachable', text, 'unknown', true));
        void this.#look();
      }, this.options.reflectMs);
      timer.unref();
      this.#pending.set(id, {
        seat,
        resolve: (ids) => {
          clearTimeout(timer);
          resolve(ids);
        },
        reject: (error) => {
          clearTimeout(timer);
          reject(error);
        },
      });
      this.#send(seat, id, payload);
    });
  }

  #undelivered(id: string, stanza: XmlElement): void {
    const pending = this.#pending.get(id);
    if (!pending) return;
    this.#pending.delete(id);
    const condition = conditionOf(stanza) ?? '';
    const args = { room: this.id, reason: stanza.child('error')?.childText('text') || condition };
    const text = { key: 'relay-room-refused-words', args };
    // Who is not in any more says it again when he is (XEP-0045 §7.4).
    const outside = condition === 'not-acceptable' && stanza.child('error')?.attrs.type !== 'modify';
    const passing = stanza.child('error')?.attrs.type === 'wait';
    if (outside && pending.seat === this.#seat) {
      this.#seat.forget();
      this.#lost(undefined, undefined);
    } else if (outside) {
      this.#standIns.lost(pending.seat);
      // Where one is lost, all may be.
      void this.#look();
    }
    pending.reject(
      new GatewayError(
        condition === 'forbidden' ? 'forbidden' : 'rejected',
        text,
        'not-sent',
        outside || passing,
      ),
    );
  }

  #failPending(): void {
    const error = new GatewayError('network-unreachable', { key: 'relay-room-lost' }, 'unknown', true);
    for (const pending of this.#pending.values()) pending.reject(error);
    this.#pending.clear();
  }

  #send(seat: Seat, id: string | undefined, payload: string): void {
    const named = id === undefined ? '' : ` id='${xmlAttr(id)}'`;
    this.services.send(
      `<message from='${xmlAttr(seat.address.full)}' to='${xmlAttr(this.id)}' type='groupchat'${named}>${payload}</message>`,
    );
  }

  #telling(named: boolean): Telling {
    const { language, messageLength } = this.options;
    const say = (text: Text): string => this.services.translator.say(text, language);
    return {
      ...{ room: this.id, named, length: messageLength },
      say: {
        retracted: () => say({ key: 'relay-retracted' }),
        edited: (nick, words) => say({ key: 'relay-edited', args: { nick, words } }),
        reacted: (nick, emojis) => say({ key: 'relay-reacted', args: { nick, emojis } }),
        subject: (nick, text) => say({ key: 'relay-subject', args: { nick, text } }),
        presence: (nick, change, before) => say(presenceText(change, nick, before)),
        remarks: ({ remarks = [] }) => remarks.map((remark) => `[${say(remark)}]`),
      },
    };
  }

  #change(state: LegState): void {
    this.#state = state;
    this.#host?.changed(state);
  }
}
