import { createHash, randomUUID } from 'node:crypto';
import type { XmlElement } from '../../../xmpp/element.js';
import type { Jid } from '../../../xmpp/jid.js';
import { NS } from '../../../xmpp/namespace.js';
import { type RoomPresence, readRoomPresence } from '../../../xmpp/xep/0045-muc/room-presence.js';
import { readMessage, type UserMessage } from '../../message/read-message.js';
import type { LegHost } from '../leg.js';
import { type Mark, readRelayMark, readWordsMark } from '../marks.js';
import { foldName, type NamedPerson } from '../mentions.js';
import type { LegEvent, RelayContent, RelayWords, Speaker } from '../model.js';
import { actOf, readRestored } from './obey.js';
import { type Occupant, type OccupantChange, type Occupants, toSpeaker } from './occupants.js';
import type { RoomMemory } from './room-memory.js';
import { withMentions } from './room-mentions.js';
import type { Seat } from './seat.js';
import type { StandIn, StandIns } from './stand-ins.js';
import { ownIdsOf, toLegEvent } from './to-leg-event.js';
import type { WordsUnderWay } from './words-under-way.js';
import type { XmppLegOptions, XmppLegServices } from './xmpp-leg-options.js';

/** What is said while the relay still reads what was said before. */
const MOST_HELD = 1_000;
/** Other relays of one room that are remembered. */
const MOST_RELAYS = 20;
/** Hex digits that mark the ids of one relay's messages in one room. */
const MARK_LENGTH = 8;

/** What the ear is a part of. */
export interface Head {
  /** Bare JID. */
  readonly room: string;
  readonly options: XmppLegOptions;
  readonly services: XmppLegServices;
  /** The relay's own. */
  readonly seat: Seat;
  readonly standIns: StandIns;
  readonly occupants: Occupants;
  readonly words: WordsUnderWay;
  readonly memory: RoomMemory;
  /** What the room can do. */
  features(): ReadonlySet<string>;
  host(): LegHost | undefined;
}

/** Hears what the room tells: of many seats that hear the same, the relay's own listens. */
export class RoomEar {
  readonly #mark: string;
  /** While the relay comes in: everything is of before until the room has told its subject (XEP-0045 §7.2.15). */
  #entering = true;
  #entered: (() => void) | undefined;
  /** It has. */
  #ended = false;
  /** What was said since, while what was said before is still being read. */
  #held: (() => void)[] = [];
  /** Other relays in the room, by what they are called. */
  readonly relays = new Map<string, Mark>();
  /** Until when the room was heard before this visit. */
  #heardBefore = 0;
  /** Whether the room leaves it to members to say when something was said (XEP-0203); undefined: not known. */
  keepsDelays: boolean | undefined;

  constructor(private readonly head: Head) {
    const name = `${head.services.address.bare}\n${head.room}`;
    this.#mark = createHash('sha256').update(name).digest('hex').slice(0, MARK_LENGTH);
  }

  /** How a message of ours is called by us, so that it is known again by whomever it is shown, whenever. */
  idOf(name: string): string {
    return `${this.#mark}-${name}`;
  }

  /** For what has no name of its own. */
  newId(): string {
    return this.idOf(randomUUID());
  }

  /** The relay begins to come in. */
  begin(): void {
    this.#entering = true;
    this.#ended = false;
    this.#held = [];
    this.#heardBefore = this.head.memory.heard;
    this.head.occupants.clear();
    this.relays.clear();
  }

