import type { RoomMember } from '../../../src/gateway/event.js';
import type { MemberId, RoomId } from '../../../src/gateway/ids.js';
import type { Observed } from './observed.js';
import { Window, type WindowLimits } from './window.js';

/** Members with modes that are remembered; no honest channel has more. */
const maxRanks = 10_000;

/** A place from which one of our connections observes a channel. */
export interface Seat {
  readonly slot: number;
  /** Only occurrences from here on are for this observer. */
  readonly since: number;
}

/** What all our connections in one channel share: who has which modes, the channel's own, recent lines. */
export class Channel {
  readonly id: RoomId;
  /** Modes that matter, without parameters. */
  modes = '';
  /** Whether the server has told the modes: then nobody needs to ask again. */
  modesKnown = false;
  /** When a ban was last set, and by whom: a kick by him right after it is a ban (XEP-0045 §9.1). */
  lastBan: { readonly by: string; readonly at: number } | undefined;
  /** Remembers lines only once two of our connections are here; most channels never need it. */
  window: Window<Observed> | undefined;
  readonly #limits: WindowLimits;
  #ranks: Map<MemberId, string> | undefined;
  #names: Map<string, RoomMember> | undefined;
  #free: number[] | undefined;
  #used = 0;
  #observers = 0;

  constructor(id: RoomId, limits: WindowLimits) {
    this.id = id;
    this.#limits = limits;
  }

  /** Connections of ours here, counted from the JOIN request on. */
  get observers(): number {
    return this.#observers;
  }

  enter(): Seat {
    const slot = this.#free?.pop() ?? this.#used++;
    this.#observers++;
    if (this.#observers > 1) this.window ??= new Window(this.#limits);
    this.window?.observedBy(this.#observers);
    return { slot, since: this.window?.position ?? 0 };
  }

  leave(seat: Seat): void {
    this.#free ??= [];
    this.#free.push(seat.slot);
    this.#observers--;
    this.window?.observedBy(this.#observers);
    if (this.#observers > 0) return;
    // Nobody watches: what is known goes stale.
    this.#ranks = undefined;
    this.#names = undefined;
    this.modesKnown = false;
    this.modes = '';
  }

  /** Prefix modes of a member; empty for nearly everybody. */
  rankOf(member: MemberId): string {
    return this.#ranks?.get(member) ?? '';
  }

  setRank(member: MemberId, modes: string): void {
    if (modes !== '') {
      this.#ranks ??= new Map();
      if (this.#ranks.size < maxRanks || this.#ranks.has(member)) this.#ranks.set(member, modes);
    } else if (this.#ranks !== undefined) this.#ranks.delete(member);
  }

  renameRank(from: MemberId, to: MemberId): void {
    const modes = this.#ranks?.get(from);
    if (modes === undefined) return;
    this.#ranks?.delete(from);
    this.setRank(to, modes);
  }

  /** Members with a rank, and their modes. */
  ranked(): Iterable<readonly [MemberId, string]> {
    return this.#ranks ?? [];
  }

  /** One member object for all who join in a row: keyed by the token of NAMES, modes included. */
  cachedMember(token: string): RoomMember | undefined {
    return this.#names?.get(token);
  }

  cacheMember(token: string, member: RoomMember, most: number): void {
    this.#names ??= new Map();
    if (this.#names.size < most) this.#names.set(token, member);
  }

  /** Lets the members of past joins go. */
  forgetNames(): void {
    this.#names = undefined;
  }
}
