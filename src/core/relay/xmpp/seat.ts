import { type ErrorCode, GatewayError } from '../../../gateway/error.js';
import type { XmlElement } from '../../../xmpp/element.js';
import type { Jid } from '../../../xmpp/jid.js';
import { conditionOf } from '../../../xmpp/stanza-error.js';
import {
  MUC_STATUS,
  type RoomPresence,
  renderRoomJoin,
  renderRoomLeave,
} from '../../../xmpp/xep/0045-muc/room-presence.js';
import type { LegEnd } from '../leg.js';

/** How a join can be refused (XEP-0045 §7.2.5-12). */
const REFUSALS: Readonly<Record<string, ErrorCode>> = {
  conflict: 'nick-in-use',
  forbidden: 'banned',
  'item-not-found': 'not-found',
  'jid-malformed': 'nick-invalid',
  'not-acceptable': 'nick-invalid',
  'not-authorized': 'password-required',
  'registration-required': 'invite-only',
  'service-unavailable': 'full',
};

/** What passes by itself. */
const PASSING: ReadonlySet<ErrorCode> = new Set(['full', 'network-unreachable']);

/** What a seat needs of the world. */
export interface SeatServices {
  readonly room: string;
  readonly password?: string;
  /** How long a room may take to let somebody in (ms). */
  readonly joinMs: number;
  /** How many nicks are tried. */
  readonly nickTries: number;
  send(xml: string): void;
  /** The seat is lost: `undefined` when nobody made it go, and it may come back. */
  lost(seat: Seat, end: LegEnd | undefined, by: string | undefined): void;
}

/** One address of ours in a room: that of the relay itself, or of a stand-in. */
export class Seat {
  #nick = '';
  #state: 'out' | 'joining' | 'in' = 'out';
  #joining: { readonly resolve: () => void; readonly reject: (error: GatewayError) => void } | undefined;

  constructor(
    /** Full JID. */
    readonly address: Jid,
    private readonly services: SeatServices,
  ) {}

  get joined(): boolean {
    return this.#state === 'in';
  }

  /** What it is called in the room; where it is not in, what it asks for. */
  get nick(): string {
    return this.#nick;
  }

  /** XEP-0421, where the room has them. */
  occupantId: string | undefined;
  /** May speak. */
  role = 'none';
  affiliation = 'none';

  /**
   * Enters, by the first of some names that the room takes.
   * @param since where the history begins, UTC milliseconds; undefined: none is wanted
   * @throws {GatewayError} why the room does not let it in
   */
  async join(
    names: Iterable<string>,
    options: { readonly since?: number; readonly payload?: string } = {},
  ): Promise<void> {
    let refused: unknown = new GatewayError('nick-in-use', { key: 'relay-room-no-nick' });
    let tries = 0;
    for (const name of names) {
      if (tries >= this.services.nickTries) break;
      tries += 1;
      try {
        await this.#try(name, options);
        return;
      } catch (error) {
        refused = error;
        const another = error instanceof GatewayError && /^nick-/.test(error.code);
        if (!another) throw error;
      }
    }
    throw refused;
  }

  leave(words?: string): void {
    if (this.#state === 'out') return;
    this.#state = 'out';
    this.#joining?.reject(new GatewayError('not-joined', { key: 'relay-room-left' }));
    this.services.send(renderRoomLeave(this.address.full, `${this.services.room}/${this.#nick}`, words));
  }

  /** The room is not there any more as far as is known: nothing is told to it. */
  forget(): void {
    this.#state = 'out';
    this.#joining?.reject(
      new GatewayError('network-unreachable', { key: 'relay-room-lost' }, 'not-sent', true),
    );
  }

  /** What the room tells of this seat itself (status 110). */
  presence(presence: RoomPresence): void {
    const { available, codes, newNick, role, affiliation } = presence;
    if (available) {
      this.#nick = presence.nick;
      this.occupantId = presence.occupantId;
      this.role = role;
      this.affiliation = affiliation;
      if (this.#state !== 'joining') return;
      this.#state = 'in';
      this.#joining?.resolve();
      return;
    }
    if (codes.has(MUC_STATUS.nickChanged) && newNick !== undefined) {
      this.#nick = newNick;
      return;
    }
    if (this.#state === 'out') return;
    this.#state = 'out';
    this.#joining?.reject(new GatewayError('banned', { key: 'relay-room-removed' }));
    this.services.lost(this, endOf(presence), presence.actor);
  }

  /** A presence of type error for this seat (§7.2, §7.6). */
  refused(stanza: XmlElement): void {
    const condition = conditionOf(stanza) ?? '';
    const code = REFUSALS[condition] ?? 'network-unreachable';
    const said = stanza.child('error')?.childText('text');
    const args = { room: this.services.room, reason: said || condition };
    const error = new GatewayError(code, { key: 'relay-room-refused', args }, 'not-sent', PASSING.has(code));
    if (this.#state === 'joining') this.#joining?.reject(error);
  }

  async #try(name: string, { since, payload }: { since?: number; payload?: string }): Promise<void> {
    const { room, password, joinMs, send } = this.services;
    this.#nick = name;
    this.#state = 'joining';
    let timer: NodeJS.Timeout | undefined;
    try {
      await new Promise<void>((resolve, reject) => {
        this.#joining = { resolve, reject };
        timer = setTimeout(() => {
          const text = { key: 'relay-room-silent', args: { room } };
          reject(new GatewayError('network-unreachable', text, 'unknown', true));
        }, joinMs);
        timer.unref();
        send(
          renderRoomJoin(this.address.full, `${room}/${name}`, {
            ...(password !== undefined && { password }),
            ...(since !== undefined && { since }),
            ...(payload !== undefined && { payload }),
          }),
        );
      });
    } catch (error) {
      this.#state = 'out';
      throw error;
    } finally {
      clearTimeout(timer);
      this.#joining = undefined;
    }
  }
}

/** Whether somebody wanted it to go. A server that shuts down, or a fault on the way, is nobody's will. */
function endOf({ codes, destroyed }: RoomPresence): LegEnd | undefined {
  if (destroyed) return 'destroyed';
  if (codes.has(MUC_STATUS.shutdown) || codes.has(MUC_STATUS.kickedByFault)) return undefined;
  if (codes.has(MUC_STATUS.banned)) return 'banned';
  const removed = [MUC_STATUS.kicked, MUC_STATUS.affiliationChanged, MUC_STATUS.membersOnly];
  return removed.some((code) => codes.has(code)) ? 'removed' : undefined;
}
