import { GatewayError } from '../../../gateway/error.js';
import type { Text } from '../../../gateway/text.js';
import { el } from '../../../xmpp/element.js';
import { NS } from '../../../xmpp/namespace.js';
import { StanzaError } from '../../../xmpp/stanza-error.js';
import type { LegEnd, LegState } from '../leg.js';
import { Seat } from './seat.js';
import type { XmppLegOptions, XmppLegServices } from './xmpp-leg-options.js';

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
/** Names that are tried for one who comes in. */
export const NICK_TRIES = 12;

/** Who hears how the relay fares in the room. */
export interface AttendanceHost {
  changed(state: LegState): void;
  /** It begins to come in: what was known of the room is known no more. */
  entering(): void;
  /** It is out; `end` where somebody wanted that. */
  lost(end: LegEnd | undefined, by: string | undefined): void;
  /** Now and then while the relay is there. */
  tick(): void;
}

/** The relay's own seat in a room: it comes in, comes back for as long as it takes, and looks whether it is still in. */
export class Attendance {
  readonly seat: Seat;
  #retry: NodeJS.Timeout | undefined;
  #pinging: NodeJS.Timeout | undefined;
  #tries = 0;
  #stopped = false;

  constructor(
    private readonly room: string,
    private readonly options: XmppLegOptions,
    private readonly services: XmppLegServices,
    private readonly host: AttendanceHost,
  ) {
    const { joinMs, password } = options;
    this.seat = new Seat(services.address, {
      ...{ room, joinMs, nickTries: NICK_TRIES, send: services.send },
      ...(password !== undefined && { password }),
      lost: (_seat, end, by) => this.#lost(end, by),
    });
  }

  /** Comes in; never rejects. */
  async enter(): Promise<void> {
    if (this.#stopped) return;
    this.host.changed({ state: 'joining' });
    this.host.entering();
    const since = this.services.since();
    try {
      await this.seat.join(this.#names(), since === undefined ? {} : { since });
    } catch (error) {
      this.#refused(error);
      return;
    }
    this.#tries = 0;
    this.host.changed({ state: 'joined' });
    clearInterval(this.#pinging);
    this.#pinging = setInterval(() => {
      this.host.tick();
      void this.look();
    }, this.options.pingMs);
    this.#pinging.unref();
  }

  /** No more tries, and no more looks. */
  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#retry);
    clearInterval(this.#pinging);
  }

  /** The room says that the relay is not in. */
  outside(): void {
    this.seat.forget();
    this.#lost(undefined, undefined);
  }

  /** XEP-0410: whether the relay is still in. Never rejects. */
  async look(): Promise<void> {
    if (!this.seat.joined) return;
    try {
      const self = `${this.room}/${this.seat.nick}`;
      await this.services.request('get', this.seat.address, self, el('ping', NS.PING));
    } catch (error) {
      const condition = error instanceof StanzaError ? error.condition : '';
      if (STILL_IN.has(condition) || UNSURE.has(condition) || !this.seat.joined) return;
      this.outside();
    }
  }

  *#names(): Generator<string> {
    const { nick } = this.options;
    yield nick;
    for (let number = 2; number < NICK_TRIES; number += 1) yield `${nick} ${number}`;
  }

  #refused(error: unknown): void {
    if (this.#stopped) return;
    const reason: Text = error instanceof GatewayError ? error.text : { key: 'relay-room-lost' };
    const passing = error instanceof GatewayError && error.retryable;
    this.host.changed({ state: passing ? 'away' : 'refused', reason });
    this.#again();
  }

  /** A room that refuses may think otherwise later: it is asked again, ever more rarely. */
  #again(): void {
    if (this.#stopped) return;
    const { retryFirstMs, retryLastMs } = this.options;
    const pause = Math.min(retryFirstMs * 2 ** this.#tries, retryLastMs);
    this.#tries += 1;
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => void this.enter(), pause);
    this.#retry.unref();
  }

  #lost(end: LegEnd | undefined, by: string | undefined): void {
    clearInterval(this.#pinging);
    this.host.lost(end, by);
    if (this.#stopped) return;
    this.host.changed({ state: 'away', reason: { key: 'relay-room-lost' } });
    if (!end) this.#again();
  }
}