  /** Resolves when the room has told what it tells of before, or does not in time (ms). */
  caughtUp(within: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, within);
      this.#entered = () => {
        clearTimeout(timer);
        resolve();
      };
      if (this.#ended) this.#entered();
    });
  }

  /** What was said before is known: what was said since follows it. */
  live(): void {
    this.#entering = false;
    this.#entered = undefined;
    const held = this.#held;
    this.#held = [];
    for (const hear of held) hear();
  }

  presence(stanza: XmlElement, from: Jid, seat: Seat): void {
    if (stanza.attrs.type === 'error') {
      seat.refused(stanza);
      return;
    }
    const read = readRoomPresence(stanza, from.resource);
    if (!read) return;
    const { standIns, occupants, services } = this.head;
    const { occupantId: _made, ...bare } = read;
    const presence = this.head.seat.joined && !this.#hasIds ? bare : read;
    if (seat === this.head.seat) this.#lookForRelay(stanza, presence);
    // Before the seat itself, so that who is lost is not among the occupants of the next visit.
    const own = presence.nick === this.head.seat.nick || standIns.isOurs(presence.nick);
    const known = seat === this.head.seat ? occupants.get(presence.nick) : undefined;
    const change =
      seat === this.head.seat ? occupants.presence(presence, own || services.isOwn(presence.jid)) : undefined;
    const self = presence.codes.has(110) || (presence.nick === seat.nick && !presence.available);
    if (self) {
      seat.presence(presence);
      if (seat === this.head.seat && !this.#hasIds) occupants.withoutIds();
    }
    if (!self && known && !this.#entering) this.#sanctioned(presence, known);
    if (!change || change.occupant.own || this.#entering) return;
    const entering = change.kind === 'joined' ? standIns.entering : undefined;
    // A service that calls people as it likes (status 210) tells others before it tells whom it has called so.
    const via = readWordsMark(stanza)?.rooms;
    if (entering) void entering.then(() => this.#moved(change, via));
    else this.#moved(change, via);
  }

  /** @param via it is the stand-in of another relay for somebody of the first of these rooms */
  #moved({ occupant, before, kind }: OccupantChange, via: readonly string[] | undefined): void {
    const { occupants, host } = this.head;
    if (this.isOurs(occupant.nick)) {
      occupants.own(occupant.nick);
      return;
    }
    const speaker = this.#told(occupant);
    if (kind === 'left') host()?.signal({ kind: 'gone', speaker });
    if (kind === 'renamed' && before)
      host()?.signal({ kind: 'renamed', speaker, beforeKey: toSpeaker(before).key });
    if (kind === 'changed') {
      const away = occupant.away ?? false;
      if (away !== (before?.away ?? false)) host()?.signal({ kind: 'away', speaker, away });
      return;
    }
    const content: RelayContent = {
      ...{ kind: 'presence', speaker, change: kind },
      ...(before && { before: before.nick, beforeKey: toSpeaker(before).key }),
    };
    this.#tell({ content, ids: [], ...(via && { via }) });
  }

  /** A message of type groupchat. */
  groupchat(stanza: XmlElement, nick: string, seat: Seat): void {
    const { words } = this.head;
    const { id } = stanza.attrs;
    const ours = this.#isOurMark(id);
    if (nick !== '' && nick === seat.nick) {
      // What comes too late for whoever waited is not said again.
      const own = words.ownId(seat, id, ours) ?? (ours ? id : undefined);
      if (own !== undefined) {
        this.#shown(own, stanza, seat.key, this.head.standIns.at(seat.address.full));
        return;
      }
    }
    if (seat !== this.head.seat) return;
    if (this.#entering && isEnd(stanza)) {
      this.#end();
      return;
    }
    const delayed = this.#entering && stanza.child('delay', NS.DELAY) !== undefined;
    if (this.#entering && !delayed) {
      if (this.#held.length < MOST_HELD) this.#held.push(() => this.#hear(stanza, nick, undefined));
      // Nothing of before comes after something of now.
      this.#end();
      return;
    }
    this.#hear(stanza, nick, delayed ? stampOf(stanza) : undefined);
  }

  /** The room itself tells that somebody who is not there has other rights now. */
  announced(stanza: XmlElement): void {
    const standIn = readRestored(stanza);
    if (standIn === undefined) return;
    const person = { key: '', nick: '' };
    this.head.host()?.signal({ kind: 'sanction', act: 'restored', person, home: this.head.room, standIn });
  }

  /** Whether that is the relay, or one of its people. */
  isOurs(nick: string): boolean {
    return nick === this.head.seat.nick || this.head.standIns.called(nick) !== undefined;
  }

  /** Something from the room's archive. @param time UTC milliseconds */
  archived(stanza: XmlElement, nick: string, time: number): void {
    this.#hear(stanza, nick, time);
  }

  /** A person of this room. */
  speaker(nick: string, stanza?: XmlElement): Speaker {
    const occupant = this.head.occupants.get(nick);
    const occupantId = this.#hasIds ? stanza?.child('occupant-id', NS.OCCUPANT_ID)?.attrs.id : undefined;
    // Words from before may be of somebody else of that name, who has gone.
    if (occupant && (occupantId === undefined || occupant.occupantId === occupantId))
      return this.#told(occupant);
    return toSpeaker({ nick, role: 'none', affiliation: 'none', ...(occupantId && { occupantId }) });
  }

  /** A room that gives ids gives one to the relay too; what else looks like one, anybody may have made up (XEP-0421 §6). */
  get #hasIds(): boolean {
    return this.head.seat.occupantId !== undefined;
  }

  /** Addresses of our own are nobody's there but of those who are ours: a room may show what it likes. */
  #told(occupant: Occupant): Speaker {
    const { address, ...speaker } = toSpeaker(occupant);
    return address === undefined || this.head.services.isOwn(address) ? speaker : { ...speaker, address };
  }

  /** What somebody with rights has done to a person of the room, or to one of ours. */
  #sanctioned(presence: RoomPresence, before: Occupant): void {
    const act = actOf(presence, before);
    const { actor: by, reason, nick, available } = presence;
    if (!act || (by !== undefined && this.isOurs(by))) return;
    const standIn = this.head.standIns.personCalled(nick, before.occupantId);
    // That one of ours was made to go, it hears itself.
    if (standIn && !available) return;
    this.head.host()?.signal({
      ...{ kind: 'sanction', act },
      ...{ person: standIn?.speaker ?? this.#told(before), home: standIn?.from ?? this.head.room },
      ...(by !== undefined && { by }),
      ...(reason !== undefined && { reason }),
    });
  }

  #lookForRelay(stanza: XmlElement, { nick, available }: RoomPresence): void {
    const mark = available ? readRelayMark(stanza) : undefined;
    const { instance } = this.head.services.marks;
    if (!mark || mark.instance === instance) this.relays.delete(nick);
    else if (this.relays.size < MOST_RELAYS || this.relays.has(nick)) this.relays.set(nick, mark);
  }

  #end(): void {
    this.#ended = true;
    this.#entered?.();
  }

  #hear(stanza: XmlElement, nick: string, time: number | undefined): void {
    const { services, words, memory } = this.head;
    const { id } = stanza.attrs;
    if (time === undefined) memory.hear();
    if (id !== undefined && this.#isOurMark(id)) {
      // It was told before the room was lost, or before a restart, and nobody has heard that it was.
      if (nick !== '' && !words.isPending(id))
        this.#shown(id, stanza, this.speaker(nick, stanza).key, this.head.standIns.called(nick));
      return;
    }
    const own = nick !== '' && this.isOurs(nick);
    if (own && time === undefined) return;
    const speaker = nick === '' ? undefined : this.speaker(nick, stanza);
    const event = this.#read(stanza, speaker, time);
    if (!event) return;
    // Nobody could tell whether it is known already.
    if (time !== undefined && event.ids.length === 0 && time <= this.#heardBefore) return;
    this.#tell({ ...event, ...(time !== undefined && { time: Math.min(time, services.now()) }) });
  }

  #read(stanza: XmlElement, speaker: Speaker | undefined, time: number | undefined): LegEvent | undefined {
    const { room, options, services, host } = this.head;
    let message: UserMessage;
    try {
      message = readMessage(stanza, services.translator, options.language);
    } catch {
      // Encrypted for somebody else (F11): nobody could read it on another leg.
      return undefined;
    }
    if (speaker && message.chatState && message.text === undefined && message.retracts === undefined) {
      if (time === undefined && !message.reactions)
        host()?.signal({ kind: 'typing', speaker, composing: message.chatState === 'composing' });
      if (!message.reactions) return undefined;
    }
    const told = toLegEvent({ stanza, speaker, message, room });
    const mark = readWordsMark(stanza);
    // One of ours from before, of whom the room still tells.
    if (!told || mark?.instance === services.marks.instance) return undefined;
    const event = mark ? { ...told, via: mark.rooms } : told;
    const { content } = event;
    // The subject of a room is told at each entry, and is no news then.
    if (content.kind === 'subject' && (this.#entering || time !== undefined)) return undefined;
    if (content.kind !== 'said' && content.kind !== 'edited') return event;
    const words = { ...this.#named(content.words, stanza), ...(mark && { via: mark.rooms }) };
    return { ...event, content: { ...content, words } };
  }

  #named(words: RelayWords, stanza: XmlElement): RelayWords {
    const { room, occupants, standIns, host } = this.head;
    const ours = new Map<string, NamedPerson>();
    for (const standIn of standIns.all()) {
      const person = personOf(standIn);
      ours.set(foldName(person.name), person);
      if (!ours.has(foldName(person.nick))) ours.set(foldName(person.nick), person);
    }
    const byNick = (nick: string): NamedPerson | undefined => {
      const standIn = standIns.called(nick);
      if (standIn) return personOf(standIn);
      const occupant = occupants.get(nick);
      return occupant && { leg: room, key: toSpeaker(occupant).key, nick, name: nick };
    };
    return withMentions(words, stanza, room, {
      byNick,
      byOccupantId: (id) => {
        const nick = occupants.keyed(id)?.nick;
        return nick === undefined ? undefined : byNick(nick);
      },
      called: (folded) => ours.get(folded) ?? host()?.called(folded) ?? occupants.called(folded, room),
    });
  }

  #shown(id: string, stanza: XmlElement, key: string, standIn: StandIn | undefined): void {
    const { room, words } = this.head;
    if (stanza.child('delay', NS.DELAY)) this.keepsDelays = true;
    words.shown(id, ownIdsOf(stanza, id, key, room, standIn));
  }

  #isOurMark(id: string | undefined): boolean {
    return id?.startsWith(`${this.#mark}-`) ?? false;
  }

  #tell(event: LegEvent): void {
    this.head
      .host()
      ?.happened(event)
      .catch((error: unknown) => {
        // The room remembers it; the next entry asks for what was said since.
        this.head.services.log.warn(
          { leg: this.head.room, err: error },
          'what was said in a room could not be kept',
        );
      });
  }
}

function personOf({ speaker, from, seat }: StandIn): NamedPerson {
  return { leg: from, key: speaker.key, nick: speaker.nick, name: seat.nick };
}

/** The subject ends what a room tells at an entry, even if it is empty (XEP-0045 §7.2.15). */
function isEnd(stanza: XmlElement): boolean {
  return stanza.child('subject') !== undefined && stanza.child('body') === undefined;
}

/** When it was said, as the room has it (XEP-0203); undefined where it says nonsense. */
function stampOf(stanza: XmlElement): number {
  const time = Date.parse(stanza.child('delay', NS.DELAY)?.attrs.stamp ?? '');
  return Number.isNaN(time) ? 0 : time;
}
