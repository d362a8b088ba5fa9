import { type ErrorCode, GatewayError } from '../../../gateway/error.js';
import type { XmlElement } from '../../../xmpp/element.js';
import { xmlAttr } from '../../../xmpp/escape-xml.js';
import type { Jid } from '../../../xmpp/jid.js';
import { NS } from '../../../xmpp/namespace.js';
import {
  MUC_STATUS,
  type RoomPresence,
  renderRoomJoin,
  renderRoomLeave,
} from '../../../xmpp/xep/0045-muc/room-presence.js';
import type { LegEnd } from '../leg.js';
import { toOccupant, toSpeaker } from './occupants.js';
import { joinRefusal } from './refusals.js';
import { renderVoiceRequest } from './voice.js';

/** What a seat needs of the world. */
export interface SeatServices {
  readonly room: string;
  readonly password?: string;
  /** How long a room may take to let somebody in, or to call him otherwise (ms). */
  readonly joinMs: number;
  /** How many nicks are tried. */
  readonly nickTries: number;
  send(xml: string): void;
  /** The seat is lost: `undefined` when nobody made it go, and it may come back. */
  lost(seat: Seat, end: LegEnd | undefined, by: string | undefined): void;
  /** It may speak now, or may not any more. */
  voice(seat: Seat): void;
}

/** Names that are tried; each is answered with why the one before was not taken. */
export type Names = Iterator<string, unknown, ErrorCode | undefined>;

interface Asking {
  readonly resolve: () => void;
  readonly reject: (error: GatewayError) => void;
}

/** One address of ours in a room: that of the relay itself, or of a stand-in. */
export class Seat {
  #nick = '';
  #state: 'out' | 'joining' | 'in' = 'out';
  #asking: Asking | undefined;
  #asked = false;
  #role = 'none';
  #key = '';
  /** What is shown of it beside the name, as XML. */
  #face = '';
  /** XEP-0421, where the room has them. */
  occupantId: string | undefined;
  /** When the room has last sent it anything, UTC milliseconds. */
  heard = 0;

  constructor(
    /** Full JID. */
    readonly address: Jid,
    private readonly services: SeatServices,
  ) {}

  get joined(): boolean {
    return this.#state === 'in';
  }

  /** In, or about to be. */
  get present(): boolean {
    return this.#state !== 'out';
  }

  /** What it is called in the room; where it is not in, what it asks for. */
  get nick(): string {
    return this.#nick;
  }

  /** What the room knows it by, as `Speaker.key`. */
  get key(): string {
    return this.#key;
  }

  get role(): string {
    return this.#role;
  }

  /** May speak. */
  get hasVoice(): boolean {
    return this.#state === 'in' && this.#role !== 'visitor' && this.#role !== 'none';
  }

  /**
   * Enters, by the first of some names that the room takes.
   * @param since where the history begins, UTC milliseconds; undefined: none is wanted
   * @throws {GatewayError} why the room does not let it in
   */
  async join(names: Names, since?: number): Promise<void> {
    await this.#byFirst(names, (name) => this.#enter(name, since));
  }

