import type { Log } from '../../gateway/gateway.js';
import type { Text } from '../../gateway/text.js';
import type { XmlElement } from '../../xmpp/element.js';
import type { Jid } from '../../xmpp/jid.js';
import { readInvitation } from '../../xmpp/xep/0249-direct-invitation/read-invitation.js';
import type { LegPlaces } from './leg-places.js';
import type { LegId } from './model.js';
import type { Visits } from './visits.js';

/** What invitations need of the world. */
export interface InvitationServices {
  readonly visits: Visits;
  readonly places: LegPlaces;
  /** How long the relay stays when nothing is linked (ms). */
  readonly visitMs: number;
  /** Rooms that one person may have it in at a time. */
  readonly perUser: number;
  readonly log: Log;
  isLeg(id: LegId): boolean;
  /** Whether somebody may have it come: by his own word, or by that of a room. */
  admits(from: Jid, mediated: boolean): boolean;
  /** What it says when it comes in. */
  greeting(): Text;
}

/** Rooms on XMPP that somebody invites the relay to: it comes in, says what it can do, and leaves if nobody wants it. */
export class Invitations {
  /** Who has invited it where. */
  readonly #open = new Map<LegId, { readonly inviter: string; readonly timer: NodeJS.Timeout }>();

  constructor(private readonly services: InvitationServices) {}

  /** Takes a message if it is an invitation. Never throws. */
  receive(stanza: XmlElement, from: Jid): boolean {
    const invitation = readInvitation(stanza);
    if (!invitation) return false;
    const { room, mediated, password } = invitation;
    if (!this.services.admits(from, mediated)) return true;
    const id = this.#room(mediated ? from.bare : room);
    if (id !== undefined) void this.#come(id, mediated ? from.domain : from.bare, password);
    return true;
  }

  /** The room is a leg now, or the relay was made to go. */
  forget(id: LegId): void {
    clearTimeout(this.#open.get(id)?.timer);
    this.#open.delete(id);
  }

  stop(): void {
    for (const id of this.#open.keys()) this.forget(id);
  }

  #room(address: string): LegId | undefined {
    try {
      const place = this.services.places.ofId(address);
      return place.kind === 'xmpp' ? place.id : undefined;
    } catch {
      return undefined;
    }
  }

  /** Never rejects. */
  async #come(id: LegId, inviter: string, password: string | undefined): Promise<void> {
    const { visits, visitMs, perUser, log, isLeg, greeting } = this.services;
    const own = [...this.#open.values()].filter((one) => one.inviter === inviter);
    if (isLeg(id) || this.#open.has(id) || own.length >= perUser) return;
    const timer = setTimeout(() => {
      this.forget(id);
      void visits.end(id, visit, { key: 'relay-visit-over' });
    }, visitMs);
    timer.unref();
    const visit = { inviter, timer };
    this.#open.set(id, visit);
    try {
      const leg = await visits.begin(id, visit, password);
      await leg.say(greeting());
    } catch (error) {
      this.forget(id);
      log.info({ room: id, err: error }, 'the relay could not follow an invitation');
    }
  }
}
