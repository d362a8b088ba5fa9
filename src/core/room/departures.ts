import type { MemberEntry } from './member-entry.js';
import type { KnownMember } from './occupancy.js';

/** Departures remembered per room; a connection is rarely behind another one by more than a few lines. */
const REMEMBERED = 512;

/**
 * Who has left a room lately. Members are kept once for all accounts in it, and the first connection that sees
 * one leave removes him: another one that breaks before it has seen the same finds here whom its user still sees.
 */
export class Departures {
  /** How many there have been. */
  count = 0;
  #recent: KnownMember[] = [];

  /** @returns the number of this departure, from 1 */
  add(entry: MemberEntry, remember: boolean): number {
    this.count += 1;
    if (!remember) this.#recent = [];
    else {
      this.#recent.push({ member: entry.member, entry });
      if (this.#recent.length > 2 * REMEMBERED) this.#recent = this.#recent.slice(-REMEMBERED);
    }
    return this.count;
  }

  /** Those after the one with this number, as far as they are remembered. */
  after(number: number): readonly KnownMember[] {
    const missed = this.count - number;
    return missed <= 0 ? [] : this.#recent.slice(-missed);
  }
}