  /** Takes the first of some names that the room lets it have (XEP-0045 §7.6). @throws {GatewayError} it has kept its own */
  async rename(names: Names): Promise<void> {
    await this.#byFirst(names, async (name) => {
      if (name === this.#nick) return;
      await this.#ask(() => this.services.send(this.#presenceTo(name)));
    });
  }

  /** Shows something else beside the name: availability, a picture; as XML. */
  show(face: string): void {
    if (face === this.#face) return;
    this.#face = face;
    if (this.joined) this.services.send(this.#presenceTo(this.#nick));
  }

  leave(words?: string): void {
    if (this.#state === 'out') return;
    this.#state = 'out';
    this.#asking?.reject(new GatewayError('not-joined', { key: 'relay-room-left' }));
    this.services.send(renderRoomLeave(this.address.full, `${this.services.room}/${this.#nick}`, words));
  }

  /** The room is not there any more as far as is known: nothing is told to it. */
  forget(): void {
    this.#state = 'out';
    this.#asking?.reject(
      new GatewayError('network-unreachable', { key: 'relay-room-lost' }, 'not-sent', true),
    );
  }

  /** Asks the moderators that it may speak, once. */
  askForVoice(): void {
    if (this.#asked || !this.joined) return;
    this.#asked = true;
    this.services.send(renderVoiceRequest(this.address.full, this.services.room));
  }

  /** What the room tells of this seat itself (status 110). */
  presence(presence: RoomPresence): void {
    const { available, codes, newNick } = presence;
    if (available) {
      this.#available(presence);
      return;
    }
    if (codes.has(MUC_STATUS.nickChanged) && newNick !== undefined) {
      this.#nick = newNick;
      this.#asking?.resolve();
      return;
    }
    if (this.#state === 'out') return;
    const wasIn = this.joined;
    this.#state = 'out';
    this.#asking?.reject(new GatewayError('banned', { key: 'relay-room-removed' }));
    if (wasIn) this.services.lost(this, endOf(presence), presence.actor);
  }

  /** A presence of type error for this seat (§7.2, §7.6). */
  refused(stanza: XmlElement): void {
    this.refuse(joinRefusal(this.services.room, stanza));
  }

  /** It does not get what it asks for. */
  refuse(error: GatewayError): void {
    this.#asking?.reject(error);
  }

  #available(presence: RoomPresence): void {
    const { codes, nick, role } = presence;
    // The service may have chosen another name (status 210).
    this.#nick = nick;
    const before = this.hasVoice;
    this.#role = role;
    this.occupantId = presence.occupantId;
    this.#key = toSpeaker(toOccupant(presence)).key;
    if (this.#state === 'in') {
      if (before !== this.hasVoice) this.services.voice(this);
      return;
    }
    if (this.#state !== 'joining') return;
    if (codes.has(MUC_STATUS.created)) {
      this.#undo();
      return;
    }
    this.#state = 'in';
    this.#asking?.resolve();
  }

  /** There was no such room, and by coming in it has been made: that is not for a relay to do (§10.1). */
  #undo(): void {
    const { room, send } = this.services;
    const from = xmlAttr(this.address.full);
    send(
      `<iq type='set' id='undo' from='${from}' to='${xmlAttr(room)}'><query xmlns='${NS.MUC_OWNER}'><destroy/></query></iq>`,
    );
    send(renderRoomLeave(this.address.full, `${room}/${this.#nick}`));
    this.#state = 'out';
    this.#asking?.reject(new GatewayError('not-found', { key: 'relay-room-missing', args: { room } }));
  }

  async #byFirst(names: Names, take: (name: string) => Promise<void>): Promise<void> {
    let refused = new GatewayError('nick-in-use', {
      key: 'relay-room-no-nick',
      args: { room: this.services.room, reason: '' },
    });
    let next = names.next();
    for (let tries = 0; !next.done && tries < this.services.nickTries; tries += 1) {
      try {
        await take(next.value);
        return;
      } catch (error) {
        if (!(error instanceof GatewayError) || !/^nick-/.test(error.code)) throw error;
        refused = error;
        next = names.next(error.code);
      }
    }
    throw refused;
  }

  async #enter(name: string, since: number | undefined): Promise<void> {
    const { room, password, send } = this.services;
    this.#nick = name;
    this.#state = 'joining';
    try {
      await this.#ask(() =>
        send(
          renderRoomJoin(this.address.full, `${room}/${name}`, {
            ...(password !== undefined && { password }),
            ...(since !== undefined && { since }),
            payload: this.#face,
          }),
        ),
      );
    } catch (error) {
      // Whoever let it leave meanwhile has said so already. A room that is late must not let it in behind our back.
      const late = error instanceof GatewayError && error.outcome === 'unknown';
      if (this.#state === 'joining' && late) this.leave();
      this.#state = 'out';
      throw error;
    }
  }

  async #ask(send: () => void): Promise<void> {
    const { room, joinMs } = this.services;
    let timer: NodeJS.Timeout | undefined;
    try {
      await new Promise<void>((resolve, reject) => {
        this.#asking = { resolve, reject };
        timer = setTimeout(() => {
          const text = { key: 'relay-room-silent', args: { room } };
          reject(new GatewayError('network-unreachable', text, 'unknown', true));
        }, joinMs);
        timer.unref();
        send();
      });
    } finally {
      clearTimeout(timer);
      this.#asking = undefined;
    }
  }

  #presenceTo(nick: string): string {
    const to = xmlAttr(`${this.services.room}/${nick}`);
    return `<presence from='${xmlAttr(this.address.full)}' to='${to}'>${this.#face}</presence>`;
  }
}

/**
 * Whether somebody wanted it to go. A server that shuts down, or a fault on the way, is nobody's will; nor is a room
 * that now is for members only: it may let the relay in again.
 */
function endOf({ codes, destroyed }: RoomPresence): LegEnd | undefined {
  if (destroyed) return 'destroyed';
  const nobodys = [MUC_STATUS.shutdown, MUC_STATUS.kickedByFault, MUC_STATUS.membersOnly];
  if (nobodys.some((code) => codes.has(code))) return undefined;
  if (codes.has(MUC_STATUS.banned)) return 'banned';
  return [MUC_STATUS.kicked, MUC_STATUS.affiliationChanged].some((code) => codes.has(code))
    ? 'removed'
    : undefined;
}
